"""Asking the key offices: blinded questions out, proven answers back, and whoever fails is replaced and named."""

import asyncio
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from obacht_clients.answers import OfficeWarning
from obacht_clients.errors import ClientError, OfficeError
from obacht_clients.transport import Transport
from obacht_protocol import oprf, threshold
from obacht_protocol.descriptor import Descriptor, Epoch, KeyOffice
from obacht_protocol.errors import EntryError, MessageError, ProtocolError
from obacht_protocol.messages import MAX_RESPONSE_LENGTH, QUESTION_LENGTH, EvaluationRequest, EvaluationResponse
from obacht_protocol.notes import VerifyKey

PATH: Final = "/v1/evaluations"
HEDGE_AFTER: Final = 0.3
"""Seconds after which another office is asked beside one that has not answered; and for every element..."""
PER_ELEMENT: Final = 0.001
"""... these seconds more: a long list takes an honest office longer."""

Blinded = Sequence[tuple[bytes, bytes]]
"""Blind (scalar) and blinded element of each input, 32 bytes each."""
Seal = Callable[[bytes, Sequence[bytes]], tuple[bytes, ...]]
"""Takes a question's id and its blinds, and gives the receipts that go with it."""

_LOST: Final = frozenset({"timeout", "interrupted", "refused", "refused-unavailable", "refused-internal"})
"""Reasons that leave it open whether the office has counted the question: asking it again under the same id is free."""
_DUE: Final = frozenset({"refused-quota", "refused-quota-urgent", "refused-budget"})
"""Refusals by which an office does its part: nobody need be told to look after it."""
_CHANCE: Final = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class _Asked:
    """An office that has not answered yet.

    Attributes:
        office: Which one.
        late: When its patience ends, by the loop's clock.
    """

    office: KeyOffice
    late: float


