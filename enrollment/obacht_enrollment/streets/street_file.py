"""A town's street list as a file: CSV as offices and surveyors have it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.imports import sheets
from obacht_enrollment.imports.columns import shown
from obacht_enrollment.imports.lines import Fault
from obacht_enrollment.imports.sheets import Sheet
from obacht_enrollment.streets.index import Street
from obacht_protocol import addresses
from obacht_protocol.errors import IdentityError
from obacht_protocol.folding import fold, refusal

NAME: Final = "Straße"
POSTCODE: Final = "PLZ"
KEY: Final = "Schlüssel"
MAX_STREETS: Final = 100_000
_MAX_KEY: Final = 40
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    NAME: ("Straße", "Straßenname", "Name", "Bezeichnung", "street", "street name"),
    POSTCODE: ("PLZ", "Postleitzahl", "Postleitzahlen", "postcode", "postcodes", "postal code", "ZIP", "ZIP code"),
    KEY: (
        "Schlüssel", "Straßenschlüssel", "Straßen-Nr.", "Straßennummer", "Kennziffer", "Kennung",
        "key", "street key", "street number", "street id", "id",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StreetFile:
    """What a file says.

    Attributes:
        sheet: How it is written.
        columns: The names in its header that stand for something, by column.
        passed: The other names in its header.
        streets: Without repetition, by name.
        faults: What is wrong with lines.
    """

    sheet: Sheet
    columns: Mapping[str, str]
    passed: tuple[str, ...]
    streets: tuple[Street, ...]
    faults: tuple[Fault, ...]


def read(data: bytes) -> StreetFile:
    """Read a street list: one street in each line, or one for each of its postcodes. Other columns are passed over.

    Raises:
        ImportFileError: As :func:`obacht_enrollment.imports.sheets.read` says; ``streets-header`` (it has no column of
            names), ``csv-header-twice``, ``csv-lines``, or ``csv-empty``.
    """
    sheet = sheets.read(data, lambda name: _column_of(name) is not None)
    where = _where(sheet.header)
    found: dict[tuple[str, str], set[str]] = {}
    faults: list[Fault] = []
    lines = 0
    for number, row in sheet.rows():
        lines += 1
        if lines > MAX_STREETS:
            raise ImportFileError("csv-lines", most=MAX_STREETS)
        fields = {column: row[place].strip() if place < len(row) else "" for column, place in where.items()}
        wrong = list(_faults(number, fields))
        if wrong:
            faults += wrong
        else:
            of_street = found.setdefault((fields[NAME], fields.get(KEY, "")), set())
            of_street.update(_postcodes(fields))
    if not lines:
        raise ImportFileError("csv-empty")
    streets = sorted(Street(name, key, tuple(sorted(codes))) for (name, key), codes in found.items())
    columns = {column: sheet.header[place] for column, place in where.items()}
    passed = tuple(name for place, name in enumerate(sheet.header) if name and place not in where.values())
    return StreetFile(sheet, columns, passed, tuple(streets), tuple(faults))


def _where(header: Sequence[str]) -> dict[str, int]:
    where: dict[str, int] = {}
    for place, name in enumerate(header):
        column = _column_of(name)
        if column in where:
            raise ImportFileError("csv-header-twice", columns=f"„{shown(header[where[column]])}“, „{shown(name)}“")
        if column is not None:
            where[column] = place
    if NAME not in where:
        raise ImportFileError("streets-header")
    return where


def _faults(number: int, fields: Mapping[str, str]) -> Iterator[Fault]:
    code = refusal(fields[NAME], digits=True) if fields[NAME] else "empty"
    if code:
        yield Fault(number, NAME, code)
    if len(fields.get(KEY, "")) > _MAX_KEY or not fields.get(KEY, "").isprintable():
        yield Fault(number, KEY, "format")
    try:
        for postcode in _postcodes(fields):
            addresses.postcode(postcode)
    except IdentityError as error:
        yield Fault(number, POSTCODE, error.code)


def _postcodes(fields: Mapping[str, str]) -> list[str]:
    return re.findall(r"[^\s,;/]+", fields.get(POSTCODE, ""))


def _column_of(name: str) -> str | None:
    return _BY_LETTERS.get(_letters(name))


def _letters(name: str) -> str:
    return re.sub("[^a-z0-9]", "", fold(name))


_BY_LETTERS: Final = {_letters(name): column for column, names in _NAMES.items() for name in names}
