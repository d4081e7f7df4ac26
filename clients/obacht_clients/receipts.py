"""Receipts, as a client seals them: one for every person asked about, which only the auditor can open."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, cast

from obacht_clients.errors import TrustError
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import IdentityError, ReceiptError
from obacht_protocol.identity import Address, Person
from obacht_protocol.messages import KEYS_PER_PERSON
from obacht_protocol.receipts import MAX_REASON, MAX_REFERENCE, Receipt

_Blinds = tuple[bytes, bytes, bytes, bytes]


@dataclass(frozen=True, slots=True, repr=False)
class Sealing:
    """What the receipts of a question have in common, but for its id.

    Attributes:
        public_key: The auditor's key of the month, 32 bytes.
        epoch: Number of the epoch.
        time: When it is asked, Unix seconds.
        purpose: Identifier of the purpose.
        user: Pseudonym of who asks, 16 bytes.
        reason: Why it is asked over quota; empty unless it is urgent.
    """

    public_key: bytes
    epoch: int
    time: int
    purpose: str
    user: bytes
    reason: str

    @classmethod
    def of(cls, descriptor: Descriptor, epoch: int, time: int, purpose: str, user: bytes, reason: str) -> Self | None:  # noqa: PLR0917 - the order of a receipt
        """Find the key of the month; None if the deployment has no receipts.

        Raises:
            TrustError: ``receipt-key``: it has some, but none for this month.
        """
        if not descriptor.receipts:
            return None
        month = month_of(time)
        for key in descriptor.receipts:
            if key.month == month:
                return cls(key.public_key, epoch, time, purpose, user, reason)
        raise TrustError("receipt-key")

    def seal(
        self, question: bytes, blinds: Sequence[bytes], about: Sequence[tuple[Person | Address, bytes, str]]
    ) -> tuple[bytes, ...]:
        """Seal a receipt for everybody.

        Args:
            question: The question's id, 16 bytes.
            blinds: Four for everybody, 32 bytes each.
            about: Whom or what the question is about, each with the nonce of the dummy keys and the file's reference.

        Raises:
            IdentityError: What was typed does not fit into a receipt.
        """
        return tuple(
            self._seal(question, cast("_Blinds", tuple(blinds[place : place + KEYS_PER_PERSON])), *one)
            for place, one in zip(range(0, len(blinds), KEYS_PER_PERSON), about, strict=True)
        )

    def _seal(self, question: bytes, blinds: _Blinds, subject: Person | Address, nonce: bytes, reference: str) -> bytes:
        receipt = Receipt(
            question=question,
            epoch=self.epoch,
            time=self.time,
            purpose=self.purpose,
            user=self.user,
            nonce=nonce,
            blinds=blinds,
            subject=subject,
            reference=reference,
            reason=self.reason,
        )
        try:
            return receipt.seal(self.public_key)
        except ReceiptError as error:
            if error.code != "long":
                raise TrustError("receipt-key") from error
            raise IdentityError("street" if isinstance(subject, Address) else "family_name", "together") from error


def check_lengths(references: Sequence[str], reason: str) -> None:
    """Refuse what no receipt takes: a reference of more than 100 characters, a reason of more than 200.

    Raises:
        IdentityError: ``reference`` or ``reason``, ``too_long``.
    """
    if any(len(reference) > MAX_REFERENCE for reference in references):
        raise IdentityError("reference", "too_long")
    if len(reason) > MAX_REASON:
        raise IdentityError("reason", "too_long")


def month_of(time: int) -> str:
    """Name the month (UTC) of a moment (Unix seconds), as YYYY-MM."""
    return dt.datetime.fromtimestamp(time, dt.UTC).strftime("%Y-%m")
