"""Reports: what a department seals to the safety office about an incident, and what the office answers.

The office alone can open a report. Whoever passes it on sees its length in steps of 4 KiB, which says little, and the
device that signed it. Nothing in it is matched against anything, so texts are taken as they were written; only what
could mislead a reader's eye or a parser is refused.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self, TypeVar

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from obacht_protocol.encoding import canonical_json, parse_canonical_json, parse_json, u32
from obacht_protocol.errors import EncodingError, MessageError, ReportError
from obacht_protocol.receipt_numbers import check_receipt_number
from obacht_protocol.structures import to_json

TYPE: Final = "obacht/v1/report"
STATUS_TYPE: Final = "obacht/v1/report-status"
MEDIA_TYPE: Final = "application/vnd.obacht.report"
PATH: Final = "/v1/reports"
STEP: Final = 4096
"""Bytes: a sealed report is a whole number of these long."""
MAX_LENGTH: Final = 16 * STEP
"""Bytes of a sealed report at most; one with all texts as long as they may be has 14 steps."""
MAX_STATUS_LENGTH: Final = 1024

KINDS: Final[Mapping[str, int]] = {
    "damage": 2,
    "violence": 2,
    "threat": 2,
    "coercion": 2,
    "weapon": 3,
    "bomb-threat": 3,
    "amok": 3,
    "hostage": 3,
    "robbery": 3,
}
"""Kinds of incidents, each with its level in the Aachen model."""
GROUNDS: Final = ("house-ban", "complaint", "application")
"""What the law takes as the ground of an entry: a house ban, a criminal complaint, an application for prosecution."""
STATES: Final = ("received", "in-work", "done")

MAX_STORY: Final = 10_000
"""Characters of what happened."""
_MAX_DESCRIPTION: Final = 1000
_MAX_TEXT: Final = 200
_MAX_NUMBER: Final = 100
_SEAL: Final = 48
"""Bytes by which libsodium's sealed box is longer than what is in it."""
_BIRTH_DATE: Final = re.compile("[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9])?")
_FIRST_YEAR: Final = "1900"
_UNSEEN: Final = {"Cc", "Cs", "Zl", "Zp"}
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What makes text run the other way on a screen."""
_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True, repr=False)
class ReportedPerson:
    """Who is reported, as far as it is known: a family name, a street or a description at least.

    Attributes:
        family_name: At most 200 characters, as are all that do not say otherwise.
        given_names: All that are known.
        birth_name: The family name at birth.
        aliases: Other names, as people write them.
        birth_date: YYYY-MM-DD, or the part of it that is known: YYYY-MM or YYYY; from 1900.
        postcode: Of the address, as far as it is known.
        street: Without the number.
        house_number: With what belongs to it.
        town: If it is not the body's own.
        description: What else tells who it was, at most 1,000 characters; may have several lines.
    """

    family_name: str = ""
    given_names: str = ""
    birth_name: str = ""
    aliases: str = ""
    birth_date: str = ""
    postcode: str = ""
    street: str = ""
    house_number: str = ""
    town: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        """Refuse what is too long, malformed, or tells nobody; ``ReportError``."""
        for part in fields(self):
            if part.name != "description":
                _check_text(part.name, getattr(self, part.name))
        _check_text("description", self.description, _MAX_DESCRIPTION, lines=True)
        if self.birth_date:
            _check_birth_date(self.birth_date)
        if not any(text.strip() for text in (self.family_name, self.street, self.description)):
            raise ReportError("empty", "person")


@dataclass(frozen=True, slots=True, repr=False)
class Incident:
    """What happened.

    Attributes:
        time: YYYY-MM-DD, or YYYY-MM-DDTHH:MM, by the clock on the wall there.
        place: Where; at most 200 characters.
        kind: One of :data:`KINDS`: the gravest, if it was several.
        what: In the reporter's words, at most 10,000 characters; may have several lines.
    """

    time: str
    place: str
    kind: str
    what: str

    def __post_init__(self) -> None:
        """Refuse what is missing, too long or malformed; ``ReportError``."""
        _check_text("time", self.time, needed=True)
        match = _TIME.fullmatch(self.time)
        if match is None:
            raise ReportError("format", "time")
        _check_day("time", match[1])
        _check_text("place", self.place, needed=True)
        if self.kind not in KINDS:
            raise ReportError("format" if self.kind else "empty", "kind")
        _check_text("what", self.what, MAX_STORY, lines=True, needed=True)


@dataclass(frozen=True, slots=True, repr=False)
class Ground:
    """What was done about it by law, if anything was.

    Attributes:
        kind: One of :data:`GROUNDS`.
        file_number: At most 100 characters; empty while there is none.
        date: YYYY-MM-DD, or empty.
    """

    kind: str
    file_number: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        """Refuse what is too long or malformed; ``ReportError``."""
        if self.kind not in GROUNDS:
            raise ReportError("format", "ground")
        _check_text("file_number", self.file_number, _MAX_NUMBER)
        if self.date:
            if not _DAY.fullmatch(self.date):
                raise ReportError("format", "date")
            _check_day("date", self.date)


@dataclass(frozen=True, slots=True, repr=False)
class Reporter:
    """Who reports, so that the office can ask.

    Attributes:
        office: Department or place of work.
        name: Of the person.
        phone: Where to call.
    """

    office: str
    name: str
    phone: str

    def __post_init__(self) -> None:
        """Refuse what is missing, too long or malformed; ``ReportError``."""
        for part in fields(self):
            _check_text(part.name, getattr(self, part.name), needed=True)


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """A report. It does not show its content when printed.

    Attributes:
        person: Who is reported.
        incident: What happened.
        reporter: Who reports.
        written: When it was sealed, Unix seconds.
        ground: What was done about it by law, or None.
    """

    person: ReportedPerson
    incident: Incident
    reporter: Reporter
    written: int
    ground: Ground | None = None

    def check(self, today: dt.date) -> Self:
        """Return the report if nothing in it is later than ``today``; ``ReportError`` (``future``) otherwise."""
        for name, text in (("birth_date", self.person.birth_date), ("time", self.incident.time[:10])):
            if text > today.isoformat()[: len(text)]:
                raise ReportError("future", name)
        if self.ground and self.ground.date > today.isoformat():
            raise ReportError("future", "date")
        return self

    def encode(self) -> bytes:
        """Give the content, canonical JSON."""
        ground = None if self.ground is None else to_json(self.ground)
        parts = {name: to_json(getattr(self, name)) for name in ("person", "incident", "reporter")}
        return canonical_json({"type": TYPE, "written": self.written, "ground": ground, **parts})

    def padded(self) -> bytes:
        """Give what is sealed: u32 length, the content, and zeros up to 48 bytes less than a step."""
        content = self.encode()
        framed = u32(len(content)) + content
        return framed + bytes(-(len(framed) + _SEAL) % STEP)

    def seal(self, public_key: bytes) -> bytes:
        """Give the report as only the office can open it: a libsodium sealed box, 4 to 64 KiB.

        Args:
            public_key: The office's X25519 key for reports, 32 bytes.

        Raises:
            ReportError: ``key``: the key is none.
        """
        try:
            return SealedBox(PublicKey(public_key)).encrypt(self.padded())
        except (CryptoError, ValueError) as error:
            raise ReportError("key") from error

    @classmethod
    def open(cls, sealed: bytes, private_key: bytes) -> Self:
        """Open a report with the office's X25519 key (32 bytes, secret).

        Raises:
            ReportError: ``sealed``: it does not open. ``form``: what is in it is no report of this version.
        """
        try:
            plain = SealedBox(PrivateKey(private_key)).decrypt(sealed)
        except (CryptoError, ValueError) as error:
            raise ReportError("sealed") from error
        return cls.decode(plain)

    @classmethod
    def decode(cls, plain: bytes) -> Self:
        """Read what was sealed; ``ReportError`` (``form``) if it is not in the form of :meth:`padded`."""
        content = plain[4 : 4 + int.from_bytes(plain[:4], "big")]
        try:
            report = cls._read(parse_canonical_json(content))
        except (EncodingError, ReportError) as error:
            raise ReportError("form") from error
        if report.padded() != plain:
            raise ReportError("form")
        return report

    @classmethod
    def _read(cls, value: Any) -> Self:  # noqa: ANN401 - any JSON value
        names = {"type", *(part.name for part in fields(cls))}
        if not isinstance(value, dict) or value.keys() != names or value["type"] != TYPE:
            raise ReportError("form")
        written, ground = value["written"], value["ground"]
        if type(written) is not int or written < 0:
            raise ReportError("form")
        return cls(
            person=_part(ReportedPerson, value["person"]),
            incident=_part(Incident, value["incident"]),
            reporter=_part(Reporter, value["reporter"]),
            written=written,
            ground=None if ground is None else _part(Ground, ground),
        )


@dataclass(frozen=True, slots=True)
class Status:
    """The office's answer: under which number it keeps a report, and how far it is.

    Attributes:
        receipt: The receipt number, as in :mod:`obacht_protocol.receipt_numbers`.
        state: One of :data:`STATES`.
    """

    receipt: str
    state: str

    def encode(self) -> bytes:
        """Give the JSON body."""
        return canonical_json({"type": STATUS_TYPE, "receipt": self.receipt, "state": self.state})

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a JSON body of at most 1 KiB; ``MessageError`` if it is malformed."""
        try:
            value = parse_json(body) if len(body) <= MAX_STATUS_LENGTH else None
            if isinstance(value, dict) and value.keys() == {"type", "receipt", "state"}:
                receipt, state = check_receipt_number(value["receipt"]), value["state"]
                if value["type"] == STATUS_TYPE and state in STATES:
                    return cls(receipt, state)
        except (EncodingError, ReportError, TypeError) as error:  # a state that is no text
            raise MessageError("json") from error
        raise MessageError("json")


