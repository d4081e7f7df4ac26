import datetime as dt
from itertools import chain

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from invented import DATES, HYPHENED, WORDS, YEARS, people
from obacht_protocol import matching, names
from obacht_protocol.addresses import Side
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import LAST_DAY, Address, Person
from obacht_protocol.matching import MatchKey

BORN = dt.date(1984, 3, 7)
# No two of them sound alike.
PARTS = [onset + rest for onset in "bdfglmrs" for rest in ("alim", "arim", "atim")]
HOUSES = st.sampled_from(["1", "12a", "7/1", "7 1/2"])
STREETS = st.sampled_from(["Venloer Straße", "II. Hagen", "C4", "An der Alten Mauer", "05315"])


def shown(keys: tuple[MatchKey, ...] | list[MatchKey]) -> list[str]:
    return ["|".join((key.kind, *key.fields)) for key in keys]


def meet(question: Person, record: Person) -> set[int]:
    """The places of the question's keys under which the record stands."""
    stored = {key.encode(b"d") for key in matching.enrollment_keys(record)}
    return {place for place, key in enumerate(matching.question_keys(question, b"n")) if key.encode(b"d") in stored}


def test_a_double_name_with_a_birth_name_is_stored_under_all_its_parts() -> None:
    person = Person("Müller-Lüdenscheidt", "Anna-Lena Marie", BORN, "von Schäfer")
    assert shown(matching.enrollment_keys(person)) == [
        "N|65752682|19840307",
        "N|837|19840307",
        "N|657|19840307",
        "N|52682|19840307",
        "N|36837|19840307",
        "N|0656|19840307",
        "N|67|19840307",
        "N|06|19840307",
        "N|56|19840307",
        "P|0656|65752682|y|1984",
        "P|0656|65752682|m|07|03",
    ]


def test_a_question_asks_by_each_name_and_by_both_with_half_the_date() -> None:
    assert shown(matching.question_keys(Person("Müller-Lüdenscheidt", "Anna-Lena Marie", BORN, "Schäfer"))) == [
        "N|65752682|19840307",
        "N|0656|19840307",
        "P|0656|65752682|y|1984",
        "P|0656|65752682|m|07|03",
    ]


def test_a_name_that_is_both_family_and_given_name_has_three_keys() -> None:
    otto = Person("Otto", "Otto", BORN)
    assert shown(matching.enrollment_keys(otto)) == ["N|02|19840307", "P|02|02|y|1984", "P|02|02|m|07|03"]
    assert shown(matching.question_keys(otto, b"\xab\x01")) == [
        "N|02|19840307",
        "D|ab01|1",
        "P|02|02|y|1984",
        "P|02|02|m|07|03",
    ]


def test_a_birth_year_alone_leaves_one_key() -> None:
    person = Person("Müller", "Anna", 1984)
    assert shown(matching.enrollment_keys(person)) == ["P|06|657|y|1984"]
    assert shown(matching.question_keys(person, b"\x00")) == ["D|00|0", "D|00|1", "P|06|657|y|1984", "D|00|3"]


def test_a_person_with_one_name_has_it_in_the_place_of_both() -> None:
    person = Person("Rahmani", "", BORN)
    assert shown(matching.enrollment_keys(person)) == ["N|766|19840307", "P|766|766|y|1984", "P|766|766|m|07|03"]
    assert shown(matching.question_keys(person)) == [
        "N|766|19840307",
        "D||1",
        "P|766|766|y|1984",
        "P|766|766|m|07|03",
    ]


def test_the_smaller_code_is_the_one_that_sorts_first_as_text() -> None:
    assert shown(matching.enrollment_keys(Person("Müller", "Wim", 1984))) == ["P|36|657|y|1984"]
    assert shown(matching.enrollment_keys(Person("Wim", "Müller", 1984))) == ["P|36|657|y|1984"]
    assert shown(matching.enrollment_keys(Person("Anna", "Hh", 1984))) == ["P|-|06|y|1984"]


