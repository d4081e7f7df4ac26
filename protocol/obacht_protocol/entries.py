"""Entries of a key office's log of questions: their bytes, their leaves, and what the office promises with an answer.

The tree is over salted commitments, so an entry's details can be deleted after their time and every proof still holds;
without the salt a commitment says nothing, even to somebody who could guess the details.
"""

import hmac
from dataclasses import dataclass
from typing import Final, Self

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey as Ed25519SigningKey
from nacl.signing import VerifyKey as Ed25519VerifyKey

from obacht_protocol import merkle
from obacht_protocol.encoding import base64url, prefixed, u64, unbase64url, unprefixed
from obacht_protocol.errors import EncodingError, EntryError
from obacht_protocol.notes import SigningKey, VerifyKey

SALT_LENGTH: Final = 32
ANSWERED: Final = "answered"
REFUSED: Final = "refused"
EVENT: Final = "event"
URGENT: Final = "urgent"
"""The code of an answered entry whose question went over its quota for a stated reason."""
MAX_DETAILS: Final = 256 * 1024

_TYPE: Final = b"obacht/v1/entry"
_PROMISE: Final = b"obacht/v1/logged"
_KINDS: Final = frozenset({ANSWERED, REFUSED, EVENT})
_FIELDS: Final = 9


@dataclass(frozen=True, slots=True)
class Entry:
    """What the log keeps of a request, or of something that the office's operator did.

    Attributes:
        kind: :data:`ANSWERED`, :data:`REFUSED` or :data:`EVENT`.
        time: Unix seconds.
        code: Empty or :data:`URGENT` for an answer, the problem's code for a refusal, a short name for an event.
        department: The department's name in the office's registry; of an event, what it was about.
        device: The device's public key, 32 bytes; empty for an event.
        base: The signature base of the request (RFC 9421), so that anybody can check whose it was.
        signature: The device's signature over it, 64 bytes; empty for an event.
        body: The request's body as it was signed; empty for a refusal, whose digest stands in the signature base.
    """

    kind: str
    time: int
    code: str
    department: str
    device: bytes = b""
    base: bytes = b""
    signature: bytes = b""
    body: bytes = b""

    def encode(self) -> bytes:
        """Give the details: nine fields, each behind its length as u32, the first of them the type."""
        fields = (
            _TYPE,
            self.kind.encode(),
            u64(self.time),
            self.code.encode(),
            self.department.encode(),
            self.device,
            self.base,
            self.signature,
            self.body,
        )
        return prefixed(fields, 4)

    @classmethod
    def parse(cls, details: bytes) -> Self:
        """Read details of at most 256 KiB; ``EntryError`` if they are malformed."""
        fields = _fields(details)
        if len(fields) != _FIELDS or fields[0] != _TYPE or len(fields[2]) != 8:
            raise EntryError("not an entry of this version")
        try:
            kind, code, department = (fields[place].decode() for place in (1, 3, 4))
        except UnicodeDecodeError as error:
            raise EntryError("a text of the entry is not UTF-8") from error
        device, base, signature, body = fields[5:]
        lengths = (0, 0) if kind == EVENT else (32, 64)
        if kind not in _KINDS or (len(device), len(signature)) != lengths:
            raise EntryError("the entry is of no known kind, or a key or signature has another length")
        return cls(kind, int.from_bytes(fields[2], "big"), code, department, device, base, signature, body)


def commitment(salt: bytes, details: bytes) -> bytes:
    """Commit to an entry's details, 32 bytes: HMAC-SHA-256 under a random salt of 32 bytes.

    Raises:
        EntryError: The salt has another length.
    """
    if len(salt) != SALT_LENGTH:
        raise EntryError("a salt is 32 bytes long")
    return hmac.digest(salt, details, "sha256")


def leaf(salt: bytes, details: bytes) -> bytes:
    """Give the leaf hash (RFC 6962) of an entry, 32 bytes: the leaf is the commitment."""
    return merkle.leaf_hash(commitment(salt, details))


@dataclass(frozen=True, slots=True)
class Logged:
    """The office's promise, given with an answer, that the question stands on its log.

    Attributes:
        index: The entry's place in the tree, from 0.
        leaf: Its leaf hash, 32 bytes.
        signature: Of the log's key over :func:`promise`, 64 bytes.
    """

    index: int
    leaf: bytes
    signature: bytes

    @classmethod
    def sign(cls, key: SigningKey, question: bytes, index: int, leaf: bytes) -> Self:
        """Promise, as the log, that the question (its id of 16 bytes) is the entry at ``index``."""
        message = promise(key.name, question, index, leaf)
        return cls(index, leaf, Ed25519SigningKey(key.seed).sign(message).signature)

    def verify(self, key: VerifyKey, question: bytes) -> Self:
        """Check the promise for a question's id (16 bytes); ``EntryError`` if it was not made so by this log."""
        message = promise(key.name, question, self.index, self.leaf)
        try:
            Ed25519VerifyKey(key.public_key).verify(message, self.signature)
        except (BadSignatureError, ValueError) as error:
            raise EntryError("the log's key has not promised this") from error
        return self

    def to_json(self) -> dict[str, str | int]:
        """Give the JSON object of an answer."""
        return {"index": self.index, "leaf": base64url(self.leaf), "signature": base64url(self.signature)}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read the JSON object of an answer; ``EntryError`` if it is malformed."""
        if not isinstance(value, dict) or value.keys() != {"index", "leaf", "signature"}:
            raise EntryError("not a promise of this version")
        index = value["index"]
        if type(index) is not int or index < 0:
            raise EntryError("an entry's place is a number from 0")
        try:
            return cls(index, unbase64url(value["leaf"], merkle.HASH_LENGTH), unbase64url(value["signature"], 64))
        except EncodingError as error:
            raise EntryError("leaf or signature are malformed") from error


def promise(log: str, question: bytes, index: int, leaf: bytes) -> bytes:
    """Give what a log's key signs with an answer: length-prefixed fields, which no signed note can begin with.

    Args:
        log: The log's name.
        question: The question's id, 16 bytes.
        index: The entry's place in the tree.
        leaf: Its leaf hash, 32 bytes.
    """
    return prefixed([_PROMISE, log.encode(), question, u64(index), leaf])


def _fields(details: bytes) -> list[bytes]:
    if len(details) > MAX_DETAILS:
        raise EntryError("the entry is too long")
    try:
        return unprefixed(details, 4)
    except EncodingError as error:
        raise EntryError("a field is longer than what is there") from error
