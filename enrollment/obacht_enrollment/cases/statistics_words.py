"""What the tables of the yearly report are called, in German and in English."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from obacht_enrollment.cases.catalogue import KINDS
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.states import EndReason, Origin
from obacht_enrollment.cases.suppression import Table
from obacht_enrollment.cases.words import END_REASONS, GROUNDS, ORIGINS, OUTCOMES, REQUESTS
from obacht_enrollment.language import Language, Words, pick

_LEVELS: Final = {"2": ("Stufe 2", "level 2"), "3": ("Stufe 3", "level 3")}
_TABLES: Final[Mapping[str, tuple[Words, Mapping[str, Words]]]] = {
    "begun-level": (("Neue Fälle nach Stufe", "New cases by level"), _LEVELS),
    "begun-ground": (("Neue Fälle nach Grund", "New cases by ground"), GROUNDS),
    "begun-kind": (
        ("Neue Fälle nach Art der Vorfälle (mehrere möglich)", "New cases by kind of incident (several possible)"),
        {kind: (item.german, item.english) for kind, item in KINDS.items()},
    ),
    "begun-origin": (("Neue Fälle nach Herkunft", "New cases by origin"), {o.value: ORIGINS[o] for o in Origin}),
    "there-level": (
        ("Fälle am Ende des Jahres nach Stufe (auf 5 gerundet)", "Cases at the end of the year by level (nearest 5)"),
        _LEVELS,
    ),
    "ended": (
        ("Beendete Fälle", "Cases that ended"),
        {"expired": ("abgelaufen", "expired"), **{reason.value: END_REASONS[reason] for reason in EndReason}},
    ),
    "requests": (("Anträge Betroffener", "Requests of persons concerned"), {k.value: REQUESTS[k] for k in Kind}),
    "outcomes": (("Entschiedene Anträge", "Requests decided"), {o.value: OUTCOMES[o] for o in Outcome}),
    "in-time": (
        ("Entschiedene Anträge nach Frist", "Requests decided by deadline"),
        {"in-time": ("in der Frist", "in time"), "late": ("verspätet", "late")},
    ),
    "calls": (
        ("Rückfragen am Telefon", "Calls about hits"),
        {
            "right": ("richtige Person", "right person"),
            "wrong": ("falsche Person", "wrong person"),
            "open": ("offen geblieben", "stayed open"),
        },
    ),
}
TOTAL: Final[Words] = ("zusammen", "total")
SHARE: Final[Words] = ("Anteil falscher Personen", "share of wrong persons")
_HIDDEN: Final[Words] = ("unterdrückt", "suppressed")
FEATURE: Final[Words] = ("Merkmal", "feature")
COUNT: Final[Words] = ("Anzahl", "count")
_HEADER: Final = (("Tabelle", "table"), FEATURE, COUNT)


def title(table: Table, language: Language) -> str:
    """Name a table."""
    return title_of(table.name, language)


def title_of(name: str, language: Language) -> str:
    """Name the table that :func:`.statistics.of_year` calls ``name``."""
    return pick(_TABLES[name][0], language)


def row(table: Table, name: str, language: Language) -> str:
    """Name what is counted in a row of a table."""
    return pick(_TABLES[table.name][1].get(name, (name or "-", name or "-")), language)


def number(count: int | None, language: Language) -> str:
    """Write a count, or that it is hidden."""
    return pick(_HIDDEN, language) if count is None else str(count)


def share(percent: int | None, language: Language) -> str:
    """Write the share of wrong persons among the calls, or that it is hidden."""
    return pick(_HIDDEN, language) if percent is None else f"{percent} %"


def lines(tables: Iterable[Table], false_hits: int | None, language: Language) -> Iterator[list[str]]:
    """Give tables, and the share of wrong persons in percent, as lines of three fields, a header first."""
    yield [pick(words, language) for words in _HEADER]
    for table in tables:
        name = title(table, language)
        for feature, count in table.rows:
            yield [name, row(table, feature, language), number(count, language)]
        yield [name, pick(TOTAL, language), number(table.total, language)]
    yield [title_of("calls", language), pick(SHARE, language), share(false_hits, language)]
