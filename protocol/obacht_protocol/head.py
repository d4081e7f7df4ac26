"""The head of a register: a small signed note, renewed every hour, that says which register is in force."""

from dataclasses import dataclass, replace
from typing import Final, Self

from obacht_protocol import notes
from obacht_protocol.encoding import canonical_json, parse_canonical_json
from obacht_protocol.errors import EncodingError, HeadError
from obacht_protocol.register import MAX_BITS, MAX_BUCKET_ROWS, MIN_ROWS, Register
from obacht_protocol.rows import ROW_LENGTH, Publication
from obacht_protocol.structures import from_json, to_json

TYPE: Final = "obacht/v1/head"
MAX_LENGTH: Final = 8192
MIN_LIFETIME: Final = 24 * 3600
DEFAULT_LIFETIME: Final = 48 * 3600
MAX_LIFETIME: Final = 72 * 3600
CLOCK_TOLERANCE: Final = 300
"""Seconds by which a head may come from the future, for clocks that differ."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a publisher promises of one register.

    Attributes:
        deployment: Whose register it is.
        epoch: The epoch under whose key its rows were made.
        sequence: Counts publications, from 1; it only grows.
        salt: Of the publication, 32 bytes.
        issued: Unix seconds at which this head was signed; it grows with each renewal.
        expires: Unix seconds from which this head is worth nothing.
        bits: b; there are 2^b buckets.
        rows: Rows in each bucket, filler included.
        root: RFC 6962 root over the buckets, 32 bytes.
        descriptor: SHA-256 of the descriptor in force, 32 bytes (:func:`obacht_protocol.notes.digest`).
    """

    deployment: str
    epoch: int
    sequence: int
    salt: bytes
    issued: int
    expires: int
    bits: int
    rows: int
    root: bytes
    descriptor: bytes

    def __post_init__(self) -> None:
        """Refuse values that no register has."""
        power_of_two = self.rows > 0 and self.rows & (self.rows - 1) == 0
        if not (0 <= self.bits <= MAX_BITS and power_of_two and MIN_ROWS >> self.bits <= self.rows <= MAX_BUCKET_ROWS):
            raise HeadError("no register has this shape")
        if not len(self.salt) == len(self.root) == len(self.descriptor) == 32:
            raise HeadError("salt, root and hash of the descriptor have 32 bytes")
        if not (0 <= self.epoch < 2**32 and 1 <= self.sequence < 2**53):
            raise HeadError("epoch or sequence is out of range")
        if not 0 <= self.issued < self.expires <= self.issued + MAX_LIFETIME:
            raise HeadError("a head expires after it was issued, and within 72 hours")

    @property
    def publication(self) -> Publication:
        """What the rows are bound to."""
        return Publication(self.epoch, self.salt)

    @property
    def bucket_length(self) -> int:
        """Bytes in each bucket."""
        return self.rows * ROW_LENGTH

    def encode(self) -> bytes:
        """Give the note's line, canonical JSON."""
        return canonical_json({"type": TYPE, **to_json(self)})

    def sign(self, key: notes.SigningKey) -> bytes:
        """Make the signed note."""
        return notes.sign(self.encode(), [key])

    @classmethod
    def verify(cls, note: bytes, key: notes.VerifyKey) -> Self:
        """Check the signature of the online head key and read the head.

        Raises:
            NoteError: The note is malformed or not signed with this key.
            HeadError: What was signed is not a head.
        """
        line = notes.verify(note, [key])
        try:
            value = parse_canonical_json(line)
            if isinstance(value, dict) and value.pop("type", None) == TYPE:
                return from_json(cls, value)
        except EncodingError as error:
            raise HeadError("a field of the head is malformed") from error
        raise HeadError("not a head of this version")

    def check_current(self, now: int) -> Self:
        """Refuse a head that has expired or comes from the future (by more than five minutes) at ``now``."""
        if now >= self.expires:
            raise HeadError("the head has expired")
        if self.issued > now + CLOCK_TOLERANCE:
            raise HeadError("the head comes from the future: a clock is wrong")
        return self

    def check_successor(self, previous: "Head") -> Self:
        """Refuse a head that goes back behind ``previous``, or that names another register by the same sequence."""
        if (self.sequence, self.issued) < (previous.sequence, previous.issued):
            raise HeadError("the head is older than one seen before")
        if self.sequence == previous.sequence and self.register_facts != previous.register_facts:
            raise HeadError("two registers have the same sequence")
        return self

    @property
    def register_facts(self) -> tuple[str, int, bytes, int, int, bytes]:
        """What is fixed for one sequence: deployment, epoch, salt, b, rows, root."""
        return self.deployment, self.epoch, self.salt, self.bits, self.rows, self.root

    def renewed(self, *, issued: int, descriptor: bytes, lifetime: int = DEFAULT_LIFETIME) -> Self:
        """Give the same register's head, issued later (both times in seconds), with the descriptor now in force."""
        return replace(self, issued=issued, expires=issued + lifetime, descriptor=descriptor)


def of_register(
    register: Register,
    publication: Publication,
    *,
    deployment: str,
    sequence: int,
    issued: int,
    descriptor: bytes,
    lifetime: int = DEFAULT_LIFETIME,
) -> Head:
    """Make the first head of a register."""
    return Head(
        deployment=deployment,
        epoch=publication.epoch,
        sequence=sequence,
        salt=publication.salt,
        issued=issued,
        expires=issued + lifetime,
        bits=register.bits,
        rows=register.bucket_rows,
        root=register.root,
        descriptor=descriptor,
    )
