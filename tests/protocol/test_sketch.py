import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from invented import DATES, GIVEN_NAMES, WORDS, YEARS, people
from obacht_protocol import sketch
from obacht_protocol.errors import EncodingError
from obacht_protocol.identity import FIRST_DAY, LAST_DAY, Person

REFERENCE = json.loads((Path(__file__).parent.parent / "vectors" / "matching-reference.json").read_text("utf-8"))
KEY = hashlib.sha256(b"a key").digest()
BORN = dt.date(1984, 3, 7)
SKETCHES = st.binary(min_size=sketch.LENGTH, max_size=sketch.LENGTH)
KEYS = st.binary(min_size=32, max_size=32)


def grade(typed: Person, record: Person, **options: Any) -> sketch.Grade:
    return sketch.grade(typed, sketch.make(record, KEY), KEY, **options)


def dated(day: int, month: int, year: int) -> Person:
    return Person("Müller", "Anna", dt.date(year, month, day))


def of_reference(family: str, given_names: list[str], date: list[int], birth: str | None = None) -> Person:
    day, month, year = date
    return Person(family, " ".join(given_names), dt.date(year, month, day), birth or "")


@pytest.mark.parametrize("case", REFERENCE, ids=[case["record"]["fam"] for case in REFERENCE])
def test_sketches_and_scores_are_those_of_the_reference(case: dict[str, Any]) -> None:
    record, key = case["record"], bytes.fromhex(case["rowkey"])
    drawn = sketch.make(of_reference(record["fam"], record["giv"], record["dob"], record["birth"]), key)
    assert drawn.hex() == case["sketch"]
    for asked in case["scores"]:
        assert sketch.grade(of_reference(*asked["query"]), drawn, key).score == asked["score"]


def test_elements_are_the_pairs_of_letters_and_of_digits() -> None:
    elements = sketch.elements(Person("Roth", "Li", BORN))
    assert elements.days == (BORN - FIRST_DAY).days
    assert elements.family == (b"Fb^r", b"Fbro", b"Fbot", b"Fbth", b"Fbh$", b"Fk^7", b"Fk72", b"Fk2$")
    assert elements.given == (b"Gb^l", b"Gbli", b"Gbi$", b"Gk^5", b"Gk5$")


def test_a_name_without_a_sound_has_no_elements_of_sound() -> None:
    assert sketch.elements(Person("Hh", "", BORN)).family == (b"Fb^h", b"Fbhh", b"Fbh$")


def test_short_words_are_left_out_beside_longer_ones_only() -> None:
    assert b"Fb^l" in sketch.elements(Person("Li", "Bo", BORN)).family
    assert b"Fb^l" not in sketch.elements(Person("Wang-Li", "Bo", BORN)).family
    assert sketch.elements(Person("Wang", "Bo", BORN, "Li")) == sketch.elements(Person("Wang", "Bo", BORN))
    assert b"Gb^b" in sketch.elements(Person("Wang", "Bo", BORN)).given
    assert sketch.elements(Person("Wang", "Bo Peng", BORN)) == sketch.elements(Person("Wang", "Peng", BORN))


def test_a_birth_year_alone_stands_as_no_day() -> None:
    assert sketch.make(Person("Müller", "Anna", 1984), KEY)[:2] == b"\xff\xff"
    assert sketch.make(Person("Müller", "Anna", FIRST_DAY), KEY)[:2] == b"\x00\x00"
    assert sketch.make(Person("Müller", "Anna", LAST_DAY), KEY)[:2] == b"\xff\xfe"


@given(people(), KEYS)
def test_a_sketch_is_drawn_from_elements_made_before(person: Person, key: bytes) -> None:
    assert sketch.draw(sketch.elements(person), key) == sketch.make(person, key)
    assert len(sketch.make(person, key)) == sketch.LENGTH


