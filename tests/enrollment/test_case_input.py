"""What is typed into the form of a case is read as it was meant, or refused where it stands."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented_cases import content, everything
from obacht_enrollment.cases.content import Content, Notice
from obacht_enrollment.cases.obstacles import Obstacle
from obacht_enrollment.errors import CaseError
from obacht_enrollment.pages.case_input import Typed, required_day, write_day
from obacht_enrollment.pages.forms import Form


def form(**typed: str) -> Form:
    return Form({name.replace("__", "."): [value] for name, value in typed.items()})


def faults(typed: Typed) -> list[Obstacle]:
    with pytest.raises(CaseError) as caught:
        typed.content(Notice())
    found = caught.value.details["found"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("whole", [Content(), content(), everything()])
def test_a_case_comes_back_as_it_was_shown(whole: Content) -> None:
    assert Typed.of(whole).content(whole.notice) == whole


def test_a_form_says_what_stands_in_its_fields() -> None:
    typed = Typed.read(
        Form(
            {
                "name.family_name": ["  Meyer "],
                "birth.year": ["1971"],
                "aliases.7.family_name": ["Maier"],
                "aliases.2.given_names": ["Jörg"],
                "places.0.street": ["Domgasse"],
                "places.0.side": ["even"],
                "places.0.publish": ["yes"],
                "incidents.0.day": ["3.4.26"],
                "incidents.0.time": ["9.05"],
                "incidents.0.what": ["eins\r\nzwei"],
                "precautions": ["alarm", "two-persons"],
                "level": ["3"],
                "unknown.0.field": ["x"],
                "aliases.0.unknown": ["x"],
            }
        )
    ).content(Notice())
    assert (typed.name.family_name, typed.birth.year, typed.birth.day, typed.level) == ("Meyer", 1971, None, 3)
    assert [(alias.family_name, alias.given_names) for alias in typed.aliases] == [("", "Jörg"), ("Maier", "")]
    assert (typed.places[0].side, typed.places[0].publish) == ("even", True)
    incident = typed.incidents[0]
    assert (incident.day, incident.time, incident.what) == (dt.date(2026, 4, 3), "09:05", "eins\nzwei")
    assert typed.precautions == ("alarm", "two-persons")


def test_parts_in_which_nothing_was_typed_are_left_out_when_it_is_saved() -> None:
    typed = Typed.read(form(places__0__side="odd", places__1__street="Domgasse", incidents__0__day=" "))
    assert [len(typed.parts[name]) for name in ("aliases", "places", "incidents")] == [0, 2, 1]
    filled = typed.filled()
    assert [place["street"] for place in filled.parts["places"]] == ["Domgasse"]
    assert filled.parts["incidents"] == ()


def test_all_that_cannot_be_read_is_said_at_once_and_where() -> None:
    typed = Typed.read(
        form(
            birth__day="x",
            birth__month="y",
            ground__day="31.2.2026",
            incidents__0__day="gestern",
            end="24.12.",
            level="two",
        )
    )
    assert faults(typed) == [
        Obstacle("birth", "format"),
        Obstacle("incidents.0.day", "format"),
        Obstacle("ground.day", "no_such_day"),
        Obstacle("level", "format"),
        Obstacle("end", "format"),
    ]
    assert faults(Typed.read(form(birth__day="31", birth__month="4"))) == [Obstacle("birth", "no_such_day")]
    assert faults(Typed.read(form(remarks="a\0b"))) == [Obstacle("remarks", "control")]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)))
def test_a_day_is_read_as_it_is_written(day: dt.date) -> None:
    assert required_day(write_day(day), "end") == required_day(day.isoformat(), "end") == day


@given(st.text(max_size=12))
def test_whatever_is_typed_as_a_day_is_read_or_refused(text: str) -> None:
    with suppress(CaseError):
        assert write_day(required_day(text, "end"))


@given(
    st.dictionaries(
        st.sampled_from(["birth.day", "birth.year", "level", "contact", "name.family_name", "incidents.0.time"]),
        st.text(max_size=30),
    )
)
def test_whatever_is_typed_is_read_or_refused(typed: dict[str, str]) -> None:
    read = Typed.read(Form({name: [value] for name, value in typed.items()})).filled()
    with suppress(CaseError):
        assert Typed.of(read.content(Notice())).content(Notice()) == read.content(Notice())
