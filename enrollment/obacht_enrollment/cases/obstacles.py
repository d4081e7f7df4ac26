"""What keeps a case from being in force: what is missing, and what may not be."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.cases.catalogue import KINDS, PRECAUTIONS
from obacht_enrollment.cases.content import Content, Incident
from obacht_enrollment.cases.dates import begun_by, day_of, last_second
from obacht_enrollment.cases.identities import subjects, unfit
from obacht_enrollment.cases.retention import ADULT, LEAST_AGE, Retention
from obacht_enrollment.cases.states import Origin
from obacht_enrollment.records import GROUNDS, LEVELS

MISSING: Final = "missing"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps a case from being in force.

    Attributes:
        field: Its place in the document, as in ``ground.file_number``.
        code: ``missing``, or why it may not be.
    """

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a case is measured by.

    Attributes:
        deployment: Id of the deployment.
        contacts: Numbers of the contacts.
        retention: How long it may be kept.
        now: Unix seconds.
    """

    deployment: str
    contacts: Collection[int]
    retention: Retention
    now: int

    @property
    def today(self) -> dt.date:
        """The day at ``now``, in UTC."""
        return day_of(self.now)

    @property
    def newest(self) -> dt.date:
        """The newest day that is not to come."""
        return begun_by(self.now)


_NOT_IN_FILES: Final = frozenset({"ground.day", "ground.by_body", "level_reason", "precautions", "incidents"})
"""What is not demanded of a case from a file of records, because such a file has no column for it."""
_FILES: Final = frozenset({Origin.IMPORT, Origin.TAKEN_OVER})


def obstacles(content: Content, rules: Rules, origin: Origin = Origin.ENTERED) -> list[Obstacle]:
    """Say all that keeps a case from being in force from now on.

    Args:
        content: Of the case.
        rules: Of the deployment, and the time.
        origin: A case from a file need not hold what no file holds, until it is renewed.
    """
    today = rules.today
    found = [
        *_of_identity(content, rules),
        *_of_age(content, today),
        *_of_incidents(content, rules.newest),
        *_of_ground(content, rules.newest),
        *_of_level(content),
        *_of_dates(content, rules),
    ]
    if content.contact not in rules.contacts:
        found.append(Obstacle("contact", "contact" if content.contact else MISSING))
    if origin in _FILES:
        return [one for one in found if one.code != MISSING or one.field not in _NOT_IN_FILES]
    return found


def is_minor(content: Content, today: dt.date) -> bool:
    """Tell whether the rules for minors hold: for whoever is under 18, and whoever may be.

    Of a birth date that is known in part, the latest possible day counts. Where not even the year is known, nobody can
    check what was written down of the age; so these are the rules, too.
    """
    if not _has_person(content):
        return False
    age = content.birth.least_age(today)
    return age is None or age < ADULT


def _has_person(content: Content) -> bool:
    return bool(content.name or content.aliases)


def _of_identity(content: Content, rules: Rules) -> Iterator[Obstacle]:
    wrong = unfit(content, rules.deployment)
    for one in wrong:
        yield Obstacle(one.field, MISSING if one.code == "empty" else one.code)
    if _has_person(content) and not content.name:
        yield Obstacle("name", MISSING)
    if not wrong and not subjects(content):
        # a name alone cannot be asked about; with the year of birth it can, and so can an address
        yield Obstacle("birth.year" if _has_person(content) else "name", MISSING)


def _of_age(content: Content, today: dt.date) -> Iterator[Obstacle]:
    if not _has_person(content):
        return
    age = content.birth.least_age(today)
    if age is None:
        if not content.age_reason:
            yield Obstacle("age_reason", MISSING)
    elif age < 0 and content.birth.is_known:
        yield Obstacle("birth", "future")
    elif age < LEAST_AGE:
        yield Obstacle("birth", "child")


def _of_incidents(content: Content, today: dt.date) -> Iterator[Obstacle]:
    if not content.incidents:
        yield Obstacle("incidents", MISSING)
    for index, incident in enumerate(content.incidents):
        for field, code in _of_incident(incident, content, today):
            yield Obstacle(f"incidents.{index}.{field}", code)


def _of_incident(incident: Incident, content: Content, today: dt.date) -> Iterator[tuple[str, str]]:
    if incident.day is None:
        yield "day", MISSING
    elif incident.day > today:
        yield "day", "future"
    elif _has_person(content) and (age := content.birth.least_age(incident.day)) is not None and age < LEAST_AGE:
        yield "day", "child"
    if incident.time and not _is_time(incident.time):
        yield "time", "format"
    if not incident.place:
        yield "place", MISSING
    if incident.kind not in KINDS:
        yield "kind", "kind" if incident.kind else MISSING
    if not incident.what:
        yield "what", MISSING
    if not incident.reporter:
        yield "reporter", MISSING


def _is_time(text: str) -> bool:
    hours, _, minutes = text.partition(":")
    return (
        len(text) == 5
        and text.isascii()
        and hours.isdecimal()
        and minutes.isdecimal()
        and int(hours) < 24
        and int(minutes) < 60
    )


def _of_ground(content: Content, today: dt.date) -> Iterator[Obstacle]:
    ground = content.ground
    if ground.kind not in GROUNDS:
        yield Obstacle("ground.kind", "ground" if ground.kind else MISSING)
    if not ground.file_number.strip():
        yield Obstacle("ground.file_number", MISSING)
    if ground.day is None:
        yield Obstacle("ground.day", MISSING)
    elif ground.day > today:
        yield Obstacle("ground.day", "future")
    if not ground.by_body:
        yield Obstacle("ground.by_body", MISSING)


def _of_level(content: Content) -> Iterator[Obstacle]:
    if content.level not in LEVELS:
        yield Obstacle("level", "level" if content.level else MISSING)
    elif content.incidents and content.level > max(
        (KINDS[incident.kind].levels[0] for incident in content.incidents if incident.kind in KINDS),
        default=content.level,
    ):
        yield Obstacle("level", "above_incidents")
    if not content.level_reason.strip():
        yield Obstacle("level_reason", MISSING)
    if not content.precautions:
        yield Obstacle("precautions", MISSING)
    for index, chosen in enumerate(content.precautions):
        if chosen not in PRECAUTIONS or (content.level in LEVELS and content.level not in PRECAUTIONS[chosen].levels):
            yield Obstacle(f"precautions.{index}", "precaution")


def _of_dates(content: Content, rules: Rules) -> Iterator[Obstacle]:
    today = rules.today
    minor = is_minor(content, today)
    if content.review is None:
        yield Obstacle("review", MISSING)
    elif content.review < today:
        yield Obstacle("review", "past")
    elif content.review > rules.retention.last_review(today, minor=minor):
        yield Obstacle("review", "too_far_minor" if minor else "too_far")
    elif content.end is not None and content.review > content.end:
        yield Obstacle("review", "after_end")
    if content.end is None:
        yield Obstacle("end", MISSING)
    elif last_second(content.end) <= rules.now:
        yield Obstacle("end", "past")
    elif content.end > rules.retention.last_end(today, minor=minor):
        yield Obstacle("end", "too_far_minor" if minor else "too_far")
