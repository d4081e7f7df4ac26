"""The yearly report counts what happened, and nobody can tell a small count from it."""

import codecs
import csv
import io
import itertools
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_office import Desk, hire
from invented_cases import DAY, content
from obacht_enrollment.cases import calls, granting, requests, retaining, service, statistics
from obacht_enrollment.cases.calls import Told
from obacht_enrollment.cases.content import Name
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.cases.suppression import SMALL, Table, hide_small, rounded, suppressed
from obacht_enrollment.errors import CaseError, ForbiddenError
from safety_office import NOW, Site

YEAR = 2027
COUNTS = st.lists(st.integers(0, 30), min_size=1, max_size=9).map(
    lambda found: {str(i): n for i, n in enumerate(found)}
)


def could_be(shown: Mapping[str, int | None], total: int, name: str) -> set[int]:
    """All that a hidden count could be, for somebody who knows how counts are hidden: they try all tables."""
    unknown = [one for one, count in shown.items() if count is None]
    rest = total - sum(count for count in shown.values() if count is not None)
    found = set()
    for values in itertools.product(range(rest + 1), repeat=len(unknown) - 1):
        if sum(values) <= rest:
            counts = dict(shown) | dict(zip(unknown, (*values, rest - sum(values)), strict=True))
            if hide_small({one: count or 0 for one, count in counts.items()}) == (dict(shown), total):
                found.add(counts[name] or 0)
    return found


@given(COUNTS)
def test_no_small_count_can_be_told(counts: dict[str, int]) -> None:
    shown, total = hide_small(counts)
    assert total == (None if 0 < sum(counts.values()) < SMALL else sum(counts.values()))
    for name, count in shown.items():
        assert count is None or (count == counts[name] and not 0 < count < SMALL)
    hidden = [counts[name] for name, count in shown.items() if count is None]
    if total is not None and hidden:
        assert len(hidden) > 1, "the total would tell a single one"


@pytest.mark.parametrize("rows", [2, 3])
def test_who_knows_how_counts_are_hidden_still_cannot_tell_one(rows: int) -> None:
    for values in itertools.combinations_with_replacement(range(9), rows):
        for counts in set(itertools.permutations(values)):
            shown, total = hide_small({str(place): count for place, count in enumerate(counts)})
            for name in shown:
                if shown[name] is None and total is not None:
                    assert len(could_be(shown, total, name)) > 1, counts


@given(COUNTS)
def test_nothing_is_hidden_without_need(counts: dict[str, int]) -> None:
    shown, total = hide_small(counts)
    if not any(0 < count < SMALL for count in counts.values()):
        assert (shown, total) == (counts, sum(counts.values()))


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ([0, 0], [0, 0], 0),
        ([7, 9], [7, 9], 16),
        ([3], [None], None),
        ([2, 0, 0], [None, None, None], None),
        ([3, 9, 20], [None, None, 20], 32),
        ([2, 2, 9, 0], [None, None, None, 0], 13),
        ([3, 20, 9], [None, None, 9], 32),
        ([3, 2, 9], [None, None, 9], 14),
        ([4, 4, 9], [None, None, None], 17),
        ([1, 1, 1, 1, 1], [None] * 5, 5),
        ([1, 1, 1, 1, 1, 0], [None] * 6, 5),
    ],
)
def test_what_would_tell_a_small_count_is_hidden_with_it(
    counts: list[int], shown: list[int | None], total: int | None
) -> None:
    named = {str(place): count for place, count in enumerate(counts)}
    assert hide_small(named) == ({str(place): count for place, count in enumerate(shown)}, total)


def test_a_table_has_a_row_for_what_was_not_found_and_for_what_nobody_thought_of() -> None:
    assert suppressed("t", ["b"] * 6 + ["z"] * 5, ["a", "b"]) == Table("t", (("a", 0), ("b", 6), ("z", 5)), 11)


@pytest.fixture
def desk(empty: Site) -> Desk:
    return Desk(empty.office, hire(empty.office))


def tables(desk: Desk, year: int = YEAR) -> dict[str, tuple[dict[str, int | None], int | None]]:
    found = statistics.of_year(desk.office, desk.staff.dora, year)
    return {table.name: (dict(table.rows), table.total) for table in found}


