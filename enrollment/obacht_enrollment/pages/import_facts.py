"""What a look at a file found, as its page shows it: every wrong line and why, and who may be known already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.importing import Prepared
from obacht_enrollment.imports import columns, preview_words, words
from obacht_enrollment.imports.previewing import Preview
from obacht_enrollment.pages import case_facts
from obacht_enrollment.pages.visits import Visit

MOST: Final = 100
"""So many lines are listed at once."""


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What is said of a line.

    Attributes:
        line: Its number in the file.
        said: What is wrong or remarkable.
        name: Whom or what it is about, where that helps.
        cases: Numbers of cases that may be about the same.
        other: Number of an earlier line that may be about the same; 0 if there is none.
    """

    line: int
    said: tuple[str, ...] = ()
    name: str = ""
    cases: tuple[int, ...] = ()
    other: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """The beginning of a list.

    Attributes:
        lines: At most :data:`MOST`.
        more: How many there are besides.
    """

    lines: Sequence[Told]
    more: int


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """What is shown of a file.

    Attributes:
        written: How the file is written.
        columns: Each name in its header, with the column that it is taken for; None if it is passed over.
        preview: The counts.
        faults: The kinds of faults, with how many there are of each.
        wrong: Of the wrong lines, those of this page.
        page: Which that is.
        last: Which the last one is.
        doubtful: Lines in which something may be wrong.
        similar: Lines about somebody who may be known.
        alike: Lines about somebody who may stand in an earlier line.
        repeated: Lines that say exactly what an earlier one says.
    """

    written: Sequence[str]
    columns: Sequence[tuple[str, str | None]]
    preview: Preview
    faults: Sequence[tuple[int, str]]
    wrong: Sequence[Told]
    page: int
    last: int
    doubtful: Listed
    similar: Listed
    alike: Listed
    repeated: Listed


def facts(visit: Visit, prepared: Prepared, page: int) -> Facts:
    """Say what was found.

    Args:
        visit: Of whoever brought the file; tells the language.
        prepared: What was found.
        page: Of the wrong lines, from 1.
    """
    table, preview = prepared.table, prepared.preview
    last = max(1, -(-len(preview.faulty) // MOST))
    page = min(page, last)
    names = {entry.line: case_facts.title(entry.content) for entry, _ in preview.new}
    return Facts(
        written=preview_words.sheet(table.sheet, visit.language),
        columns=[
            (columns.shown(name), field) for name, field in zip(table.columns.header, table.columns.fields, strict=True)
        ],
        preview=preview,
        faults=[
            (count, words.reason(field, code, visit.language)) for (field, code), count in preview.faults.most_common()
        ],
        wrong=[
            Told(
                checked.line.number,
                tuple(words.reason(fault.field, fault.code, visit.language) for fault in checked.faults),
            )
            for checked in preview.faulty[(page - 1) * MOST : page * MOST]
        ],
        page=page,
        last=last,
        doubtful=_listed(
            Told(doubt.line, (words.reason(doubt.field, doubt.code, visit.language),), names.get(doubt.line, ""))
            for doubt in preview.doubtful
        ),
        similar=_listed(Told(line, name=names[line], cases=tuple(cases)) for line, cases in preview.similar),
        alike=_listed(Told(line, name=names[line], other=other) for line, other in preview.alike),
        repeated=_listed(Told(line, other=other) for line, other in preview.repeated),
    )


def _listed(lines: Iterable[Told]) -> Listed:
    found = list(lines)
    return Listed(found[:MOST], max(0, len(found) - MOST))
