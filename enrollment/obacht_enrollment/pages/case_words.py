"""What a case says, in words: one field at a time, and what is another in two documents."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from obacht_enrollment.cases import words
from obacht_enrollment.cases.catalogue import KINDS, PRECAUTIONS, Item
from obacht_enrollment.language import Language, Words, pick
from obacht_enrollment.pages.visits import Visit

_WHOLE: Final = frozenset({"birth", "precautions"})
"""What is told as a whole, though its document has parts."""
_DAYS: Final = frozenset({"day", "review", "end", "sent", "deferred_until"})
_SIDES: Final = frozenset({"all", "even", "odd"})


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """That a field is another.

    Attributes:
        label: What it is called.
        before: What stood there; empty if nothing did.
        after: What stands there then.
    """

    label: str
    before: str
    after: str


def value(visit: Visit, field: str, content: Any) -> str:  # noqa: ANN401 - any part of a document
    """Say what stands in a field.

    Args:
        visit: Tells the language, and the contacts.
        field: Its place in the document, without the numbers of parts.
        content: The same as JSON.
    """
    language = visit.language
    told = str(content or "")
    if field == "birth":
        told = birth(content)
    elif field == "precautions":
        told = ", ".join(item(PRECAUTIONS, one, language) for one in content)
    elif field == "incidents.kind":
        told = item(KINDS, content, language)
    elif field == "ground.kind" and content in words.GROUNDS:
        told = pick(words.GROUNDS[content], language)
    elif field == "places.side" and content in _SIDES:
        told = visit.text(f"side.{content}")
    elif field == "contact":
        told = contact(visit, content)
    elif field == "level" and content:
        told = visit.text("cases.level", level=content)
    elif isinstance(content, bool):
        told = visit.text("cases.yes") if content else visit.text("cases.no")
    elif content and field.rpartition(".")[2] in _DAYS:
        told = f"{dt.date.fromisoformat(content):%d.%m.%Y}"
    return told


def tools(visit: Visit) -> dict[str, Any]:
    """Give what the templates of cases need to speak of them."""
    return {
        "STATES": words.STATES,
        "END_REASONS": words.END_REASONS,
        "ORIGINS": words.ORIGINS,
        "say": lambda pair: pick(pair, visit.language),
        "label": lambda field: label(visit, field),
        "capital": capital,
        "now": visit.now,
    }


def birth(known: Mapping[str, int | None]) -> str:
    """Write a birth date as far as it is known: 14.05.1971, 05.1971, 1971, 14.05.????."""
    if not any(known.values()):
        return ""
    day, month = (f"{known[name]:02}." if known[name] else "" for name in ("day", "month"))
    return f"{day}{month or ('??.' if day else '')}{known['year'] or '????'}"


def contact(visit: Visit, number: int) -> str:
    """Say whom those call who get a hit; a contact that is gone by its number."""
    for known in visit.office.settings.contacts:
        if known.number == number:
            return f"{known.office}, {known.phone}"
    return str(number or "")


def item(items: Mapping[str, Item], chosen: str, language: Language) -> str:
    """Name an item of a fixed list; what is on no list, as a draft may have it, stands as it is."""
    found = items.get(chosen)
    return say(found, language) if found else chosen


def say(of: Item, language: Language) -> str:
    """Name an item."""
    pair: Words = (of.german, of.english)
    return pick(pair, language)


def label(visit: Visit, field: str) -> str:
    """Say what a field is called, as ``ground.day`` or ``incidents.0.what``."""
    outer, *inner = field.split(".")
    number = int(inner.pop(0)) + 1 if inner and inner[0].isdecimal() else 0
    general = ".".join([outer, *inner])
    name = visit.text("cases.birth") if general == "birth" else capital(pick(words.LABELS[general], visit.language))
    return f"{visit.text(f'part.{outer}', number=number)}: {name}" if number else name


def capital(text: str) -> str:
    """Begin with a capital what else stands within a sentence."""
    return text[:1].upper() + text[1:]


def changes(visit: Visit, changed: Mapping[str, Sequence[Any]]) -> list[Change]:
    """Say what is another in two documents.

    Args:
        visit: Tells the language.
        changed: By field of the document, what stood there and what stands there then
            (:meth:`obacht_enrollment.cases.content.Content.changes`).
    """
    found = []
    for outer, (old, new) in changed.items():
        before, after = _leaves(outer, old), _leaves(outer, new)
        for field in dict.fromkeys([*before, *after]):
            general = ".".join(part for part in field.split(".") if not part.isdecimal())
            told = [value(visit, general, side[field]) if field in side else "" for side in (before, after)]
            if told[0] != told[1]:
                found.append(Change(label(visit, field), *told))
    return found


def _leaves(place: str, content: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of a document
    if place in _WHOLE:
        return {place: content}
    if isinstance(content, Mapping):
        inner = list(content.items())
    elif isinstance(content, list):
        inner = [(str(index), part) for index, part in enumerate(content)]
    else:
        return {place: content}
    return {leaf: told for name, part in inner for leaf, told in _leaves(f"{place}.{name}", part).items()}
