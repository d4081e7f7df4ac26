"""The yearly report to the council: counts and nothing else, the small ones withheld."""

import datetime as dt
from dataclasses import dataclass

from obacht_enrollment.errors import LetterError
from obacht_enrollment.language import Language


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table.

    Attributes:
        label: What is counted.
        counts: One for each column; None where it is withheld: it is small, or would tell a small one.
    """

    label: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, which may be drawn as well.

    Attributes:
        title: What it shows.
        label: Head of the first column.
        columns: Heads of the counts; 1 to 6.
        rows: Its lines.
        chart: Whether bars are drawn of the first column of counts.
        note: What must be known to read it; may be empty.
    """

    title: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    chart: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a table with holes; ``LetterError`` says ``letter-table``."""
        fits = all(len(row.counts) == len(self.columns) for row in self.rows)
        if not 1 <= len(self.columns) <= 6 or not self.rows or not fits:
            raise LetterError("letter-table")
        if any(count is not None and count < 0 for row in self.rows for count in row.counts):
            raise LetterError("letter-table")


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a year.

    Attributes:
        year: Which one.
        date: Day on which it was made.
        tables: What it shows.
        least: Counts below it, except 0, are withheld, and others that would tell them.
        summary: What the office says of the year; may be empty.
        language: ``de`` or ``en``.
    """

    year: int
    date: dt.date
    tables: tuple[Table, ...]
    least: int
    summary: str = ""
    language: Language = "de"