def test_another_entry_key_makes_another_sketch_of_the_names() -> None:
    person = Person("Müller", "Anna", BORN)
    assert sketch.make(person, KEY)[2:] != sketch.make(person, bytes(32))[2:]


@pytest.mark.parametrize(
    ("data", "key"), [(bytes(23), KEY), (bytes(25), KEY), (b"", KEY), (bytes(24), bytes(31)), (bytes(24), b"")]
)
def test_wrong_lengths_are_refused(data: bytes, key: bytes) -> None:
    with pytest.raises(EncodingError):
        sketch.grade(Person("Müller", "Anna", BORN), data, key)


def test_a_wrong_entry_key_makes_no_sketch() -> None:
    with pytest.raises(EncodingError):
        sketch.make(Person("Müller", "Anna", BORN), bytes(31))


@given(people(), SKETCHES, KEYS, st.lists(st.text(max_size=5), max_size=2))
def test_any_twenty_four_bytes_have_a_grade(typed: Person, data: bytes, key: bytes, others: list[str]) -> None:
    result = sketch.grade(typed, data, key, other_given_names=others)
    assert -1 <= result.score <= 200
    assert (result.tier is None) == (result.score < sketch.POSSIBLE)
    assert (result.tier is None) == (result.birth_date is None) == (result.names is None)
    if result.tier == "strong":
        assert result.score >= sketch.STRONG
        assert isinstance(typed.birth_date, dt.date)


@given(WORDS, WORDS, DATES)
def test_the_same_person_fits_exactly_also_with_swapped_fields(family: str, given_name: str, date: dt.date) -> None:
    record = Person(family, given_name, date)
    exact = sketch.Grade(200, "strong", "exact", "exact")
    assert grade(record, record) == exact
    assume(not {"Von", "Al", "Le", "Dr", "Graf"} & {family, given_name})
    assert grade(Person(given_name, family, date), record) == exact


@given(WORDS, GIVEN_NAMES, YEARS, DATES)
def test_a_birth_year_alone_is_never_strong_on_either_side(
    family: str, given_names: str, year: int, date: dt.date
) -> None:
    by_year, by_day = Person(family, given_names, date.year), Person(family, given_names, date)
    for typed, record in ((by_year, by_day), (by_day, by_year), (by_year, by_year)):
        result = grade(typed, record)
        assert result.tier != "strong"
        assert result.birth_date == ("year" if result.tier else None)
        assert result.score == grade(by_day, by_day).score
    assume(year != date.year)
    assert grade(Person(family, given_names, year), by_day) == sketch.Grade(-1, None, None, None)


