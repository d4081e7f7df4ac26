"""Where the auditor gets a key office's log from: the office itself, or a folder in which it was saved before."""

from pathlib import Path
from typing import Final, Protocol

from obacht_clients.errors import AuditError
from obacht_clients.home import make_folder
from obacht_clients.transport import Transport
from obacht_protocol.checkpoints import MAX_PROOF
from obacht_protocol.descriptor import KeyOffice
from obacht_protocol.encoding import prefixed
from obacht_protocol.entries import MAX_DETAILS, SALT_LENGTH
from obacht_protocol.merkle import HASH_LENGTH
from obacht_protocol.notes import MAX_NOTE_LENGTH

MAX_LEAVES: Final = 1024
MAX_ENTRIES: Final = 256
_MAX_ANSWER: Final = 2 * 1024 * 1024 + MAX_DETAILS
_CHECKPOINT, _LEAVES, _ENTRIES = "checkpoint", "leaves", "entries"


class Source(Protocol):
    """One log. Every method raises ``ClientError`` if the log cannot be read."""

    async def checkpoint(self) -> bytes:
        """Give the newest checkpoint's note."""

    async def leaves(self, begin: int, end: int) -> bytes:
        """Give leaf hashes, 32 bytes each, one after the other: at most 1,024."""

    async def entries(self, begin: int, end: int) -> list[bytes]:
        """Give entries from ``begin`` on, at least one and none from ``end`` on: salt and details, or nothing."""


class Office:
    """A log as its office gives it out; the transport's device must be one of an auditor's."""

    def __init__(self, transport: Transport, office: KeyOffice) -> None:
        """Ask nothing yet."""
        self._transport = transport
        self._origin = office.url

    async def checkpoint(self) -> bytes:
        """Fetch it."""
        return await self._transport.get(self._origin, "/v1/log/checkpoint", limit=MAX_NOTE_LENGTH)

    async def leaves(self, begin: int, end: int) -> bytes:
        """Fetch them."""
        end = min(end, begin + MAX_LEAVES)
        return await self._transport.get(self._origin, f"/v1/log/leaves/{begin}/{end}", limit=HASH_LENGTH * MAX_LEAVES)

    async def consistency(self, old: int, new: int) -> bytes:
        """Fetch the proof that the log's tree of one size goes on from a smaller one, 32 bytes for each hash."""
        return await self._transport.get(
            self._origin, f"/v1/log/consistency/{old}/{new}", limit=HASH_LENGTH * MAX_PROOF
        )

    async def entries(self, begin: int, end: int) -> list[bytes]:
        """Fetch them, signed."""
        end = min(end, begin + MAX_ENTRIES)
        path = f"/v1/log/entries/{begin}/{end}"
        return _split(await self._transport.get_signed(self._origin, path, limit=_MAX_ANSWER), end - begin)


class Folder:
    """A log that was saved."""

    def __init__(self, folder: Path, office: KeyOffice) -> None:
        """Read nothing yet."""
        self._folder = folder / str(office.index)
        self._places = [0]

    async def checkpoint(self) -> bytes:
        """Read it."""
        return self._read(_CHECKPOINT, 0, MAX_NOTE_LENGTH)

    async def leaves(self, begin: int, end: int) -> bytes:
        """Read them."""
        end = min(end, begin + MAX_LEAVES)
        return self._read(_LEAVES, HASH_LENGTH * begin, HASH_LENGTH * (end - begin))

    async def entries(self, begin: int, end: int) -> list[bytes]:
        """Read them; whoever reads from the beginning on reads fastest."""
        while len(self._places) <= begin:
            length = int.from_bytes(self._read(_ENTRIES, self._places[-1], 4), "big")
            self._places.append(self._places[-1] + 4 + length)
        found: list[bytes] = []
        place = self._places[begin]
        for _ in range(begin, min(end, begin + MAX_ENTRIES)):
            head = self._read(_ENTRIES, place, 4)
            length = int.from_bytes(head, "big")
            data = self._read(_ENTRIES, place + 4, length) if length else b""
            if len(head) < 4 or len(data) < length:
                raise AuditError("download")
            found.append(data)
            place += 4 + length
        self._places[begin + 1 :] = []
        self._places += _following(self._places[begin], found)
        return found

    def _read(self, name: str, begin: int, length: int) -> bytes:
        if length > _MAX_ANSWER:
            raise AuditError("download")
        try:
            with (self._folder / name).open("rb") as file:
                file.seek(begin)
                return file.read(length)
        except OSError as error:
            raise AuditError("download") from error


class Saving:
    """A log as another source gives it, saved into a folder on the way, from its first entry to its last."""

    def __init__(self, source: Source, folder: Path, office: KeyOffice) -> None:
        """Make the office's part of the folder, or empty it; ``AuditError`` or ``HomeError`` if that fails."""
        self._source = source
        self._folder = folder / str(office.index)
        make_folder(self._folder)
        for name in (_CHECKPOINT, _LEAVES, _ENTRIES):
            self._write(name, b"", new=True)

    async def checkpoint(self) -> bytes:
        """Give it and save it."""
        return self._write(_CHECKPOINT, await self._source.checkpoint())

    async def leaves(self, begin: int, end: int) -> bytes:
        """Give them and save them."""
        return self._write(_LEAVES, await self._source.leaves(begin, end))

    async def entries(self, begin: int, end: int) -> list[bytes]:
        """Give them and save them."""
        found = await self._source.entries(begin, end)
        self._write(_ENTRIES, prefixed(found, 4))
        return found

    def _write(self, name: str, data: bytes, *, new: bool = False) -> bytes:
        try:
            with (self._folder / name).open("wb" if new else "ab") as file:
                file.write(data)
        except OSError as error:
            raise AuditError("download") from error
        return data


def _split(data: bytes, most: int) -> list[bytes]:
    """Take apart what an office sent; ``AuditError`` if it is not one entry after the other."""
    found, place = [], 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        if place + 4 + length > len(data) or (length and length <= SALT_LENGTH):
            raise AuditError("download")
        found.append(data[place + 4 : place + 4 + length])
        place += 4 + length
    if not 1 <= len(found) <= most:
        raise AuditError("download")
    return found


def _following(place: int, found: list[bytes]) -> list[int]:
    places = []
    for data in found:
        place += 4 + len(data)
        places.append(place)
    return places
