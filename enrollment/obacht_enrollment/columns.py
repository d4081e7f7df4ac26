"""A file of records as a table: bytes in, lines of named fields out, or every reason why not.

The file is CSV (RFC 4180) in UTF-8, with or without a byte order mark, with semicolons or commas. Its first line names
the columns; their order is free.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.errors import ImportFileError

MAX_FILE_LENGTH: Final = 16 * 1024 * 1024
MAX_LINES: Final = 100_000
MAX_FIELD_LENGTH: Final = 200

FAMILY_NAME: Final = "Familienname"
GIVEN_NAMES: Final = "Vornamen"
BIRTH_NAME: Final = "Geburtsname"
BIRTH_DATE: Final = "Geburtsdatum"
POSTCODE: Final = "PLZ"
STREET: Final = "Straße"
HOUSE_NUMBER: Final = "Hausnummer"
SIDE: Final = "Seite"
LEVEL: Final = "Stufe"
CONTACT: Final = "Kontakt"
VALID_UNTIL: Final = "Gültig bis"
GROUND: Final = "Grund"
FILE_NUMBER: Final = "Aktenzeichen"

OF_PERSON: Final = (FAMILY_NAME, GIVEN_NAMES, BIRTH_NAME, BIRTH_DATE)
OF_ADDRESS: Final = (POSTCODE, STREET, HOUSE_NUMBER, SIDE)
OF_BOTH: Final = (LEVEL, CONTACT, VALID_UNTIL, GROUND, FILE_NUMBER)
COLUMNS: Final = (*OF_PERSON, *OF_ADDRESS, *OF_BOTH)
_ALWAYS: Final = (LEVEL, VALID_UNTIL, GROUND, FILE_NUMBER)
_FOR_PERSONS: Final = (FAMILY_NAME, GIVEN_NAMES, BIRTH_DATE)
_FOR_ADDRESSES: Final = (POSTCODE, STREET, HOUSE_NUMBER)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line.

    Attributes:
        line: Its number in the file, from 1; of a record over several lines the first.
        field: Name of the column, or empty if the line as a whole is wrong.
        code: A stable word for the reason.
    """

    line: int
    field: str
    code: str


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One line of the table: its number, and its fields by column, without the spaces around them."""

    number: int
    fields: Mapping[str, str]


def read(data: bytes) -> tuple[list[Line], list[Fault]]:
    """Read a whole file.

    Returns:
        The lines that are well-formed, and what is wrong with the others.

    Raises:
        ImportFileError: It is no such table at all: ``csv-large``, ``csv-encoding`` (with the line), ``csv-empty``,
            ``csv-header-...`` (with the column), ``csv-form`` (with the line) or ``csv-lines``.
    """
    text = _decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows = _rows(reader)
    header = next(rows, None)
    if header is None:
        raise ImportFileError("csv-empty")
    names = _check_header(header[1])
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, row in rows:
        if not any(field.strip() for field in row):
            continue
        if len(lines) + len(faults) == MAX_LINES:
            raise ImportFileError("csv-lines", most=MAX_LINES)
        wrong = list(_check_row(number, names, row))
        if wrong:
            faults += wrong
        else:
            lines.append(Line(number, {name: field.strip() for name, field in zip(names, row, strict=True)}))
    if not lines and not faults:
        raise ImportFileError("csv-empty")
    return lines, faults


def _decode(data: bytes) -> str:
    if len(data) > MAX_FILE_LENGTH:
        raise ImportFileError("csv-large", most=MAX_FILE_LENGTH // 1024 // 1024)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFileError("csv-encoding", line=data.count(b"\n", 0, error.start) + 1) from None
    if "\x00" in text:
        raise ImportFileError("csv-encoding", line=text.count("\n", 0, text.index("\x00")) + 1)
    return unicodedata.normalize("NFC", text)


def _delimiter(text: str) -> str:
    header = text.lstrip("\r\n").partition("\n")[0]
    return ";" if header.count(";") >= header.count(",") else ","


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    while True:
        number = reader.line_num + 1  # type: ignore[attr-defined]  # of csv.reader, whose type has no public name
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise ImportFileError("csv-form", line=number) from None
        if row:
            yield number, row


def _check_header(row: list[str]) -> list[str]:
    names = [name.strip() for name in row]
    while names and not names[-1]:
        names.pop()  # spreadsheets leave empty columns at the end
    for name in names:
        if name not in COLUMNS:
            raise ImportFileError("csv-header-unknown", column=_shown(name))
        if names.count(name) > 1:
            raise ImportFileError("csv-header-twice", column=name)
    missing = [name for name in _ALWAYS if name not in names]
    persons, addresses = ([name for name in needed if name not in names] for needed in (_FOR_PERSONS, _FOR_ADDRESSES))
    if missing or (persons and addresses):
        raise ImportFileError("csv-header-missing", column=(missing or persons)[0])
    return names


def _check_row(number: int, names: list[str], row: list[str]) -> Iterator[Fault]:
    while len(row) > len(names) and not row[-1].strip():
        row.pop()
    if len(row) != len(names):
        yield Fault(number, "", "fields")
        return
    for name, field in zip(names, row, strict=True):
        if len(field) > MAX_FIELD_LENGTH:
            yield Fault(number, name, "too_long")
        elif any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in field.strip()):
            yield Fault(number, name, "control")


def _shown(name: str) -> str:
    """Show a wrong column name, but never so much that a line of data in the place of the header is shown."""
    return name[:24] if name.isprintable() else "?"