def check_sealed(body: bytes) -> bytes:
    """Return what may be a sealed report: 1 to 16 steps long; ``MessageError`` (``report``) for anything else."""
    if not body or len(body) % STEP or len(body) > MAX_LENGTH:
        raise MessageError("report")
    return body


def _part(kind: type[_Part], value: object) -> _Part:
    names = {part.name for part in fields(kind)}  # type: ignore[arg-type]  # the kinds are dataclasses
    if (
        not isinstance(value, dict)
        or value.keys() != names
        or not all(isinstance(text, str) for text in value.values())
    ):
        raise ReportError("form")
    return kind(**value)


def _check_text(name: str, text: str, most: int = _MAX_TEXT, *, lines: bool = False, needed: bool = False) -> None:
    if needed and not text.strip():
        raise ReportError("empty", name)
    if len(text) > most:
        raise ReportError("too_long", name)
    for sign in text:
        if (unicodedata.category(sign) in _UNSEEN and not (lines and sign == "\n")) or sign in _TURNING:
            raise ReportError("control", name)


def _check_birth_date(text: str) -> None:
    if not _BIRTH_DATE.fullmatch(text):
        raise ReportError("format", "birth_date")
    if text < _FIRST_YEAR:
        raise ReportError("before_1900", "birth_date")
    _check_day("birth_date", text + "-01-01"[len(text) - 4 :])


def _check_day(name: str, text: str) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError as error:
        raise ReportError("no_such_day", name) from error
