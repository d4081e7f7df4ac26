"""The auditor's own log: looks into receipts, and keys destroyed. It says who looked when and why, never at whom.

Its lines are the leaves of a tree (RFC 6962), and a checkpoint signed by who looked stands beside them, so that a line
that is changed or taken out shows.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from obacht_clients.errors import AuditError
from obacht_protocol import merkle, notes
from obacht_protocol.checkpoints import Checkpoint
from obacht_protocol.encoding import canonical_json, parse_canonical_json
from obacht_protocol.errors import ProtocolError
from obacht_protocol.notes import SigningKey, VerifyKey

FILE: Final = "looks.log"
CHECKPOINT: Final = "looks.checkpoint"
WHO_ASKED: Final = "who-asked"
DESTROYED: Final = "destroyed"
_LOCK: Final = "looks.lock"
_BUSY: Final = 10.0


@dataclass(frozen=True, slots=True)
class Looks:
    """What is on the log.

    Attributes:
        lines: The facts of each line, the oldest first.
        signed: How many of them the checkpoint covers; a line more may be there if its writer was interrupted.
    """

    lines: Sequence[Mapping[str, Any]]
    signed: int

    @property
    def destroyed(self) -> frozenset[str]:
        """The months whose keys were destroyed."""
        return frozenset(month for line in self.lines if line["kind"] == DESTROYED for month in line["months"])


class LookLog:
    """The log in the auditor's folder."""

    def __init__(self, home: Path, key: VerifyKey) -> None:
        """Know where it is, and the auditor's key that signs its checkpoints."""
        self._home = home
        self._key = key

    def read(self) -> Looks:
        """Read and verify it; ``AuditError`` (``looks``) if it is damaged or was cut."""
        lines, signed = self._verified()
        try:
            facts = [parse_canonical_json(line) for line in lines]
        except ProtocolError as error:
            raise AuditError("looks") from error
        if not all(isinstance(fact, dict) and fact.get("kind") in {WHO_ASKED, DESTROYED} for fact in facts):
            raise AuditError("looks")
        return Looks(facts, signed)

    def append(self, facts: Mapping[str, Any], keys: Sequence[SigningKey]) -> None:
        """Add a line, which is on the disk when this returns.

        Args:
            facts: What happened, with ``kind``.
            keys: Who signs the checkpoint: the auditor first, then whoever confirmed.

        Raises:
            AuditError: ``looks``: the log is damaged or cannot be written.
        """
        line = canonical_json(dict(facts))
        try:
            with self._locked():
                lines, _ = self._verified()
                with (self._home / FILE).open("ab") as file:
                    file.truncate(sum(len(one) + 1 for one in lines))  # what an interrupted writer left
                    file.write(line + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
                leaves = [merkle.leaf_hash(one) for one in [*lines, line]]
                note = Checkpoint(self._key.name, len(leaves), merkle.root(leaves)).sign(keys[0])
                for key in keys[1:]:
                    note = notes.cosign(note, key)
                self._replace(note)
        except (OSError, sqlite3.Error) as error:
            raise AuditError("looks") from error

    def _verified(self) -> tuple[list[bytes], int]:
        data, note = self._bytes(FILE), self._bytes(CHECKPOINT)
        lines = data.split(b"\n")[:-1]  # behind the last newline stands what an interrupted writer left, if anything
        if not note:
            if len(lines) > 1:
                raise AuditError("looks")
            return lines, 0
        try:
            checkpoint = Checkpoint.verify(note, self._key)
        except ProtocolError as error:
            raise AuditError("looks") from error
        signed = [merkle.leaf_hash(line) for line in lines[: checkpoint.size]]
        if len(signed) < checkpoint.size or merkle.root(signed) != checkpoint.root:
            raise AuditError("looks")
        return lines, checkpoint.size

    def _bytes(self, name: str) -> bytes:
        try:
            return (self._home / name).read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise AuditError("looks") from error

    def _replace(self, note: bytes) -> None:
        draft = self._home / f"{CHECKPOINT}.{os.urandom(4).hex()}"
        with draft.open("wb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._home / CHECKPOINT)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes from writing at the same time, in the one way that every system has."""
        with closing(sqlite3.connect(self._home / _LOCK, timeout=_BUSY, isolation_level=None)) as database:
            database.execute("BEGIN EXCLUSIVE")
            yield
