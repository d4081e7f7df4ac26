"""From match keys to what the register says about them: ask, stretch, look up, compare."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

from obacht_clients.answers import AddressMatch, Finding, PersonMatch, Tier
from obacht_clients.errors import StretchError
from obacht_clients.given_name_forms import other_forms
from obacht_clients.offices import Offices
from obacht_clients.registers import Copy
from obacht_protocol import errors as protocol
from obacht_protocol import matching, sketch, stretch
from obacht_protocol.descriptor import Descriptor, Epoch
from obacht_protocol.identity import Address, Person
from obacht_protocol.matching import MatchKey
from obacht_protocol.messages import KEYS_PER_PERSON
from obacht_protocol.rows import Entry
from obacht_protocol.sketch import Grade
from obacht_protocol.stretch import StretchSet

Progress = Callable[[int, int], object]
"""Takes how many persons of a question are done, and how many there are."""

NONCE_LENGTH: Final = 16
_ADDRESS_KEYS: Final[tuple[AddressMatch | None, ...]] = (
    AddressMatch("exact"), AddressMatch("building"), AddressMatch("sound"), None,
)  # fmt: skip
"""What a hit under each of a question's four keys says; the fourth is a dummy."""


def keys_of(subject: Person | Address) -> list[MatchKey]:
    """Give the four match keys of a question; ``IdentityError`` if there cannot be any."""
    nonce = os.urandom(NONCE_LENGTH)
    if isinstance(subject, Address):
        return list(matching.address_question_keys(subject, nonce))
    return list(matching.question_keys(subject, nonce))


class Stretcher:
    """Threads that stretch: Argon2id leaves the interpreter free, so as many run at once as there are cores."""

    def __init__(self) -> None:
        """Start none yet. No question has more than four keys to stretch, and each takes its memory."""
        self._count = min(4, os.cpu_count() or 1)
        self._threads = ThreadPoolExecutor(self._count, "obacht-stretch")

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(cancel_futures=True)

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
    """

    descriptor: Descriptor
    epoch: Epoch
    offices: Offices
    stretcher: Stretcher
    purpose: str
    user: bytes

    async def derive(self, keys: Sequence[MatchKey], progress: Progress | None = None) -> list[bytes]:
        """Turn match keys into their ``prk`` values (64 bytes each), with the help of the key offices.

        Args:
            keys: 4 for every person, in one request.
            progress: Called on the event loop after each person's keys are stretched.

        Raises:
            TransportError: Too few key offices could be asked, or refused.
            OfficeError: Too few answers are to be used.
            StretchError: There is not enough memory.
        """
        deployment = self.descriptor.deployment.encode()
        inputs = [key.encode(deployment) for key in keys]
        outputs = await self.offices.evaluate(inputs, purpose=self.purpose, user=self.user)
        parameters = stretch.by_name(self.epoch.stretch)
        prks: list[bytes] = []
        for first in range(0, len(outputs), KEYS_PER_PERSON):
            prks += await self.stretcher.stretch(outputs[first : first + KEYS_PER_PERSON], parameters)
            if progress is not None:
                progress(len(prks) // KEYS_PER_PERSON, len(outputs) // KEYS_PER_PERSON)
        return prks


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
