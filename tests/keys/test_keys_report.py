"""The rule about unusual days, as a staff council would have it explained."""

import datetime as dt

import pytest

from obacht_keys.log.store import Tally
from obacht_keys.report import MEMORY, Total, first_day, totals, unusual

TODAY = dt.date(2026, 11, 22)
USER = bytes(16)


def day(ago: int) -> str:
    return (TODAY - dt.timedelta(days=ago)).isoformat()


def tallies(*counts: tuple[int, int], user: bytes = USER, night: int = 0) -> list[Tally]:
    """One for each of (days ago, persons)."""
    return [Tally(day(ago), "Amt", user, persons, night=night) for ago, persons in counts]


def flagged(found: list[Tally], *, user: bytes | None = USER) -> list[str]:
    return [one.day for one in unusual(found, day(0)) if one.user == user]


@pytest.mark.parametrize(
    ("before", "persons", "told"),
    [
        ([8, 8, 8], 25, True),
        ([8, 8, 8], 24, False),  # not more than three times
        ([4, 4, 4], 14, True),
        ([4, 4, 4], 13, False),  # not 10 more
        ([1, 4, 100], 14, True),  # the median, not the mean
        ([], 10, True),
        ([], 9, False),
        ([0, 0, 5], 16, True),  # days without an answer are not active
        ([0, 0, 5], 14, False),
    ],
)
def test_a_day_is_unusual_for_a_user_above_three_times_the_median_and_ten_more(
    before: list[int],
    persons: int,
    told: bool,  # noqa: FBT001 - a table
) -> None:
    found = tallies(*((ago + 1, count) for ago, count in enumerate(before)), (0, persons))
    assert (flagged(found) == [day(0)]) is told


def test_only_the_last_28_days_count() -> None:
    assert flagged(tallies((MEMORY + 1, 30), (0, 12))) == [day(0)]
    assert flagged(tallies((MEMORY, 30), (0, 12))) == []


@pytest.mark.parametrize(("persons", "told"), [(50, True), (49, False)])
def test_a_department_needs_fifty_more(persons: int, told: bool) -> None:  # noqa: FBT001 - a table
    found = [tally for user in range(10) for tally in tallies((0, persons // 10), user=bytes([user]) * 16)]
    found += tallies((0, persons % 10))
    assert (flagged(found, user=None) == [day(0)]) is told


@pytest.mark.parametrize(("persons", "night", "told"), [(10, 6, True), (10, 5, False), (9, 9, False)])
def test_a_day_is_unusual_if_most_of_it_was_at_night(persons: int, night: int, told: bool) -> None:  # noqa: FBT001 - a table
    found = [*tallies(*((ago, 20) for ago in range(1, 5))), *tallies((0, persons), night=night)]
    assert (flagged(found) == [day(0)]) is told


def test_persons_refusals_and_urgent_ones_are_added_up_by_department_and_user() -> None:
    other = bytes(15) + b"1"
    found = [
        Tally(day(31), "Amt", USER, 99),
        Tally(day(1), "Amt", USER, 2, 1, 1),
        Tally(day(0), "Amt", USER, 3),
        Tally(day(0), "Amt", other, 9),
        Tally(day(0), "Zweites Amt", b"", 0, 4),
    ]
    assert totals(found, first_day(TODAY, 30)) == [
        Total("Amt", other, 9, 0, 0),
        Total("Amt", USER, 5, 1, 1),
        Total("Zweites Amt", b"", 0, 4, 0),
    ]
