"""Deleting keys so that nothing of them stays in the database's files, as far as those can be reached.

SQLite overwrites what it deletes where it is told to, but not what it once copied while it kept its pages in order, and
not its journal. So the whole file is written anew, and the journal, which held the old pages, is overwritten.

PostgreSQL overwrites nothing. So the table is written anew, into another file. What stays, until the server has reused
it and as long as its archive is kept, is the write-ahead log; what stands there is sealed as the table was, under keys
that a new office key makes useless (``obacht-office rekey``).
"""

import contextlib
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import delete, func, insert, inspect, literal, select, update

from obacht_enrollment import engines
from obacht_enrollment.database import Database, translated
from obacht_enrollment.tables import Destruction, Enrolment

_PATIENCE: Final = 60.0
_PRAGMAS: Final = (
    "locking_mode = EXCLUSIVE",  # nobody else may begin a journal while this one is overwritten
    "journal_mode = PERSIST",
    "synchronous = FULL",
    "secure_delete = ON",
    "temp_store = MEMORY",
)


def erase_enrolments(database: Database, kept: Collection[bytes], now: int) -> None:
    """Delete all enrolments but those of some epochs, put that on record, and clean the files.

    Args:
        database: Where they are.
        kept: Ids of the epochs whose enrolments stay, 16 bytes each.
        now: Unix seconds.

    Raises:
        StoreError: The database failed; what was deleted is on record as not ended, and the next call ends it.
    """
    with translated(database.url):
        if engines.is_file(database.url):
            _erase_in_file(Path(engines.name(database.url)), kept, now)
        else:
            _erase_at_server(database, kept, now)


def clean_all(database: Database) -> None:
    """Leave nothing in the files of all that was ever deleted or replaced; ``StoreError`` if the database fails."""
    with translated(database.url):
        if engines.is_file(database.url):
            path = Path(engines.name(database.url))
            with alone(path) as connection:
                clean(connection, path)
        else:
            with database.reading() as session:
                tables = inspect(session.connection()).get_table_names()
            write_anew(database, tables)


def _erase_in_file(path: Path, kept: Collection[bytes], now: int) -> None:
    with alone(path) as connection:
        _delete(connection, kept, now)
        clean(connection, path)
        connection.execute("UPDATE destructions SET ended = ? WHERE ended = 0", (now,))


@contextlib.contextmanager
def alone(path: Path) -> Iterator[sqlite3.Connection]:
    """Work on a SQLite file, while nobody else can."""
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        yield connection
        connection.execute("PRAGMA journal_mode = DELETE")
    finally:
        connection.close()


def clean(connection: sqlite3.Connection, path: Path) -> None:
    """Leave nothing in the files of what was deleted."""
    connection.execute("VACUUM")
    _overwrite(path.with_name(f"{path.name}-journal"))


def _erase_at_server(database: Database, kept: Collection[bytes], now: int) -> None:
    gone = Enrolment.epoch_id.not_in(kept)
    with database.writing() as session:
        counted = select(Enrolment.epoch, func.count(), literal(now), literal(0)).where(gone).group_by(Enrolment.epoch)
        columns = [Destruction.epoch, Destruction.records, Destruction.begun, Destruction.ended]
        session.execute(insert(Destruction).from_select(columns, counted.order_by(Enrolment.epoch)))
        session.execute(delete(Enrolment).where(gone))
    write_anew(database, [Enrolment.__tablename__])
    with database.writing() as session:
        session.execute(update(Destruction).where(Destruction.ended == 0).values(ended=now))


def write_anew(database: Database, tables: Iterable[str]) -> None:
    """Write tables of a PostgreSQL database anew, so that nothing is in their files of what was deleted."""
    engine = engines.make(database.url)
    try:
        # as no transaction, which this statement must not be in
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.exec_driver_sql(f"VACUUM FULL {table}")
    finally:
        engine.dispose()


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
