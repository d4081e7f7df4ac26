"""Before a case is in force, those that may be about the same person are shown, with why."""

import asyncio
import dataclasses
import itertools
from typing import Any

import pytest

from case_office import Desk, hire
from invented_cases import DAY, content
from obacht_enrollment import background
from obacht_enrollment.cases import retaining, service, similar
from obacht_enrollment.cases.comparing import Why
from obacht_enrollment.cases.content import Content, Name, Place
from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.cases.similar import Index
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.errors import ForbiddenError, VaultError
from obacht_enrollment.office import Office
from obacht_service import logs
from safety_office import NOW, Site

LISTED = content(name=Name("Müller-Lüdenscheidt", "Anna-Lena Marie", "Schäfer"), birth=Birth(1984, 3, 7))


@pytest.fixture
def desk(empty: Site) -> Desk:
    made = Desk(empty.office, hire(empty.office))
    for family, given, year in (("Kowalczyk", "Krzysztof", 1992), ("Yıldız", "Hüseyin", 1988), ("Ott", "Eva", 1971)):
        made.drafted(content(name=Name(family, given), birth=Birth(year, 5, 14)))
    return made


def whys(desk: Desk, listed: Content, asked: Content) -> tuple[Why, ...] | None:
    number = desk.drafted(listed)
    found = {one.number: one for one in similar.find(desk.office, desk.staff.anna, Index(), asked)}
    return found[number].whys if number in found else None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (Why.NAME_EQUAL, Why.BIRTH_EQUAL)),
        ({"name": Name("MUELLER LUEDENSCHEIDT", "Anna Lena Marie")}, (Why.NAME_EQUAL, Why.BIRTH_EQUAL)),
        ({"name": Name("Müler-Lüdenscheid", "Anna-Lena Marie")}, (Why.NAME_SIMILAR, Why.BIRTH_EQUAL)),
        ({"name": Name("Anna-Lena Marie", "Müller-Lüdenscheidt")}, (Why.NAME_SWAPPED, Why.BIRTH_EQUAL)),
        ({"name": Name("Schäfer", "Anna-Lena Marie")}, (Why.NAME_EQUAL, Why.BIRTH_EQUAL)),
        ({"name": Name("Schaeffer", "Anna-Lena Marie")}, (Why.NAME_SIMILAR, Why.BIRTH_EQUAL)),
        ({"name": Name("Ganzanders", "Anna-Lena Marie")}, (Why.ONE_NAME, Why.BIRTH_EQUAL)),
        ({"name": Name("Ganzanders", "Wolfgang")}, None),
        ({"aliases": (Name("X"),), "name": Name("Ganzanders", "Wolfgang")}, None),
        (
            {"aliases": (Name("Müller-Lüdenscheidt", "Anna-Lena Marie"),), "name": Name("Ganzanders", "Wolfgang")},
            (Why.NAME_EQUAL, Why.BIRTH_EQUAL),
        ),
        ({"birth": Birth(1984, 7, 3)}, (Why.NAME_EQUAL, Why.BIRTH_NEAR)),
        ({"birth": Birth(1984, 3, 1)}, (Why.NAME_EQUAL, Why.BIRTH_NEAR)),
        ({"birth": Birth(1948, 3, 7)}, (Why.NAME_EQUAL, Why.BIRTH_NEAR)),
        ({"birth": Birth(1984)}, (Why.NAME_EQUAL, Why.BIRTH_PARTLY)),
        ({"birth": Birth(1951, 12, 24)}, (Why.NAME_EQUAL,)),
        ({"birth": Birth()}, (Why.NAME_EQUAL,)),
        ({"name": Name("Müller-Lüdenscheidt"), "birth": Birth(1951, 12, 24)}, (Why.NAME_PARTLY,)),
        ({"name": Name("Miller-Ludenscheid", "Annalene Maria")}, (Why.NAME_SIMILAR, Why.BIRTH_EQUAL)),
        ({"name": Name("Ganzanders", "Anna-Lena Marie"), "birth": Birth(1951, 12, 24)}, None),
    ],
)
def test_who_may_be_the_same_is_found_with_why(
    desk: Desk, changes: dict[str, Any], expected: tuple[Why, ...] | None
) -> None:
    assert whys(desk, LISTED, dataclasses.replace(LISTED, **changes)) == expected


