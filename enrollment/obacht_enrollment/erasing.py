"""Deleting derived keys so that nothing of them stays in the files of a SQLite database.

SQLite overwrites what it deletes where it is told to, but not what it once copied while it kept its pages in order, and
not its journal. So the whole file is written anew, and the journal, which held the old pages, is overwritten.
"""

import os
import sqlite3
from collections.abc import Collection
from pathlib import Path
from typing import Final

_PATIENCE: Final = 60.0
_PRAGMAS: Final = (
    "locking_mode = EXCLUSIVE",  # nobody else may begin a journal while this one is overwritten
    "journal_mode = PERSIST",
    "synchronous = FULL",
    "secure_delete = ON",
    "temp_store = MEMORY",
)


def erase_enrolments(path: Path, kept: Collection[bytes], now: int) -> None:
    """Delete all enrolments but those of some epochs, put that on record, and clean the files.

    Args:
        path: The database.
        kept: Ids of the epochs whose enrolments stay, 16 bytes each.
        now: Unix seconds.

    Raises:
        sqlite3.Error: The database failed; what was deleted is on record as not ended, and the next call ends it.
    """
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        _delete(connection, kept, now)
        connection.execute("VACUUM")
        _overwrite(path.with_name(f"{path.name}-journal"))
        connection.execute("UPDATE destructions SET ended = ? WHERE ended = 0", (now,))
        connection.execute("PRAGMA journal_mode = DELETE")
    except OSError as error:
        raise sqlite3.OperationalError("the journal cannot be overwritten") from error
    finally:
        connection.close()


def _delete(connection: sqlite3.Connection, kept: Collection[bytes], now: int) -> None:
    gone = f"epoch_id NOT IN ({', '.join('?' * len(kept))})"
    connection.execute("BEGIN EXCLUSIVE")
    try:
        connection.execute(
            "INSERT INTO destructions (epoch, records, begun, ended) "  # noqa: S608 - as many question marks as ids
            f"SELECT epoch, count(*), ?, 0 FROM enrolments WHERE {gone} GROUP BY epoch ORDER BY epoch",
            (now, *kept),
        )
        connection.execute(f"DELETE FROM enrolments WHERE {gone}", (*kept,))  # noqa: S608 - the same
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
