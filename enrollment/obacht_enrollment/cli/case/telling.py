"""What the verbs say of cases, in the reader's language."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from obacht_enrollment.cases import fields
from obacht_enrollment.cases.catalogue import KINDS, PRECAUTIONS
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.states import State
from obacht_enrollment.cases.views import Summary
from obacht_enrollment.cases.words import ACTS, END_REASONS, GROUNDS, LABELS, STATES
from obacht_enrollment.cli.context import Context
from obacht_enrollment.language import Words, pick

_YES: Final[Words] = ("ja", "yes")
_HEADER: Final[Words] = (
    "Nummer  Stufe  Stand                     Überprüfung  Ende        ",
    "Number  Level  State                     Review       End         ",
)


def table(context: Context, cases: list[Summary], names: dict[int, str] | None = None) -> Iterator[str]:
    """Tell a list of cases, one line each."""
    who = pick(("Wer", "Who"), context.language) if names is not None else ""
    yield (pick(_HEADER, context.language) + who).rstrip()
    for one in cases:
        name = names.get(one.number, "") if names else ""
        yield f"{line(context, one)}  {name}".rstrip()


def line(context: Context, one: Summary) -> str:
    """Tell a case in one line, without a name."""
    level = one.level or "-"
    return f"{one.number:6}  {level:>5}  {state(context, one):24}  {day(one.review_due):11}  {day(one.ends):10}"


def state(context: Context, one: Summary) -> str:
    """Say where a case stands, and what is proposed for it."""
    said = pick(STATES[one.state], context.language)
    if one.end_reason is not None and one.state is State.ENDED:
        said += f": {pick(END_REASONS[one.end_reason], context.language)}"
    if one.restricted:
        said += pick((", eingeschränkt", ", restricted"), context.language)
    if one.awaiting is not None and one.state is State.ACTIVE:
        said += f" ({pick(ACTS[one.awaiting], context.language)}?)"
    return said


def day(moment: int) -> str:
    """Write the day of a moment (Unix seconds, 0 for none), in UTC as the days of a case are."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%d.%m.%Y") if moment else "-"


def time(moment: int) -> str:
    """Write a moment (Unix seconds) as the clock on the wall shows it."""
    return dt.datetime.fromtimestamp(moment).astimezone().strftime("%d.%m.%Y %H:%M")


def who(content: Content) -> str:
    """Write in one line whom or what a case is about."""
    name, birth = content.name, content.birth
    if not name:
        return "; ".join(f"{place.postcode} {place.street} {place.house_number}" for place in content.places)
    born = f", geb. {name.birth_name}" if name.birth_name else ""
    parts = (f"{birth.day:02}." if birth.day else "", f"{birth.month:02}." if birth.month else "", birth.year or "")
    date = "".join(map(str, parts))
    return f"{name.family_name}, {name.given_names}{born}" + (f", {date}" if date else "")


def document(context: Context, content: Content) -> Iterator[str]:
    """Tell everything that a case says, one line for each field that is filled."""
    yield from _told(context, "", fields.to_json(content))


def _told(context: Context, place: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a document
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _told(context, f"{place}.{name}" if place else name, part)
    elif isinstance(value, list):
        for part in value:
            yield from _told(context, place, part)
    elif value not in {None, "", False}:
        yield f"{pick(LABELS[place], context.language)}: {_word(context, place, value)}"


def _word(context: Context, place: str, value: Any) -> str:  # noqa: ANN401 - the same
    if value is True:
        return pick(_YES, context.language)
    if place == "ground.kind" and value in GROUNDS:
        return pick(GROUNDS[value], context.language)
    item = {"incidents.kind": KINDS, "precautions": PRECAUTIONS}.get(place, {}).get(str(value))
    if item is not None:
        return pick((item.german, item.english), context.language)
    return str(value).replace("\n", "\n    ")
