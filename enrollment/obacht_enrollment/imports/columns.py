"""The columns of a file of records: what each may be called, in German and in English, and what stands where.

Case, spaces and signs do not count: ``Geb.-Datum``, ``GEBDATUM`` and ``geb. datum`` are one name, as are ``Straße`` and
``Strasse``.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.errors import ImportFileError
from obacht_protocol.folding import fold

FAMILY_NAME: Final = "Familienname"
GIVEN_NAMES: Final = "Vornamen"
BIRTH_NAME: Final = "Geburtsname"
BIRTH_DATE: Final = "Geburtsdatum"
ALIAS: Final = "Alias"
POSTCODE: Final = "PLZ"
STREET: Final = "Straße"
HOUSE_NUMBER: Final = "Hausnummer"
SIDE: Final = "Seite"
LEVEL: Final = "Stufe"
LEVEL_REASON: Final = "Begründung"
CONTACT: Final = "Kontakt"
VALID_UNTIL: Final = "Gültig bis"
REVIEW: Final = "Wiedervorlage"
GROUND: Final = "Grund"
GROUND_DAY: Final = "Grund vom"
FILE_NUMBER: Final = "Aktenzeichen"
REMARKS: Final = "Bemerkungen"
FAULT: Final = "Fehler"
"""What a file of rejected lines says of each; when it comes back, nobody reads it."""

OF_PERSON: Final = (FAMILY_NAME, GIVEN_NAMES, BIRTH_NAME, BIRTH_DATE, ALIAS)
OF_ADDRESS: Final = (POSTCODE, STREET, HOUSE_NUMBER, SIDE)
OF_BOTH: Final = (
    LEVEL, LEVEL_REASON, CONTACT, VALID_UNTIL, REVIEW, GROUND, GROUND_DAY, FILE_NUMBER, REMARKS
)  # fmt: skip
SEVERAL: Final = {GIVEN_NAMES: " ", ALIAS: "|", REMARKS: "\n"}
"""Columns that may stand in a file more than once, with what joins their fields."""
LONG: Final = frozenset({LEVEL_REASON, REMARKS})
"""Columns of free text."""
_ALWAYS: Final = (LEVEL, VALID_UNTIL, GROUND, FILE_NUMBER)
_FOR_PERSONS: Final = (FAMILY_NAME, GIVEN_NAMES, BIRTH_DATE)
_FOR_ADDRESSES: Final = (POSTCODE, STREET, HOUSE_NUMBER)
_MOST_SHOWN: Final = 24
_MOST_LISTED: Final = 12

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    FAMILY_NAME: (
        "Familienname", "Nachname", "Name", "Zuname", "Fam.-Name", "surname", "last name", "family name",
    ),
    GIVEN_NAMES: (
        "Vornamen", "Vorname", "Vorname(n)", "weitere Vornamen", "weiterer Vorname", "zweiter Vorname",
        "given name", "given names", "given name(s)", "first name", "first names", "forename", "forenames",
        "middle name", "middle names", "second name",
    ),
    BIRTH_NAME: (
        "Geburtsname", "Geb.-Name", "Mädchenname", "birth name", "maiden name", "name at birth",
    ),
    BIRTH_DATE: (
        "Geburtsdatum", "Geb.-Datum", "Geb.-Dat.", "Geburtstag", "geboren am", "geb. am",
        "date of birth", "birth date", "birthday", "born", "born on", "DOB",
    ),
    ALIAS: (
        "Alias", "Aliasse", "Aliasname", "Aliasnamen", "Aliaspersonalie", "Aliaspersonalien", "weitere Namen",
        "auch bekannt als", "aliases", "alias name", "alias names", "also known as", "AKA", "other names",
    ),
    POSTCODE: ("PLZ", "Postleitzahl", "postcode", "postal code", "ZIP", "ZIP code"),
    STREET: ("Straße", "Str.", "Straßenname", "street", "street name"),
    HOUSE_NUMBER: (
        "Hausnummer", "Hausnummern", "Haus-Nr.", "Hausnrn.", "HNr.", "Hs.-Nr.", "house number", "house numbers",
        "house no.", "building number",
    ),
    SIDE: ("Seite", "Straßenseite", "side", "side of the street", "street side"),
    LEVEL: ("Stufe", "Gefahrenstufe", "Gefährdungsstufe", "level", "risk level", "danger level"),
    LEVEL_REASON: (
        "Begründung", "Begründung der Stufe", "Stufe Begründung", "level reason", "reason for level",
        "reason for the level", "justification",
    ),
    CONTACT: ("Kontakt", "Kontaktnummer", "contact", "contact number"),
    VALID_UNTIL: (
        "Gültig bis", "Gültigkeit bis", "befristet bis", "Ablaufdatum", "Enddatum", "Ende",
        "valid until", "valid to", "expires", "expires on", "expiry", "expiry date", "end date",
    ),
    REVIEW: (
        "Wiedervorlage", "Wiedervorlage am", "WV", "Prüfdatum", "Prüfung am",
        "review", "review date", "review on", "follow-up",
    ),
    GROUND: ("Grund", "Rechtsgrund", "ground", "legal ground", "grounds"),
    GROUND_DAY: (
        "Grund vom", "Datum des Grundes", "Hausverbot vom", "Strafanzeige vom", "Strafantrag vom", "Anzeige vom",
        "ground date", "date of ground", "ground dated",
    ),
    FILE_NUMBER: (
        "Aktenzeichen", "Az.", "Akten-Nr.", "Aktennummer", "Geschäftszeichen", "Gz.",
        "file number", "file no.", "file reference", "case number", "case no.", "reference number",
    ),
    REMARKS: (
        "Bemerkungen", "Bemerkung", "Anmerkung", "Anmerkungen", "remarks", "remark", "notes", "comment", "comments",
    ),
    FAULT: ("Fehler", "fault", "faults"),
}  # fmt: skip
"""Every name that a column is known by."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands where in a file.

    Attributes:
        header: The names as they stand in the file; spreadsheets' empty columns at the end are left out.
        fields: For each of them the column that it is, or None if it is passed over.
    """

    header: tuple[str, ...]
    fields: tuple[str | None, ...]


def is_known(name: str) -> bool:
    """Tell whether a name in a header names a column."""
    return column_of(name) is not None


def column_of(name: str) -> str | None:
    """Give the column that a name stands for, or None."""
    letters = _letters(name)
    found = _BY_LETTERS.get(letters)
    if found is None:  # Vorname 2, 3. Alias
        several = _BY_LETTERS.get(letters.strip("0123456789"))
        return several if several in SEVERAL else None
    return found


def read(header: Sequence[str], ignored: Collection[str] = ()) -> Columns:
    """Tell what stands where.

    Args:
        header: The first row of a file.
        ignored: Names in it that are to be passed over, known or not.

    Raises:
        ImportFileError: ``csv-header-none``: nothing in it names a column; ``csv-header-ignored``: one that is to be
            passed over is not there; ``csv-header-unknown``, ``csv-header-twice``, ``csv-header-missing``: with the
            columns.
    """
    names = list(header)
    while names and not names[-1]:
        names.pop()
    if not any(map(is_known, names)):
        raise ImportFileError("csv-header-none", columns=", ".join((*_FOR_PERSONS, *_ALWAYS)))
    passed = {_letters(name): name for name in ignored}
    absent = passed.keys() - set(map(_letters, names))
    if absent:
        raise ImportFileError("csv-header-ignored", columns=_listed(passed[one] for one in sorted(absent)))
    fields = tuple(None if _letters(name) in passed else column_of(name) for name in names)
    _check(names, fields, passed)
    return Columns(tuple(names), tuple(None if field == FAULT else field for field in fields))


def shown(name: str) -> str:
    """Show a name in a header, but never so much that a line of data in the place of the header is shown."""
    return name[:_MOST_SHOWN] if name.isprintable() else "?"


def _check(names: Sequence[str], fields: Sequence[str | None], passed: Collection[str]) -> None:
    known = [field for field in fields if field is not None]
    unknown = [
        name for name, field in zip(names, fields, strict=True) if field is None and _letters(name) not in passed
    ]
    if unknown:
        raise ImportFileError("csv-header-unknown", columns=_listed(unknown))
    twice = {field for field in known if field not in SEVERAL and known.count(field) > 1}
    if twice:
        found = (name for name, field in zip(names, fields, strict=True) if field in twice)
        raise ImportFileError("csv-header-twice", columns=_listed(found))
    persons, addresses = ([one for one in needed if one not in known] for needed in (_FOR_PERSONS, _FOR_ADDRESSES))
    missing = [one for one in _ALWAYS if one not in known]
    if persons and addresses:
        missing += addresses if len(addresses) < len(persons) else persons
    if missing:
        raise ImportFileError("csv-header-missing", columns=", ".join(missing))


def _listed(names: Iterable[str]) -> str:
    quoted = [f"„{shown(name)}“" for name in names]
    return ", ".join(quoted[:_MOST_LISTED] + ["..."] * (len(quoted) > _MOST_LISTED))


def _letters(name: str) -> str:
    return re.sub("[^a-z0-9]", "", fold(name))


_BY_LETTERS: Final = {_letters(name): column for column, names in NAMES.items() for name in names}