def test_a_key_encodes_versions_deployment_kind_and_fields_behind_their_lengths() -> None:
    key = MatchKey("N", ("657", "19840307"))
    assert key.encode(b"town") == (b"\x00\x06obacht\x00\x0b1/cologne-1\x00\x04town\x00\x01N\x00\x03657\x00\x0819840307")
    assert key.encode() != key.encode(b"town")


def test_a_key_does_not_show_when_printed() -> None:
    assert "657" not in repr(MatchKey("N", ("657", "19840307"))).partition(" at ")[0]


def test_a_name_of_too_many_parts_is_refused_by_name() -> None:
    many = "-".join(PARTS[:21])
    with pytest.raises(IdentityError, match=r"^family_name: too_many_keys$"):
        matching.enrollment_keys(Person(many, "Uwe", BORN))
    with pytest.raises(IdentityError, match=r"^given_names: too_many_keys$"):
        matching.enrollment_keys(Person("Uwe", many, BORN))
    assert len(matching.enrollment_keys(Person(many, "Uwe", 1984))) == 1


def test_twenty_four_keys_are_taken() -> None:
    # 20 parts and their whole, the given name, two pairs.
    assert len(matching.enrollment_keys(Person("-".join(PARTS[:20]), "Uwe", BORN))) == 24


@given(people())
def test_a_question_always_meets_the_record_of_the_same_person(person: Person) -> None:
    full = 0 if isinstance(person.birth_date, dt.date) else 2
    assert meet(person, person) >= {full, 2}


@given(people(), st.binary(max_size=16))
def test_a_question_has_four_different_keys_and_a_record_one_to_twenty_four(person: Person, nonce: bytes) -> None:
    question, stored = matching.question_keys(person, nonce), matching.enrollment_keys(person)
    assert len(question) == len({key.encode() for key in question}) == 4
    assert 1 <= len(stored) == len({key.encode() for key in stored}) <= 24
    assert all(key.encode() for key in chain(question, stored))


@given(HYPHENED, HYPHENED, DATES)
def test_swapped_fields_still_meet(family: str, given_name: str, date: dt.date) -> None:
    parts = [names.family_parts(family), names.family_parts(given_name)]
    # A particle is left out of a family name and not of a given name, so one of both must have none.
    assume(any([part] == names.given_units(name) for part, name in zip(parts, (family, given_name), strict=True)))
    # A final c sounds like k in a given name only: where both names end in c, swapped fields miss.
    assume(not all(part[-1].endswith("c") for part in parts))
    assert meet(Person(given_name, family, date), Person(family, given_name, date))


@given(people(DATES))
def test_day_and_month_swapped_still_meet(person: Person) -> None:
    date = person.birth_date
    assert isinstance(date, dt.date)
    assume(date.day <= 12)
    swapped = date.replace(day=date.month, month=date.day)
    assume(swapped <= LAST_DAY)
    assert 2 in meet(Person(person.family_name, person.given_names, swapped), person)


@given(people(DATES))
def test_a_wrong_year_still_meets(person: Person) -> None:
    date = person.birth_date
    assert isinstance(date, dt.date)
    assume((date.day, date.month) != (29, 2))
    wrong = date.replace(year=date.year - 1 if date.year > 1950 else date.year + 1)
    assert 3 in meet(Person(person.family_name, person.given_names, wrong), person)


@given(people(DATES))
def test_a_birth_year_alone_meets_a_full_date_both_ways(person: Person) -> None:
    assert isinstance(person.birth_date, dt.date)
    by_year = Person(person.family_name, person.given_names, person.birth_date.year, person.birth_name)
    assert meet(by_year, person) == {2}
    assert meet(person, by_year) == {2}


@given(WORDS, WORDS, WORDS, DATES)
def test_one_part_of_a_double_name_or_the_birth_name_still_meets(
    one: str, other: str, birth: str, date: dt.date
) -> None:
    record = Person(f"{one}-{other}", "Uwe", date, birth)
    stored_parts = [part for part in names.family_parts(record.family_name) if len(part) > 2]
    for asked in [*stored_parts, birth]:
        assert 0 in meet(Person(asked, "Fritz", date), record)


