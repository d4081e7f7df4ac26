"""What a case says is one document: it comes back as it was written, and nothing else is taken for one."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented_cases import content, everything
from obacht_enrollment.cases import fields
from obacht_enrollment.cases.catalogue import KINDS, PRECAUTIONS
from obacht_enrollment.cases.content import Content, Ground, Incident, Name, Place
from obacht_enrollment.cases.dates import Birth, day_of, last_second, months_after
from obacht_enrollment.cases.identities import Unfit, subjects, unfit
from obacht_enrollment.errors import CaseError
from obacht_enrollment.records import LEVELS
from obacht_enrollment.records import Place as PublishedPlace
from obacht_protocol.encoding import canonical_json
from obacht_protocol.identity import Person

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20).map(
    lambda text: fields._text(text, "")
)
NAMES = st.builds(Name, TEXT, TEXT, TEXT)
DAYS = st.none() | st.dates()
BIRTHS = st.builds(
    Birth, st.none() | st.integers(1900, 2079), st.none() | st.integers(1, 12), st.none() | st.integers(1, 28)
)
CONTENTS = st.builds(
    Content,
    name=NAMES,
    aliases=st.lists(NAMES, max_size=3).map(tuple),
    birth=BIRTHS,
    places=st.lists(st.builds(Place, TEXT, TEXT, TEXT, TEXT, st.booleans()), max_size=3).map(tuple),
    incidents=st.lists(st.builds(Incident, DAYS, TEXT, TEXT, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    ground=st.builds(Ground, TEXT, TEXT, DAYS, st.booleans()),
    level=st.integers(0, 9),
    precautions=st.lists(TEXT, max_size=3).map(tuple),
    review=DAYS,
    remarks=TEXT,
)


@given(CONTENTS)
def test_a_document_comes_back_as_it_was_written(written: Content) -> None:
    assert Content.parse(written.encode()) == written
    assert Content.parse(written.encode()).encode() == written.encode()


def test_every_field_is_in_the_document() -> None:
    whole = everything()
    assert Content.parse(whole.encode()) == whole
    blank = fields.to_json(Content())
    assert [name for name, value in fields.to_json(whole).items() if value == blank[name]] == []


def test_a_field_that_an_older_document_lacks_has_its_default() -> None:
    read = Content.parse(b'{"level": 2, "name": {"family_name": "Meyer"}}')
    assert read == Content(level=2, name=Name("Meyer"))


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("nickname", "Jo", "nickname"),
        ("no field \n at all", 1, "?"),
        ("level", "2", "level"),
        ("level", True, "level"),
        ("remarks", 5, "remarks"),
        ("remarks", "a\u0000b", "remarks"),
        ("remarks", "a\u2028b", "remarks"),
        ("remarks", "a" * 20_001, "remarks"),
        ("end", "31.12.2027", "end"),
        ("end", "2027-02-30", "end"),
        ("aliases", {"family_name": "Meyer"}, "aliases"),
        ("aliases", ["Meyer"], "aliases.0"),
        ("aliases", [{}, {"family_name": None}], "aliases.1.family_name"),
        ("aliases", [{}] * 201, "aliases"),
        ("ground", {"by_body": 1}, "ground.by_body"),
        ("ground", {"by_body": None}, "ground.by_body"),
    ],
)
def test_what_is_no_document_is_refused_with_the_field(field: str, value: Any, place: str) -> None:
    document = fields.to_json(content()) | {field: value}
    with pytest.raises(CaseError) as caught:
        Content.parse(canonical_json(document))
    assert (caught.value.code, caught.value.details) == ("content", {"field": place})


@pytest.mark.parametrize("data", [b"", b"\xff", b"[", b"{'level': 2}", b'{"level": 1, "level": 2}', b'{"level": 2.0}'])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(CaseError, match="content-form"):
        Content.parse(data)


def test_a_list_is_no_document() -> None:
    with pytest.raises(CaseError, match="content field="):
        Content.parse(b"[]")


def test_composed_and_decomposed_umlauts_are_one() -> None:
    assert Content.parse('{"remarks": "Mu\u0308ller"}'.encode()).remarks == "Müller"


def test_a_document_does_not_show_when_printed() -> None:
    whole = everything()
    parts = [
        whole,
        whole.name,
        whole.birth,
        *whole.aliases,
        *whole.places,
        *whole.incidents,
        whole.ground,
        whole.notice,
    ]
    shown = " ".join(f"{part!r} {part}" for part in parts)
    assert not [word for word in ("Meyer", "1971", "Venloer", "drohte", "Js", "Verfahren") if word in shown]


def test_changes_tell_what_stood_there_and_what_stands_there() -> None:
    before = content()
    after = dataclasses.replace(before, level=3, end=before.review)
    assert before.review is not None
    assert before.end is not None
    assert before.changes(after) == {"level": [2, 3], "end": [before.end.isoformat(), before.review.isoformat()]}
    assert before.changes(before) == {}


@pytest.mark.parametrize("parts", [(1971, 2, 29), (1899, 1, 1), (0, 1, 1), (1971, 0, 1), (1971, 13, 1), (1971, 4, 31)])
def test_a_day_that_no_calendar_has_is_refused(parts: tuple[int, int, int]) -> None:
    with pytest.raises(CaseError, match="birth"):
        Birth(*parts)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (Birth(2010, 5, 14), dt.date(2024, 5, 13), 13),
        (Birth(2010, 5, 14), dt.date(2024, 5, 14), 14),
        (Birth(2008, 2, 29), dt.date(2026, 2, 28), 17),
        (Birth(2008, 2, 29), dt.date(2026, 3, 1), 18),
        (Birth(2010), dt.date(2024, 12, 30), 13),
        (Birth(2010), dt.date(2024, 12, 31), 14),
        (Birth(2010, 4), dt.date(2024, 4, 29), 13),
        (Birth(2010, 4), dt.date(2024, 4, 30), 14),
        (Birth(2010, None, 5), dt.date(2024, 12, 4), 13),
        (Birth(2010, None, 31), dt.date(2024, 12, 31), 14),
        (Birth(None, 4, 3), dt.date(2024, 4, 3), None),
        (Birth(), dt.date(2024, 4, 3), None),
    ],
)
def test_of_a_birth_date_known_in_part_the_latest_day_counts(birth: Birth, day: dt.date, age: int | None) -> None:
    assert birth.least_age(day) == age


@given(st.dates(dt.date(1900, 1, 1), dt.date(2079, 1, 1)), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_knowing_less_never_makes_anybody_older(born: dt.date, day: dt.date) -> None:
    whole = Birth(born.year, born.month, born.day).least_age(day)
    parts = [Birth(born.year), Birth(born.year, born.month), Birth(born.year, None, born.day)]
    assert whole is not None
    for part in parts:
        age = part.least_age(day)
        assert age is not None
        assert age <= whole


def test_months_end_with_their_last_day() -> None:
    assert months_after(dt.date(2027, 1, 31), 1) == dt.date(2027, 2, 28)
    assert months_after(dt.date(2026, 11, 22), 24) == dt.date(2028, 11, 22)
    assert months_after(dt.date(2026, 12, 1), 1) == dt.date(2027, 1, 1)


@given(st.dates(dt.date(1970, 1, 2), dt.date(2100, 1, 1)))
def test_the_last_second_of_a_day_is_of_that_day(day: dt.date) -> None:
    assert day_of(last_second(day)) == day


def test_the_lists_know_only_levels_that_may_be_recorded() -> None:
    for table in (KINDS, PRECAUTIONS):
        assert all(item.levels and set(item.levels) <= set(LEVELS) for item in table.values())
        assert all(item.german and item.english for item in table.values())
    assert {level for item in PRECAUTIONS.values() for level in item.levels} == set(LEVELS)


def test_each_name_and_each_address_that_is_to_be_published_is() -> None:
    found = subjects(everything())
    assert unfit(everything(), "test-town") == []
    born = dt.date(1971, 5, 14)
    assert found[:3] == [
        Person("Meyer", "Jörg Peter", born),
        Person("Maier", "Jörg", born),
        Person("Schulz", "Jörg", born, "Meyer"),
    ]
    (place,) = found[3:]
    assert isinstance(place, PublishedPlace)
    assert (place.address.house_number, place.side) == ("12-16", "even")


@pytest.mark.parametrize("birth", [Birth(1971), Birth(1971, 5), Birth(1971, None, 14)])
def test_a_birth_date_known_in_part_is_published_as_the_year(birth: Birth) -> None:
    assert subjects(content(birth=birth)) == [Person("Meyer", "Jörg Peter", 1971)]


def test_nobody_is_published_by_name_without_a_year_of_birth() -> None:
    for birth in (Birth(), Birth(None, 5, 14)):
        assert subjects(content(birth=birth, aliases=(Name("Maier"),))) == []


def test_one_identity_is_published_once() -> None:
    assert len(subjects(content(aliases=(Name("Meyer", "Jörg Peter"),)))) == 1


def test_what_cannot_be_matched_is_named_by_its_place() -> None:
    odd = content(
        name=Name("Meyer", "Jörg 2"),
        aliases=(Name("", "Jörg"), Name("😀")),
        places=(
            Place("5082", "Domgasse", "1", publish=True),
            Place("50825", "Domgasse", "1", "left", publish=True),
            Place("5082", "", ""),
        ),
    )
    assert subjects(odd) == []
    assert unfit(odd, "test-town") == (
        [
            Unfit("name.given_names", "digits"),
            Unfit("aliases.0.family_name", "empty"),
            Unfit("aliases.1.family_name", "symbol"),
            Unfit("places.0.postcode", "format"),
            Unfit("places.1.house_number", "side"),
        ]
    )
