"""SQLite in a file and PostgreSQL at a server: how each is reached, and how it begins a transaction."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from obacht_enrollment.errors import SettingsError

MODE: Final = "obacht_mode"
"""Option of a connection: what its transactions are for, which is one of the next two."""
READ: Final = "read"
WRITE: Final = "write"
_BUSY_SECONDS: Final = 60
_WRITERS: Final = 0x6F62616368740001
"""The lock that PostgreSQL's writers queue for; any number that no other program uses in this database."""
_OPTIONS: Final = {"host", "sslmode", "sslrootcert"}
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


def in_file(path: Path) -> URL:
    """Give the address of a SQLite database."""
    return URL.create("sqlite", database=str(path))


def at_server(text: str, password: str | None) -> URL:
    """Give the address of a PostgreSQL database; printed, it does not show the password.

    Args:
        text: ``postgresql://user@host:port/database``, or ``postgresql://user@/database?host=/folder/of/the/socket``;
            in both ``sslmode`` (``verify-full``, the default but on this machine, or ``disable``) and ``sslrootcert``
            as PostgreSQL's own programs take them.
        password: None if the server wants none.

    Raises:
        SettingsError: The address is malformed, or ``storage-password``: it holds a password.
    """
    try:
        url = make_url(text)
        query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    except (ArgumentError, ValueError):
        raise SettingsError("setting", name="storage.url") from None  # what it holds may be secret
    if url.password is not None:
        raise SettingsError("storage-password")
    if (
        url.drivername != "postgresql"
        or not url.username
        or not url.database
        or query.keys() != url.query.keys()
        or not query.keys() <= _OPTIONS
        or bool(url.host) == ("host" in query)
        or not query.get("host", "/").startswith("/")
        or query.get("sslmode", "disable") not in {"disable", "verify-full"}
    ):
        raise SettingsError("setting", name="storage.url")
    return url.set(drivername="postgresql+pg8000", password=password)


def is_file(url: URL) -> bool:
    """Tell whether the database is one of SQLite."""
    return url.get_backend_name() == "sqlite"


def name(url: URL) -> str:
    """Name a database for people: its file, or its address without a password."""
    if is_file(url):
        return str(url.database)
    return URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query).render_as_string()


def make(url: URL, *, foreign_keys: bool = True) -> Engine:
    """Make the way to a database.

    In SQLite as in PostgreSQL, whoever reads sees one moment, and whoever writes begins after the writer before has
    ended, so that what it reads stays true until it ends itself. Nobody waits longer than a minute.

    Args:
        url: Of :func:`in_file` or :func:`at_server`.
        foreign_keys: Whether SQLite checks them. PostgreSQL always does.
    """
    return _sqlite(url, foreign_keys=foreign_keys) if is_file(url) else _postgresql(url)


def _sqlite(url: URL, *, foreign_keys: bool) -> Engine:
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
    # a transaction that will write says so at once: one that finds out later cannot wait, it can only fail
    event.listen(engine, "begin", _beginning({READ: "BEGIN", WRITE: "BEGIN IMMEDIATE"}))
    return engine


def _postgresql(url: URL) -> Engine:
    arguments: dict[str, Any] = {
        "application_name": "obacht-office",
        "startup_params": {"lock_timeout": str(int(_BUSY_SECONDS * 1000))},
        "ssl_context": _tls(url),
        "password": url.password or "",  # where there is none, it is for the server to say that it wants one
    }
    if "host" in url.query:
        arguments["unix_sock"] = f"{url.query['host']}/.s.PGSQL.{url.port or 5432}"
    engine = create_engine(
        url.set(query={}),
        connect_args=arguments,
        hide_parameters=True,
        pool_pre_ping=True,
        insertmanyvalues_page_size=500,
    )
    # The lock comes before the first look: a writer has to see what the writer before it did. A reader that saw one
    # moment may not write, so that it cannot be asked to begin again.
    begin = {
        READ: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
        WRITE: f"SELECT pg_advisory_xact_lock({_WRITERS})",
    }
    event.listen(engine, "begin", _beginning(begin))
    return engine


def _beginning(statements: dict[str, str]) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        statement = statements.get(connection.get_execution_options().get(MODE, ""))
        if statement is not None:
            connection.exec_driver_sql(statement)

    return begin


def _tls(url: URL) -> ssl.SSLContext | bool:
    query = dict(url.query)
    near = "host" in query or url.host in _LOOPBACK
    if query.get("sslmode", "disable" if near else "verify-full") == "disable":
        return False
    try:
        return ssl.create_default_context(cafile=query.get("sslrootcert"))  # type: ignore[arg-type] # one value, by at_server
    except OSError as error:
        raise SettingsError("setting", name="storage.url") from error
