"""A notice is due within a month, and a deferral is asked again on its day."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.letters.due import DueNotice, Standing, due, latest

DAY = 86_400


def at(year: int, month: int, day: int, hour: int = 12) -> int:
    return int(dt.datetime(year, month, day, hour, tzinfo=dt.UTC).timestamp())


def test_the_month_ends_on_the_same_day_or_on_the_last_of_a_shorter_month() -> None:
    assert latest(at(2026, 3, 4)) == dt.date(2026, 4, 4)
    assert latest(at(2026, 12, 31)) == dt.date(2027, 1, 31)
    assert latest(at(2027, 1, 31, 23)) == dt.date(2027, 2, 28)
    assert latest(at(2028, 1, 30)) == dt.date(2028, 2, 29)


def test_a_notice_is_due_from_the_first_day_and_overdue_after_the_last() -> None:
    (notice,) = due([Standing(7, at(2026, 3, 4))], at(2026, 3, 4))
    assert notice == DueNotice(7, dt.date(2026, 4, 4), deferred=False)
    assert not notice.is_overdue(at(2026, 4, 4, 23))
    assert notice.is_overdue(at(2026, 4, 5, 0))


def test_what_was_sent_is_not_due() -> None:
    assert due([Standing(7, at(2026, 3, 4), sent=dt.date(2026, 3, 5))], at(2030, 1, 1)) == []


def test_a_deferred_notice_rests_until_its_day_and_then_comes_back() -> None:
    standing = Standing(7, at(2026, 3, 4), ask_again=dt.date(2026, 6, 1))
    assert due([standing], at(2026, 5, 31, 23)) == []
    (notice,) = due([standing], at(2026, 6, 1, 0))
    assert notice == DueNotice(7, dt.date(2026, 6, 1), deferred=True)
    assert notice.is_overdue(at(2026, 6, 2))


def test_a_short_deferral_leaves_the_month_as_it_is() -> None:
    (notice,) = due([Standing(7, at(2026, 3, 4), ask_again=dt.date(2026, 3, 10))], at(2026, 3, 11))
    assert notice.by == dt.date(2026, 4, 4)


def test_the_most_urgent_comes_first() -> None:
    standings = [Standing(number, at(2026, 3, 10 - number)) for number in (1, 2, 3)]
    assert [notice.case for notice in due(standings, at(2026, 3, 20))] == [3, 2, 1]


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))


@given(
    st.integers(at(2026, 1, 1), at(2028, 1, 1)),
    st.one_of(st.none(), DAYS),
    st.one_of(st.none(), DAYS),
    st.integers(0, 800 * DAY),
)
def test_no_notice_is_forgotten(since: int, sent: dt.date | None, ask_again: dt.date | None, later: int) -> None:
    now = since + later
    found = due([Standing(1, since, sent, ask_again)], now)
    today = dt.datetime.fromtimestamp(now, dt.UTC).date()
    resting = ask_again is not None and ask_again > today
    assert bool(found) == (sent is None and not resting)
    for notice in found:
        assert notice.by >= latest(since)
        assert notice.by <= max(latest(since), ask_again or latest(since))
