"""The deployment descriptor: all that the parties trust, in one note signed by safety office and auditor."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from obacht_protocol import notes
from obacht_protocol.encoding import canonical_json, parse_canonical_json
from obacht_protocol.errors import DescriptorError, ProtocolError
from obacht_protocol.messages import check_purpose
from obacht_protocol.stretch import by_name
from obacht_protocol.structures import from_json, to_json
from obacht_protocol.threshold import check_polynomial

TYPE: Final = "obacht/v1/descriptor"
MATCHING_VERSION: Final = 1
MAX_EPOCH_SECONDS: Final = 90 * 24 * 3600
TEST_DEPLOYMENT: Final = "test-"
"""Deployments whose name begins so exist for tests: they alone may name a stretch set that is for tests only."""

_DEPLOYMENT: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?")
_ORIGIN: Final = re.compile(
    r"https://[a-z0-9.-]+(?::([1-9][0-9]{0,4}))?|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::([1-9][0-9]{0,4}))?"
)


def check_deployment(name: object) -> str:
    """Accept a deployment's id: 1 to 64 of a-z, 0-9, dot and hyphen; ``DescriptorError`` otherwise."""
    if not isinstance(name, str) or not _DEPLOYMENT.fullmatch(name):
        raise DescriptorError("a deployment's id has 1 to 64 of a-z, 0-9, dot and hyphen")
    return name


def check_origin(url: object) -> str:
    """Accept a server's origin: https with host and perhaps port and no path; plain http only on this machine."""
    if not isinstance(url, str) or not (match := _ORIGIN.fullmatch(url)) or int(match[1] or match[2] or 1) > 65_535:
        raise DescriptorError("a server's address is https://host[:port] without a path (http only on this machine)")
    return url


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call about an entry, under the number that stands in its row."""

    number: int
    office: str
    phone: str
    mail: str = ""
    hours: str = ""
    after_hours: str = ""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a department may ask: an identifier for the log, a label for people."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class KeyOffice:
    """Where a key office answers.

    Attributes:
        index: Its place on the polynomial, 1 to 255, the same in every epoch.
        name: For people.
        url: Its origin.
        log: vkey of its log of questions; empty while it keeps none.
    """

    index: int
    name: str
    url: str
    log: str = ""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One OPRF key and how it is used.

    Attributes:
        number: Counts epochs, from 1.
        public_key: The group public key, an element of 32 bytes.
        threshold: t, how many key offices must answer.
        shares: Public share of each key office, by its index, 32 bytes each.
        stretch: Name of the stretch set.
        matching: Version of matching.
        strong: Score from which a match is strong.
        possible: Score from which a match is possible.
        begins: Unix seconds.
        ends: Unix seconds, at most 90 days later.
    """

    number: int
    public_key: bytes
    threshold: int
    shares: Mapping[int, bytes]
    begins: int
    ends: int
    stretch: str = "INTERACTIVE"
    matching: int = MATCHING_VERSION
    strong: int = 166
    possible: int = 141


