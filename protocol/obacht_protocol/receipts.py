"""Receipts: what a client seals to the auditor with every person it asks about, and how the auditor checks it.

A receipt holds the identity as typed and the blinds. From them the auditor makes the four match keys again, and sees
whether the elements that the key office logged are those keys, blinded: nobody can ask about one person and seal
another. Only the auditor can open it; the key office sees 1,024 random-looking bytes.
"""

import datetime as dt
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final, Self

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from obacht_protocol import matching, oprf
from obacht_protocol.encoding import prefixed, u32, u64, unprefixed
from obacht_protocol.errors import EncodingError, IdentityError, ProtocolError, ReceiptError
from obacht_protocol.identity import Address, Person
from obacht_protocol.matching import Question
from obacht_protocol.messages import KEYS_PER_PERSON, QUESTION_LENGTH, RECEIPT_LENGTH, USER_LENGTH, check_purpose

NONCE_LENGTH: Final = 16
MAX_REFERENCE: Final = 100
MAX_REASON: Final = 200
_TYPE: Final = b"obacht/v1/receipt"
_PLAIN_LENGTH: Final = RECEIPT_LENGTH - 48
"""Bytes inside: libsodium's sealed box adds 48."""
_PERSON, _ADDRESS = b"person", b"address"
_SCALARS: Final = 32 * KEYS_PER_PERSON


@dataclass(frozen=True, slots=True, repr=False)
class Receipt:
    """One person's part of a question. It does not show its content when printed.

    Attributes:
        question: The question's id, 16 bytes.
        epoch: Number of the epoch.
        time: When it was asked, Unix seconds.
        purpose: Identifier of the purpose.
        user: Pseudonym of who asks, 16 bytes.
        nonce: Of the dummy keys, 16 bytes.
        blinds: The four blinds, scalars of 32 bytes, in the order of the elements.
        subject: Whom or what the question is about, as typed.
        reference: The file's reference, at most 100 characters; may be empty.
        reason: Why the question was asked over quota, at most 200 characters; empty unless it was urgent.
    """

    question: bytes
    epoch: int
    time: int
    purpose: str
    user: bytes
    nonce: bytes
    blinds: tuple[bytes, bytes, bytes, bytes]
    subject: Person | Address
    reference: str = ""
    reason: str = ""

    @property
    def keys(self) -> Question:
        """The match keys of the question; ``IdentityError`` if there cannot be any."""
        if isinstance(self.subject, Address):
            return matching.address_question_keys(self.subject, self.nonce)
        return matching.question_keys(self.subject, self.nonce)

    def encode(self) -> bytes:
        """Give what is sealed, 976 bytes: length-prefixed fields, as one field, and zeros behind.

        Raises:
            ReceiptError: ``long``: what was typed does not fit.
        """
        if len(self.reference) > MAX_REFERENCE or len(self.reason) > MAX_REASON:
            raise ReceiptError("long")
        content = prefixed(
            [
                _TYPE,
                self.question,
                u32(self.epoch),
                u64(self.time),
                self.purpose.encode(),
                self.user,
                self.nonce,
                b"".join(self.blinds),
                self.reference.encode(),
                self.reason.encode(),
                _PERSON if isinstance(self.subject, Person) else _ADDRESS,
                *(str(getattr(self.subject, part.name)).encode() for part in fields(self.subject)),
            ]
        )
        plain = prefixed([content])
        if len(plain) > _PLAIN_LENGTH:
            raise ReceiptError("long")
        return plain.ljust(_PLAIN_LENGTH, b"\0")

    def seal(self, public_key: bytes) -> bytes:
        """Give the receipt as only the auditor can open it, 1,024 bytes.

        Args:
            public_key: The auditor's X25519 key of the month, 32 bytes.

        Raises:
            ReceiptError: ``long``: what was typed does not fit. ``form``: the key is none.
        """
        plain = self.encode()
        try:
            return SealedBox(PublicKey(public_key)).encrypt(plain)
        except (CryptoError, ValueError) as error:
            raise ReceiptError("form") from error

    @classmethod
    def open(cls, sealed: bytes, private_key: bytes) -> Self:
        """Open a receipt with the auditor's X25519 key of the month (32 bytes, secret).

        Raises:
            ReceiptError: ``sealed``: it does not open. ``form``: what is in it is no receipt. ``subject``: its identity
                cannot be matched.
        """
        try:
            plain = SealedBox(PrivateKey(private_key)).decrypt(sealed)
        except (CryptoError, ValueError) as error:
            raise ReceiptError("sealed") from error
        return cls.decode(plain)

    @classmethod
    def decode(cls, plain: bytes) -> Self:
        """Read what was sealed; ``ReceiptError`` (``form`` or ``subject``) as :meth:`open` raises it."""
        length = int.from_bytes(plain[:2], "big")
        if len(plain) != _PLAIN_LENGTH or plain[2 + length :].strip(b"\0"):
            raise ReceiptError("form")
        try:
            return cls._read(unprefixed(plain[2 : 2 + length]))
        except IdentityError as error:
            raise ReceiptError("subject") from error
        except (ProtocolError, ValueError) as error:  # also a text that is not UTF-8, or a date
            raise ReceiptError("form") from error

    @classmethod
    def _read(cls, parts: Sequence[bytes]) -> Self:
        if len(parts) < 11 or parts[0] != _TYPE:
            raise EncodingError("not a receipt of this version")
        question, epoch, time, purpose, user, nonce, blinds, reference, reason, kind = parts[1:11]
        lengths = [len(part) for part in (question, epoch, time, user, nonce, blinds)]
        if lengths != [QUESTION_LENGTH, 4, 8, USER_LENGTH, NONCE_LENGTH, _SCALARS]:
            raise EncodingError("a field has another length")
        return cls(
            question=question,
            epoch=int.from_bytes(epoch, "big"),
            time=int.from_bytes(time, "big"),
            purpose=check_purpose(purpose.decode()),
            user=user,
            nonce=nonce,
            blinds=(blinds[:32], blinds[32:64], blinds[64:96], blinds[96:]),
            subject=_subject(kind, [part.decode() for part in parts[11:]]),
            reference=reference.decode(),
            reason=reason.decode(),
        )

    def check(self, elements: Sequence[bytes], deployment: str) -> Self:
        """Return the receipt if ``elements`` are the match keys of its identity, each under its blind.

        Args:
            elements: The four logged elements of this person, 32 bytes each.
            deployment: The deployment's id.

        Raises:
            ReceiptError: ``elements``: they are not. ``subject``: the identity has no match keys.
        """
        try:
            keys = self.keys
        except IdentityError as error:
            raise ReceiptError("subject") from error
        if len(elements) != len(keys):
            raise ReceiptError("elements")
        for key, blind, element in zip(keys, self.blinds, elements, strict=True):
            try:
                _, expected = oprf.blind(key.encode(deployment.encode()), blind)
            except ProtocolError as error:  # the blind is no scalar
                raise ReceiptError("elements") from error
            if not hmac.compare_digest(expected, element):
                raise ReceiptError("elements")
        return self


def _subject(kind: bytes, texts: list[str]) -> Person | Address:
    if kind == _ADDRESS and len(texts) == len(fields(Address)):
        return Address(*texts)
    if kind != _PERSON or len(texts) != len(fields(Person)):
        raise EncodingError("neither a person nor an address")
    family_name, given_names, birth_date, birth_name = texts
    date = int(birth_date) if birth_date.isdecimal() else dt.date.fromisoformat(birth_date)
    return Person(family_name, given_names, date, birth_name)
