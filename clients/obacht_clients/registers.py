"""This machine's copy of the register: fetched whole, checked whole, kept by its sequence, looked up in place.

A copy is fetched whole so that the matcher learns nothing about who is asked about. The file on disk is trusted no more
than the network: it is checked in full when it arrives, and again when a process opens it.
"""

import asyncio
import mmap
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from obacht_clients.errors import HomeError, RegisterError
from obacht_clients.home import make_folder
from obacht_clients.transport import Transport
from obacht_protocol import register, rows
from obacht_protocol.errors import ProtocolError, RowError
from obacht_protocol.head import Head
from obacht_protocol.merkle import HASH_LENGTH
from obacht_protocol.rows import Entry

_SUFFIX: Final = ".register"
_DRAFT: Final = ".draft"
_ABANDONED: Final = 24 * 3600
"""Seconds after which a draft belongs to no living process."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A register on this machine, checked against its head.

    Attributes:
        head: Which register it is.
        buckets: Its buckets, mapped from the file.
    """

    head: Head
    buckets: tuple[memoryview, ...]

    def entries(self, prk: bytes) -> Iterator[tuple[Entry, bytes]]:
        """Find and open all rows of a match key, with the entry key of each.

        Args:
            prk: The match key's stretched output, 64 bytes.

        Raises:
            RegisterError: ``row``: one stands under the key's tag and cannot be opened, so there is something to say
                about whoever was asked about, and it cannot be read.
        """
        for tag, entry_key in self.head.publication.derive_all(prk):
            row = register.find(self.buckets, self.head.bits, tag)
            if row is None:
                continue
            try:
                yield rows.open_row(self.head.publication, row, tag, entry_key), entry_key
            except RowError as error:
                raise RegisterError("row") from error


class Registers:
    """Fetches registers into a folder, and holds the newest open."""

    def __init__(self, folder: Path, transport: Transport) -> None:
        """Open nothing yet."""
        self._folder = folder
        self._transport = transport
        self._copy: Copy | None = None
        self._lock = asyncio.Lock()

    async def copy(self, head: Head, matcher: str) -> Copy:
        """Give the copy of the register behind ``head``, fetched from ``matcher`` (an origin) if it is not here yet.

        Raises:
            TransportError: It could not be fetched.
            RegisterError: ``register``: what came is not what the head promises.
            HomeError: ``home-full``: it cannot be kept.
        """
        async with self._lock:
            if self._copy is None or self._copy.head.register_facts != head.register_facts:
                self._copy = await self._open(head, matcher)
            # A renewed head is of the same register.
            return Copy(head, self._copy.buckets)

    async def _open(self, head: Head, matcher: str) -> Copy:
        file = self._folder / f"{head.sequence}{_SUFFIX}"
        with suppress(OSError, RegisterError):  # not there, or damaged: a cache is fetched again
            return _checked(file, head)
        make_folder(self._folder)
        draft = self._folder / f"{head.sequence}.{os.urandom(8).hex()}{_DRAFT}"
        try:
            with draft.open("xb") as opened:
                await self._fetch(head, matcher, opened)
            # Checked before it gets its name, so that no other process ever sees a file half written.
            _checked(draft, head)
            with suppress(OSError):  # Windows: another process has put the same there, and has it mapped
                draft.replace(file)
            copy = _checked(file, head)
        except OSError as error:
            raise HomeError("home-full") from error
        finally:
            _remove(draft)
        self._forget_all_but(file)
        return copy

    async def _fetch(self, head: Head, matcher: str, draft: BinaryIO) -> None:
        """Write all buckets behind one another, each behind its proof, as they come from the matcher."""

        def write(piece: bytes) -> None:
            try:
                draft.write(piece)
            except OSError as error:
                raise HomeError("home-full") from error

        for index in range(1 << head.bits):
            path = f"/v1/register/{head.sequence}/buckets/{index}"
            await self._transport.download(matcher, path, write, length=_record_length(head))

    def _forget_all_but(self, file: Path) -> None:
        for other in self._folder.iterdir():
            abandoned = other.suffix == _DRAFT and _age(other) > _ABANDONED
            if abandoned or (other.suffix == _SUFFIX and other != file):
                _remove(other)


def _remove(file: Path) -> None:
    with suppress(OSError):  # Windows: it is mapped by a process, whose next register removes it
        file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return 0.0


def _record_length(head: Head) -> int:
    return HASH_LENGTH * head.bits + head.bucket_length


def _checked(file: Path, head: Head) -> Copy:
    """Map a file and check every byte of it.

    Raises:
        OSError: It is not there, or cannot be read.
        RegisterError: ``register``.
    """
    length = _record_length(head)
    with file.open("rb") as source:
        if os.fstat(source.fileno()).st_size != length << head.bits:
            raise RegisterError("register")
        mapped = memoryview(mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ))
    proofs = HASH_LENGTH * head.bits
    buckets = []
    for index in range(1 << head.bits):
        record = mapped[index * length : (index + 1) * length]
        proof = [bytes(record[place : place + HASH_LENGTH]) for place in range(0, proofs, HASH_LENGTH)]
        try:
            register.check_bucket(
                bytes(record[proofs:]),
                index=index,
                bits=head.bits,
                bucket_rows=head.rows,
                proof=proof,
                root=head.root,
            )
        except ProtocolError as error:
            raise RegisterError("register") from error
        buckets.append(record[proofs:])
    return Copy(head, tuple(buckets))
