"""What a case says: one document, sealed as a whole. Nothing in it is required until somebody else is to approve it.

None of these shows its content when printed: a log must not learn it from a traceback.
"""

import datetime as dt
from dataclasses import dataclass

from obacht_enrollment.cases import fields
from obacht_enrollment.cases.dates import UNKNOWN, Birth
from obacht_enrollment.errors import CaseError
from obacht_protocol.encoding import canonical_json, parse_json
from obacht_protocol.errors import EncodingError


@dataclass(frozen=True, slots=True, repr=False)
class Name:
    """A name that somebody bears; all of them empty where nobody is named.

    Attributes:
        family_name: Or the only name.
        given_names: Separated by spaces.
        birth_name: The family name at birth.
    """

    family_name: str = ""
    given_names: str = ""
    birth_name: str = ""

    def __bool__(self) -> bool:
        """Tell whether anything is there."""
        return bool(self.family_name or self.given_names or self.birth_name)


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """An address that belongs to the case.

    Attributes:
        postcode: Five digits.
        street: Without a number.
        house_number: One, or a range.
        side: Of the street, for a range: ``all``, ``even`` or ``odd``.
        publish: Whether those who ask about the address get an answer. It then stands for all who live there.
    """

    postcode: str = ""
    street: str = ""
    house_number: str = ""
    side: str = "all"
    publish: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Incident:
    """What happened once.

    Attributes:
        day: When.
        time: Of the day, ``HH:MM``, or empty.
        place: Where.
        kind: Id of one of :data:`~obacht_enrollment.cases.catalogue.KINDS`.
        what: In words.
        reporter: The office whose staff reported it.
    """

    day: dt.date | None = None
    time: str = ""
    place: str = ""
    kind: str = ""
    what: str = ""
    reporter: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Ground:
    """What the law takes as the ground of an entry.

    Attributes:
        kind: One of :data:`obacht_enrollment.records.GROUNDS`.
        file_number: Of the house ban, complaint or application.
        day: On which it was issued or made.
        by_body: Whether the public body itself issued or made it, which somebody confirms.
    """

    kind: str = ""
    file_number: str = ""
    day: dt.date | None = None
    by_body: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """The letter that tells the person about the entry (GDPR, Articles 13 and 14).

    Attributes:
        sent: The day on which it was sent.
        deferred_until: While it may not be sent: the day on which that is asked again.
        deferral_reason: Why it may not be sent.
    """

    sent: dt.date | None = None
    deferred_until: dt.date | None = None
    deferral_reason: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """Everything that a case says.

    Attributes:
        name: Whom it is about; empty in a case about an address alone.
        aliases: Other names of the same person.
        birth: Their birth date, as far as it is known.
        age_reason: Where no year of birth is known: why it is certain that they are not a child.
        places: Addresses.
        incidents: What happened.
        ground: Of the entry.
        level: 2 or 3; 0 while it was not decided.
        level_reason: Why this level.
        precautions: Ids of :data:`~obacht_enrollment.cases.catalogue.PRECAUTIONS`.
        contact: Number of the contact whom those call who get a hit; 0 while it was not decided.
        review: The day on which the case is looked at again.
        end: Its last day.
        remarks: For the office's own staff.
        notice: The letter to the person.
    """

    name: Name = Name()
    aliases: tuple[Name, ...] = ()
    birth: Birth = UNKNOWN
    age_reason: str = ""
    places: tuple[Place, ...] = ()
    incidents: tuple[Incident, ...] = ()
    ground: Ground = Ground()
    level: int = 0
    level_reason: str = ""
    precautions: tuple[str, ...] = ()
    contact: int = 0
    review: dt.date | None = None
    end: dt.date | None = None
    remarks: str = ""
    notice: Notice = Notice()

    def encode(self) -> bytes:
        """Give the document, canonical JSON."""
        return canonical_json(fields.to_json(self))

    @classmethod
    def parse(cls, data: bytes) -> "Content":
        """Read a document that :meth:`encode` or a person wrote.

        Raises:
            CaseError: ``content-form`` (it is no JSON), ``content`` (with the field that is wrong) or ``birth``.
        """
        try:
            value = parse_json(data)
        except EncodingError as error:
            raise CaseError("content-form") from error
        return fields.from_json(cls, value)

    def changes(self, after: "Content") -> dict[str, list[object]]:
        """Give what is another in ``after``: by field, what stood there and what stands there then."""
        old, new = fields.to_json(self), fields.to_json(after)
        return {name: [old[name], new[name]] for name in old if old[name] != new[name]}
