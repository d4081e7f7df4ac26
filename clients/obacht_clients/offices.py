"""Asking the key offices: blinded questions out, verified answers back, and nothing used before it is verified."""

import asyncio
import os
from collections.abc import Sequence
from typing import Final

from obacht_clients.errors import OfficeError
from obacht_clients.transport import Transport
from obacht_protocol import oprf, threshold
from obacht_protocol.descriptor import Descriptor, Epoch, KeyOffice
from obacht_protocol.errors import MessageError, ProtocolError
from obacht_protocol.messages import MAX_RESPONSE_LENGTH, QUESTION_LENGTH, EvaluationRequest, EvaluationResponse

PATH: Final = "/v1/evaluations"


class Offices:
    """The key offices of one epoch, asked together."""

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

    async def evaluate(self, inputs: Sequence[bytes], *, purpose: str, user: bytes) -> list[bytes]:
        """Evaluate the OPRF: the offices see neither the inputs nor the outputs.

        Args:
            inputs: Encoded match keys: 4 for every person, at most 160; or 1 to 512 for an enrolment.
            purpose: Identifier of a purpose of the descriptor, or :data:`obacht_protocol.messages.ENROLMENT`.
            user: Pseudonym of who asks, 16 bytes.

        Returns:
            One output of 64 bytes for every input, in order.

        Raises:
            TransportError: An office could not be asked, or refused.
            OfficeError: An office's answer is malformed or to another question (``office-answer``), was not logged
                where it must be (``office-log``), or was not made with its key share (``office-proof``).
        """
        blinded = [oprf.blind(data) for data in inputs]
        blinds, elements = [blind for blind, _ in blinded], [element for _, element in blinded]
        question = EvaluationRequest(
            question=os.urandom(QUESTION_LENGTH),
            epoch=self._epoch.number,
            elements=tuple(elements),
            purpose=purpose,
            user=user,
        )
        answers = await self._answers(question)
        try:
            return threshold.finalize(
                list(inputs), blinds, elements, answers, shares=self._epoch.shares, threshold=self._epoch.threshold
            )
        except ProtocolError as error:
            raise OfficeError("office-proof") from error

    async def _answers(self, question: EvaluationRequest) -> dict[int, threshold.Answer]:
        """Ask as many offices as are needed, all at once."""
        asked = self._offices[: self._epoch.threshold]
        # Every one is waited for, so that none is left running when the first has failed.
        outcomes = await asyncio.gather(*(self._ask(office, question) for office in asked), return_exceptions=True)
        answers = {}
        for office, outcome in zip(asked, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                raise outcome
            answers[office.index] = outcome
        return answers

    async def _ask(self, office: KeyOffice, question: EvaluationRequest) -> threshold.Answer:
        body = await self._transport.post(office.url, PATH, question.encode(), limit=MAX_RESPONSE_LENGTH)
        try:
            response = EvaluationResponse.parse(body)
        except MessageError as error:
            raise OfficeError("office-answer") from error
        same = (response.question, response.epoch) == (question.question, question.epoch)
        if not same or len(response.evaluated) != len(question.elements):
            raise OfficeError("office-answer")
        if office.log and not response.logged:
            raise OfficeError("office-log")
        return threshold.Answer(list(response.evaluated), response.proof)
