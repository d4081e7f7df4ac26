"""The messages of a question: what a client sends to a key office, and what it gets back."""

import re
from dataclasses import dataclass
from typing import Any, Final, Self

from obacht_protocol.encoding import base64url, canonical_json, parse_json, unbase64url
from obacht_protocol.entries import Logged
from obacht_protocol.errors import EncodingError, EntryError, MessageError

TYPE: Final = "obacht/v1/evaluation"
KEYS_PER_PERSON: Final = 4
MAX_PERSONS: Final = 40
ENROLMENT: Final = "enrolment"
"""The purpose that only a safety office's device may name."""
MAX_ENROLMENT_ELEMENTS: Final = 512
QUESTION_LENGTH: Final = 16
USER_LENGTH: Final = 16
RECEIPT_LENGTH: Final = 1024
MAX_REQUEST_LENGTH: Final = 128 * 1024
"""Bytes of an evaluation request at most; enough for 40 persons with their receipts."""
MAX_RESPONSE_LENGTH: Final = 64 * 1024

_ELEMENT_LENGTH: Final = 32
_PROOF_LENGTH: Final = 64
_PURPOSE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_PURPOSE: Final = 40
_REQUEST_FIELDS: Final = frozenset({"type", "question", "epoch", "elements", "purpose", "user", "receipts", "urgent"})
_RESPONSE_FIELDS: Final = frozenset({"type", "question", "epoch", "evaluated", "proof", "logged"})


def check_purpose(purpose: object) -> str:
    """Accept a purpose's identifier: 1 to 40 of a-z, 0-9 and single hyphens between; ``MessageError`` otherwise."""
    if not isinstance(purpose, str) or len(purpose) > _MAX_PURPOSE or not _PURPOSE.fullmatch(purpose):
        raise MessageError("purpose")
    return purpose


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """A question, blinded: the body of ``POST /v1/evaluations``.

    Attributes:
        question: Random id of the question, 16 bytes; the same in a retry and at every key office.
        epoch: Number of the epoch whose key is asked for.
        elements: Blinded match keys, 32 bytes each: 4 for every person, or 1 to 512 for enrolment. Only their form
            is checked here; whether they are group elements is for :func:`obacht_protocol.group.check_element`.
        purpose: Identifier of the purpose.
        user: Pseudonym of the person who asks, 16 bytes.
        receipts: Sealed receipts, 1,024 bytes each: one for every person, or none.
        urgent: Whether it may go over its quota, for a reason that stands in the receipts.
    """

    question: bytes
    epoch: int
    elements: tuple[bytes, ...]
    purpose: str
    user: bytes
    receipts: tuple[bytes, ...] = ()
    urgent: bool = False

    def encode(self) -> bytes:
        """Give the JSON body."""
        return canonical_json(
            {
                "type": TYPE,
                "question": base64url(self.question),
                "epoch": self.epoch,
                "elements": [base64url(element) for element in self.elements],
                "purpose": self.purpose,
                "user": base64url(self.user),
                "receipts": [base64url(receipt) for receipt in self.receipts],
                "urgent": self.urgent,
            }
        )

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a JSON body of at most 128 KiB.

        Raises:
            MessageError: With the code of the first field that is wrong.
        """
        fields = _fields(body, MAX_REQUEST_LENGTH, _REQUEST_FIELDS)
        epoch = fields["epoch"]
        if type(epoch) is not int or not 0 <= epoch < 2**32:
            raise MessageError("epoch")
        if type(fields["urgent"]) is not bool:
            raise MessageError("json")
        purpose = check_purpose(fields["purpose"])
        elements = _binaries(fields["elements"], _ELEMENT_LENGTH, "elements", "element")
        receipts = _binaries(fields["receipts"], RECEIPT_LENGTH, "receipts", "receipts")
        persons, rest = divmod(len(elements), KEYS_PER_PERSON)
        if purpose == ENROLMENT:
            if not 1 <= len(elements) <= MAX_ENROLMENT_ELEMENTS:
                raise MessageError("elements")
        elif rest or not 1 <= persons <= MAX_PERSONS:
            raise MessageError("elements")
        if receipts and (purpose == ENROLMENT or len(receipts) != persons):
            raise MessageError("receipts")
        return cls(
            question=_binary(fields["question"], QUESTION_LENGTH, "question"),
            epoch=epoch,
            elements=elements,
            purpose=purpose,
            user=_binary(fields["user"], USER_LENGTH, "user"),
            receipts=receipts,
            urgent=fields["urgent"],
        )


@dataclass(frozen=True, slots=True)
class EvaluationResponse:
    """One key office's answer.

    Attributes:
        question: The id of the question that is answered, 16 bytes.
        epoch: The epoch whose key share was used.
        evaluated: ``k_i * B`` for every element of the request in its order, 32 bytes each.
        proof: One batched DLEQ proof against the office's public share, 64 bytes.
        logged: The promise that the question stands on the office's log. A client does without it only if the
            descriptor names no log for the office.
    """

    question: bytes
    epoch: int
    evaluated: tuple[bytes, ...]
    proof: bytes
    logged: Logged | None = None

    def encode(self) -> bytes:
        """Give the JSON body."""
        return canonical_json(
            {
                "type": TYPE,
                "question": base64url(self.question),
                "epoch": self.epoch,
                "evaluated": [base64url(element) for element in self.evaluated],
                "proof": base64url(self.proof),
                "logged": None if self.logged is None else self.logged.to_json(),
            }
        )

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a JSON body of at most 64 KiB; ``MessageError`` if it is malformed."""
        fields = _fields(body, MAX_RESPONSE_LENGTH, _RESPONSE_FIELDS)
        epoch, logged = fields["epoch"], fields["logged"]
        if type(epoch) is not int:
            raise MessageError("json")
        return cls(
            question=_binary(fields["question"], QUESTION_LENGTH, "question"),
            epoch=epoch,
            evaluated=_binaries(fields["evaluated"], _ELEMENT_LENGTH, "elements", "element"),
            proof=_binary(fields["proof"], _PROOF_LENGTH, "proof"),
            logged=_logged(logged),
        )


def _logged(value: object) -> Logged | None:
    try:
        return None if value is None else Logged.from_json(value)
    except EntryError as error:
        raise MessageError("json") from error


def _fields(body: bytes, limit: int, names: frozenset[str]) -> dict[str, Any]:
    if len(body) > limit:
        raise MessageError("too-large")
    try:
        fields = parse_json(body)
    except EncodingError as error:
        raise MessageError("json") from error
    if not isinstance(fields, dict) or fields.keys() != names or fields["type"] != TYPE:
        raise MessageError("json")
    return fields


def _binary(value: object, length: int, code: str) -> bytes:
    try:
        return unbase64url(value, length)
    except EncodingError as error:
        raise MessageError(code) from error


def _binaries(values: object, length: int, list_code: str, item_code: str) -> tuple[bytes, ...]:
    if not isinstance(values, list):
        raise MessageError(list_code)
    return tuple(_binary(value, length, item_code) for value in values)
