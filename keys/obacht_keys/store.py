"""Opening the office's SQLite databases, all in one way: durable, and without the write-ahead log.

SQLite before 3.51.3 can damage a database in WAL mode when two connections write and checkpoint; so every database here
has a rollback journal, which is truncated, not deleted, because that spares work on the folder at every commit.
"""

import sqlite3
from pathlib import Path
from typing import Final

from obacht_keys.errors import StoreError

VERSION: Final = 2


def open_database(path: Path, schema: str, *, patience: float) -> sqlite3.Connection:
    """Open a database, making it if it is not there.

    Args:
        path: Its file.
        schema: Statements that make its tables.
        patience: Seconds to wait while another process has it locked.

    Returns:
        A connection without implicit transactions, which whoever uses it must not share between threads at once.

    Raises:
        StoreError: It is damaged, of another version, or stays locked.
    """
    try:
        path.touch(mode=0o600)
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path} cannot be opened") from error
    try:
        connection.execute("PRAGMA journal_mode = TRUNCATE")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if _version(connection) == 0:
            _make(connection, schema)
        known = _version(connection) == VERSION
    except sqlite3.Error as error:
        connection.close()
        raise StoreError(f"{path} is damaged, locked by another process, or not writable") from error
    if not known:
        connection.close()
        raise StoreError(f"{path} was made by another version of this program")
    return connection


def check_database(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Have SQLite go through the whole file, and return the connection if it is sound; ``StoreError`` otherwise."""
    try:
        found = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise StoreError("the database is damaged, or locked") from error
    if found != ("ok",):
        raise StoreError("the database is damaged")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _make(connection: sqlite3.Connection, schema: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    if _version(connection) == 0:  # otherwise another process came first
        for statement in schema.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