class Offices:
    """The key offices of one epoch, asked together: as many as are needed, and others only in place of those."""

    def __init__(self, transport: Transport, descriptor: Descriptor, epoch: Epoch) -> None:
        """Know whom to ask.

        Args:
            transport: The way to them; its device signs.
            descriptor: Verified; it names the offices.
            epoch: One of its epochs.
        """
        self._transport = transport
        self._epoch = epoch
        self._offices = [descriptor.key_office(index) for index in sorted(epoch.shares)]
        self._warnings: dict[OfficeWarning, None] = {}

    @property
    def warnings(self) -> tuple[OfficeWarning, ...]:
        """What went wrong with which office in all that was asked here so far, in that order, nothing twice."""
        return tuple(self._warnings)

    async def evaluate(
        self,
        inputs: Sequence[bytes],
        *,
        purpose: str,
        user: bytes,
        urgent: bool = False,
        seal: Seal | None = None,
        blinded: Blinded | None = None,
    ) -> list[bytes]:
        """Evaluate the OPRF: the offices see neither the inputs nor the outputs.

        The offices are asked in a new random order every time, which spreads the load and depends on nobody's name.

        Args:
            inputs: Encoded match keys: 4 for every person, at most 160; or 1 to 512 for an enrolment.
            purpose: Identifier of a purpose of the descriptor, or :data:`obacht_protocol.messages.ENROLMENT`.
            user: Pseudonym of who asks, 16 bytes.
            urgent: Whether the question may go over its quota, for a reason that stands in the receipts.
            seal: Makes the receipts; what it raises is passed on, and nothing was asked. None where there are none.
            blinded: The inputs, if they were blinded beforehand; each of them once only.

        Returns:
            One output of 64 bytes for every input, in order.

        Raises:
            TransportError: Too few offices are left: they could not be asked, or refused.
            OfficeError: Too few offices are left: their answers are malformed or to another question
                (``office-answer``), were not logged where they must be (``office-log``), or were not made with their
                key shares (``office-proof``).
        """
        if blinded is None:
            blinded = blind(inputs)
        blinds = [blind for blind, _ in blinded]
        number = os.urandom(QUESTION_LENGTH)
        question = EvaluationRequest(
            question=number,
            epoch=self._epoch.number,
            elements=tuple(element for _, element in blinded),
            purpose=purpose,
            user=user,
            receipts=() if seal is None else seal(number, blinds),
            urgent=urgent,
        )
        pending: dict[asyncio.Task[list[bytes]], _Asked] = {}
        try:
            proven = await self._proven(question, pending)
        finally:
            self._name_slow(pending)
            for task in pending:
                task.cancel()
            # Waited for, so that none goes on unseen and every connection is closed or free again.
            await asyncio.gather(*pending, return_exceptions=True)
        return oprf.unblind(list(inputs), blinds, threshold.combine(proven))

    async def _proven(
        self, question: EvaluationRequest, pending: dict[asyncio.Task[list[bytes]], _Asked]
    ) -> dict[int, list[bytes]]:
        """Ask until as many offices as are needed have proven their answers; whom it leaves waiting is ``pending``.

        An office whose answer was lost is asked once more when no other is left: it counts the question only once.
        """
        loop = asyncio.get_running_loop()
        patience = HEDGE_AFTER + PER_ELEMENT * len(question.elements)
        needed = self._epoch.threshold
        left = in_random_order(self._offices)
        proven: dict[int, list[bytes]] = {}
        errors: dict[int, ClientError] = {}
        lost: list[KeyOffice] = []
        while len(proven) < needed:
            if len(proven) + len(pending) + len(left) < needed:
                left, lost = [*lost, *left], []
            if len(proven) + len(pending) + len(left) < needed:
                raise _most_useful(list(errors.values()))
            now = loop.time()
            prompt = sum(now < asked.late for asked in pending.values())
            while left and len(proven) + prompt < needed:
                office = left.pop()
                pending[loop.create_task(self._ask(office, question))] = _Asked(office, now + patience)
                prompt += 1
            until = min(asked.late for asked in pending.values() if now < asked.late) - now if left else None
            done, _ = await asyncio.wait(pending, timeout=until, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                office = pending.pop(task).office
                try:
                    proven[office.index] = task.result()
                except ClientError as error:
                    if error.reason in _LOST and office.index not in errors:
                        lost.append(office)
                    errors[office.index] = error
                    if error.reason not in _DUE:
                        self._warnings[OfficeWarning(error.reason, office.name)] = None
        return proven

    async def _ask(self, office: KeyOffice, question: EvaluationRequest) -> list[bytes]:
        """Give one office's evaluated elements, proven to be made with its share."""
        body = await self._transport.post(office.url, PATH, question.encode(), limit=MAX_RESPONSE_LENGTH)
        try:
            response = EvaluationResponse.parse(body)
        except MessageError as error:
            raise OfficeError("office-answer") from error
        same = (response.question, response.epoch) == (question.question, question.epoch)
        if not same or len(response.evaluated) != len(question.elements):
            raise OfficeError("office-answer")
        _check_logged(office, response)
        share, elements = self._epoch.shares[office.index], list(question.elements)
        try:
            return oprf.verify_proof(share, elements, list(response.evaluated), response.proof)
        except ProtocolError as error:
            raise OfficeError("office-proof") from error

    def _name_slow(self, pending: dict[asyncio.Task[list[bytes]], _Asked]) -> None:
        now = asyncio.get_running_loop().time()
        for asked in pending.values():
            if asked.late <= now:
                self._warnings[OfficeWarning("office-slow", asked.office.name)] = None


def blind(inputs: Sequence[bytes]) -> Blinded:
    """Blind encoded match keys, each with a blind of its own."""
    return [oprf.blind(data) for data in inputs]


def _check_logged(office: KeyOffice, response: EvaluationResponse) -> None:
    """Refuse an answer without the promise of the office's log, if it keeps one, that the question stands there."""
    if not office.log:
        return
    if response.logged is None:
        raise OfficeError("office-log")
    try:
        response.logged.verify(VerifyKey.parse(office.log), response.question)
    except EntryError as error:
        raise OfficeError("office-log") from error


def in_random_order(offices: Sequence[KeyOffice]) -> list[KeyOffice]:
    """Give the offices in an order of the system's chance; the last is asked first."""
    return _CHANCE.sample(offices, len(offices))


def _most_useful(errors: Sequence[ClientError]) -> ClientError:
    """Choose what most offices failed by; among equals what the asking side can mend, then what somebody must hear."""
    reasons = [error.reason for error in errors]

    def use(error: ClientError) -> tuple[int, bool, bool, int]:
        reason = error.reason
        mendable = reason == "clock" or reason.startswith("refused-")
        return reasons.count(reason), mendable, isinstance(error, OfficeError), error.again or 0

    return max(errors, key=use)
