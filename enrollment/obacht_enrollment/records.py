"""One entry of the office's records: whom it is about, how it is graded, why, and until when."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from obacht_enrollment.errors import VaultError
from obacht_protocol import matching
from obacht_protocol.addresses import Side
from obacht_protocol.encoding import canonical_json, parse_json
from obacht_protocol.errors import ProtocolError
from obacht_protocol.identity import Address, Person

GROUNDS: Final = ("house-ban", "complaint", "application")
"""What the law takes as the ground of an entry: a house ban, a criminal complaint, an application for prosecution."""
LEVELS: Final = (2, 3)
MAX_YEARS: Final = 2


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """An address as recorded, with the side of the street that a range of numbers means."""

    address: Address
    side: Side = "all"


Subject = Person | Place


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """A record as it is taken in. It does not show its content when printed.

    Attributes:
        subject: A person or a place.
        level: 2 or 3, after the Aachen model.
        contact: Number of the contact in the descriptor.
        valid_until: Unix seconds from which the record counts no longer.
        ground: One of :data:`GROUNDS`; empty where a case says it.
        file_number: Of the case; the same.
    """

    subject: Subject
    level: int
    contact: int
    valid_until: int
    ground: str = ""
    file_number: str = ""

    def canonical(self) -> bytes:
        """Give the bytes that are equal for equal records."""
        return canonical_json(
            {
                "subject": parse_json(encode_subject(self.subject)),
                "level": self.level,
                "contact": self.contact,
                "valid_until": self.valid_until,
                "ground": self.ground,
                "file_number": self.file_number,
            }
        )


def match_keys(subject: Subject, deployment: str) -> list[bytes]:
    """Give the encoded match keys, 1 to 24, under which ``subject`` is stored.

    Raises:
        IdentityError: There are more; or a name is in Arabic script (``script``): under a guess of its Latin spelling
            nobody who types the real one would find it.
    """
    if isinstance(subject, Person):
        keys = matching.enrollment_keys(subject.check_script())
    else:
        keys = matching.address_enrollment_keys(subject.address, subject.side)
    return [key.encode(deployment.encode()) for key in keys]


def encode_subject(subject: Subject) -> bytes:
    """Give the JSON under which a subject is sealed."""
    if isinstance(subject, Person):
        date = subject.birth_date
        return canonical_json(
            {
                "family_name": subject.family_name,
                "given_names": subject.given_names,
                "birth_date": date if isinstance(date, int) else date.isoformat(),
                "birth_name": subject.birth_name,
            }
        )
    address = subject.address
    return canonical_json(
        {
            "postcode": address.postcode,
            "street": address.street,
            "house_number": address.house_number,
            "side": subject.side,
        }
    )


def decode_subject(data: bytes) -> Subject:
    """Read what :func:`encode_subject` made; ``VaultError`` if it is something else."""
    try:
        fields: dict[str, Any] = parse_json(data)
        if "side" in fields:
            side = fields.pop("side")
            return Place(Address(**fields), side)
        date = fields.pop("birth_date")
        return Person(birth_date=date if isinstance(date, int) else dt.date.fromisoformat(date), **fields)
    except (ProtocolError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise VaultError("subject") from error
