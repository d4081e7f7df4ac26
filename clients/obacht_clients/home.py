"""What this client keeps on disk: whom it trusts, and the newest descriptor and head it has seen.

All of it stands in one small SQLite file, so that a killed process leaves the old state or the new one, and several
processes cannot make each other forget: whoever writes first looks, inside the same transaction, at what is there.
A file that cannot be read is never taken for a fresh start, because a fresh start would accept an old register.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import platformdirs

from obacht_clients.errors import HomeError
from obacht_protocol.encoding import canonical_json, parse_canonical_json
from obacht_protocol.errors import ProtocolError
from obacht_protocol.notes import VerifyKey

_FILE: Final = "trust.sqlite"
_BUSY: Final = 10.0
"""Seconds to wait for another process that writes."""
_TYPE: Final = "obacht/v1/client"


@dataclass(frozen=True, slots=True)
class Pins:
    """What was given by hand when the client was set up, and changes only by a doubly signed descriptor.

    Attributes:
        deployment: Whose client this is.
        office: The safety office's verify key.
        auditor: The auditor's verify key.
        proxy: URL of the proxy to go through, or empty. Never taken from the environment: a variable must not be able
            to lead a town's questions elsewhere.
    """

    deployment: str
    office: VerifyKey
    auditor: VerifyKey
    proxy: str = ""

    def encode(self) -> bytes:
        """Give the canonical JSON."""
        fields = {"deployment": self.deployment, "proxy": self.proxy, "type": _TYPE}
        return canonical_json(fields | {"office": str(self.office), "auditor": str(self.auditor)})

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what :meth:`encode` gave; ``HomeError`` (``home-broken``) otherwise."""
        try:
            value = parse_canonical_json(data)
            office, auditor = VerifyKey.parse(value["office"]), VerifyKey.parse(value["auditor"])
            pins = cls(value["deployment"], office, auditor, value["proxy"])
        except (ProtocolError, TypeError, KeyError, AttributeError) as error:
            raise HomeError("home-broken") from error
        if pins.encode() != data:
            raise HomeError("home-broken")
        return pins


def default_home() -> Path:
    """Give the folder of this user where clients keep their state, in the place where the system wants it."""
    return Path(platformdirs.user_data_dir("obacht", appauthor=False))


class Home:
    """The folder of one client, open. Its records: ``pins``, ``descriptor``, ``head``, ``head-key``, ``canary``."""

    def __init__(self, path: Path) -> None:
        """Open an existing home.

        Raises:
            HomeError: ``home-missing`` or ``home-broken``.
        """
        self.path = path
        file = path.absolute() / _FILE
        if not file.is_file():
            raise HomeError("home-missing")
        self._lock = threading.Lock()
        with _translated():
            # The sync face of the library opens in one thread and works in another; the lock keeps them apart.
            self._database = sqlite3.connect(
                file.as_uri() + "?mode=rw", uri=True, timeout=_BUSY, isolation_level=None, check_same_thread=False
            )
            try:
                self._database.execute("SELECT name FROM record LIMIT 1").fetchall()
            except BaseException:
                self._database.close()
                raise

    @classmethod
    def create(cls, path: Path, records: Mapping[str, bytes]) -> Self:
        """Make a home with these records, or open the one that is there, whatever it holds.

        Raises:
            HomeError: ``home-full`` (the folder cannot be written) or ``home-broken``.
        """
        make_folder(path)
        with _translated():
            database = sqlite3.connect(path / _FILE, timeout=_BUSY, isolation_level=None)
            try:
                database.execute("BEGIN IMMEDIATE")
                if not database.execute("SELECT name FROM sqlite_schema WHERE name = 'record'").fetchall():
                    database.execute("CREATE TABLE record (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
                    database.executemany("INSERT INTO record VALUES (?, ?)", list(records.items()))
                database.execute("COMMIT")
            finally:
                database.close()
        return cls(path)

    @property
    def registers(self) -> Path:
        """The folder for copies of registers."""
        return self.path / "registers"

    @property
    def device_key(self) -> Path:
        """The file of the device's key."""
        return self.path / "device.key"

    def read(self, name: str) -> bytes | None:
        """Give a record, or None; ``HomeError`` if that cannot be told."""
        with self._lock, _translated():
            return self._read(name)

    def pins(self) -> Pins:
        """Give what is pinned; ``HomeError`` if it cannot be read."""
        return Pins.parse(self.read("pins") or b"")

    def update(self, change: Callable[[Callable[[str], bytes | None]], Mapping[str, bytes]]) -> None:
        """Change records in one transaction that no other process can come between.

        Args:
            change: Is given a function that reads records, and returns what to write; what it raises leaves all as it
                was.

        Raises:
            HomeError: ``home-broken`` or ``home-full``.
        """
        with self._lock, _translated():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                records = change(self._read)
                self._database.executemany("INSERT OR REPLACE INTO record VALUES (?, ?)", list(records.items()))
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    def _read(self, name: str) -> bytes | None:
        row = self._database.execute("SELECT value FROM record WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        if not isinstance(row[0], bytes):
            raise HomeError("home-broken")
        return row[0]


def make_folder(path: Path) -> None:
    """Make a folder that only its owner may enter, where the system has such rights.

    Raises:
        HomeError: ``home-full``.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeError("home-full") from error


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        # A DatabaseError made by the sqlite3 module itself carries no code; the low byte is SQLite's primary code.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        raise HomeError(_REASONS.get(code, "home-broken")) from error


_REASONS: Final = {
    sqlite3.SQLITE_BUSY: "home-busy",
    sqlite3.SQLITE_FULL: "home-full",
    sqlite3.SQLITE_READONLY: "home-full",
    sqlite3.SQLITE_IOERR: "home-full",
    sqlite3.SQLITE_CANTOPEN: "home-full",
}
