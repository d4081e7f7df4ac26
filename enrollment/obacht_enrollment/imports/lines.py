"""The lines of a file of records: the fields of each by column, and what is wrong with its form."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.imports import columns, sheets
from obacht_enrollment.imports.columns import Columns
from obacht_enrollment.imports.sheets import Sheet

MAX_LINES: Final = 100_000
MAX_FIELD_LENGTH: Final = 200
MAX_TEXT_LENGTH: Final = 2000
_LINE_BREAKS: Final = frozenset("\r\n\t")
_UNSEEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, order=True)
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
    """One line. It does not show its content when printed.

    Attributes:
        number: Its number in the file.
        row: As it stands there.
        fields: By column, without the spaces around them; empty if the form is wrong.
        faults: What is wrong with its form.
    """

    number: int
    row: tuple[str, ...]
    fields: Mapping[str, str]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A file of records whose lines can be read.

    Attributes:
        sheet: The file as rows.
        columns: What stands where in them.
    """

    sheet: Sheet
    columns: Columns

    def lines(self, after: int = 0) -> Iterator[Line]:
        """Give the lines, those up to number ``after`` left out.

        Raises:
            ImportFileError: ``csv-form`` (with the line), ``csv-lines``, or ``csv-empty``: there is none at all.
        """
        count = 0
        for number, row in self.sheet.rows():
            count += 1
            if count > MAX_LINES:
                raise ImportFileError("csv-lines", most=MAX_LINES)
            if number > after:
                yield _line(number, self.columns, row)
        if not count:
            raise ImportFileError("csv-empty")


def read(data: bytes, ignored: Collection[str] = ()) -> Table:
    """Read a file of records.

    Args:
        data: The file.
        ignored: Names of columns that are to be passed over.

    Raises:
        ImportFileError: It is no such table: as :func:`.sheets.read` and :func:`.columns.read` say.
    """
    sheet = sheets.read(data, columns.is_known)
    return Table(sheet, columns.read(sheet.header, ignored))


def _line(number: int, where: Columns, row: list[str]) -> Line:
    whole = tuple(row)
    while len(row) > len(where.fields) and not row[-1].strip():
        row.pop()  # spreadsheets leave empty columns at the end
    if len(row) != len(where.fields):
        return Line(number, whole, {}, (Fault(number, "", "fields"),))
    fields: dict[str, str] = {}
    faults = []
    for column, written in zip(where.fields, row, strict=True):
        if column is None:
            continue
        field = written.strip()
        code = _form(column, field)
        if code:
            faults.append(Fault(number, column, code))
        joined = [fields[column], field] if fields.get(column) else [field]
        fields[column] = columns.SEVERAL.get(column, "").join(filter(None, joined))
    return Line(number, whole, {} if faults else fields, tuple(faults))


def _form(column: str, field: str) -> str:
    """Give the code of what is wrong with a field; nothing if it is of the right form."""
    long = column in columns.LONG
    if len(field) > (MAX_TEXT_LENGTH if long else MAX_FIELD_LENGTH):
        return "too_long_text" if long else "too_long"
    if field.isascii() and field.isprintable():
        return ""
    if any(unicodedata.category(sign) in _UNSEEN and not (long and sign in _LINE_BREAKS) for sign in field):
        return "control"
    return ""
