"""What is missing, or may not be, keeps a case from being in force, and is said in words."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from invented_cases import DAY, NOW, TODAY, content, everything, rules
from obacht_enrollment.cases.catalogue import PRECAUTIONS
from obacht_enrollment.cases.content import Content, Ground, Incident, Name, Place
from obacht_enrollment.cases.dates import Birth, last_second, months_after
from obacht_enrollment.cases.obstacle_words import obstacle as in_words
from obacht_enrollment.cases.obstacle_words import obstacles as all_in_words
from obacht_enrollment.cases.obstacles import Obstacle, is_minor, obstacles
from obacht_enrollment.cases.retention import Retention
from obacht_enrollment.cases.states import Origin
from obacht_enrollment.errors import SettingsError

INCIDENT = content().incidents[0]
GROUND = content().ground


def found(of: Content, origin: Origin = Origin.ENTERED, **retention: int) -> list[tuple[str, str]]:
    told = obstacles(of, rules(**retention), origin)
    for one in told:  # whatever it is, there are words for it
        assert in_words(one, "de", of.ground.kind) != in_words(one, "en", of.ground.kind)
    return [(one.field, one.code) for one in told]


def born(years: int, days: int = 0) -> Birth:
    day = months_after(TODAY, -12 * years) - dt.timedelta(days=days)
    return Birth(day.year, day.month, day.day)


def short(**changes: Any) -> Content:
    """A case that ends as soon as a minor's must."""
    return content(
        **{"review": TODAY + dt.timedelta(days=150), "end": TODAY + dt.timedelta(days=300), "incidents": ()} | changes
    )


def test_a_whole_case_lacks_nothing() -> None:
    assert found(content()) == found(everything()) == []


def test_of_an_empty_case_everything_is_missing_in_words() -> None:
    told = all_in_words(obstacles(Content(), rules()), "de")
    assert told == [
        "Es fehlt: Name, oder eine Anschrift, die veröffentlicht wird",
        "Es fehlt: Vorfall",
        "Es fehlt: Grund (Hausverbot, Strafanzeige oder Strafantrag)",
        "Es fehlt: Aktenzeichen des Grundes",
        "Es fehlt: Datum des Grundes",
        "Es fehlt: Bestätigung, dass die Behörde selbst gehandelt hat (Grund)",
        "Es fehlt: Stufe",
        "Es fehlt: Begründung der Stufe",
        "Es fehlt: Schutzmaßnahme",
        "Es fehlt: Datum der Überprüfung",
        "Es fehlt: Enddatum",
        "Es fehlt: Kontakt",
    ]


