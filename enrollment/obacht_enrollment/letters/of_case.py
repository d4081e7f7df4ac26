"""What a case says, as letters tell it: its fixed words in the language of the letter, and no name of staff."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.catalogue import KINDS, PRECAUTIONS, Item
from obacht_enrollment.cases.content import Content, Incident, Name, Place
from obacht_enrollment.cases.dates import Birth, day_of
from obacht_enrollment.cases.words import GROUNDS as GROUND_WORDS
from obacht_enrollment.cases.words import STATES
from obacht_enrollment.language import Language, pick
from obacht_enrollment.letters import answer, facts
from obacht_enrollment.letters.decision import Change
from obacht_enrollment.records import GROUNDS, LEVELS

_MONTHS: Final = (
    ("Januar", "January"),
    ("Februar", "February"),
    ("März", "March"),
    ("April", "April"),
    ("Mai", "May"),
    ("Juni", "June"),
    ("Juli", "July"),
    ("August", "August"),
    ("September", "September"),
    ("Oktober", "October"),
    ("November", "November"),
    ("Dezember", "December"),
)
_SIDES: Final = {
    "even": ("gerade Nummern", "even numbers"),
    "odd": ("ungerade Nummern", "odd numbers"),
}


def entry(case: Case, language: Language) -> facts.Entry:
    """Give ground, level, terms, incidents and precautions of a case, as far as a draft has them."""
    content = case.content
    ground = content.ground
    return facts.Entry(
        ground=facts.Ground(ground.kind, ground.file_number, ground.day) if ground.kind in GROUNDS else None,
        level=content.level if content.level in LEVELS else 0,
        since=day_of(case.activated) if case.activated else None,
        review=content.review,
        until=content.end,
        reason=content.level_reason,
        incidents=tuple(_incident(incident, language) for incident in content.incidents),
        precautions=tuple(_item(PRECAUTIONS, chosen, language) for chosen in content.precautions),
    )


def recorded(case: Case, language: Language, *, contact: str = "") -> answer.Case:
    """Give everything that the case itself records of a person, for the answer to their access request.

    Args:
        case: As it is.
        language: Of the letter.
        contact: Whom those are told to call who get a hit, in words.

    Returns:
        The case without history, letters, requests, calls and looks, which are kept beside it: add them with
        ``dataclasses.replace``.
    """
    content = case.content
    further = (
        (("Warum kein Kind", "Why not a child"), content.age_reason),
        (("Kontakt", "Contact"), contact),
        (("Bemerkungen", "Remarks"), content.remarks),
        (("Warum die Benachrichtigung warten musste", "Why the notice had to wait"), content.notice.deferral_reason),
    )
    state = pick(STATES[case.state], language)
    if case.restricted:
        state += pick((", eingeschränkt (niemandem angezeigt)", ", restricted (shown to nobody)"), language)
    return answer.Case(
        identity=tuple(_identity(content, language)),
        entry=entry(case, language),
        state=state,
        further=tuple(facts.Fact(pick(label, language), text) for label, text in further if text),
    )


def changes(before: Content, after: Content, language: Language) -> tuple[Change, ...]:
    """Give what was rectified, as far as it is about the person: not whom to call, nor how far the notice is."""
    old, new = _told(before, language), _told(after, language)
    return tuple(
        Change(label, old.get(label, ""), new.get(label, ""))
        for label in dict.fromkeys([*old, *new])
        if old.get(label, "") != new.get(label, "")
    )


def _told(content: Content, language: Language) -> dict[str, str]:
    """Tell a document line by line, under the names of its parts; empty ones are left out."""
    ground = content.ground
    kind = pick(GROUND_WORDS[ground.kind], language) if ground.kind in GROUND_WORDS else ""
    incidents = (_incident(one, language) for one in content.incidents)
    rest = {
        ("Vorfälle", "Incidents"): "\n".join(
            ", ".join(part for part in (one.when, one.place, one.kind, one.account) if part) for one in incidents
        ),
        ("Grund", "Ground"): ", ".join(part for part in (kind, ground.file_number, _day(ground.day, language)) if part),
        ("Stufe", "Level"): str(content.level or ""),
        ("Begründung der Stufe", "Reason for the level"): content.level_reason,
        ("Vorkehrungen", "Precautions"): "\n".join(_item(PRECAUTIONS, one, language) for one in content.precautions),
        ("Überprüfung bis", "Review by"): _day(content.review, language),
        ("Ende", "End"): _day(content.end, language),
        ("Bemerkungen", "Remarks"): content.remarks,
    }
    told = {fact.label: fact.text for fact in _identity(content, language)}
    return told | {pick(label, language): text for label, text in rest.items() if text}


def name(content: Content) -> str:
    """Give the name of the person as they write it; empty if the case names nobody."""
    return " ".join(part for part in (content.name.given_names, content.name.family_name) if part)


def _identity(content: Content, language: Language) -> list[facts.Fact]:
    told = (
        (("Name", "Name"), _name(content.name, language)),
        (("Weitere Namen", "Other names"), "\n".join(_name(alias, language) for alias in content.aliases)),
        (("Geburtsdatum", "Birth date"), _birth(content.birth, language)),
        (("Anschriften", "Addresses"), "\n".join(_place(place, language) for place in content.places)),
    )
    return [facts.Fact(pick(label, language), text) for label, text in told if text]


def _name(it: Name, language: Language) -> str:
    born = f"{pick(('geb.', 'née'), language)} {it.birth_name}" if it.birth_name else ""
    return " ".join(part for part in (it.given_names, it.family_name, born) if part)


def _birth(birth: Birth, language: Language) -> str:
    day = f"{birth.day}{pick(('.', ''), language)}" if birth.day else ""
    month = pick(_MONTHS[birth.month - 1], language) if birth.month else ""
    return " ".join(part for part in (day, month, str(birth.year or "")) if part)


def _place(place: Place, language: Language) -> str:
    street = " ".join(part for part in (place.street, place.house_number) if part)
    side = pick(_SIDES[place.side], language) if place.side in _SIDES else ""
    return ", ".join(part for part in (street, side, place.postcode) if part)


def _incident(incident: Incident, language: Language) -> facts.Incident:
    clock = pick((f"{incident.time} Uhr", incident.time), language) if incident.time else ""
    day = _day(incident.day, language)
    reporter = f"{pick(('Gemeldet von', 'Reported by'), language)}: {incident.reporter}" if incident.reporter else ""
    return facts.Incident(
        when=", ".join(part for part in (day, clock) if part),
        place=incident.place,
        kind=_item(KINDS, incident.kind, language),
        account="\n".join(part for part in (incident.what, reporter) if part),
    )


def _day(day: dt.date | None, language: Language) -> str:
    return _birth(Birth(day.year, day.month, day.day), language) if day else ""


def _item(items: Mapping[str, Item], chosen: str, language: Language) -> str:
    """Name an item of a fixed list; what is on no list, as a draft may have it, stands as it is."""
    item = items.get(chosen)
    return pick((item.german, item.english), language) if item else chosen
