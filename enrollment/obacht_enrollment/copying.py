"""All tables of one database into another, whichever of the two kinds each is: for backups, and for moving house."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, MetaData, Table, cast, func, insert, select, text
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.orm import Session

from obacht_enrollment import engines, migrations
from obacht_enrollment.database import Database, revision_of, translated
from obacht_enrollment.errors import BackupError, StoreError

_CHUNK: Final = 500


def snapshot(url: URL, path: Path) -> str:
    """Write all that a database holds at one moment into a SQLite file; whoever uses the database goes on meanwhile.

    Nothing comes along that was deleted and still stands in the database's free pages.

    Args:
        url: The database, of today's revision or an older one.
        path: Where nothing is, or an empty file.

    Returns:
        The revision of its tables.

    Raises:
        StoreError: The database failed, is damaged, or is none of ours (``database-foreign``).
    """
    if engines.is_file(url):
        _copy_file(Path(engines.name(url)), path)
        return revision_of(engines.in_file(path))
    database = Database(url)
    try:
        with database.reading() as session:
            revision = migrations.current(session.connection())
            if revision is None:
                raise StoreError("database-foreign", path=engines.name(url))
            _export(session, revision, path)
    finally:
        database.close()
    return revision


def fill(source: Path, url: URL) -> None:
    """Put all of a SQLite database of today's revision into another one that has no tables, all of it or nothing.

    Raises:
        StoreError: A database failed.
        BackupError: ``restore-database``: there is something in the other one.
    """
    target, origin = engines.make(url), Database(engines.in_file(source))
    try:
        with (
            translated(url),
            origin.reading() as session,
            target.execution_options(**{engines.MODE: engines.WRITE}).begin() as connection,
        ):
            if migrations.is_used(connection):
                raise BackupError("restore-database", path=engines.name(url))
            migrations.upgrade(connection)
            copy_tables(session.connection(), connection)
    finally:
        target.dispose()
        origin.close()


def copy_tables(source: Connection, target: Connection) -> None:
    """Copy all rows of all tables into the same tables, which are empty, and let their numbers go on where they were.

    Args:
        source: Of the same revision as the target.
        target: In a transaction.
    """
    there = MetaData()
    there.reflect(source)
    here = MetaData()
    here.reflect(target)
    for table in here.sorted_tables:
        if table.name == migrations.TABLE:
            continue
        before = there.tables[table.name]
        # in their order, since a row may refer to one before it
        rows = source.execute(select(before).order_by(*before.primary_key), execution_options={"yield_per": _CHUNK})
        for chunk in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in chunk])
        _go_on_counting(source, target, before, table)


def _copy_file(source: Path, path: Path) -> None:
    # VACUUM and not the online backup, which copies pages unread, with what is damaged and with what was deleted.
    path.touch(0o600)
    with translated(engines.in_file(source)), contextlib.closing(sqlite3.connect(source, timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", (str(path),))


def _export(session: Session, revision: str, path: Path) -> None:
    path.touch(0o600)
    engine = engines.make(engines.in_file(path), foreign_keys=False)
    try:
        with engine.execution_options(**{engines.MODE: engines.WRITE}).begin() as target:
            migrations.upgrade(target, revision)
            copy_tables(session.connection(), target)
    finally:
        engine.dispose()


def _go_on_counting(source: Connection, target: Connection, before: Table, after: Table) -> None:
    """Give no number a second time that was given in the source, even if its row is gone."""
    counter = after.autoincrement_column
    if counter is None:
        return
    most = source.scalar(select(func.max(before.c[counter.name]))) or 0
    counted = max(most, _counted(source, before.name, counter.name))
    if counted and target.dialect.name == "postgresql":
        target.execute(select(func.setval(func.pg_get_serial_sequence(after.name, counter.name), counted)))
    elif counted and _counts(target, after.name):
        row = {"name": after.name, "seq": counted}
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), row)
        target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), row)


def _counted(source: Connection, table: str, column: str) -> int:
    if source.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table, column)
        return source.scalar(select(func.pg_sequence_last_value(cast(sequence, REGCLASS)))) or 0
    if not _counts(source, table):
        return 0
    return source.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table}) or 0


def _counts(connection: Connection, table: str) -> bool:
    """Tell whether SQLite remembers the last number that was given in a table."""
    found = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table})
    return "AUTOINCREMENT" in (found or "")
