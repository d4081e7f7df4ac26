"""The way to the database: every block is one transaction, and every failure of it a ``StoreError``.

Several processes may use the database at once; none waits for another for ever.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from obacht_enrollment import migrations
from obacht_enrollment.errors import StoreError

_BUSY_SECONDS: Final = 60
_WRITE: Final = "obacht_write"


def in_file(path: Path) -> URL:
    """Give the address of a SQLite database."""
    return URL.create("sqlite", database=str(path))


class Database:
    """A database that holds today's tables; the stores beside one another share it."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine whose database holds the tables."""
        self._reader = engine
        self._writer = engine.execution_options(**{_WRITE: True})

    @classmethod
    def create(cls, url: URL) -> Self:
        """Make the tables, in a SQLite file that others may not read; those that are there are left as they are."""
        path = _path(url)
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreError("database", path=str(path)) from error
        migrate(url)
        return cls.open(url)

    @classmethod
    def open(cls, url: URL) -> Self:
        """Open a database.

        Raises:
            StoreError: It is missing (``database-missing``), is none of ours (``database-foreign``), or its tables are
                those of an older program (``database-old``) or of a newer one (``database-new``).
        """
        _check_there(url)
        with contextlib.ExitStack() as stack:
            database = cls(_sqlite(url))
            stack.callback(database.close)
            with database.reading() as session:
                _check_revision(url, migrations.current(session.connection()))
            stack.pop_all()
        return database

    @property
    def url(self) -> URL:
        """The database's address."""
        return self._reader.url

    def close(self) -> None:
        """Close all connections."""
        self._reader.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Read, all of it as of one moment; ``StoreError`` if the database fails."""
        with translated(), Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """Write, all of it or nothing, after whoever else is writing; ``StoreError`` if the database fails."""
        with translated(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def check(self) -> None:
        """Let the database look for damage; ``StoreError`` if there is some."""
        with self.reading() as session:
            result = session.connection().exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if result != "ok":
            raise StoreError("database-damaged")


def migrate(url: URL) -> tuple[str | None, str]:
    """Bring a database up to today's tables, all of it or nothing.

    Returns:
        The revision before, None if there were no tables, and the one after.

    Raises:
        StoreError: It is missing, failed, is another program's (``database-foreign``) or a newer one's
            (``database-new``).
    """
    _check_there(url)
    # what SQLite cannot alter is made anew, and to drop the old one would take along what refers to it
    engine = _sqlite(url, foreign_keys=False)
    try:
        with translated(), engine.execution_options(**{_WRITE: True}).begin() as connection:
            before = migrations.current(connection)
            if before is not None or migrations.is_used(connection):
                _check_revision(url, before, migrations.revisions())
            migrations.upgrade(connection)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise StoreError("database-damaged")
    finally:
        engine.dispose()
    return before, migrations.revisions()[-1]


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn what the database says into a ``StoreError``."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        # SQLAlchemy's text quotes statements and parameters, which here are sealed, and still nobody's business
        raise StoreError("database-failed", kind=type(error).__name__) from None


def _path(url: URL) -> Path:
    return Path(str(url.database))


def _check_there(url: URL) -> None:
    if not _path(url).is_file():
        raise StoreError("database-missing", path=str(_path(url)))


def _check_revision(url: URL, found: str | None, accepted: Sequence[str] = migrations.revisions()[-1:]) -> None:
    if found is None:
        raise StoreError("database-foreign", path=str(_path(url)))
    if found not in accepted:
        known = found in migrations.revisions()
        raise StoreError("database-old" if known else "database-new", path=str(_path(url)))


def _sqlite(url: URL, *, foreign_keys: bool = True) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True, insertmanyvalues_page_size=500
    )

    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # the driver's own way of beginning transactions leaves SELECTs and DDL outside of them
        connection.isolation_level = None
        cursor = connection.cursor()
        # a rollback journal: SQLite before 3.51.3 can damage a database in WAL mode when two connections checkpoint
        for pragma in ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(connection: Connection) -> None:
    # a transaction that will write says so at once: one that finds out later cannot wait, it can only fail
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITE) else "BEGIN")
