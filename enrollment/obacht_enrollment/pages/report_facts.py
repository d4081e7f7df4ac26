"""What a report says, in words, part by part as its page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

from obacht_enrollment.cases.catalogue import KINDS
from obacht_enrollment.cases.words import GROUNDS
from obacht_enrollment.inbox import words
from obacht_enrollment.language import Language, Words, pick
from obacht_protocol.reports import Report

_DAYS: Final = frozenset({"birth_date", "date"})


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """A part of a report.

    Attributes:
        name: Of the part.
        title: Its heading.
        rows: What each field is called, and what it says; empty ones are left out.
    """

    name: str
    title: str
    rows: tuple[tuple[str, str], ...]


def facts(report: Report, language: Language) -> list[Part]:
    """Tell a report that was opened."""
    told = []
    for name, title in words.PARTS.items():
        part = getattr(report, name)
        if part is not None:
            told.append(Part(name, pick(title, language), tuple(_rows(name, part, language))))
    return told


def _rows(name: str, part: Any, language: Language) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any part of a report
    for field in fields(part):
        text = getattr(part, field.name)
        if text:
            yield pick(words.FIELDS[field.name], language), _in_words(name, field.name, text, language)


def _in_words(part: str, field: str, text: str, language: Language) -> str:
    if field in _DAYS:
        return _day(text)
    if field == "time":
        day, _, clock = text.partition("T")
        return ", ".join(filter(None, (_day(day), clock)))
    if field != "kind":
        return text
    if part == "ground":
        return pick(GROUNDS[text], language)
    kind = KINDS[text]
    named: Words = (kind.german, kind.english)
    level: Words = ("Stufe", "level")
    return f"{pick(named, language)} ({pick(level, language)} {kind.levels[0]})"


def _day(text: str) -> str:
    """Write a day, or as much of it as is known, as it is written in Germany."""
    return ".".join(reversed(text.split("-")))
