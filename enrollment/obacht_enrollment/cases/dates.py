"""Days: which one it is, when it ends, and how old somebody is who was born on a day that may be known in part."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.errors import CaseError

_MONTHS: Final = 12
_LEAP_YEAR: Final = 2000
_FIRST_YEAR: Final = 1900
# German days end at 22 hours UTC in summer. In winter that is an hour early, but it needs no table of time zones, and
# shows as the same date on a machine that runs on UTC.
_LAST_SECOND: Final = dt.time(21, 59, 59, tzinfo=dt.UTC)
_AHEAD: Final = 2 * 3600
"""Seconds that the clocks of Germany are ahead of UTC in summer."""


@dataclass(frozen=True, slots=True, repr=False)
class Birth:
    """A birth date, or the part of it that is known.

    Attributes:
        year: From 1900, or None.
        month: 1 to 12, or None.
        day: Of the month, or None.

    Raises:
        CaseError: ``birth``: there is no such day.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse a day that no calendar has."""
        try:
            # an unknown year may be a leap year, an unknown month a long one
            dt.date(self.year or _LEAP_YEAR, self.month or _MONTHS, self.day or 1)
        except ValueError as error:
            raise CaseError("birth") from error
        if 0 in {self.year, self.month, self.day} or (self.year is not None and self.year < _FIRST_YEAR):
            raise CaseError("birth")

    @property
    def is_known(self) -> bool:
        """Whether the whole date is known."""
        return None not in {self.year, self.month, self.day}

    @property
    def latest(self) -> dt.date | None:
        """The last day on which somebody with this birth date may have been born; None without a year."""
        if self.year is None:
            return None
        if self.month is None:
            return dt.date(self.year, _MONTHS, self.day or 31)
        return dt.date(self.year, self.month, self.day or calendar.monthrange(self.year, self.month)[1])

    def least_age(self, day: dt.date) -> int | None:
        """Give the age that such a person has reached on ``day`` at least; None without a year.

        Whoever was born on 29 February turns a year older on 1 March (BGB, sections 187 and 188).
        """
        born = self.latest
        if born is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


UNKNOWN: Final = Birth()


def day_of(now: int) -> dt.date:
    """Give the day at ``now`` (Unix seconds), in UTC."""
    return dt.datetime.fromtimestamp(now, dt.UTC).date()


def begun_by(now: int) -> dt.date:
    """Give the newest day that may have begun in Germany by ``now`` (Unix seconds): days begin there before UTC's.

    Whoever works at night dates things by it, and that is no day to come.
    """
    return day_of(now + _AHEAD)


def last_second(day: dt.date) -> int:
    """Give the Unix second with which ``day`` ends, so that what is good until that day counts on it."""
    return int(dt.datetime.combine(day, _LAST_SECOND).timestamp())


def months_after(day: dt.date, months: int) -> dt.date:
    """Give the same day some months later, or the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
