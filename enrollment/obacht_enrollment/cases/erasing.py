"""Erasing what cases held that are anonymised: their keys first of all, and then the files that the keys lay in."""

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from obacht_enrollment import engines, erasing
from obacht_enrollment.database import Database, translated

_HALF: Final = "state = 'anonymised' AND length(wrapped_key) > 0"
_GONE: Final = f'"case" IN (SELECT number FROM cases WHERE {_HALF})'  # noqa: S608 - a name of ours
_STATEMENTS: Final = (
    ("UPDATE case_events SET detail = {empty}", _GONE),
    ("UPDATE case_looks SET why = {empty}", _GONE),
    ("UPDATE case_exports SET why = {empty}", _GONE),
    ("DELETE FROM case_documents", _GONE),
    ("UPDATE case_requests SET wrapped_key = {empty}, text = {empty}, answer = {empty}", _GONE),
    ("UPDATE case_calls SET wrapped_key = {empty}, content = {empty}", _GONE),
    # what it was made of tells the same: the report, which is sealed to another key
    ("UPDATE reports SET sealed = {empty}", _GONE),
    # a key of one byte: it is gone, and the files are still to be cleaned
    ("UPDATE cases SET wrapped_key = {mark}, content = {empty}, fingerprint = NULL, level = 0", _HALF),
)
_LAST: Final = (("UPDATE cases SET wrapped_key = {empty}", _HALF),)
_TABLES: Final = (
    *("cases", "case_events", "case_looks", "case_exports", "case_documents", "case_requests", "case_calls"),
    "reports",
)
_SQLITE: Final = {"empty": "X''", "mark": "X'00'"}
_POSTGRESQL: Final = {"empty": "''::bytea", "mark": "'\\x00'::bytea"}


def erase_anonymised(database: Database) -> None:
    """Erase what anonymised cases hold, and clean the files. Interrupted, the next call goes on.

    Raises:
        StoreError: The database failed.
    """
    with translated(database.url):
        if engines.is_file(database.url):
            _erase_in_file(Path(engines.name(database.url)))
        else:
            _erase_at_server(database)


def _erase_in_file(path: Path) -> None:
    with erasing.alone(path) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        try:
            for statement in _written(_STATEMENTS, _SQLITE):
                connection.execute(statement)
        except sqlite3.Error:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        erasing.clean(connection, path)
        for statement in _written(_LAST, _SQLITE):
            connection.execute(statement)


def _erase_at_server(database: Database) -> None:
    with database.writing() as session:
        for statement in _written(_STATEMENTS, _POSTGRESQL):
            session.connection().exec_driver_sql(statement)
    erasing.write_anew(database, _TABLES)
    with database.writing() as session:
        for statement in _written(_LAST, _POSTGRESQL):
            session.connection().exec_driver_sql(statement)


def _written(statements: tuple[tuple[str, str], ...], words: Mapping[str, str]) -> Iterator[str]:
    return (f"{statement} WHERE {where}".format(**words) for statement, where in statements)
