"""A witness: what it has seen of every log, on disk, and its cosignatures. The HTTP around it is each party's own."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from obacht_clients.errors import HomeError
from obacht_protocol.checkpoints import Checkpoint, WitnessKey, WitnessSigner
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import CheckpointError, WitnessError
from obacht_protocol.notes import VerifyKey
from obacht_protocol.witness import Submitted

PATH: Final = "/add-checkpoint"
_BUSY: Final = 5.0
"""Seconds to wait for another submission that is being written."""
_SCHEMA: Final = "CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL)"


class Witness:
    """Cosigns checkpoints of the logs that it is told of; threads and processes may use it at once."""

    def __init__(self, path: Path, signer: WitnessSigner) -> None:
        """Open what was seen, or begin with nothing.

        Args:
            path: The database, which is made if it is not there.
            signer: The witness's key.

        Raises:
            HomeError: The database cannot be opened.
        """
        self._path = path
        self._signer = signer
        with self._open() as database:
            database.execute(_SCHEMA)

    @property
    def key(self) -> WitnessKey:
        """The public half, for logs and auditors."""
        return self._signer.key

    def cosign(self, body: bytes, logs: Mapping[str, VerifyKey], now: int) -> bytes:
        """Judge a submission, keep its checkpoint, and give the cosignature line with its newline.

        What is kept is on the disk when this returns, and no other submission comes between looking and keeping.

        Args:
            body: Of the request, at most 64 KiB.
            logs: The keys of the logs that are witnessed, by the logs' names.
            now: Unix seconds.

        Raises:
            WitnessError: It is not cosigned.
            HomeError: What was seen cannot be read or written.
        """
        submitted = Submitted.parse(body, logs)
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            new = submitted.judge(_seen(database, submitted.checkpoint.origin))
            database.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (new.origin, new.size, new.root))
            database.execute("COMMIT")
        return self._signer.cosign(submitted.submission.note, now).encode() + b"\n"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # A connection for every submission: they are few, and one that is closed leaves no transaction behind.
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY, isolation_level=None)) as database:
                database.execute("PRAGMA journal_mode = DELETE")
                database.execute("PRAGMA synchronous = FULL")
                yield database
        except (sqlite3.Error, CheckpointError) as error:
            raise HomeError("witness-state") from error


def answer_of(error: WitnessError) -> bytes:
    """Give the body of a refusal: with status 409 the size that the witness knows, otherwise nothing."""
    return b"" if error.size is None else f"{error.size}\n".encode()


def logs_of(descriptor: Descriptor) -> dict[str, VerifyKey]:
    """Give the keys of the key offices' logs, by the logs' names."""
    keys = [VerifyKey.parse(office.log) for office in descriptor.offices if office.log]
    return {key.name: key for key in keys}


def _seen(database: sqlite3.Connection, origin: str) -> Checkpoint | None:
    row = database.execute("SELECT size, root FROM seen WHERE origin = ?", (origin,)).fetchone()
    return None if row is None else Checkpoint(origin, *row)
