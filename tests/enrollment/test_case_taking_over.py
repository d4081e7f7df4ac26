"""What a version without cases left becomes cases: in force, and marked as without an approval on record."""

import dataclasses
import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from case_office import hire
from invented_cases import TODAY, content
from obacht_enrollment import ledger
from obacht_enrollment.cases import reading, service, taking_over
from obacht_enrollment.cases.content import Content, Ground, Name, Place
from obacht_enrollment.cases.dates import Birth, day_of, last_second, months_after
from obacht_enrollment.cases.reading import Queue
from obacht_enrollment.cases.states import EndReason, Origin, State
from obacht_enrollment.database import migrate
from obacht_enrollment.engines import in_file
from obacht_enrollment.office import Office
from obacht_enrollment.records import Record
from obacht_protocol.identity import Person
from postgres import BOTH
from safety_office import DAY, NOW, PASSPHRASE, Site

DATABASES = BOTH
RELEASED = Path(__file__).parent / "released" / "2"
UNTIL = NOW + 300 * DAY


@pytest.fixture
def released(tmp_path: Path) -> Iterator[Office]:
    """An office of a version without cases, migrated."""
    home = tmp_path / "released"
    home.mkdir(mode=0o700)
    for path in RELEASED.iterdir():
        shutil.copy(path, home)
        (home / path.name).chmod(0o600)
    database = sqlite3.connect(home / "office.db")
    database.executescript((home / "office.sql").read_text())
    database.close()
    (home / "office.sql").unlink()
    migrate(in_file(home / "office.db"))
    office = Office.open(home, PASSPHRASE)
    office.keys.create()  # what was released for tests holds no secret of the office
    yield office
    office.close()


def leave(office: Office, *records: Record) -> None:
    """Put records into the database as the version without cases left them."""
    with office.store.database.writing() as session:
        session.add_all(ledger.seal(office.vault, record, taken_in=NOW - DAY) for record in records)


def test_a_released_offices_records_become_cases_and_stay_enrolled(released: Office) -> None:
    store = released.store
    (publication,) = store.publications()
    enrolled = store.enrolled_numbers(publication.epoch_id)
    now = publication.published
    assert store.valid(now) == 1, "but for the canary nothing is published before it has a case"
    assert taking_over.take_over(released, now) == 3
    assert (store.valid(now), store.enrolled_numbers(publication.epoch_id)) == (4, enrolled)
    assert taking_over.take_over(released, now) == 0
    clara = hire(released).clara
    cases = reading.queue(released, clara, Queue.ALL, now)
    assert [(one.state, one.origin) for one in cases] == [(State.ACTIVE, Origin.TAKEN_OVER)] * 3
    view = service.look(released, clara, cases[0].number, "Prüfung", now)
    assert view.case.content.name.family_name == "Müller-Lüdenscheidt"
    assert (view.case.content.ground.kind, view.case.content.ground.file_number) == ("complaint", "1 Js 1/26")
    assert view.case.approvals == ()
    (event,) = reading.events(released, clara, cases[0].number)
    assert (event.what.value, event.user) == ("taken-over", None)
    rows = store.records()
    assert [row.case for row in rows] == [one.number for one in cases]
    assert {(row.ground, row.file_number) for row in rows} == {(b"", b"")}, "they stand in the case alone"


@pytest.mark.parametrize("at_once", [1, 500])
def test_each_record_comes_over_with_what_it_said(empty: Site, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(taking_over, "_AT_ONCE", at_once)
    office = empty.office
    born = dt.date(NOW // DAY // 365 + 1970 - 10, 1, 1)
    leave(
        office,
        Record(Person("Meyer", "Jörg", 1971, "Schulz"), 3, 1, UNTIL, "house-ban", "1 Js 1/26"),
        Record(Person("Kind", "Karl", born), 2, 1, UNTIL, "complaint", "2 Js 2/26"),
        Record(Person("Alt", "Anna", dt.date(1960, 2, 3)), 2, 1, NOW - 5, "complaint", "3 Js 3/26"),
    )
    assert taking_over.take_over(office, NOW) == 3
    clara = hire(office).clara
    first, second, third = (service.look(office, clara, number, "Prüfung", NOW) for number in (1, 2, 3))
    assert first.case.content == Content(
        name=Name("Meyer", "Jörg", "Schulz"),
        birth=Birth(1971),
        ground=Ground("house-ban", "1 Js 1/26"),
        level=3,
        contact=1,
        review=day_of(UNTIL),
        end=day_of(UNTIL),
    )
    assert (first.summary.state, first.summary.activated) == (State.ACTIVE, NOW - DAY)
    assert (second.summary.state, second.case.content.birth) == (State.DRAFT, Birth(born.year, 1, 1)), "a child"
    assert (third.summary.state, third.summary.closed) == (State.EXPIRED, NOW - 5)
    assert [row.case for row in office.store.records()] == [1]
    assert reading.verify_history(office, clara) == 3


@pytest.mark.parametrize(("born", "months"), [(1971, 24), (TODAY.year - 17, 12)])
def test_nothing_lasts_longer_than_a_case_may_for_having_been_there_before(empty: Site, born: int, months: int) -> None:
    office = empty.office
    leave(office, Record(Person("Meyer", "Jörg", born), 2, 1, NOW + 4000 * DAY, "complaint", "1 Js 1/26"))
    before = office.store.register_changes()
    taking_over.take_over(office, NOW)
    end = months_after(TODAY, months)
    assert service.look(office, hire(office).clara, 1, "Prüfung", NOW).case.content.end == end
    assert [row.valid_until for row in office.store.records()] == [last_second(end)]
    assert office.store.register_changes() > before, "the register in force names the old end"


def test_a_case_that_was_taken_over_is_worked_on_like_any_other(empty: Site) -> None:
    office = empty.office
    leave(office, Record(Person("Meyer", "Jörg Peter", dt.date(1971, 5, 14)), 2, 1, UNTIL, "complaint", "1 Js 1/26"))
    taking_over.take_over(office, NOW)
    staff = hire(office)
    (row,) = office.store.records()
    end = day_of(NOW + 600 * DAY)
    whole = dataclasses.replace(content(), end=day_of(UNTIL), review=day_of(UNTIL))
    service.edit(office, staff.anna, 1, whole, NOW, version=1, reason="ergänzt")
    service.approve(office, staff.bernd, 1, NOW, version=2)
    service.renew(office, staff.anna, 1, NOW, version=3, end=end, review=day_of(UNTIL), reason="weitere Drohung")
    service.approve(office, staff.bernd, 1, NOW, version=4)
    assert [one.number for one in office.store.records()] == [row.number], "it is not enrolled anew"
    service.end(office, staff.anna, 1, NOW, why=EndReason.GROUND, reason="Anzeige zurückgezogen")
    assert office.store.records() == []


def test_an_address_comes_over_as_one_that_is_published(released: Office) -> None:
    taking_over.take_over(released, NOW)
    view = service.look(released, hire(released).clara, 3, "Prüfung", NOW)
    (place,) = view.case.content.places
    assert isinstance(place, Place)
    assert (place.street, place.publish) == ("Venloer Straße", True)
