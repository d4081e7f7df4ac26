"""From match keys to what the register says about them: ask, stretch, look up, compare."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, Self

from obacht_clients.answers import AddressMatch, Finding, PersonMatch, Tier
from obacht_clients.errors import StretchError
from obacht_clients.given_name_forms import other_forms
from obacht_clients.offices import Blinded, Offices, blind
from obacht_clients.receipts import Sealing
from obacht_clients.registers import Copy
from obacht_protocol import errors as protocol
from obacht_protocol import matching, sketch, stretch
from obacht_protocol.descriptor import Descriptor, Epoch
from obacht_protocol.identity import Address, Person
from obacht_protocol.matching import Question
from obacht_protocol.messages import KEYS_PER_PERSON
from obacht_protocol.receipts import NONCE_LENGTH
from obacht_protocol.rows import Entry
from obacht_protocol.sketch import Grade
from obacht_protocol.stretch import StretchSet

Progress = Callable[[int, int], object]
"""Takes how many persons of a question are done, and how many there are."""

_ADDRESS_KEYS: Final[tuple[AddressMatch | None, ...]] = (
    AddressMatch("exact"), AddressMatch("building"), AddressMatch("sound"), None,
)  # fmt: skip
"""What a hit under each of a question's four keys says; the fourth is a dummy."""


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """One person's or address's part of a question. It does not show its content when printed.

    Attributes:
        subject: Whom or what it is about.
        nonce: What the dummy keys are made of, 16 bytes.
        keys: The four match keys.
        reference: The file's reference, for the receipt.
    """

    subject: Person | Address
    nonce: bytes
    keys: Question
    reference: str = ""

    @classmethod
    def about(cls, subject: Person | Address, reference: str = "") -> Self:
        """Make the match keys; ``IdentityError`` if there cannot be any."""
        nonce = os.urandom(NONCE_LENGTH)
        if isinstance(subject, Address):
            return cls(subject, nonce, matching.address_question_keys(subject, nonce), reference)
        return cls(subject, nonce, matching.question_keys(subject, nonce), reference)