@pytest.mark.parametrize(
    ("typed", "record"),
    [
        (Person("Rahmani", "", BORN), Person("Rahmani", "", BORN)),
        (Person("Rahmani", "", BORN), Person("Rahmani", "Ali", BORN)),
        (Person("Rahmani", "Ali", BORN), Person("Rahmani", "", BORN)),
        (Person("Ali", "Rahmani", BORN), Person("Rahmani", "", BORN)),
        (Person("Ali", "", BORN), Person("Rahmani", "Ali", BORN)),
    ],
)
def test_a_name_missing_on_either_side_is_possible_at_most(typed: Person, record: Person) -> None:
    assert grade(typed, record) == sketch.Grade(200, "possible", "exact", "exact")
    assert grade(Person("Schmidt", "", BORN), record).tier is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (dated(7, 3, 1984), dated(3, 7, 1984)),
        (dated(7, 3, 1984), dated(8, 3, 1984)),
        (dated(7, 3, 1984), dated(17, 3, 1984)),
        (dated(7, 3, 1984), dated(7, 3, 1974)),
        (dated(12, 3, 1984), dated(21, 3, 1984)),
        (dated(7, 1, 1984), dated(7, 10, 1984)),
        (dated(7, 3, 1984), dated(7, 3, 1948)),
        (dated(7, 3, 1999), dated(7, 3, 2000)),
        (dated(14, 5, 1971), dated(1, 1, 1971)),
        (dated(31, 5, 1971), dated(1, 6, 1971)),
        (dated(30, 5, 1971), dated(29, 5, 1971)),
        (dated(9, 12, 1971), dated(10, 12, 1971)),
    ],
)
def test_near_birth_dates_cost_thirty(one: Person, other: Person) -> None:
    assert grade(one, other) == grade(other, one) == sketch.Grade(170, "strong", "near", "exact")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (dated(7, 3, 1984), dated(7, 3, 1996)),
        (dated(7, 3, 1984), dated(9, 4, 1984)),
        (dated(7, 3, 1984), dated(3, 7, 1985)),
        (dated(12, 3, 1984), dated(21, 3, 1985)),
        (dated(30, 4, 1984), dated(1, 5, 1985)),
        (dated(7, 3, 2004), dated(7, 3, 1994)),
        (dated(7, 3, 1985), dated(1, 1, 1984)),
        (dated(7, 3, 1919), dated(7, 3, 2000)),
        (dated(30, 4, 1971), dated(1, 6, 1971)),
        (dated(12, 11, 1984), dated(21, 11, 1948)),
    ],
)
def test_other_birth_dates_are_no_match(one: Person, other: Person) -> None:
    assert grade(one, other) == grade(other, one) == sketch.Grade(-1, None, None, None)


@given(people(DATES), people(DATES))
def test_birth_dates_are_near_both_ways(one: Person, other: Person) -> None:
    assert (grade(one, other).score == -1) == (grade(other, one).score == -1)


def test_a_near_birth_date_does_not_push_a_score_below_zero() -> None:
    typed = dated(8, 3, 1984)
    empty_names = (BORN - FIRST_DAY).days.to_bytes(2, "big") + bytes(22)
    assert sketch.grade(typed, empty_names, KEY) == sketch.Grade(0, None, None, None)


def test_names_are_told_by_how_they_match() -> None:
    record = Person("Meyer", "Katharina", BORN)
    assert grade(Person("Meyer", "Katharina", BORN), record).names == "exact"
    assert grade(Person("Meier", "Katarina", BORN), record).names == "sound"
    assert grade(Person("Meyer", "Katrina", BORN), record).names == "sound"
    assert grade(Person("Meyers", "Katharina", BORN), record).names == "similar"


def test_other_forms_of_a_given_name_count_but_are_only_similar() -> None:
    typed, record = Person("Schmidt", "Sepp", BORN), Person("Schmidt", "Josef", BORN)
    assert grade(typed, record).tier is None
    assert grade(typed, record, other_given_names=["Giuseppe", "Josef"]) == sketch.Grade(
        200, "strong", "exact", "similar"
    )
    assert grade(Person("Schmidt", "", BORN), record, other_given_names=["Josef"]).tier == "possible"


def test_another_form_of_a_given_name_counts_only_where_it_is_all_in_the_sketch() -> None:
    typed, record = Person("Schmidt", "Hans", BORN), Person("Schmidt", "Friedhelm", BORN)
    assert grade(Person("Schmidt", "Friedrich", BORN), record).tier == "possible"
    assert grade(typed, record, other_given_names=["Friedrich"]) == grade(typed, record)


def test_a_typed_birth_name_counts_as_a_family_name() -> None:
    record = Person("Schäfer", "Anna", BORN)
    assert grade(Person("Müller", "Anna", BORN), record).tier is None
    assert grade(Person("Müller", "Anna", BORN, "Schäfer"), record).tier == "strong"


def test_the_thresholds_are_those_of_the_deployment() -> None:
    person = Person("Müller", "Anna", BORN)
    assert grade(person, person, strong=200).tier == "strong"
    assert grade(person, person, strong=201).tier == "possible"
    assert grade(person, person, strong=201, possible=201) == sketch.Grade(200, None, None, None)
