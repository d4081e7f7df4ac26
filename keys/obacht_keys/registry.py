"""The registry: which departments may ask, with which devices and how much."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from obacht_keys.errors import RegistryError, StoreError
from obacht_keys.limits import Limits
from obacht_keys.store import open_database
from obacht_protocol.devices import device_id

DEPARTMENT: Final = "department"
OFFICE: Final = "office"
"""The kind of the safety office, which enrols and does not ask."""
AUDITOR: Final = "auditor"
"""The kind of an auditor, who reads the log's details and does not ask."""
MAX_NAME: Final = 100
_CHANGE_COUNTER: Final = 24
"""Where it stands in the file, in 4 bytes."""
MAX_LIMIT: Final = 1_000_000

_SCHEMA: Final = """
CREATE TABLE departments (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('department', 'office', 'auditor')),
    enabled INTEGER NOT NULL DEFAULT 1,
    user_day INTEGER,
    user_burst INTEGER,
    list_day INTEGER
) STRICT;
CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    public_key BLOB NOT NULL UNIQUE,
    department INTEGER NOT NULL REFERENCES departments (id),
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE limits (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    user_day INTEGER NOT NULL,
    user_burst INTEGER NOT NULL,
    list_day INTEGER NOT NULL
) STRICT;
INSERT INTO limits VALUES (1, {}, {}, {});
CREATE TABLE budgets (epoch INTEGER PRIMARY KEY, keys INTEGER NOT NULL) STRICT;
CREATE TABLE witnesses (witness TEXT PRIMARY KEY, url TEXT NOT NULL) STRICT, WITHOUT ROWID;
""".format(*Limits())


@dataclass(frozen=True, slots=True)
class Department:
    """A department.

    Attributes:
        id: Its number.
        name: For people.
        kind: :data:`DEPARTMENT`, :data:`OFFICE` or :data:`AUDITOR`.
        enabled: Whether its devices may ask.
        limits: What one of its users may ask.
        deployment: What a user may ask whose department has no limits of its own.
    """

    id: int
    name: str
    kind: str
    enabled: bool
    limits: Limits
    deployment: Limits


@dataclass(frozen=True, slots=True)
class Device:
    """A device.

    Attributes:
        id: Made of its public key.
        public_key: Ed25519, 32 bytes.
        department: Whose it is.
        label: For people.
        created: When it was added, Unix seconds.
        revoked: When it was revoked, Unix seconds, or None.
    """

    id: str
    public_key: bytes
    department: Department
    label: str
    created: int
    revoked: int | None


_COLUMNS: Final = """
p.id, p.name, p.kind, p.enabled,
coalesce(p.user_day, l.user_day), coalesce(p.user_burst, l.user_burst), coalesce(p.list_day, l.list_day),
l.user_day, l.user_burst, l.list_day
"""
_DEPARTMENTS: Final = f"SELECT {_COLUMNS} FROM departments AS p CROSS JOIN limits AS l "  # noqa: S608 - the line above
_DEVICES: Final = f"""
SELECT d.id, d.public_key, d.label, d.created, d.revoked, {_COLUMNS}
FROM devices AS d JOIN departments AS p ON p.id = d.department CROSS JOIN limits AS l
"""  # noqa: S608 - the same


