"""Where the log lies: one SQLite database, which one process has open. Nothing else here knows SQL.

A service whose offices have several machines would put another database behind the same methods.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from obacht_keys.errors import StoreError
from obacht_keys.log.quotas import DAY
from obacht_keys.log.tree import position, size_of
from obacht_keys.store import check_database, open_database

PATIENCE: Final = 1.5
"""Seconds to wait for a database that another program has locked: less than anybody waits for an answer."""

_SCHEMA: Final = """
CREATE TABLE hashes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE details (
    entry INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    salt BLOB NOT NULL,
    details BLOB NOT NULL
) STRICT;
CREATE TABLE uses (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    device TEXT NOT NULL,
    nonce BLOB NOT NULL,
    entry INTEGER,
    department TEXT NOT NULL,
    user BLOB NOT NULL,
    question BLOB NOT NULL,
    digest BLOB NOT NULL,
    persons INTEGER NOT NULL,
    urgent INTEGER NOT NULL
) STRICT;
CREATE TABLE enrolled (epoch INTEGER PRIMARY KEY, keys INTEGER NOT NULL) STRICT;
CREATE TABLE days (
    day TEXT NOT NULL,
    department TEXT NOT NULL,
    user BLOB NOT NULL,
    persons INTEGER NOT NULL,
    refusals INTEGER NOT NULL,
    urgent INTEGER NOT NULL,
    night INTEGER NOT NULL,
    PRIMARY KEY (day, department, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoints (id INTEGER PRIMARY KEY CHECK (id = 1), time INTEGER NOT NULL, note BLOB NOT NULL) STRICT;
CREATE TABLE witnesses (witness TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
_PORTION: Final = 500
"""Entries whose details are deleted in one transaction, so that nobody waits long for it."""


class Use(NamedTuple):
    """A request that was taken: what must be remembered of it for a day.

    Attributes:
        time: Unix seconds.
        device: Its id.
        nonce: 16 bytes, used by this request.
        entry: Its number on the log, or None if it added none.
        department: Its name.
        user: Pseudonym, 16 bytes, or empty.
        question: Id, 16 bytes, of a question that was answered; otherwise empty.
        digest: SHA-256 of the body, 32 bytes; otherwise empty.
        persons: That count against the quotas.
        urgent: Whether it was answered over its quota.
    """

    time: int
    device: str
    nonce: bytes
    entry: int | None = None
    department: str = ""
    user: bytes = b""
    question: bytes = b""
    digest: bytes = b""
    persons: int = 0
    urgent: bool = False


class Tally(NamedTuple):
    """What a user did on a day.

    Attributes:
        day: As YYYY-MM-DD in local time.
        department: Its name.
        user: Pseudonym, 16 bytes; empty where a request was refused before it could be read.
        persons: About whom was answered.
        refusals: Requests that were refused.
        urgent: Persons about whom was answered over quota.
        night: Persons about whom was asked outside office hours.
    """

    day: str
    department: str
    user: bytes
    persons: int = 0
    refusals: int = 0
    urgent: int = 0
    night: int = 0


@dataclass(slots=True)
class Batch:
    """All that one transaction adds."""

    details: list[tuple[int, int, bytes, bytes]] = field(default_factory=list)
    """Number, time, salt (32 bytes) and details of each new entry."""
    hashes: list[tuple[int, bytes]] = field(default_factory=list)
    """Position and hash of what became whole in the tree."""
    uses: list[Use] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    enrolled: list[tuple[int, int]] = field(default_factory=list)
    """Epoch and number of match keys."""


class Store:
    """The log's database. Every method raises ``StoreError`` if the database fails."""

    def __init__(self, path: Path) -> None:
        """Open it, making it if it is not there; ``StoreError`` if it is damaged, or open in another process."""
        connection = open_database(path, _SCHEMA, patience=PATIENCE)
        self._connection = connection
        with self._translated():
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA secure_delete = ON")  # what was deleted must not lie on in the file
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def check(self) -> "Store":
        """Go through the whole file, and give the store if it is sound."""
        check_database(self._connection)
        return self

    def size(self) -> int:
        """Count the entries."""
        with self._translated():
            (last,) = self._connection.execute("SELECT coalesce(max(id), -1) FROM hashes").fetchone()
        size = size_of(last + 1)
        if size < 0:
            raise StoreError("the log's tree is cut off")
        return size

    def hashes(self, subtrees: Sequence[tuple[int, int]]) -> list[bytes]:
        """Give the hashes of perfect subtrees, each named by level and place, 32 bytes each."""
        with self._translated():
            execute = self._connection.execute
            found = [execute("SELECT hash FROM hashes WHERE id = ?", (position(*one),)).fetchone() for one in subtrees]
        if None in found:
            raise StoreError("the log's tree has a hole")
        return [row[0] for row in found]

    def leaves(self, begin: int, end: int) -> list[bytes]:
        """Give the leaf hashes of entries ``begin`` to ``end``, 32 bytes each."""
        first, last = position(0, begin), position(0, end - 1)
        with self._translated():
            found = dict(
                self._connection.execute(
                    "SELECT id, hash FROM hashes WHERE id BETWEEN ? AND ?", (first, last)
                ).fetchall()
            )
        try:
            return [found[position(0, index)] for index in range(begin, end)]
        except KeyError as error:
            raise StoreError("the log's tree has a hole") from error

    def details(self, begin: int, end: int, length: int) -> list[bytes]:
        """Give salt and details of entries ``begin`` to ``end``, until that is more than ``length`` bytes.

        Returns:
            For each entry 32 bytes of salt and the details behind it, or nothing if they were deleted; at least one.
        """
        with self._translated():
            rows = self._connection.execute(
                "SELECT entry, salt, details FROM details WHERE entry >= ? AND entry < ? ORDER BY entry", (begin, end)
            )
            found: dict[int, bytes] = {}
            for entry, salt, details in rows:
                length -= len(details)
                if length < 0 and found:
                    end = entry
                    break
                found[entry] = salt + details
            rows.close()
        return [found.get(entry, b"") for entry in range(begin, end)]

    def uses(self) -> list[Use]:
        """Give what was taken within the last day and a little more, in that order."""
        with self._translated():
            rows = self._connection.execute(
                "SELECT time, device, nonce, entry, department, user, question, digest, persons, urgent FROM uses"
                " ORDER BY id"
            ).fetchall()
        return [Use(*row) for row in rows]

    def enrolled(self) -> dict[int, int]:
        """Give the number of match keys that were enrolled in each epoch."""
        with self._translated():
            return dict(self._connection.execute("SELECT epoch, keys FROM enrolled").fetchall())

    def tallies(self, since: str) -> list[Tally]:
        """Give what everybody did each day since that one (YYYY-MM-DD)."""
        with self._translated():
            rows = self._connection.execute("SELECT * FROM days WHERE day >= ? ORDER BY day", (since,)).fetchall()
        return [Tally(*row) for row in rows]

    def write(self, batch: Batch) -> None:
        """Write all of it or nothing; it is on the disk when this returns."""
        with self._writing() as connection:
            connection.executemany("INSERT INTO hashes VALUES (?, ?)", batch.hashes)
            connection.executemany("INSERT INTO details VALUES (?, ?, ?, ?)", batch.details)
            connection.executemany(
                "INSERT INTO uses (time, device, nonce, entry, department, user, question, digest, persons, urgent)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                batch.uses,
            )
            connection.executemany(
                "INSERT INTO days VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " persons = persons + excluded.persons, refusals = refusals + excluded.refusals,"
                " urgent = urgent + excluded.urgent, night = night + excluded.night",
                batch.tallies,
            )
            connection.executemany(
                "INSERT INTO enrolled VALUES (?, ?) ON CONFLICT DO UPDATE SET keys = keys + excluded.keys",
                batch.enrolled,
            )

    def forget_uses(self, now: int) -> None:
        """Delete what no quota and no replay needs any more."""
        with self._writing() as connection:
            connection.execute("DELETE FROM uses WHERE time < ?", (now - DAY - 3600,))

    def prune(self, before: int, day: str) -> int:
        """Delete some of the details from before a moment (Unix seconds), and counts from before a day (YYYY-MM-DD).

        Returns:
            How many entries lost their details: 0 once there are no more.
        """
        with self._writing() as connection:
            connection.execute("DELETE FROM days WHERE day < ?", (day,))
            oldest = connection.execute(
                "SELECT entry, time FROM details ORDER BY entry LIMIT ?", (_PORTION,)
            ).fetchall()
            old = [(entry,) for entry, time in oldest if time < before]
            connection.executemany("DELETE FROM details WHERE entry = ?", old)
        return len(old)

    def checkpoint(self) -> tuple[int, bytes] | None:
        """Give when the newest checkpoint was made (Unix seconds), and its note with the cosignatures it has."""
        with self._translated():
            row = self._connection.execute("SELECT time, note FROM checkpoints").fetchone()
        return None if row is None else (row[0], row[1])

    def keep_checkpoint(self, now: int, note: bytes) -> None:
        """Keep a checkpoint in the place of the one before."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO checkpoints VALUES (1, ?, ?)", (now, note))

    def witnessed(self) -> dict[str, int]:
        """Give the size of the largest tree that each witness has cosigned, by the witness's vkey."""
        with self._translated():
            return dict(self._connection.execute("SELECT witness, size FROM witnesses").fetchall())

    def keep_witnessed(self, witness: str, size: int) -> None:
        """Keep what a witness has cosigned last."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO witnesses VALUES (?, ?)", (witness, size))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError("the log's database is damaged, full, locked or not writable") from error
