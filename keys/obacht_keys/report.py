"""Who asked how much, and what is unusual about it, by one rule that can be explained to everybody it is about.

Somebody's day is *unusual* if persons exceed three times the median of the same user's (or department's) active days
among the 28 days before, and are at least 10 (for a department 50) more than that median; or if there were at least 10,
more than half of them asked about outside office hours.
"""

import datetime as dt
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from obacht_keys.log.store import Tally

MEMORY: Final = 28
"""Days that a day is compared with."""
_TIMES: Final = 3
_USER: Final = 10
_DEPARTMENT: Final = 50
_NIGHT: Final = 10


@dataclass(frozen=True, slots=True)
class Total:
    """What a user did in all the days of a report.

    Attributes:
        department: Its name.
        user: Pseudonym, 16 bytes; empty where a request was refused before it could be read.
        persons: About whom was answered.
        refusals: Requests that were refused.
        urgent: Persons about whom was answered over quota.
    """

    department: str
    user: bytes
    persons: int
    refusals: int
    urgent: int


@dataclass(frozen=True, slots=True)
class Unusual:
    """An unusual day.

    Attributes:
        day: As YYYY-MM-DD.
        department: Its name.
        user: Pseudonym, 16 bytes, or None where the whole department's day was unusual.
        persons: About whom was answered that day.
        usual: The median of the active days before.
        night: Persons about whom was asked outside office hours.
    """

    day: str
    department: str
    user: bytes | None
    persons: int
    usual: float
    night: int


def first_day(today: dt.date, days: int) -> str:
    """Give the first of so many days that end today, as YYYY-MM-DD."""
    return (today - dt.timedelta(days=days - 1)).isoformat()


def totals(tallies: Iterable[Tally], since: str) -> list[Total]:
    """Add up since a day (YYYY-MM-DD), by department and user, the one who asked most first."""
    found: dict[tuple[str, bytes], list[int]] = {}
    for tally in tallies:
        if tally.day >= since:
            sums = found.setdefault((tally.department, tally.user), [0, 0, 0])
            for place, count in enumerate((tally.persons, tally.refusals, tally.urgent)):
                sums[place] += count
    rows = [Total(*key, *sums) for key, sums in found.items()]
    return sorted(rows, key=lambda row: (row.department, -row.persons, row.user))


def unusual(tallies: Iterable[Tally], since: str) -> list[Unusual]:
    """Find the unusual days since a day (YYYY-MM-DD); the tallies must go back further by :data:`MEMORY` days."""
    days: dict[tuple[str, bytes | None], dict[str, tuple[int, int]]] = {}
    for tally in tallies:
        for user in (tally.user, None):
            of_one = days.setdefault((tally.department, user), {})
            persons, night = of_one.get(tally.day, (0, 0))
            of_one[tally.day] = persons + tally.persons, night + tally.night
    found = [one for (department, user), of_one in days.items() for one in _unusual(department, user, of_one, since)]
    return sorted(found, key=lambda one: (one.day, one.department, one.user or b""))


def _unusual(department: str, user: bytes | None, days: dict[str, tuple[int, int]], since: str) -> Iterator[Unusual]:
    more = _DEPARTMENT if user is None else _USER
    for day, (persons, night) in days.items():
        if day < since:
            continue
        earliest = (dt.date.fromisoformat(day) - dt.timedelta(days=MEMORY)).isoformat()
        before = [count for other, (count, _) in days.items() if earliest <= other < day and count]
        usual = statistics.median(before) if before else 0
        if (persons > _TIMES * usual and persons >= usual + more) or (persons >= _NIGHT and 2 * night > persons):
            yield Unusual(day, department, user, persons, usual, night)
