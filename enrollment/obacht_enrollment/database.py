"""The way to the tables: every block is one transaction, and every failure of it a ``StoreError``.

Several processes may use the database at once; none waits for another for ever.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from sqlalchemy import URL, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, InterfaceError, SQLAlchemyError
from sqlalchemy.orm import Session

from obacht_enrollment import engines, migrations
from obacht_enrollment.errors import StoreError

_SERVER_CODES: Final = {"28000": "database-login", "28P01": "database-login", "3D000": "database-none"}
"""PostgreSQL's SQLSTATE (its manual, appendix A): what the operator can mend."""


class Database:
    """A database that holds today's tables; the stores beside one another share it."""

    def __init__(self, url: URL) -> None:
        """Take the address of a database that holds the tables; it does not show the password when printed."""
        self.url = url
        engine = engines.make(url)
        self._reader = engine.execution_options(**{engines.MODE: engines.READ})
        self._writer = engine.execution_options(**{engines.MODE: engines.WRITE})

    @classmethod
    def create(cls, url: URL) -> Self:
        """Make the tables; those that are there are left as they are.

        SQLite's file is made where it is missing, closed to others. PostgreSQL's database has to be there.
        """
        if engines.is_file(url):
            try:
                os.close(os.open(Path(engines.name(url)), os.O_RDWR | os.O_CREAT, 0o600))
            except OSError as error:
                raise StoreError("database", path=engines.name(url)) from error
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
            database = cls(url)
            stack.callback(database.close)
            with database.reading() as session:
                _check_revision(url, migrations.current(session.connection()), migrations.revisions()[-1:])
            stack.pop_all()
        return database

    def close(self) -> None:
        """Close all connections."""
        self._reader.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Read, all of it as of one moment; ``StoreError`` if the database fails."""
        with self._translated(), Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """Write, all of it or nothing, after whoever else is writing; ``StoreError`` if the database fails."""
        with self._translated(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            session.connection()  # now, not at the first statement
            yield session

    def check(self) -> None:
        """Let the database look for damage; ``StoreError`` if there is some."""
        with self.reading() as session:
            connection = session.connection()
            if engines.is_file(self.url):
                if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                    raise StoreError("database-damaged")
            else:
                # PostgreSQL finds what its disk spoilt when it reads that; as text it has to read all of a row
                for table in inspect(connection).get_table_names():
                    connection.execute(select(func.count(text("whole::text"))).select_from(text(f'"{table}" AS whole')))

    def _translated(self) -> contextlib.AbstractContextManager[None]:
        return translated(self.url)


def revision_of(url: URL) -> str:
    """Tell at which revision a database's tables are.

    Raises:
        StoreError: It is missing, failed, is another program's (``database-foreign``) or a newer one's
            (``database-new``).
    """
    _check_there(url)
    database = Database(url)
    try:
        with database.reading() as session:
            found = migrations.current(session.connection())
    finally:
        database.close()
    return _check_revision(url, found, migrations.revisions())


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
    engine = engines.make(url, foreign_keys=False)
    try:
        with (
            translated(url),
            engine.execution_options(**{engines.MODE: engines.WRITE}).begin() as connection,
        ):
            before = migrations.current(connection)
            if before is not None or migrations.is_used(connection):
                _check_revision(url, before, migrations.revisions())
            migrations.upgrade(connection)
            if engines.is_file(url) and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise StoreError("database-damaged")
    finally:
        engine.dispose()
    return before, migrations.revisions()[-1]


@contextlib.contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn what the database at ``url`` says into a ``StoreError``."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        # SQLAlchemy's text quotes statements and parameters, which here are sealed, and still nobody's business
        raise _in_words(url, error) from None


def _in_words(url: URL, error: Exception) -> StoreError:
    kind, state = type(error).__name__, _state(error)
    if state in _SERVER_CODES:
        return StoreError(_SERVER_CODES[state], path=engines.name(url))
    if not state and not engines.is_file(url) and isinstance(error, (InterfaceError, OSError)):
        return StoreError("database-unreachable", path=engines.name(url))
    return StoreError("database-failed", kind=f"{kind} {state}".rstrip())


def _state(error: BaseException | None) -> str:
    """Find PostgreSQL's SQLSTATE: the driver may have failed once more while it closed the connection."""
    if isinstance(error, DBAPIError):
        error = error.orig
    while error is not None:
        if error.args and isinstance(error.args[0], dict):
            return str(error.args[0].get("C", ""))  # of the other fields, some quote the row
        error = error.__context__
    return ""


def _check_there(url: URL) -> None:
    if engines.is_file(url) and not Path(engines.name(url)).is_file():
        raise StoreError("database-missing", path=engines.name(url))


def _check_revision(url: URL, found: str | None, accepted: Sequence[str]) -> str:
    if found is None:
        raise StoreError("database-foreign", path=engines.name(url))
    if found not in accepted:
        known = found in migrations.revisions()
        raise StoreError("database-old" if known else "database-new", path=engines.name(url))
    return found
