"""The transcript of a key ceremony: how one OPRF key was shared among key offices, as public facts for everybody.

A dealer splits a fresh key and commits to the polynomial (Feldman 1987), so anybody can compute every public share. Of
names, addresses and the epoch the commitments say nothing: their hash travels inside each sealed share, so that every
office sees whether it was given the transcript that the dealer made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, Self, TypeVar

from obacht_protocol import group
from obacht_protocol.descriptor import check_deployment, check_origin
from obacht_protocol.encoding import canonical_json, parse_canonical_json
from obacht_protocol.errors import ProtocolError, TranscriptError
from obacht_protocol.notes import VerifyKey
from obacht_protocol.structures import from_json, to_json
from obacht_protocol.threshold import committed_share

TYPE: Final = "obacht/v1/ceremony"
CARD_TYPE: Final = "obacht/v1/key-office"
MAX_NAME: Final = 100
_T = TypeVar("_T")


def check_name(name: str) -> str:
    """Accept a key office's name: 1 to 100 printable letters; ``TranscriptError`` otherwise."""
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise TranscriptError(f"an office's name has 1 to {MAX_NAME} printable letters")
    return name


@dataclass(frozen=True, slots=True)
class Card:
    """What a key office says of itself before it has a share.

    Attributes:
        deployment: Which deployment it will serve.
        name: For people.
        url: Its origin.
        transport_key: X25519 public key to which its share is sealed, 32 bytes.
        log: vkey of its log of questions; empty if it keeps none.
    """

    deployment: str
    name: str
    url: str
    transport_key: bytes
    log: str = ""

    def __post_init__(self) -> None:
        """Refuse what no descriptor could name: ``TranscriptError`` or ``DescriptorError``."""
        check_deployment(self.deployment)
        _check_office(self)

    def encode(self) -> bytes:
        """Give the card's file, canonical JSON."""
        return canonical_json({"type": CARD_TYPE, **to_json(self)})

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a card's file; ``TranscriptError`` if it is malformed. A newline behind it does not count."""
        return _parse(cls, CARD_TYPE, data)


@dataclass(frozen=True, slots=True)
class Seat:
    """A key office in a ceremony.

    Attributes:
        index: Its place on the polynomial, 1 to 255.
        name: For people.
        url: Its origin.
        transport_key: X25519 public key to which its share was sealed, 32 bytes.
        public_share: Its share times the generator, 32 bytes.
        sealed: SHA-256 of the file with its sealed share, 32 bytes.
        log: vkey of its log of questions; empty if it keeps none.
    """

    index: int
    name: str
    url: str
    transport_key: bytes
    public_share: bytes
    sealed: bytes
    log: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """One ceremony. There is no instance whose public shares are wrong.

    Attributes:
        deployment: Whose key it is.
        epoch: Number of the key's epoch, from 1.
        threshold: t, how many offices must answer.
        commitments: The polynomial's t coefficients times the generator; the first is the public key. 32 bytes each.
        offices: Who got a share.
    """

    deployment: str
    epoch: int
    threshold: int
    commitments: Sequence[bytes]
    offices: Sequence[Seat]

    def __post_init__(self) -> None:
        """Verify everything that can be verified without a secret; any :class:`ProtocolError`."""
        _check(self)

    @property
    def public_key(self) -> bytes:
        """The group public key, 32 bytes."""
        return self.commitments[0]

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file, 32 bytes, for people to compare."""
        return sha256(self.encode()).digest()

    @property
    def facts(self) -> bytes:
        """SHA-256 of all facts but the hashes of the sealed shares, 32 bytes: it travels inside each of those."""
        open_facts = replace(self, offices=[replace(office, sealed=bytes(32)) for office in self.offices])
        return sha256(open_facts.encode()).digest()

    def encode(self) -> bytes:
        """Give the transcript's file, canonical JSON."""
        return canonical_json({"type": TYPE, **to_json(self)})

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read and verify a transcript's file; a newline behind it does not count.

        Raises:
            TranscriptError: It is malformed, or a public share is not what the commitments say.
        """
        return _parse(cls, TYPE, data)


def make(coefficients: Sequence[bytes], offices: Sequence[Seat], *, deployment: str, epoch: int) -> Transcript:
    """Make the transcript of a ceremony, as its dealer.

    Args:
        coefficients: The polynomial's t coefficients, scalars, lowest first; the first is the key.
        offices: Who got a share, with public shares and hashes of the sealed ones.
        deployment: Whose key it is.
        epoch: Number of the epoch.

    Raises:
        TranscriptError: The facts contradict one another.
        GroupError: A coefficient is not a scalar.
    """
    commitments = [group.multiply_base(scalar) for scalar in coefficients]
    return Transcript(deployment, epoch, len(commitments), commitments, offices)


def _parse(kind: type[_T], name: str, data: bytes) -> _T:
    try:
        value = parse_canonical_json(data.removesuffix(b"\n"))
        if isinstance(value, dict) and value.pop("type", None) == name:
            return from_json(kind, value)
    except TranscriptError:
        raise
    except ProtocolError as error:
        raise TranscriptError(f"a field of the file is malformed: {error}") from error
    raise TranscriptError(f"the file is no {name}")


def _check_office(office: Card | Seat) -> None:
    check_name(office.name)
    check_origin(office.url)
    if len(office.transport_key) != 32:
        raise TranscriptError("a transport key is 32 bytes long")
    if office.log:
        VerifyKey.parse(office.log)


def _check(transcript: Transcript) -> None:
    check_deployment(transcript.deployment)
    if not 1 <= transcript.epoch < 2**32:
        raise TranscriptError("an epoch has a number of 32 bits, from 1")
    offices = transcript.offices
    if not 1 <= transcript.threshold == len(transcript.commitments) <= len(offices):
        raise TranscriptError("threshold, commitments and offices do not fit together")
    for of_all in (
        [office.index for office in offices],
        [office.name for office in offices],
        [office.url for office in offices],
        [office.transport_key for office in offices],
    ):
        if len(set(of_all)) < len(offices):
            raise TranscriptError("two offices have an index, a name, an address or a transport key in common")
    for office in offices:
        _check_office(office)
        if len(office.sealed) != 32:
            raise TranscriptError("the hash of a sealed share is 32 bytes long")
        if committed_share(transcript.commitments, office.index) != office.public_share:
            raise TranscriptError(f"the public share of office {office.index} is not what the commitments say")
