"""A day list: a CSV file of whom a round is to meet, read whole before anything is asked."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from obacht_clients import words
from obacht_clients.cli import subject
from obacht_clients.cli.console import Console
from obacht_clients.questions import Part
from obacht_clients.receipts import check_lengths
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person
from obacht_protocol.messages import MAX_PERSONS

MAX_LENGTH: Final = 1024 * 1024
COLUMNS: Final = {
    "Familienname": "family_name",
    "Vornamen": "given_names",
    "Geburtsdatum": "birth_date",
    "Geburtsname": "birth_name",
    "PLZ": "postcode",
    "Straße": "street",
    "Hausnummer": "house_number",
    "Aktenzeichen": "reference",
}
"""The header's names, and which field of a question each stands for."""
_FOR_PERSONS: Final = ("Familienname", "Vornamen", "Geburtsdatum")
_FOR_ADDRESSES: Final = ("PLZ", "Straße", "Hausnummer")


@dataclass(frozen=True, repr=False)
class Line:
    """One line that can be asked about.

    Attributes:
        number: Of the file's lines, the header being 1.
        subject: Whom or what it is about.
        typed: What stands there, for whoever wrote it.
        reference: Of the file that it belongs to, or empty.
    """

    number: int
    subject: Person | Address
    typed: str
    reference: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in words that repeat nothing of what stands there.

    Attributes:
        line: Number of the line; None if it is the whole file.
        text: In words.
    """

    line: int | None
    text: str


class DayListError(Exception):
    """A day list is not to be asked about.

    Attributes:
        faults: All of them.
    """

    def __init__(self, *faults: Fault) -> None:
        """Keep the faults; their number is the whole message."""
        super().__init__(f"{len(faults)} faults in a day list")
        self.faults = faults


def read(file: Path, console: Console, reference: str = "") -> list[Line]:
    """Read a day list, UTF-8 or Windows-1252, divided by ``;`` or ``,``; ``reference`` is for lines that name none.

    Raises:
        DayListError: The file or one of its lines cannot be used, or it has more than 40 lines; it names them all.
    """
    rows = list(_rows(_text(file, console), console))
    names = _header(*rows[0], console) if rows else []
    if len(rows) < 2:
        raise DayListError(Fault(None, console.text("list-empty")))
    if len(rows) - 1 > MAX_PERSONS:
        raise DayListError(Fault(None, words.why("list-long", console.language)))
    read_lines = [_line(number, names, row, console, reference) for number, row in rows[1:]]
    faults = [line for line in read_lines if isinstance(line, Fault)]
    if faults:
        raise DayListError(*faults)
    return [line for line in read_lines if isinstance(line, Line)]


def _text(file: Path, console: Console) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_LENGTH + 1)
    except OSError as error:
        raise DayListError(Fault(None, console.text("list-file"))) from error
    if len(data) > MAX_LENGTH:
        raise DayListError(Fault(None, console.text("list-large")))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DayListError(Fault(None, console.text("list-encoding")))


def _rows(text: str, console: Console) -> Iterator[tuple[int, list[str]]]:
    """Give the rows in which something stands, each with the number of the line in which it begins."""
    first = next(iter(text.strip().splitlines()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
    begin = 1
    try:
        for row in reader:
            fields = [field.strip() for field in row]
            if any(fields):
                yield begin, fields
            begin = reader.line_num + 1
    except csv.Error as error:
        raise DayListError(Fault(begin, console.text("list-form"))) from error


def _header(number: int, row: list[str], console: Console) -> list[str]:
    if len(set(row)) != len(row) or not set(row) <= COLUMNS.keys():
        raise DayListError(Fault(number, console.text("list-column", ", ".join(COLUMNS))))
    if not (set(_FOR_PERSONS) <= set(row) or set(_FOR_ADDRESSES) <= set(row)):
        needed = ", ".join(_FOR_PERSONS), ", ".join(_FOR_ADDRESSES)
        raise DayListError(Fault(number, console.text("list-columns", *needed)))
    return [COLUMNS[name] for name in row]


def _line(number: int, names: list[str], row: list[str], console: Console, reference: str) -> Line | Fault:
    if len(row) != len(names):
        return Fault(number, console.text("list-fields"))
    typed = dict(zip(names, row, strict=True))
    reference = typed.get("reference") or reference
    person = any(typed.get(name) for name in subject.PERSON_FIELDS)
    address = any(typed.get(name) for name in subject.ADDRESS_FIELDS)
    if person == address:
        return Fault(number, console.text("list-either" if person else "list-neither"))
    fields = subject.ADDRESS_FIELDS if address else subject.PERSON_FIELDS
    today = dt.datetime.fromtimestamp(console.clock()).astimezone().date()
    try:
        about = subject.subject_of(dict.fromkeys(fields, "") | typed, today, address=address, guess=True)
        Part.about(about)
        check_lengths([reference], "")
    except IdentityError as error:
        return Fault(number, words.refused_identity(error, console.language))
    shown = ", ".join(typed[name] for name in fields if typed.get(name))
    return Line(number, about, shown, reference)