@given(people(), people())
def test_dummies_meet_nothing(person: Person, other: Person) -> None:
    stored = {key.encode() for key in matching.enrollment_keys(other)}
    assert not {key.encode() for key in matching.question_keys(person) if key.kind == "D"} & stored


@given(WORDS, YEARS)
def test_another_deployment_has_other_keys(word: str, year: int) -> None:
    keys = matching.question_keys(Person(word, word, year))
    assert not {key.encode(b"here") for key in keys} & {key.encode(b"there") for key in keys}


def test_an_address_is_asked_exactly_by_building_and_by_sound() -> None:
    assert shown(matching.address_question_keys(Address("50823", "Venloer Straße", "12 A"), b"\x01")) == [
        "A|50823|venloerstr|12a",
        "A|50823|venloerstr|12",
        "A|50823|~3657827|12",
        "D|01|3",
    ]
    assert shown(matching.address_question_keys(Address(" 50823", "Venloer Straße", "12"), b"\x01")) == [
        "A|50823|venloerstr|12",
        "D|01|1",
        "A|50823|~3657827|12",
        "D|01|3",
    ]


@pytest.mark.parametrize(
    ("house", "side", "numbers", "sounds"),
    [
        ("12", "all", ["12"], ["12"]),
        ("12a", "all", ["12a", "12"], ["12"]),
        ("12a-c", "all", ["12a", "12b", "12c", "12"], ["12"]),
        ("12-16", "even", ["12", "14", "16"], ["12", "14", "16"]),
        ("12-16", "odd", ["13", "15"], ["13", "15"]),
        ("12-14", "all", ["12", "13", "14"], ["12", "13", "14"]),
        ("12/1", "all", ["12/1", "12"], ["12"]),
    ],
)
def test_an_address_is_stored_under_every_number_of_its_range(
    house: str, side: Side, numbers: list[str], sounds: list[str]
) -> None:
    keys = matching.address_enrollment_keys(Address("50823", "Venloer Straße", house), side)
    assert shown(keys) == [
        *(f"A|50823|venloerstr|{number}" for number in numbers),
        *(f"A|50823|~3657827|{number}" for number in sounds),
    ]


def test_a_range_too_long_for_one_record_is_refused() -> None:
    assert len(matching.address_enrollment_keys(Address("50823", "Weg", "1-23"), "odd")) == 24
    with pytest.raises(IdentityError, match=r"^house_number: too_many_keys$"):
        matching.address_enrollment_keys(Address("50823", "Weg", "1-25"), "odd")


@pytest.mark.parametrize("house", ["12-16", "12a-c"])
def test_a_question_about_a_range_is_refused(house: str) -> None:
    with pytest.raises(IdentityError, match=r"^house_number: range$"):
        matching.address_question_keys(Address("50823", "Venloer Straße", house))


@given(STREETS, HOUSES, st.binary(max_size=16))
def test_a_question_about_an_address_has_four_different_keys_and_meets_its_record(
    street: str, house: str, nonce: bytes
) -> None:
    address = Address("50823", street, house)
    question = {key.encode() for key in matching.address_question_keys(address, nonce)}
    assert len(question) == 4
    assert len(question & {key.encode() for key in matching.address_enrollment_keys(address)}) >= 2


def test_another_flat_of_the_building_meets_the_record() -> None:
    stored = set(matching.address_enrollment_keys(Address("50823", "Venloer Straße", "12a")))
    for house in ("12", "12b", "12/3"):
        assert stored & set(matching.address_question_keys(Address("50823", "Venloerstr.", house)))
    assert not stored & set(matching.address_question_keys(Address("50823", "Venloerstr.", "13")))
    assert not stored & set(matching.address_question_keys(Address("50825", "Venloerstr.", "12a")))
