"""Answering a question: the order of the checks, and the evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from obacht_keys.custody import Custody
from obacht_keys.errors import SettingsError, StoreError
from obacht_keys.log.requests import Asked
from obacht_keys.registry import DEPARTMENT, OFFICE, Device, Registry
from obacht_keys.trust import Trust
from obacht_protocol import group
from obacht_protocol.entries import Logged
from obacht_protocol.errors import GroupError, MessageError
from obacht_protocol.messages import ENROLMENT, KEYS_PER_PERSON, EvaluationRequest, EvaluationResponse
from obacht_service.errors import RefusalError
from obacht_service.signatures import Verified

_RETRY: Final = 1
"""Seconds after which to ask again while a database is locked."""


class Journal(Protocol):
    """The log of questions: all that is written before an answer is given goes through here."""

    async def admit(self, asked: Asked) -> Logged:
        """Put a request on the log durably; ``RefusalError`` where the log or a quota says no."""


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
        registry: Knows what was released for enrolment.
        trust: Knows the purposes that a descriptor has named.
        journal: Where every signed request is written before it is answered.
    """

    custodies: Mapping[int, Custody]
    registry: Registry
    trust: Trust
    journal: Journal

    async def answer(self, device: Device, verified: Verified, body: bytes, now: int) -> bytes:
        """Answer a question whose signature and digest were checked.

        A request counts as used, and stands on the log, also when it is refused.

        Args:
            device: Who signed it.
            verified: What was signed.
            body: The request.
            now: Unix seconds.

        Returns:
            The body of the answer.

        Raises:
            RefusalError: ``replay``; ``department``, or why the content is refused; ``question-used``, ``quota``,
                ``quota-urgent``, ``budget``, ``unavailable``.
        """
        asked = Asked(
            time=now,
            device=device.id,
            public_key=device.public_key,
            department=device.department.name,
            nonce=verified.nonce,
            digest=verified.content_digest,
            signature_base=verified.signature_base,
            signature=verified.signature,
        )
        try:
            request = self._read(device, body, now)
        except (RefusalError, MessageError) as error:
            await self.journal.admit(asked._replace(refused=error.code))
            raise
        logged = await self.journal.admit(self._measured(asked, device, request, body))
        custody = self.custodies.get(request.epoch)
        if custody is None:  # destroyed while this was written down
            raise RefusalError("epoch")
        evaluated, proof = custody.evaluate(request.elements)
        return EvaluationResponse(request.question, request.epoch, tuple(evaluated), proof, logged).encode()

    def _read(self, device: Device, body: bytes, now: int) -> EvaluationRequest:
        if not device.department.enabled:
            raise RefusalError("department")
        request = EvaluationRequest.parse(body)
        if request.epoch not in self.custodies:
            raise RefusalError("epoch")
        try:
            for element in request.elements:
                group.check_element(element)
        except GroupError as error:
            raise RefusalError("element") from error
        if device.department.kind != (OFFICE if request.purpose == ENROLMENT else DEPARTMENT):
            raise RefusalError("purpose")
        if request.purpose != ENROLMENT:
            self._check_purpose(request, now)
        return request

    def _check_purpose(self, request: EvaluationRequest, now: int) -> None:
        try:
            in_force = self.trust.at(now)
        except SettingsError as error:
            raise RefusalError("unavailable", _RETRY) from error
        if in_force is None:
            raise RefusalError("no-descriptor")
        if request.purpose not in in_force.purposes:
            raise RefusalError("purpose")
        # One for each person, or none: the message has that form. Without the auditor's keys nobody could open them.
        if bool(in_force.descriptor.receipts) != bool(request.receipts):
            raise RefusalError("receipts")

    def _measured(self, asked: Asked, device: Device, request: EvaluationRequest, body: bytes) -> Asked:
        """Say what counts: persons of a question against the quotas, match keys of enrolment against the budget."""
        measured = asked._replace(
            body=body, question=request.question, user=request.user, epoch=request.epoch, urgent=request.urgent
        )
        if request.purpose != ENROLMENT:
            limits, deployment = device.department.limits, device.department.deployment
            persons = len(request.elements) // KEYS_PER_PERSON
            return measured._replace(persons=persons, limits=tuple(limits), deployment=tuple(deployment))
        try:
            released = self.registry.released(request.epoch)
        except StoreError as error:
            raise RefusalError("unavailable", _RETRY) from error
        return measured._replace(keys=len(request.elements), released=released)
