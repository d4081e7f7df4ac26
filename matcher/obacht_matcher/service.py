"""What the matcher accepts: only what is signed, current, growing and whole, checked against what is in force."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Self

from obacht_matcher.errors import OvertakenError
from obacht_matcher.publishing import received
from obacht_matcher.settings import Settings
from obacht_matcher.store import Signed, Store, Stored
from obacht_protocol import notes
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import HeadError, NoteError, ProtocolError
from obacht_protocol.head import Head
from obacht_service.errors import RefusalError

Clock = Callable[[], int]
"""Gives Unix seconds."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The descriptor in force.

    Attributes:
        descriptor: Read from the store, where only verified ones lie; clients verify it themselves again.
        digest: Its digest, 32 bytes.
    """

    descriptor: Descriptor
    digest: bytes

    @classmethod
    def read(cls, note: bytes) -> Self:
        """Read what was verified when it came in."""
        return cls(Descriptor.parse(notes.body(note)), notes.digest(note))

    def verify_head(self, note: bytes, now: int) -> Head:
        """Accept a head that is signed with the head key, current, and made for this descriptor and one of its epochs.

        Raises:
            RefusalError: ``note``, ``head`` or ``epoch``.
        """
        try:
            head = Head.verify(note, self.descriptor.head).check_current(now)
        except NoteError as error:
            raise RefusalError("note") from error
        except HeadError as error:
            raise RefusalError("head") from error
        if head.deployment != self.descriptor.deployment or head.descriptor != self.digest:
            raise RefusalError("head")
        if head.epoch not in {epoch.number for epoch in self.descriptor.epochs}:
            raise RefusalError("epoch")
        return head


@dataclass(frozen=True, slots=True)
class Facts:
    """What an operator may want to know; None for what has not been published.

    Attributes:
        descriptor: In force.
        head: In force.
        memory: Bytes that the whole store uses.
    """

    descriptor: Descriptor | None
    head: Head | None
    memory: int


class Matcher:
    """The published register of one deployment.

    All methods raise :class:`obacht_service.errors.RefusalError` for what they refuse, and
    :class:`obacht_matcher.errors.StoreError` when the store does not answer.
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        """Take the store, the settings that pin the roots of trust, and the clock."""
        self._store = store
        self._settings = settings
        self._clock = clock

    async def head(self) -> bytes:
        """Give the head's note."""
        note = await self._store.head()
        if note is None:
            raise RefusalError("no-register")
        return note

    async def descriptor(self) -> bytes:
        """Give the descriptor's note."""
        note = await self._store.descriptor()
        if note is None:
            raise RefusalError("no-descriptor")
        return note

    async def bucket(self, sequence: int, index: int) -> tuple[Stored, AsyncIterator[bytes]]:
        """Find a bucket of the register in force, or of one before it whose grace period is not over."""
        stored = await self._store.register(sequence)
        if stored is None or index >= 1 << stored.bits:
            raise RefusalError("not-found")
        return stored, self._store.bucket(stored, index)

    async def publisher(self) -> bytes:
        """Give the public key of the device that may publish, 32 bytes."""
        return InForce.read(await self.descriptor()).descriptor.publisher

    async def put_descriptor(self, note: bytes) -> None:
        """Put a descriptor in force that both roots of trust signed and that follows the one before."""
        before = await self._store.descriptor()
        in_force = None if before is None else InForce.read(before)
        roots = self._settings if in_force is None else in_force.descriptor
        try:
            descriptor = Descriptor.verify(note, roots.office, roots.auditor).check_current(self._clock())
        except NoteError as error:
            raise RefusalError("note") from error
        except ProtocolError as error:
            raise RefusalError("descriptor") from error
        if descriptor.deployment != self._settings.deployment:
            raise RefusalError("descriptor")
        if in_force is not None:
            try:
                descriptor.check_successor(in_force.descriptor, in_force.digest)
            except ProtocolError as error:
                raise RefusalError("descriptor-order") from error
        try:
            await self._store.describe(b"" if in_force is None else in_force.digest, notes.digest(note), note)
        except OvertakenError as error:
            raise RefusalError(error.code) from error

    async def renew(self, note: bytes) -> None:
        """Put a later head of the same register in force."""
        in_force = await self._current()
        head = in_force.verify_head(note, self._clock())
        before = await self._store.signed_head()
        if before is None:
            raise RefusalError("no-register")
        previous = Head.verify(before.note, notes.VerifyKey.parse(before.signer))
        try:
            head.check_successor(previous)
        except HeadError as error:
            raise RefusalError("sequence") from error
        if head.sequence != previous.sequence or head.issued == previous.issued:
            raise RefusalError("sequence")
        renewed = Signed(note, str(in_force.descriptor.head))
        try:
            await self._store.renew(before, renewed, descriptor=in_force.digest)
        except OvertakenError as error:
            raise RefusalError(error.code) from error

    async def publish(
        self, sequence: int, length: int, pieces: AsyncIterator[bytes], check_hash: Callable[[bytes], object]
    ) -> None:
        """Take a register while it arrives, and put it in force once all of it is there and right.

        Args:
            sequence: Under which it was sent.
            length: Bytes of the body.
            pieces: The body.
            check_hash: Takes the body's SHA-256 and raises if that is not what the device signed.
        """
        in_force = await self._current()
        before = await self._store.signed_head()
        newest = 0 if before is None else Head.verify(before.note, notes.VerifyKey.parse(before.signer)).sequence
        if sequence <= newest:
            raise RefusalError("sequence")

        def accept(note: bytes) -> Head:
            head = in_force.verify_head(note, self._clock())
            if head.sequence != sequence:
                raise RefusalError("sequence")
            return head

        async with received(self._store, length, pieces, accept, check_hash) as new:
            accept(new.note)  # the head may have expired while the buckets came
            signed = Signed(new.note, str(in_force.descriptor.head))
            await self._store.switch(new.stored, signed, descriptor=in_force.digest, proofs=new.proofs)

    async def facts(self) -> Facts:
        """Tell what is in force."""
        note, signed = await self._store.descriptor(), await self._store.signed_head()
        return Facts(
            None if note is None else InForce.read(note).descriptor,
            None if signed is None else Head.verify(signed.note, notes.VerifyKey.parse(signed.signer)),
            await self._store.memory(),
        )

    async def _current(self) -> InForce:
        in_force = InForce.read(await self.descriptor())
        try:
            in_force.descriptor.check_current(self._clock())
        except ProtocolError as error:
            raise RefusalError("descriptor") from error
        return in_force