class Registry:
    """The registry's database. What it was asked before it knows until anybody writes: a change counts at once."""

    def __init__(self, path: Path, *, patience: float = 5.0) -> None:
        """Open it.

        Args:
            path: Its file, made if it is not there.
            patience: Seconds to wait while another process writes.

        Raises:
            StoreError: It cannot be opened.
        """
        self._connection = open_database(path, _SCHEMA, patience=patience)
        self._path = path
        self._file: int | None = None
        self._state = b""
        self._found: dict[str, Device] = {}

    def __enter__(self) -> Self:
        """Give the open registry."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close it."""
        self._connection.close()
        # Only now: to close any descriptor of a database's file gives up the locks that this process has on it.
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for checks of the file."""
        return self._connection

    def find(self, device: str) -> Device | None:
        """Find a device that was not revoked by its id; ``StoreError`` if the registry stays locked."""
        with translated():
            state = self._changes()
            if state != self._state:
                self._found.clear()
                self._state = state
            found = self._found.get(device)
            if found is not None:
                return found
            row = self._connection.execute(_DEVICES + "WHERE d.id = ? AND d.revoked IS NULL", (device,)).fetchone()
        if row is None:  # and nothing is remembered of ids that anybody can invent
            return None
        return self._found.setdefault(device, _device(row))

    def departments(self) -> list[Department]:
        """List the departments by name."""
        with translated():
            rows = self._connection.execute(_DEPARTMENTS + "ORDER BY p.name").fetchall()
        return [_department(row) for row in rows]

    def department(self, name: str) -> Department:
        """Find a department by its name; ``RegistryError`` if it is unknown."""
        with translated():
            return self._department(name)

    def devices(self) -> list[Device]:
        """List all devices, the revoked ones too."""
        with translated():
            rows = self._connection.execute(_DEVICES + "ORDER BY p.name, d.created, d.id").fetchall()
        return [_device(row) for row in rows]

    def add_department(self, name: str, kind: str = DEPARTMENT) -> Department:
        """Add a department, or enable it again; doing it twice changes nothing.

        Raises:
            RegistryError: The name is unusable, or is that of a department of another kind.
        """
        _check_text(name, "a department's name")
        with self.writing():
            self._connection.execute("INSERT OR IGNORE INTO departments (name, kind) VALUES (?, ?)", (name, kind))
            department = self._department(name)
            if department.kind != kind:
                raise RegistryError(f"{name!r} is registered as {department.kind}, and stays so")
            self._connection.execute("UPDATE departments SET enabled = 1 WHERE id = ?", (department.id,))
            return self._department(name)

    def disable_department(self, name: str) -> Department:
        """Refuse all devices of a department from now on; ``RegistryError`` if it is unknown."""
        with self.writing():
            department = self._department(name)
            self._connection.execute("UPDATE departments SET enabled = 0 WHERE id = ?", (department.id,))
            return self._department(name)

    def add_device(self, department: str, public_key: bytes, label: str) -> Device:
        """Add a device; doing it twice changes nothing.

        Raises:
            RegistryError: The department is unknown, or the device is another's, or was revoked.
        """
        _check_text(label, "a device's label")
        device = device_id(public_key)
        with self.writing():
            owner = self._department(department)
            self._connection.execute(
                "INSERT OR IGNORE INTO devices (id, public_key, department, label, created) VALUES (?, ?, ?, ?, ?)",
                (device, public_key, owner.id, label, int(time.time())),
            )
            added = self._device(device)
            if added.revoked is not None:
                raise RegistryError("this device was revoked; let it make a new key")
            if added.department.id != owner.id:
                raise RegistryError(f"this device is registered for {added.department.name!r}")
            return added

    def revoke_device(self, device: str) -> Device:
        """Refuse a device from now on; ``RegistryError`` if it is unknown."""
        with self.writing():
            self._connection.execute(
                "UPDATE devices SET revoked = coalesce(revoked, ?) WHERE id = ?", (int(time.time()), device)
            )
            return self._device(device)

    def limits(self) -> Limits:
        """Give what a user may ask whose department has no limits of its own."""
        with translated():
            return Limits(*self._connection.execute("SELECT user_day, user_burst, list_day FROM limits").fetchone())

    def set_limits(self, limits: Limits, department: str | None = None) -> None:
        """Say what a user may ask: of a department, or of all that have no limits of their own.

        Raises:
            RegistryError: The department is unknown, or a limit is not from 0 to a million.
        """
        if not all(0 <= limit <= MAX_LIMIT for limit in limits):
            raise RegistryError(f"a limit is from 0 to {MAX_LIMIT:,} persons")
        with self.writing():
            if department is None:
                self._connection.execute("UPDATE limits SET user_day = ?, user_burst = ?, list_day = ?", limits)
            else:
                self._connection.execute(
                    "UPDATE departments SET user_day = ?, user_burst = ?, list_day = ? WHERE id = ?",
                    (*limits, self._department(department).id),
                )

    def released(self, epoch: int) -> int:
        """Give the number of match keys that may be enrolled in an epoch, in all."""
        with translated():
            row = self._connection.execute("SELECT keys FROM budgets WHERE epoch = ?", (epoch,)).fetchone()
        return 0 if row is None else int(row[0])

    def release(self, epoch: int, keys: int) -> int:
        """Release so many match keys more for an epoch, and give how many those are in all."""
        with self.writing():
            self._connection.execute(
                "INSERT INTO budgets VALUES (?, ?) ON CONFLICT DO UPDATE SET keys = keys + excluded.keys", (epoch, keys)
            )
            return int(self._connection.execute("SELECT keys FROM budgets WHERE epoch = ?", (epoch,)).fetchone()[0])

    def _department(self, name: str) -> Department:
        row = self._connection.execute(_DEPARTMENTS + "WHERE p.name = ?", (name,)).fetchone()
        if row is None:
            raise RegistryError(f"no department is called {name!r}; see: obacht-keys department list")
        return _department(row)

    def _device(self, device: str) -> Device:
        row = self._connection.execute(_DEVICES + "WHERE d.id = ?", (device,)).fetchone()
        if row is None:
            raise RegistryError("no such device is registered; see: obacht-keys device list")
        return _device(row)

    def _changes(self) -> bytes:
        """Read the file change counter, which differs once anybody has written (SQLite's file format, section 1.3.7).

        Whoever writes puts it there before his locks are gone, so that a query which follows sees what was written or
        waits for it. ``PRAGMA data_version`` tells the same, by twelve calls of the system in the place of one.
        """
        if self._file is None:
            self._file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        return os.pread(self._file, 4, _CHANGE_COUNTER)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write all of the block or nothing; ``StoreError`` if the registry stays locked."""
        self._found.clear()
        with translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


@contextmanager
def translated() -> Iterator[None]:
    """Give every failure of the database as ``StoreError``."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError("the registry is damaged, or locked by another process") from error


def _check_text(text: str, what: str) -> str:
    if not text or len(text) > MAX_NAME or not text.isprintable():
        raise RegistryError(f"{what} has 1 to {MAX_NAME} printable letters")
    return text


def _department(row: tuple[int, str, str, int, int, int, int, int, int, int]) -> Department:
    number, name, kind, enabled, *limits = row
    return Department(number, name, kind, bool(enabled), Limits(*limits[:3]), Limits(*limits[3:]))


def _device(row: tuple[str, bytes, str, int, int | None, int, str, str, int, int, int, int, int, int, int]) -> Device:
    device, public_key, label, created, revoked, *department = row
    return Device(device, public_key, _department(tuple(department)), label, created, revoked)  # type: ignore[arg-type] # ten columns
