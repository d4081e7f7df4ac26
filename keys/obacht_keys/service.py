"""Answering a question: the order of the checks, and the evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from obacht_keys.custody import Custody
from obacht_keys.errors import StoreError
from obacht_keys.registry import OFFICE, Device, Registry
from obacht_protocol import group
from obacht_protocol.errors import GroupError, MessageError
from obacht_protocol.messages import ENROLMENT, EvaluationRequest, EvaluationResponse
from obacht_service.errors import RefusalError

_RETRY: Final = 1
"""Seconds after which to ask again while a database is locked."""


class Journal(Protocol):
    """What makes a request count once: all that is written before an answer is given goes through here."""

    async def use(self, device: str, nonce: bytes, now: int) -> None:
        """Write durably that a device used a nonce; ``RefusalError`` (``replay``, ``unavailable``) otherwise."""


class Asker:
    """Who asks: looked up once, while the signature is checked, in the registry as it is at that moment.

    Attributes:
        device: The device that was found.
    """

    __slots__ = ("_registry", "device")

    def __init__(self, registry: Registry) -> None:
        """Know the registry; nobody is found yet."""
        self._registry = registry
        self.device: Device | None = None

    def key(self, device: str) -> bytes | None:
        """Find a device by its id and give its key (32 bytes), or None if it is unknown or was revoked.

        Raises:
            RefusalError: ``unavailable`` while the registry is locked.
        """
        try:
            self.device = self._registry.find(device)
        except StoreError as error:
            raise RefusalError("unavailable", _RETRY) from error
        return None if self.device is None else self.device.public_key


@dataclass(frozen=True, slots=True)
class Evaluations:
    """The evaluation service of one key office.

    Attributes:
        custodies: The unlocked shares, by epoch.
        journal: Where every signed request is written before it is answered.
    """

    custodies: Mapping[int, Custody]
    journal: Journal

    async def answer(self, device: Device, nonce: bytes, body: bytes, now: int) -> bytes:
        """Answer a question whose signature and digest were checked.

        A request counts as used also when its content is refused, so a replay is told so before anything else is. A
        quota and the log of questions belong into the same step as the nonce.

        Args:
            device: Who signed it.
            nonce: The signature's nonce, 16 bytes.
            body: The request.
            now: Unix seconds.

        Returns:
            The body of the answer.

        Raises:
            RefusalError: ``department``, ``replay``, ``epoch``, ``element``, ``purpose``, ``receipts`` or
                ``unavailable``.
            MessageError: The body is malformed.
        """
        if not device.department.enabled:
            raise RefusalError("department")
        outcome = self._read(device, body)
        await self.journal.use(device.id, nonce, now)
        if isinstance(outcome, Exception):
            raise outcome
        custody = self.custodies.get(outcome.epoch)
        if custody is None:  # destroyed while this was written down
            raise RefusalError("epoch")
        evaluated, proof = custody.evaluate(outcome.elements)
        return EvaluationResponse(outcome.question, outcome.epoch, tuple(evaluated), proof).encode()

    def _read(self, device: Device, body: bytes) -> EvaluationRequest | RefusalError | MessageError:
        try:
            request = EvaluationRequest.parse(body)
        except MessageError as error:
            return error
        if request.epoch not in self.custodies:
            return RefusalError("epoch")
        try:
            for element in request.elements:
                group.check_element(element)
        except GroupError:
            return RefusalError("element")
        if (request.purpose == ENROLMENT) != (device.department.kind == OFFICE):
            return RefusalError("purpose")
        # Nobody could show them later: the office keeps no log that they could stand in.
        return RefusalError("receipts") if request.receipts else request