class Stretcher:
    """Threads that stretch and blind: both leave the interpreter free, so as many run at once as there are cores."""

    def __init__(self) -> None:
        """Start none yet. No question has more than four keys to stretch, and each takes its memory."""
        self._count = min(4, os.cpu_count() or 1)
        self._threads = ThreadPoolExecutor(self._count, "obacht-stretch")

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(cancel_futures=True)

    def blind(self, parts: Sequence[Part], deployment: str) -> asyncio.Future[Blinded]:
        """Begin to blind the match keys of a question, while its head is on the way."""
        inputs = encoded(parts, deployment)
        return asyncio.get_running_loop().run_in_executor(self._threads, blind, inputs)

    async def stretch(self, outputs: Sequence[bytes], parameters: StretchSet) -> list[bytes]:
        """Stretch outputs (64 bytes each) into ``prk`` values (64 bytes each).

        Raises:
            StretchError: ``memory``: there is not enough.
        """

        def work(share: Sequence[bytes]) -> list[bytes]:
            return [stretch.stretch(output, parameters) for output in share]

        loop = asyncio.get_running_loop()
        shares = [outputs[first :: self._count] for first in range(min(self._count, len(outputs)))]
        try:
            done = await asyncio.gather(*(loop.run_in_executor(self._threads, work, share) for share in shares))
        except protocol.StretchError as error:
            raise StretchError("memory") from error
        return [done[place % self._count][place // self._count] for place in range(len(outputs))]


@dataclass(frozen=True, slots=True)
class Asking:
    """On whose behalf, of whom and why is asked.

    Attributes:
        descriptor: Verified and in force.
        epoch: One of its epochs.
        offices: That epoch's key offices.
        stretcher: Stretches what they answer.
        purpose: Identifier of a purpose.
        user: Pseudonym of who asks, 16 bytes.
        now: Unix seconds.
        reason: Why it may go over its quota; empty if it may not.
    """

    descriptor: Descriptor
    epoch: Epoch
    offices: Offices
    stretcher: Stretcher
    purpose: str
    user: bytes
    now: int
    reason: str = ""

    async def derive(
        self, parts: Sequence[Part], progress: Progress | None = None, blinded: Blinded | None = None
    ) -> list[bytes]:
        """Turn match keys into their ``prk`` values (64 bytes each), with the help of the key offices.

        Args:
            parts: Of one question, in one request.
            progress: Called on the event loop after each person's keys are stretched.
            blinded: What :meth:`Stretcher.blind` gave for them.

        Raises:
            IdentityError: What was typed does not fit into a receipt; nothing was asked.
            TrustError: There is no key for receipts this month (``receipt-key``); nothing was asked.
            TransportError: Too few key offices could be asked, or refused.
            OfficeError: Too few answers are to be used.
            StretchError: There is not enough memory.
        """
        inputs = encoded(parts, self.descriptor.deployment)
        facts = self.epoch.number, self.now, self.purpose, self.user, self.reason
        sealing = Sealing.of(self.descriptor, *facts)
        about = [(part.subject, part.nonce, part.reference) for part in parts]
        outputs = await self.offices.evaluate(
            inputs,
            purpose=self.purpose,
            user=self.user,
            urgent=bool(self.reason),
            seal=None if sealing is None else partial(sealing.seal, about=about),
            blinded=blinded,
        )
        parameters = stretch.by_name(self.epoch.stretch)
        prks: list[bytes] = []
        for first in range(0, len(outputs), KEYS_PER_PERSON):
            prks += await self.stretcher.stretch(outputs[first : first + KEYS_PER_PERSON], parameters)
            if progress is not None:
                progress(len(prks) // KEYS_PER_PERSON, len(outputs) // KEYS_PER_PERSON)
        return prks


def encoded(parts: Sequence[Part], deployment: str) -> list[bytes]:
    """Give the match keys of all parts in their order, as they go into the OPRF."""
    return [key.encode(deployment.encode()) for part in parts for key in part.keys]


def look_up(
    subject: Person | Address, prks: Sequence[bytes], copy: Copy, asking: Asking, now: int
) -> Iterator[Finding]:
    """Find all rows that are about ``subject`` and still valid.

    Args:
        subject: Whom or what was asked about.
        prks: Of the question's four keys in their order, 64 bytes each.
        copy: The register.
        asking: By its descriptor and epoch the rows are read: contacts, decision rule.
        now: Unix seconds.

    Raises:
        RegisterError: A row cannot be opened.
    """
    descriptor, epoch = asking.descriptor, asking.epoch
    for prk, meaning in zip(prks, _ADDRESS_KEYS, strict=True):
        for entry, entry_key in copy.entries(prk):
            # Persons and addresses never meet under one key; a row that says otherwise is not about what was typed.
            if entry.valid_until <= now or entry.address != isinstance(subject, Address):
                continue
            if isinstance(subject, Person):
                grade = _grade(subject, entry, entry_key, epoch)
                if grade.tier is None or grade.birth_date is None or grade.names is None:
                    continue
                yield _finding(entry, descriptor, grade.tier, PersonMatch(grade.birth_date, grade.names))
            elif meaning is not None:
                yield _finding(entry, descriptor, "strong" if meaning.address == "exact" else "possible", meaning)


def _grade(person: Person, entry: Entry, entry_key: bytes, epoch: Epoch) -> Grade:
    """Compare with the names as typed, and where that is no strong match, with the given name's other forms too."""
    compare = partial(sketch.grade, person, entry.sketch, entry_key, strong=epoch.strong, possible=epoch.possible)
    grade = compare()
    if grade.tier == "strong" or grade.score < 0:  # other forms could not better it, nor mend the birth date
        return grade
    return compare(other_given_names=other_forms(person.given_names))


def _finding(entry: Entry, descriptor: Descriptor, tier: Tier, matched: PersonMatch | AddressMatch) -> Finding:
    return Finding(
        level=entry.level,
        tier=tier,
        # A number that the descriptor does not know must not hide the entry: whoever answers first can pass it on.
        contact=descriptor.contact(entry.contact) or descriptor.contacts[0],
        valid_until=entry.valid_until,
        reference=entry.reference.hex(),
        matched=matched,
        several=entry.several,
    )
