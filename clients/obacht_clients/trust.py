"""Which descriptor and which head are in force: only what the pinned keys signed, and never older than seen before."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from obacht_clients.errors import HomeError, TrustError
from obacht_clients.home import Home, Pins
from obacht_clients.transport import Clock, Transport
from obacht_protocol import notes
from obacht_protocol.descriptor import Descriptor, Epoch
from obacht_protocol.errors import DescriptorError, HeadError, NoteError
from obacht_protocol.head import CLOCK_TOLERANCE, MAX_LENGTH, Head
from obacht_protocol.notes import VerifyKey

DESCRIPTOR_PATH: Final = "/v1/descriptor"
HEAD_PATH: Final = "/v1/register/head"

Read = Callable[[str], bytes | None]


class Trust:
    """What this client holds to be true, kept in its home.

    Attributes:
        descriptor: The newest one seen, verified.
    """

    def __init__(self, home: Home, transport: Transport, clock: Clock) -> None:
        """Read and verify what the home holds.

        Raises:
            HomeError: It cannot be read, or is not what this class once wrote.
        """
        self._home = home
        self._transport = transport
        self._clock = clock
        self._note = self._digest = b""
        self._verified_head: tuple[bytes, VerifyKey, Head] | None = None
        self.descriptor = self._load()

    async def current(self) -> Head:
        """Fetch the head in force, and before it a newer descriptor if the head calls for one.

        Raises:
            TransportError: The matcher could not be asked.
            TrustError: What it gave is not signed, not current, older than seen before, or of another deployment.
            HomeError: The home cannot be read or written.
        """
        try:
            return await self._fetch()
        except TrustError as error:
            if error.reason != "head-order":
                raise
        # Another process on this machine may have seen a newer head since this one was sent.
        return await self._fetch()

    def epoch(self, head: Head) -> Epoch:
        """Give the epoch of the register behind ``head``; ``TrustError`` if it is unknown or not in force."""
        epoch = next((epoch for epoch in self.descriptor.epochs if epoch.number == head.epoch), None)
        if epoch is None:
            raise TrustError("head-epoch")
        if not epoch.begins - CLOCK_TOLERANCE <= self._clock() < epoch.ends:
            raise self._outdated("epoch")
        return epoch

    async def _fetch(self) -> Head:
        self.descriptor = self._load()
        note = await self._transport.get(self.descriptor.matcher, HEAD_PATH, limit=MAX_LENGTH)
        if not self._fits(note) or self._clock() >= self.descriptor.expires:
            await self._renew()
        return self._accept(note)

    def _load(self) -> Descriptor:
        """Read the home's descriptor, which another process may have renewed."""
        note = self._home.read("descriptor")
        if self._note and note == self._note:
            return self.descriptor
        pins = self._home.pins()
        try:
            descriptor = Descriptor.verify(note or b"", pins.office, pins.auditor)
        except (NoteError, DescriptorError) as error:
            raise HomeError("home-broken") from error
        if descriptor.deployment != pins.deployment:
            raise HomeError("home-broken")
        self._note = note or b""
        self._digest = notes.digest(self._note)
        return descriptor

    def _fits(self, note: bytes) -> bool:
        """Tell whether a head needs no other descriptor than ours to be judged by."""
        try:
            head = self._verify(note)
        except TrustError:
            return False
        return self._is_covered(head)

    def _is_covered(self, head: Head) -> bool:
        # The head is renewed by the hour, so for a while it names the descriptor before a new one.
        return head.descriptor in {self._digest, self.descriptor.previous}

    def _verify(self, note: bytes) -> Head:
        key = self.descriptor.head
        if self._verified_head is not None and self._verified_head[:2] == (note, key):
            return self._verified_head[2]
        try:
            head = Head.verify(note, key)
        except NoteError as error:
            raise TrustError("head-signature") from error
        except HeadError as error:
            raise TrustError("head-form") from error
        if head.deployment != self.descriptor.deployment:
            raise TrustError("head-deployment")
        self._verified_head = note, key, head
        return head

    async def _renew(self) -> None:
        """Fetch the descriptor, and keep it if it is a lawful successor of ours."""
        note = await self._transport.get(self.descriptor.matcher, DESCRIPTOR_PATH, limit=notes.MAX_NOTE_LENGTH)
        pins = self._home.pins()
        descriptor = verify_descriptor(note, pins)
        if notes.digest(note) != self._digest:
            self._home.update(lambda read: _succession(read, note, descriptor, pins))
            self.descriptor = self._load()
        self._check_expiry()

    def _check_expiry(self) -> None:
        if self._clock() >= self.descriptor.expires:
            raise self._outdated("descriptor-expired")

    def _accept(self, note: bytes) -> Head:
        """Check a head against the descriptor, the clock and what was seen, and remember it."""
        head = self._verify(note)
        self._check_expiry()
        if not self._is_covered(head):
            raise TrustError("head-descriptor")
        try:
            head.check_current(self._clock())
        except HeadError as error:
            raise self._outdated("head-expired" if self._clock() >= head.expires else "clock") from error
        if self._home.read("head") != note:
            self._home.update(lambda read: _advance(read, note, head, self.descriptor.head))
        return head

    def _outdated(self, reason: str) -> TrustError:
        return TrustError("clock" if self._transport.clock_is_off else reason)


def verify_descriptor(note: bytes, pins: Pins) -> Descriptor:
    """Check that both pinned keys signed a descriptor, and that it is this deployment's.

    Raises:
        TrustError: ``descriptor-signature``, ``descriptor-form`` or ``descriptor-deployment``.
    """
    try:
        descriptor = Descriptor.verify(note, pins.office, pins.auditor)
    except NoteError as error:
        raise TrustError("descriptor-signature") from error
    except DescriptorError as error:
        raise TrustError("descriptor-form") from error
    if descriptor.deployment != pins.deployment:
        raise TrustError("descriptor-deployment")
    return descriptor


def first_records(note: bytes, pins: Pins) -> dict[str, bytes]:
    """Give what a new home holds, for a descriptor that :func:`verify_descriptor` accepted."""
    return {"pins": pins.encode(), "descriptor": note}


def _succession(read: Read, note: bytes, descriptor: Descriptor, pins: Pins) -> Mapping[str, bytes]:
    if read("pins") != pins.encode():
        raise TrustError("descriptor-order")  # another process has just followed a change of roots
    kept = read("descriptor") or b""
    try:
        if notes.digest(kept) == notes.digest(note):
            return {}
        descriptor.check_successor(Descriptor.verify(kept, pins.office, pins.auditor), notes.digest(kept))
    except (NoteError, DescriptorError) as error:
        raise TrustError("descriptor-order") from error
    return first_records(note, replace(pins, office=descriptor.office, auditor=descriptor.auditor))


def _advance(read: Read, note: bytes, head: Head, key: VerifyKey) -> Mapping[str, bytes]:
    kept, kept_key = read("head"), read("head-key")
    if kept is not None:
        try:
            previous = Head.verify(kept, VerifyKey.parse((kept_key or b"").decode()))
        except (NoteError, HeadError, UnicodeDecodeError) as error:
            raise HomeError("home-broken") from error
        try:
            head.check_successor(previous)
        except HeadError as error:
            raise TrustError("head-order") from error
    return {"head": note, "head-key": str(key).encode()}