@pytest.mark.parametrize(
    ("kind", "german", "english"),
    [
        ("complaint", "Aktenzeichen der Strafanzeige", "file number of the criminal complaint"),
        ("house-ban", "Aktenzeichen des Hausverbots", "file number of the house ban"),
        ("application", "Aktenzeichen des Strafantrags", "file number of the application for prosecution"),
    ],
)
def test_the_file_number_is_called_by_its_ground(kind: str, german: str, english: str) -> None:
    (one,) = obstacles(content(ground=dataclasses.replace(GROUND, kind=kind, file_number=" ")), rules())
    assert in_words(one, "de", kind) == f"Es fehlt: {german}"
    assert in_words(one, "en", kind) == f"Missing: {english}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": Name("", "Jörg")}, [("name.family_name", "missing")]),
        ({"name": Name("Meyer2")}, [("name.family_name", "digits")]),
        ({"name": Name(), "aliases": (Name("Maier"),)}, [("name", "missing")]),
        ({"aliases": (Name(),)}, [("aliases.0.family_name", "missing")]),
        ({"places": (Place("5082", "Domgasse", "1", publish=True),)}, [("places.0.postcode", "format")]),
        ({"places": (Place("5082", "", ""),)}, []),
        ({"incidents": ()}, [("incidents", "missing")]),
        (
            {"incidents": (INCIDENT, Incident())},
            [(f"incidents.1.{f}", "missing") for f in ("day", "place", "kind", "what", "reporter")],
        ),
        ({"incidents": (dataclasses.replace(INCIDENT, time="25:00"),)}, [("incidents.0.time", "format")]),
        ({"incidents": (dataclasses.replace(INCIDENT, time="9:00"),)}, [("incidents.0.time", "format")]),
        ({"incidents": (dataclasses.replace(INCIDENT, kind="insult"),)}, [("incidents.0.kind", "kind")]),
        ({"incidents": (dataclasses.replace(INCIDENT, day=TODAY + dt.timedelta(1)),)}, [("incidents.0.day", "future")]),
        ({"ground": Ground("insult", "1", TODAY, by_body=True)}, [("ground.kind", "ground")]),
        ({"ground": dataclasses.replace(GROUND, day=TODAY + dt.timedelta(1))}, [("ground.day", "future")]),
        ({"ground": dataclasses.replace(GROUND, by_body=False)}, [("ground.by_body", "missing")]),
        ({"level": 1}, [("level", "level")]),
        ({"level": 3}, [("level", "above_incidents")]),
        ({"level_reason": " "}, [("level_reason", "missing")]),
        ({"precautions": ("alarm", "police")}, [("precautions.1", "precaution")]),
        ({"precautions": ("none",)}, [("precautions.0", "precaution")]),
        ({"contact": 2}, [("contact", "contact")]),
        ({"contact": 0}, [("contact", "missing")]),
        ({"review": TODAY - dt.timedelta(1)}, [("review", "past")]),
        ({"review": months_after(TODAY, 12) + dt.timedelta(1)}, [("review", "too_far")]),
        ({"end": TODAY + dt.timedelta(299)}, [("review", "after_end")]),
        ({"end": TODAY - dt.timedelta(1), "review": TODAY - dt.timedelta(1)}, [("review", "past"), ("end", "past")]),
        ({"end": months_after(TODAY, 24)}, []),
        ({"end": months_after(TODAY, 24) + dt.timedelta(1)}, [("end", "too_far")]),
    ],
)
def test_each_thing_that_is_wrong_is_told(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(content(**changes)) == expected


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (Birth(), [("birth.year", "missing"), ("age_reason", "missing")]),
        (Birth(2078, 1, 1), [("birth", "future"), ("incidents.0.day", "child")]),
        (Birth(2090), [("birth", "future"), ("birth", "child"), ("incidents.0.day", "child")]),
    ],
)
def test_a_birth_date_that_cannot_be_is_told(birth: Birth, expected: list[tuple[str, str]]) -> None:
    told = found(content(birth=birth))
    assert [one for one in told if one[1] != "too_far_minor"] == expected


def test_a_day_is_over_before_midnight_so_that_nothing_begins_after_its_end() -> None:
    last = content(review=TODAY, end=TODAY)
    assert obstacles(last, rules(last_second(TODAY) - 1)) == []
    assert obstacles(last, rules(last_second(TODAY))) == [Obstacle("end", "past")]


def test_an_address_alone_is_a_case() -> None:
    place = Place("50825", "Venloer Straße", "12", publish=True)
    alone = content(name=Name(), birth=Birth(), places=(place,))
    assert found(alone) == []
    assert not is_minor(alone, TODAY)
    assert found(content(name=Name(), places=(dataclasses.replace(place, publish=False),))) == [("name", "missing")]


@pytest.mark.parametrize("precaution", PRECAUTIONS)
def test_precautions_are_those_of_the_level(precaution: str) -> None:
    grave = dataclasses.replace(INCIDENT, kind="weapon")
    for level in (2, 3):
        told = found(content(level=level, incidents=(grave,), precautions=(precaution,)))
        assert (told == []) == (level in PRECAUTIONS[precaution].levels)


@pytest.mark.parametrize(
    ("birth", "child"),
    [
        (born(14), False),
        (born(13, 364), True),
        (Birth(TODAY.year - 15), False),
        (Birth(TODAY.year - 14), True),  # may turn 14 only in December
        (Birth(TODAY.year - 14, TODAY.month), True),  # may turn 14 only on the last of the month
    ],
)
def test_a_child_is_never_listed_nor_anybody_who_may_be_one(birth: Birth, child: bool) -> None:  # noqa: FBT001
    told = found(short(birth=birth, incidents=()), origin=Origin.IMPORT)
    assert told == ([("birth", "child")] if child else [])