@dataclass(frozen=True, slots=True)
class Canary:
    """The invented person who must always hit; the birth date as YYYY-MM-DD."""

    family_name: str
    given_names: str
    birth_date: str


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """The auditor's X25519 key for the receipts of one month (YYYY-MM)."""

    month: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a deployment is.

    Attributes:
        deployment: Its id; it stands in every match key.
        version: Grows with each descriptor, from 1.
        previous: SHA-256 of the descriptor before this one, 32 bytes; zero for the first.
        issued: Unix seconds.
        expires: Unix seconds from which nothing may be asked by it.
        office: vkey of the safety office, a root of trust.
        auditor: vkey of the auditor, the other root of trust.
        matcher: Origin of the matcher.
        offices: The key offices.
        epochs: One, or during a rotation two, the older one first.
        head: vkey of the online key that signs heads.
        publisher: Ed25519 public key of the device that publishes registers, 32 bytes.
        contacts: Whom to call; the first also where no check was made.
        purposes: Why departments may ask.
        canary: Who must always hit.
        receipts: Keys for receipts by month; none while key offices keep no log.
        report: X25519 public key for reports to the office, 32 bytes, or empty.
        reports: Origin of the safety office's service, which takes reports; empty, and then not in the line, if none
            are taken.
        web: SHA-256 of each file of the web app (32 bytes), by its path.
    """

    deployment: str
    version: int
    issued: int
    expires: int
    office: notes.VerifyKey
    auditor: notes.VerifyKey
    matcher: str
    offices: Sequence[KeyOffice]
    epochs: Sequence[Epoch]
    head: notes.VerifyKey
    publisher: bytes
    contacts: Sequence[Contact]
    purposes: Sequence[Purpose]
    canary: Canary
    previous: bytes = bytes(32)
    receipts: Sequence[ReceiptKey] = ()
    report: bytes = b""
    web: Mapping[str, bytes] = field(default_factory=dict)
    reports: str = ""

    def __post_init__(self) -> None:
        """Refuse a descriptor that contradicts itself; see :func:`_check`."""
        _check(self)

    @property
    def epoch(self) -> Epoch:
        """The first epoch that it names: the only one, or during a rotation the older one."""
        return self.epochs[0]

    def contact(self, number: int) -> Contact | None:
        """Find a contact by its number."""
        return next((contact for contact in self.contacts if contact.number == number), None)

    def key_office(self, index: int) -> KeyOffice:
        """Find a key office by its index, which must be one of an epoch's shares."""
        return next(office for office in self.offices if office.index == index)

    def encode(self) -> bytes:
        """Give the note's line, canonical JSON."""
        value = {"type": TYPE, **to_json(self)}
        if not self.reports:
            del value["reports"]  # descriptors from before there was this field stay as they were signed
        return canonical_json(value)

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Read the line of a note WITHOUT checking a signature; ``DescriptorError`` if it is malformed."""
        try:
            value = parse_canonical_json(line)
            if isinstance(value, dict) and value.pop("type", None) == TYPE and value.get("reports") != "":
                return from_json(cls, {"reports": ""} | value)
        except DescriptorError:
            raise
        except ProtocolError as error:
            raise DescriptorError("a field of the descriptor is malformed") from error
        raise DescriptorError("not a descriptor of this version")

    @classmethod
    def verify(cls, note: bytes, office: notes.VerifyKey, auditor: notes.VerifyKey) -> Self:
        """Check that both pinned roots of trust signed ``note``, and read it.

        A descriptor that names other roots than the pinned ones needs the signatures of old and new keys; the caller
        then pins the new ones.

        Raises:
            NoteError: A signature is missing or wrong.
            DescriptorError: What was signed is not a descriptor, or contradicts itself.
        """
        if office.public_key == auditor.public_key or office == auditor:
            raise DescriptorError("office and auditor must have different keys")
        descriptor = cls.parse(notes.verify(note, [office, auditor]))
        notes.verify(note, [descriptor.office, descriptor.auditor])
        return descriptor

    def check_current(self, now: int) -> Self:
        """Refuse a descriptor that has expired at ``now``."""
        if now >= self.expires:
            raise DescriptorError("the descriptor has expired")
        return self

    def check_successor(self, previous: "Descriptor", previous_digest: bytes) -> Self:
        """Refuse a descriptor that does not come after ``previous``, whose digest is given (32 bytes).

        The next version must name the hash of the one before it; a later one cannot be checked so by whoever missed
        the versions between, and is accepted for its signatures.
        """
        if self.deployment != previous.deployment:
            raise DescriptorError("the descriptor is another deployment's")
        if self.version <= previous.version:
            raise DescriptorError("the descriptor is not newer than the one before")
        if self.version == previous.version + 1 and self.previous != previous_digest:
            raise DescriptorError("the descriptor does not follow the one before")
        return self


def _check(descriptor: Descriptor) -> None:
    check_deployment(descriptor.deployment)
    check_origin(descriptor.matcher)
    if descriptor.version < 1 or len(descriptor.previous) != 32 or not 0 <= descriptor.issued < descriptor.expires:
        raise DescriptorError("version, previous hash or times are out of range")
    if descriptor.office.public_key == descriptor.auditor.public_key or descriptor.office == descriptor.auditor:
        raise DescriptorError("office and auditor must have different keys")
    keys = [descriptor.publisher, *(key.public_key for key in descriptor.receipts), *descriptor.web.values()]
    if any(len(key) != 32 for key in keys) or len(descriptor.report) not in {0, 32}:
        raise DescriptorError("a key or a hash has another length than 32 bytes")
    if descriptor.reports:
        check_origin(descriptor.reports)
        if not descriptor.report:
            raise DescriptorError("reports need a key that they are sealed to")
    _check_people(descriptor)
    _check_offices(descriptor)
    if not 1 <= len(descriptor.epochs) <= 2 or len({epoch.number for epoch in descriptor.epochs}) < len(
        descriptor.epochs
    ):
        raise DescriptorError("a descriptor names one epoch, or two different ones")
    for epoch in descriptor.epochs:
        _check_epoch(epoch, descriptor)


def _check_people(descriptor: Descriptor) -> None:
    numbers = [contact.number for contact in descriptor.contacts]
    if not numbers or len(set(numbers)) < len(numbers) or any(not 0 <= number < 2**16 for number in numbers):
        raise DescriptorError("contacts need different numbers of 16 bits, and there must be one")
    purposes = [check_purpose(purpose.id) for purpose in descriptor.purposes]
    if not purposes or len(set(purposes)) < len(purposes):
        raise DescriptorError("purposes need different identifiers, and there must be one")


def _check_offices(descriptor: Descriptor) -> None:
    indices = [office.index for office in descriptor.offices]
    if not indices or len(set(indices)) < len(indices) or not all(1 <= index <= 255 for index in indices):
        raise DescriptorError("key offices need different indices from 1 to 255, and there must be one")
    for office in descriptor.offices:
        check_origin(office.url)
        if office.log:
            notes.VerifyKey.parse(office.log)


def _check_epoch(epoch: Epoch, descriptor: Descriptor) -> None:
    if not 1 <= epoch.number < 2**32 or epoch.matching != MATCHING_VERSION:
        raise DescriptorError("an epoch has a number of 32 bits and a known version of matching")
    if not 0 <= epoch.possible <= epoch.strong <= 200:
        raise DescriptorError("thresholds of the decision rule are out of range")
    if not 0 <= epoch.begins < epoch.ends <= epoch.begins + MAX_EPOCH_SECONDS:
        raise DescriptorError("an epoch lasts at most 90 days")
    if by_name(epoch.stretch).for_tests_only and not descriptor.deployment.startswith(TEST_DEPLOYMENT):
        raise DescriptorError("this stretch set is for tests only")
    if not set(epoch.shares) <= {office.index for office in descriptor.offices}:
        raise DescriptorError("an epoch names a share of an unknown key office")
    check_polynomial(epoch.public_key, epoch.shares, epoch.threshold)
