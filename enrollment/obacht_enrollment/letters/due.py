"""Which notices are due: within a month of the day on which a case came into force, unless they are deferred.

The month is that of GDPR, Article 14(3)(a), counted from the day on which the case came into force and not prolonged by
a weekend. A deferral (Article 14(5), and the state's data protection act) carries the day on which it is asked again.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.cases.dates import day_of, months_after

_MONTHS: Final = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """What a case keeps of its notice.

    Attributes:
        case: Its number.
        active_since: Unix seconds at which it came into force.
        sent: Day on which the notice was sent; None before.
        ask_again: Day on which the deferral is asked again; None if the notice is not deferred.
    """

    case: int
    active_since: int
    sent: dt.date | None = None
    ask_again: dt.date | None = None


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice that is due.

    Attributes:
        case: Number of the case.
        by: Last day on which it may be sent; the day of the question, if a deferral is to be asked again.
        deferred: Whether it is a deferral that is to be asked again.
    """

    case: int
    by: dt.date
    deferred: bool

    def is_overdue(self, now: int) -> bool:
        """Tell whether that day is over at ``now`` (Unix seconds)."""
        return day_of(now) > self.by


def latest(active_since: int) -> dt.date:
    """Give the last day on which the notice of a case may be sent that is in force since ``active_since``."""
    return months_after(day_of(active_since), _MONTHS)


def due(standings: Iterable[Standing], now: int) -> list[DueNotice]:
    """Give the notices to be sent, or deferred with a reason, at ``now`` (Unix seconds); the most urgent first."""
    found = []
    for standing in standings:
        if standing.sent is not None:
            continue
        if standing.ask_again is None:
            found.append(DueNotice(standing.case, latest(standing.active_since), deferred=False))
        elif standing.ask_again <= day_of(now):
            by = max(standing.ask_again, latest(standing.active_since))
            found.append(DueNotice(standing.case, by, deferred=True))
    return sorted(found, key=lambda notice: (notice.by, notice.case))