def test_what_somebody_did_as_a_child_is_never_listed() -> None:
    before = dataclasses.replace(INCIDENT, day=TODAY - dt.timedelta(days=20))
    assert found(short(birth=born(14, 19), incidents=(before,))) == [("incidents.0.day", "child")]
    assert found(short(birth=born(14, 20), incidents=(before,))) == []


@pytest.mark.parametrize("birth", [born(17), Birth(TODAY.year - 18), Birth(TODAY.year - 18, TODAY.month)])
def test_who_is_or_may_be_a_minor_is_listed_for_a_shorter_time(birth: Birth) -> None:
    assert is_minor(short(birth=birth), TODAY)
    assert found(content(birth=birth)) == [("review", "too_far_minor"), ("end", "too_far_minor")]
    assert found(short(birth=birth, incidents=content().incidents)) == []


@pytest.mark.parametrize("birth", [born(18), Birth(TODAY.year - 19)])
def test_who_is_certainly_of_age_is_no_minor(birth: Birth) -> None:
    assert not is_minor(content(birth=birth), TODAY)


@pytest.mark.parametrize("birth", [Birth(), Birth(None, 5, 14)])
def test_whose_year_of_birth_is_unknown_needs_a_reason_and_the_rules_for_minors(birth: Birth) -> None:
    place = (Place("50825", "Venloer Straße", "12", publish=True),)
    unknown = short(birth=birth, places=place, incidents=content().incidents)
    assert found(unknown) == [("age_reason", "missing")]
    known = dataclasses.replace(unknown, age_reason="seit 2005 als Mieter bekannt")
    assert found(known) == []
    assert is_minor(known, TODAY)
    assert found(dataclasses.replace(known, end=content().end)) == [("end", "too_far_minor")]


def test_a_case_from_a_file_lacks_what_no_file_holds() -> None:
    bare = content(ground=Ground("complaint", "1 Js 1/26"), level_reason="", precautions=(), incidents=())
    assert found(bare, Origin.IMPORT) == found(bare, Origin.TAKEN_OVER) == []
    assert len(found(bare)) == 5
    worse = dataclasses.replace(bare, ground=Ground("complaint"), birth=Birth(TODAY.year - 10), review=None, end=None)
    dates = [("review", "missing"), ("end", "missing")]
    assert found(worse, Origin.IMPORT) == [("birth", "child"), ("ground.file_number", "missing"), *dates]


def test_a_deployment_may_keep_cases_for_a_shorter_time() -> None:
    assert found(content(), end_months=12, minor_end_months=6, minor_review_months=6) == [("end", "too_far")]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"end_months": 0}, "end_months"),
        ({"end_months": 121}, "end_months"),
        ({"review_months": 25}, "review_months"),
        ({"minor_end_months": 24}, "minor_end_months"),
        ({"minor_review_months": 13}, "minor_review_months"),
        ({"objection_days": 0}, "objection_days"),
        ({"draft_days": 4000}, "draft_days"),
    ],
)
def test_a_retention_without_an_end_is_refused(changes: dict[str, int], name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Retention(**changes)
    assert caught.value.details == {"name": f"retention.{name}"}


def test_time_makes_obstacles_and_none_goes_by_itself() -> None:
    """What was in order yesterday may not be today; that is why it is looked at again."""
    whole = content(review=TODAY + dt.timedelta(days=2), end=TODAY + dt.timedelta(days=4))
    told = [len(obstacles(whole, rules(NOW + day * DAY))) for day in range(7)]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 2)


@pytest.mark.parametrize(("hour", "expected"), [(21, [("incidents.0.day", "future")]), (22, []), (23, [])])
def test_what_happened_after_midnight_in_germany_is_taken_at_once(hour: int, expected: list[tuple[str, str]]) -> None:
    midnight = int(dt.datetime.combine(TODAY, dt.time(tzinfo=dt.UTC)).timestamp())
    tonight = dataclasses.replace(INCIDENT, day=TODAY + dt.timedelta(1))
    found = obstacles(content(incidents=(tonight,)), dataclasses.replace(rules(), now=midnight + hour * 3600))
    assert [(one.field, one.code) for one in found] == expected
