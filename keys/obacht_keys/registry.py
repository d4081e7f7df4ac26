"""The registry: which departments may ask, and with which devices."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from obacht_keys.errors import RegistryError, StoreError
from obacht_keys.store import open_database
from obacht_protocol.devices import device_id

DEPARTMENT: Final = "department"
OFFICE: Final = "office"
"""The kind of the safety office, which enrols and does not ask."""
MAX_NAME: Final = 100

_SCHEMA: Final = """
CREATE TABLE departments (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('department', 'office')),
    enabled INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    public_key BLOB NOT NULL UNIQUE,
    department INTEGER NOT NULL REFERENCES departments (id),
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Department:
    """A department.

    Attributes:
        id: Its number.
        name: For people.
        kind: :data:`DEPARTMENT` or :data:`OFFICE`.
        enabled: Whether its devices may ask.
    """

    id: int
    name: str
    kind: str
    enabled: bool


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


_DEVICES: Final = """
SELECT d.id, d.public_key, d.label, d.created, d.revoked, p.id, p.name, p.kind, p.enabled
FROM devices AS d JOIN departments AS p ON p.id = d.department
"""


class Registry:
    """The registry's database. Every call reads or writes it anew, so that a change counts at once everywhere."""

    def __init__(self, path: Path, *, patience: float = 5.0) -> None:
        """Open it.

        Args:
            path: Its file, made if it is not there.
            patience: Seconds to wait while another process writes.

        Raises:
            StoreError: It cannot be opened.
        """
        self._connection = open_database(path, _SCHEMA, patience=patience)

    def __enter__(self) -> Self:
        """Give the open registry."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for checks of the file."""
        return self._connection

    def find(self, device: str) -> Device | None:
        """Find a device that was not revoked by its id; ``StoreError`` if the registry stays locked."""
        with _translated():
            row = self._connection.execute(_DEVICES + "WHERE d.id = ? AND d.revoked IS NULL", (device,)).fetchone()
        return None if row is None else _device(row)

    def departments(self) -> list[Department]:
        """List the departments by name."""
        with _translated():
            rows = self._connection.execute("SELECT id, name, kind, enabled FROM departments ORDER BY name").fetchall()
        return [_department(row) for row in rows]

    def devices(self) -> list[Device]:
        """List all devices, the revoked ones too."""
        with _translated():
            rows = self._connection.execute(_DEVICES + "ORDER BY p.name, d.created, d.id").fetchall()
        return [_device(row) for row in rows]

    def add_department(self, name: str, kind: str = DEPARTMENT) -> Department:
        """Add a department, or enable it again; doing it twice changes nothing.

        Raises:
            RegistryError: The name is unusable, or is that of a department of the other kind.
        """
        _check_text(name, "a department's name")
        with self._writing():
            self._connection.execute("INSERT OR IGNORE INTO departments (name, kind) VALUES (?, ?)", (name, kind))
            department = self._department(name)
            if department.kind != kind:
                raise RegistryError(f"{name!r} is registered as {department.kind}, and stays so")
            self._connection.execute("UPDATE departments SET enabled = 1 WHERE id = ?", (department.id,))
            return self._department(name)

    def disable_department(self, name: str) -> Department:
        """Refuse all devices of a department from now on; ``RegistryError`` if it is unknown."""
        with self._writing():
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
        with self._writing():
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
        with self._writing():
            self._connection.execute(
                "UPDATE devices SET revoked = coalesce(revoked, ?) WHERE id = ?", (int(time.time()), device)
            )
            return self._device(device)

    def _department(self, name: str) -> Department:
        row = self._connection.execute(
            "SELECT id, name, kind, enabled FROM departments WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            raise RegistryError(f"no department is called {name!r}; see: obacht-keys department list")
        return _department(row)

    def _device(self, device: str) -> Device:
        row = self._connection.execute(_DEVICES + "WHERE d.id = ?", (device,)).fetchone()
        if row is None:
            raise RegistryError("no such device is registered; see: obacht-keys device list")
        return _device(row)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError("the registry is damaged, or locked by another process") from error


def _check_text(text: str, what: str) -> str:
    if not text or len(text) > MAX_NAME or not text.isprintable():
        raise RegistryError(f"{what} has 1 to {MAX_NAME} printable letters")
    return text


def _department(row: tuple[int, str, str, int]) -> Department:
    number, name, kind, enabled = row
    return Department(number, name, kind, bool(enabled))


def _device(row: tuple[str, bytes, str, int, int | None, int, str, str, int]) -> Device:
    device, public_key, label, created, revoked, *department = row
    return Device(device, public_key, _department(tuple(department)), label, created, revoked)  # type: ignore[arg-type] # four columns