def test_an_address_is_a_reason_however_it_is_written(desk: Desk) -> None:
    listed = content(name=Name(), birth=Birth(), places=(Place("50825", "Venloer Straße", "12 a", publish=True),))
    asked = content(name=Name("Nora", "Niemand"), places=(Place("50825", "Venloer Str.", "12a"),))
    assert whys(desk, listed, asked) == (Why.ADDRESS,)
    elsewhere = content(name=Name("Nora", "Niemand"), places=(Place("50825", "Venloer Str.", "13"),))
    assert whys(desk, listed, elsewhere) is None


def test_strangers_are_not_shown(desk: Desk) -> None:
    stranger = content(name=Name("Niemand", "Nora"), birth=Birth(1990, 2, 3))
    assert similar.find(desk.office, desk.staff.anna, Index(), stranger) == []


def test_the_most_similar_come_first_and_only_so_many(desk: Desk) -> None:
    for number in range(25):
        desk.drafted(content(birth=Birth(1940 + number, 8, 9)))
    exact = desk.drafted(content())
    close = desk.drafted(content(name=Name("Meier", "Jörg Peter")))
    found = similar.find(desk.office, desk.staff.anna, Index(), content())
    assert len(found) == 20
    assert [one.number for one in found[:2]] == [exact, close]
    assert (found[0].likeness, found[0].slips) == (100, 0)
    assert (found[1].likeness > 90, found[1].slips) == (True, 1)


def test_the_index_follows_what_happens_to_cases(desk: Desk) -> None:
    index, anna = Index(), desk.staff.anna
    number = desk.active()

    def found(what: Content) -> list[int]:
        return [one.number for one in similar.find(desk.office, anna, index, what)]

    assert found(content()) == [number]
    assert similar.find(desk.office, anna, index, content(), but=number) == []
    service.end(desk.office, anna, number, NOW, why=EndReason.OBJECTION, reason="stattgegeben")
    assert found(content()) == [number], "whoever was listed wrongly once is not to be listed again unawares"
    other = desk.drafted(LISTED)
    assert found(LISTED) == [other]
    desk.edit(other, content(name=Name("Ganzanders", "Wolfgang"), birth=Birth(1951, 1, 2)), anna)
    assert found(LISTED) == []
    retaining.run(desk.office, NOW + 30 * DAY)
    assert found(content()) == []


def test_an_unchanged_case_is_opened_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index()
    similar.find(desk.office, desk.staff.anna, index, content())

    def never(_: bytes) -> Content:
        raise AssertionError

    monkeypatch.setattr(Content, "parse", never)
    similar.find(desk.office, desk.staff.anna, index, content())


def test_the_service_holds_all_cases_open_and_goes_on_after_failures(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, failures, refresh = Index(), list[str](), Index.refresh

    async def serve() -> None:
        opened, looks = asyncio.Event(), itertools.count(1)
        loop = asyncio.get_running_loop()

        def failing_twice(self: Index, office: Office) -> None:
            if next(looks) <= 2:
                raise VaultError("case", number=1)
            refresh(self, office)
            loop.call_soon_threadsafe(opened.set)

        monkeypatch.setattr(Index, "refresh", failing_twice)
        task = asyncio.create_task(background.Background(desk.office, lambda: NOW).keep_open(index))
        await opened.wait()
        task.cancel()

    monkeypatch.setattr(background, "OPEN_EVERY", 0.01)
    monkeypatch.setattr(logs, "failure", lambda event, _: failures.append(event))
    number = desk.drafted()
    asyncio.run(serve())
    assert [one.number for one in index.similar(content())] == [number]
    assert failures == ["cases-not-opened"]


def test_only_those_who_read_cases_look_for_similar_ones(desk: Desk) -> None:
    with pytest.raises(ForbiddenError):
        similar.find(desk.office, desk.staff.dora, Index(), content())