def test_what_happened_in_the_year_is_counted(desk: Desk) -> None:
    cases = [desk.active(content(name=Name("Meyer", f"Jörg {letter}"))) for letter in "ABCDEFGHIJKL"]
    desk.drafted()
    for case in cases[:6]:
        service.end(desk.office, desk.staff.anna, case, NOW + DAY, why=EndReason.GROUND, reason="eingestellt")
    for _ in range(7):
        number = requests.receive(desk.office, desk.staff.anna, Kind.ACCESS, "Auskunft", NOW)
        granting.decide(desk.office, desk.staff.anna, number, NOW, outcome=Outcome.NOTHING, answer="nichts")
    for place in range(16):
        told = Told("P", "Ordnungsamt", "x")
        calls.record(desk.office, desk.staff.anna, told, NOW, case=cases[8], right_person=place >= 6)
    found = tables(desk)
    assert found["begun-level"] == ({"2": 12, "3": 0}, 12)
    assert found["begun-ground"] == ({"house-ban": 0, "complaint": 12, "application": 0}, 12)
    assert found["begun-kind"][0]["threat"] == found["begun-kind"][1] == 12
    assert found["there-level"] == ({"2": 5, "3": 0}, 5), "to the nearest 5"
    assert found["ended"][0]["ground"] == found["ended"][1] == 6
    assert found["requests"][0]["access"] == 7
    assert found["outcomes"][0]["nothing"] == 7
    assert found["in-time"] == ({"in-time": 7, "late": 0}, 7)
    assert found["calls"] == ({"right": 10, "wrong": 6, "open": 0}, 16)
    assert statistics.false_hits(statistics.of_year(desk.office, desk.staff.dora, YEAR)) == 38
    retaining.run(desk.office, NOW + 40 * DAY)
    assert tables(desk) == found, "what is anonymised still counts"
    following = tables(desk, YEAR + 1)
    assert (following["begun-level"][1], following["there-level"]) == (0, ({"2": 5, "3": 0}, 5))
    before = tables(desk, YEAR - 1)
    assert {total for _, total in before.values()} == {0}


def test_few_cases_are_not_shown(desk: Desk) -> None:
    for _ in range(3):
        desk.active()
    calls.record(desk.office, desk.staff.anna, Told("P", "O", "x"), NOW, right_person=False)
    found = statistics.of_year(desk.office, desk.staff.clara, YEAR)
    assert dict(found[0].rows) == {"2": None, "3": None}
    assert statistics.false_hits(found) is None
    made = statistics.as_csv(found, "de")
    assert made.startswith(codecs.BOM_UTF8), "spreadsheets take it for UTF-8"
    said = made.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(said), delimiter=";"))
    assert lines[0] == ["Tabelle", "Merkmal", "Anzahl"]
    assert ["Neue Fälle nach Stufe", "Stufe 2", "unterdrückt"] in lines
    assert ["Neue Fälle nach Stufe", "zusammen", "unterdrückt"] in lines
    assert lines[-1] == ["Rückfragen am Telefon", "Anteil falscher Personen", "unterdrückt"]
    english = list(csv.reader(io.StringIO(statistics.as_csv(found, "en").decode("utf-8-sig")), delimiter=";"))
    assert len(english) == len(lines)
    for one, other in itertools.islice(zip(lines, english, strict=True), 1, None):
        assert one[0] != other[0]
    assert "Jörg" not in said


def test_what_is_there_is_rounded(desk: Desk) -> None:
    for counted, told in ((0, 0), (2, 0), (3, 5), (7, 5), (8, 10)):
        assert rounded("t", ["a"] * counted, ["a", "b"]) == Table("t", (("a", told), ("b", 0)), told)
    for _ in range(3):
        desk.active()
    assert tables(desk)["there-level"] == ({"2": 5, "3": 0}, 5)


def test_the_years_are_those_in_which_anything_happened_up_to_this_one(desk: Desk) -> None:
    assert statistics.years(desk.office, desk.staff.dora, NOW) == [YEAR]
    requests.receive(desk.office, desk.staff.anna, Kind.ACCESS, "Auskunft", NOW - 2 * 365 * DAY)
    desk.active()
    assert statistics.years(desk.office, desk.staff.dora, NOW) == [YEAR, YEAR - 1, YEAR - 2]
    with pytest.raises(ForbiddenError):
        statistics.years(desk.office, desk.staff.otto, NOW)


def test_only_those_who_may_see_counts_see_them(desk: Desk) -> None:
    with pytest.raises(ForbiddenError):
        statistics.of_year(desk.office, desk.staff.otto, YEAR)
    for year in (-1, 1999, 9999):
        with pytest.raises(CaseError, match="year"):
            statistics.of_year(desk.office, desk.staff.dora, year)
