import datetime as dt
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import matching
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import LAST_DAY, Address, Person, parse_birth_date

TODAY = dt.date(2026, 3, 1)
SOUND = {"family_name": "Müller", "given_names": "Anna", "birth_date": dt.date(1984, 3, 7), "birth_name": ""}
PLACE = {"postcode": "50823", "street": "Venloer Straße", "house_number": "12"}


def refused(make: Any, *given: Any, **named: Any) -> tuple[str, str]:
    with pytest.raises(IdentityError) as caught:
        make(*given, **named)
    return caught.value.field, caught.value.code


@pytest.mark.parametrize("field", ["family_name", "given_names", "birth_name"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 10_000, "too_long"),
        ("Anna\t", "control"),
        ("1234", "digits"),
        ("משה", "script"),
        ("Mحمد", "script"),
        ("Ivан", "script"),
        ("Γιώrγος", "script"),
        ("😀", "symbol"),
        ("---", "no_letters"),
    ],
)
def test_a_name_that_cannot_be_matched_is_refused_where_the_person_is_made(field: str, text: str, code: str) -> None:
    assert refused(Person, **SOUND | {field: text}) == (field, code)


@pytest.mark.parametrize("text", ["", " ", "   "])
def test_a_person_needs_a_family_name_and_nothing_else(text: str) -> None:
    assert refused(Person, **SOUND | {"family_name": text}) == ("family_name", "empty")
    person = Person("Rahmani", text, 1990, text)
    assert len(matching.question_keys(person)) == 4


@pytest.mark.parametrize(
    ("date", "code"),
    [
        (dt.date(1899, 12, 31), "before_1900"),
        (1899, "before_1900"),
        (LAST_DAY + dt.timedelta(days=1), "future"),
        (LAST_DAY.year + 1, "future"),
        ("1984-03-07", "format"),
        (dt.datetime(1984, 3, 7, 12, 0, tzinfo=dt.UTC), "format"),
        (True, "format"),
        (None, "format"),
    ],
)
def test_a_birth_date_out_of_bounds_is_refused_where_the_person_is_made(date: Any, code: str) -> None:
    assert refused(Person, **SOUND | {"birth_date": date}) == ("birth_date", code)


@pytest.mark.parametrize("date", [dt.date(1900, 1, 1), 1900, LAST_DAY, LAST_DAY.year])
def test_the_first_and_the_last_birth_date_are_taken(date: dt.date | int) -> None:
    assert len(matching.question_keys(Person("Müller", "Anna", date))) == 4


@pytest.mark.parametrize("date", [dt.date(2026, 3, 2), 2027])
def test_a_birth_date_after_today_is_refused(date: dt.date | int) -> None:
    assert refused(Person("Müller", "Anna", date).check, TODAY) == ("birth_date", "future")


@pytest.mark.parametrize("date", [TODAY, 2026, 1950])
def test_a_person_born_by_today_passes_the_check(date: dt.date | int) -> None:
    person = Person("Müller", "Anna", date)
    assert person.check(TODAY) is person


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("7.3.1984", dt.date(1984, 3, 7)),
        (" 07. 03. 1984 ", dt.date(1984, 3, 7)),
        ("07/03/1984", dt.date(1984, 3, 7)),
        ("1984-03-07", dt.date(1984, 3, 7)),
        ("29.2.1984", dt.date(1984, 2, 29)),
        ("1.1.1900", dt.date(1900, 1, 1)),
        ("1.3.2026", TODAY),
        ("1984", 1984),
        ("..1984", 1984),
        ("00.00.1984", 1984),
        ("00.03.1984", 1984),
        ("7.xx.1984", 1984),
        ("1984-00-00", 1984),
        ("2026", 2026),
    ],
)
def test_a_birth_date_is_read_as_it_is_written_in_germany(text: str, date: dt.date | int) -> None:
    assert parse_birth_date(text, TODAY) == date


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("..", "empty"),
        ("7.3.84", "format"),
        ("7.3.", "format"),
        ("7. März 1984", "format"),
        ("٧.٣.١٩٨٤", "format"),
        ("07031984", "format"),
        ("30.2.1984", "no_such_day"),
        ("29.2.1900", "no_such_day"),
        ("1.13.1984", "no_such_day"),
        ("31.12.1899", "before_1900"),
        ("1899", "before_1900"),
        ("0000-00-00", "before_1900"),
        ("2.3.2026", "future"),
        ("2027", "future"),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused_with_its_reason(text: str, code: str) -> None:
    assert refused(parse_birth_date, text, TODAY) == ("birth_date", code)


def test_a_birth_date_no_sketch_can_hold_is_refused_even_when_its_day_has_come() -> None:
    assert refused(parse_birth_date, "6.6.2079", dt.date(2100, 1, 1)) == ("birth_date", "future")


@given(st.text(max_size=12))
def test_any_text_is_a_birth_date_or_refused(text: str) -> None:
    try:
        date = parse_birth_date(text, TODAY)
    except IdentityError:
        return
    person = Person("Müller", "Anna", date)
    assert person.check(TODAY) is person


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_texts_make_a_person_with_keys_or_are_refused(family: str, given_names: str, birth: str) -> None:
    try:
        keys = matching.enrollment_keys(Person(family, given_names, dt.date(1984, 3, 7), birth))
    except IdentityError:
        return
    assert 3 <= len(keys) <= 24


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("postcode", "", "empty"),
        ("postcode", "5082", "format"),
        ("postcode", "50823 Köln", "format"),
        ("postcode", "٥٠٨٢٣", "format"),
        ("street", " ", "empty"),
        ("street", "x" * 201, "too_long"),
        ("street", "شارع", "script"),
        ("street", "Venloer Straße شارع", "script"),
        ("street", "Weg 😀", "symbol"),
        ("street", "...", "no_letters"),
        ("house_number", "", "empty"),
        ("house_number", "Hinterhaus", "format"),
    ],
)
def test_an_address_that_cannot_be_matched_is_refused(field: str, text: str, code: str) -> None:
    assert refused(Address, **PLACE | {field: text}) == (field, code)


@pytest.mark.parametrize("field", ["family_name", "given_names", "birth_name"])
@pytest.mark.parametrize("name", ["حسين", "ﺣﺴﻴﻦ", "Anna حسين", "حسین"])
def test_a_name_whose_latin_spelling_is_a_guess_can_be_asked_but_is_marked_and_not_recorded(
    field: str, name: str
) -> None:
    named: dict[str, Any] = SOUND | {field: name}
    person = Person(**named)
    assert len(set(matching.question_keys(person))) == 4
    assert person.uncertain_name == field
    assert refused(person.check_script) == (field, "script")


@pytest.mark.parametrize("name", ["Müller", "Чернышёв", "Παπαδόπουλος", "Mueller", "O’Brien"])
def test_a_name_in_another_script_is_no_guess(name: str) -> None:
    person = Person(name, name, 1984, name)
    assert person.uncertain_name is None
    assert person.check_script() is person


def test_a_person_and_an_address_do_not_show_when_printed() -> None:
    assert repr(Person("Müller", "Anna", 1984)).startswith("<obacht_protocol.identity.Person object at ")
    assert repr(Address(**PLACE)).startswith("<obacht_protocol.identity.Address object at ")


def test_equal_people_are_equal_after_a_way_between_processes() -> None:
    person = Person("Müller", "Anna", 1984)
    assert pickle.loads(pickle.dumps(person)) == person
