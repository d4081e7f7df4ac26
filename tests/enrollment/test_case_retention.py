"""Time ends cases by itself: what is over is published no more, and in the end nothing of it is left."""

import asyncio
import datetime as dt

import httpx2
import pytest
from sqlalchemy import select, update

from case_office import Desk, hire
from invented_cases import DAY, TODAY, content
from obacht_enrollment.cases import erasing, reading, retaining, service
from obacht_enrollment.cases.content import Name
from obacht_enrollment.cases.dates import last_second
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import EndReason, State
from obacht_enrollment.cases.tables import EventRow, LookRow
from obacht_enrollment.errors import CaseError, EnrollingError, StoreError
from obacht_enrollment.publication import publish
from obacht_enrollment.renewing import Renewer
from obacht_protocol.identity import Person
from obacht_protocol.matching import enrollment_keys
from postgres import BOTH, in_sqlite
from safety_office import NOW, Site, unreachable

DATABASES = BOTH


@pytest.fixture
def desk(empty: Site) -> Desk:
    return Desk(empty.office, hire(empty.office))


def test_a_case_expires_on_the_second_and_its_records_go_with_it(desk: Desk) -> None:
    day = TODAY + dt.timedelta(days=10)
    number, end = desk.active(content(end=day, review=day)), last_second(day)
    assert not retaining.is_due(desk.office, end - 1)
    assert retaining.run(desk.office, end - 1) == retaining.Done()
    before = desk.office.store.register_changes()
    assert retaining.is_due(desk.office, end)
    assert retaining.run(desk.office, end) == retaining.Done(expired=1)
    assert (desk.summary(number).state, desk.summary(number).closed, desk.records()) == (State.EXPIRED, end, [])
    assert desk.deeds(number)[-1] == ("expired", None)
    assert desk.office.store.register_changes() == before + 1
    assert retaining.run(desk.office, end) == retaining.Done()


def test_an_expired_case_is_not_published_even_before_the_scheduler_came(desk: Desk) -> None:
    day = TODAY + dt.timedelta(days=10)
    desk.active(content(end=day, review=day))
    assert desk.office.store.valid(last_second(day) - 1) == 1
    assert desk.office.store.valid(last_second(day)) == 0


def test_a_record_of_a_case_that_is_not_in_force_is_never_published(desk: Desk) -> None:
    number = desk.active()
    assert desk.office.store.valid(NOW) == 1
    for values in ({"state": State.ENDED.value}, {"restricted": True}):
        with desk.office.store.database.writing() as session:
            session.execute(update(CaseRow).where(CaseRow.number == number).values(**values))
        assert desk.office.store.valid(NOW) == 0
        assert desk.office.store.not_enrolled(bytes(16), NOW) == []


def test_what_waits_for_an_active_case_that_expires_falls(desk: Desk) -> None:
    day = TODAY + dt.timedelta(days=10)
    number = desk.active(content(end=day, review=day))
    later = TODAY + dt.timedelta(days=300)
    service.renew(desk.office, desk.staff.anna, number, NOW, version=3, end=later, review=later, reason="weil")
    retaining.run(desk.office, last_second(day))
    assert desk.summary(number).awaiting is None
    assert service.look(desk.office, desk.staff.anna, number, "Prüfung", NOW).case.proposal is None


def test_drafts_that_nobody_touches_are_given_up(desk: Desk) -> None:
    draft, waiting = desk.drafted(), desk.submitted()
    desk.edit(draft, content(remarks="neu"), desk.staff.anna, now=NOW + 5 * DAY)
    assert retaining.run(desk.office, NOW + 90 * DAY) == retaining.Done(dismissed=1)
    assert (desk.summary(waiting).state, desk.summary(waiting).end_reason) == (State.ENDED, EndReason.DISMISSED)
    assert retaining.run(desk.office, NOW + 95 * DAY) == retaining.Done(dismissed=1)
    assert desk.summary(draft).state is State.ENDED


def ended(desk: Desk) -> int:
    number = desk.active(content(aliases=(Name("Geheimnis", "Gerda"),)))
    service.look(desk.office, desk.staff.bernd, number, "Anruf", NOW)
    service.end(desk.office, desk.staff.anna, number, NOW, why=EndReason.GROUND, reason="Verfahren eingestellt")
    return number


def test_after_the_objection_period_nothing_personal_is_left(desk: Desk) -> None:
    number, other = ended(desk), desk.active(content(remarks="bleibt"))
    assert retaining.run(desk.office, NOW + 30 * DAY - 1) == retaining.Done()
    assert retaining.overdue(desk.office, NOW + 31 * DAY) == 1
    assert retaining.run(desk.office, NOW + 30 * DAY) == retaining.Done(anonymised=1)
    assert retaining.overdue(desk.office, NOW + 31 * DAY) == 0
    with desk.office.store.database.reading() as session:
        row = session.get(CaseRow, number)
        assert row is not None
        assert (row.wrapped_key, row.content, row.proposal, row.fingerprint, row.level) == (b"", b"", b"", None, 0)
        details = session.scalars(select(EventRow.detail).where(EventRow.case == number)).all()
        looks = session.scalars(select(LookRow.why).where(LookRow.case == number)).all()
    assert (set(details), set(looks)) == ({b""}, {b""})
    with pytest.raises(CaseError, match="anonymised"):
        service.look(desk.office, desk.staff.anna, number, "Prüfung", NOW)
    assert reading.contents(desk.office, desk.staff.anna, [number], "Prüfung", NOW) == {}
    assert [event.what.value for event in reading.events(desk.office, desk.staff.anna, number)] == [
        *("begun", "submitted", "approved", "activated", "ended", "anonymised")
    ]
    assert [one.why for one in reading.looks(desk.office, desk.staff.anna, number)] == [None]
    assert service.look(desk.office, desk.staff.anna, other, "Prüfung", NOW).case.content.remarks == "bleibt"
    assert reading.verify_history(desk.office, desk.staff.dora) == 10


def test_what_was_sealed_is_in_no_file_any_more(desk: Desk, empty: Site) -> None:
    number = ended(desk)
    with desk.office.store.database.reading() as session:
        row = session.get(CaseRow, number)
        assert row is not None
        sealed = [row.wrapped_key, row.content]
        sealed += [one for one in session.scalars(select(EventRow.detail).where(EventRow.case == number)) if one]
        sealed += session.scalars(select(LookRow.why).where(LookRow.case == number)).all()
    assert len(sealed) == 4
    assert all(one in empty.stored() for one in sealed[:2])
    retaining.run(desk.office, NOW + 30 * DAY)
    stored = empty.stored()
    assert not [one for one in sealed if one in stored]


def test_an_interrupted_erasure_is_finished_by_the_next_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = ended(desk)
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_STATEMENTS", (("DELETE FROM nothing", "true"),))
        with pytest.raises(StoreError):
            retaining.run(desk.office, NOW + 30 * DAY)
    assert desk.summary(number).state is State.ANONYMISED
    assert retaining.is_due(desk.office, NOW + 30 * DAY)
    with pytest.raises(CaseError, match="anonymised"):
        service.look(desk.office, desk.staff.anna, number, "Prüfung", NOW)
    retaining.run(desk.office, NOW + 30 * DAY)
    assert not retaining.is_due(desk.office, NOW + 30 * DAY)
    assert reading.verify_history(desk.office, desk.staff.dora) == 6


@in_sqlite
def test_an_erasure_stopped_before_the_files_were_clean_is_finished(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(desk)

    def stopped(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("obacht_enrollment.erasing.clean", stopped)
        with pytest.raises(StoreError):
            retaining.run(desk.office, NOW + 30 * DAY)
    assert retaining.is_due(desk.office, NOW + 30 * DAY)
    assert retaining.run(desk.office, NOW + 30 * DAY) == retaining.Done()
    assert not retaining.is_due(desk.office, NOW + 30 * DAY)


def test_a_damaged_case_does_not_stay_in_force(desk: Desk) -> None:
    day = TODAY + dt.timedelta(days=10)
    damaged, whole = (desk.active(content(end=day, review=day)) for _ in range(2))
    with desk.office.store.database.writing() as session:
        session.execute(update(CaseRow).where(CaseRow.number == damaged).values(content=b"something else"))
    done = retaining.run(desk.office, last_second(day))
    assert done == retaining.Done(expired=2, damaged=1)
    assert desk.records() == []
    assert [desk.summary(number).state for number in (damaged, whole)] == [State.EXPIRED] * 2
    assert retaining.run(desk.office, last_second(day) + 30 * DAY) == retaining.Done(anonymised=2)


def ticks(site: Site, own: Renewer, times: int) -> None:
    async def walk() -> None:
        for _ in range(times):
            await own.tick()
            await own.settle()
            site.now += 5

    asyncio.run(walk())


def service_of(site: Site) -> Renewer:
    async def nothing() -> None:
        """There is no next epoch."""

    return Renewer(
        site.office, site.outside, site.clock, lambda: publish(site.office, site.outside, site.clock), nothing
    )


def listed(site: Site) -> bool:
    keys = enrollment_keys(Person("Meyer", "Jörg Peter", dt.date(1971, 5, 14)))
    return any(site.servers.lookup(site.servers.prk(key.encode(b"test-town"))) for key in keys)


def test_the_service_publishes_within_seconds_what_changes_and_what_time_ends(desk: Desk, site: Site) -> None:
    own = service_of(site)
    day = TODAY + dt.timedelta(days=10)
    ticks(site, own, 2)
    assert site.servers.head == b"", "there is nothing to publish yet"
    first = desk.active(content(end=day, review=day))
    ticks(site, own, 2)
    assert listed(site)
    service.restrict(desk.office, desk.staff.anna, first, NOW, reason="Richtigkeit bestritten")
    ticks(site, own, 2)
    assert not listed(site)
    sequence = site.servers.current_head.sequence
    ticks(site, own, 3)
    assert site.servers.current_head.sequence == sequence, "nothing changed"
    service.lift(desk.office, desk.staff.anna, first, NOW, reason="geprüft")
    desk.approve(first, desk.staff.bernd)
    ticks(site, own, 2)
    assert listed(site)
    site.now = last_second(day)
    ticks(site, own, 2)
    assert (desk.summary(first).state, own.retaining.failing) == (State.EXPIRED, "")
    assert not listed(site)


def test_what_ends_is_published_away_also_while_nobody_can_be_enrolled(desk: Desk, site: Site) -> None:
    own = service_of(site)
    first = desk.active()
    ticks(site, own, 2)
    assert listed(site)
    site.servers.instead["POST /v1/evaluations"] = unreachable
    second = desk.active(content(name=Name("Schulz", "Eva")))
    ticks(site, own, 60)
    sequence = site.servers.current_head.sequence
    service.end(desk.office, desk.staff.anna, first, NOW, why=EndReason.GROUND, reason="eingestellt")
    ticks(site, own, 3)
    assert not listed(site)
    assert own.publishing.failing == "key-offices"
    ticks(site, own, 60)
    assert site.servers.current_head.sequence == sequence + 1, "nothing else changed"
    site.servers.instead.clear()
    ticks(site, service_of(site), 3)
    assert desk.office.store.latest_publication() is not None
    assert site.servers.current_head.sequence == sequence + 2
    assert [row.case for row in desk.office.store.records()] == [second]


def test_who_was_corrected_is_found_as_before_while_nobody_can_be_enrolled(desk: Desk, site: Site) -> None:
    own = service_of(site)
    first, other = desk.active(), desk.active(content(name=Name("Schulz", "Eva")))
    ticks(site, own, 2)
    sequence = site.servers.current_head.sequence
    site.servers.instead["POST /v1/evaluations"] = unreachable
    desk.edit(first, content(name=Name("Majer", "Jörg")), desk.staff.anna, site.now)
    desk.approve(first, desk.staff.bernd, site.now)
    service.end(desk.office, desk.staff.anna, other, site.now, why=EndReason.GROUND, reason="eingestellt")
    ticks(site, own, 60)
    assert own.publishing.failing == "key-offices"
    assert site.servers.current_head.sequence == sequence, "without the correction nobody would find the person"
    site.servers.instead.clear()
    ticks(site, own, 60)
    assert site.servers.current_head.sequence == sequence + 1
    assert [row.case for row in desk.office.store.records()] == [first]


@pytest.mark.parametrize("enrolment", ["works", "fails"])
def test_who_is_corrected_while_a_register_is_made_is_found_all_the_same(
    desk: Desk, site: Site, enrolment: str
) -> None:
    first, other = desk.active(), desk.active(content(name=Name("Schulz", "Eva")))
    site.publish()
    service.end(desk.office, desk.staff.anna, other, site.now, why=EndReason.GROUND, reason="eingestellt")
    site.now += 5

    def correct(request: httpx2.Request) -> httpx2.Response:  # between enrolment and the reading of the records
        del site.servers.instead["GET /v1/register/head"]
        desk.edit(first, content(name=Name("Majer", "Jörg")), desk.staff.anna, site.now)
        desk.approve(first, desk.staff.bernd, site.now)
        if enrolment == "fails":
            site.servers.instead["POST /v1/evaluations"] = unreachable
        return site.servers.truth(request)

    site.servers.instead["GET /v1/register/head"] = correct
    if enrolment == "works":
        assert site.publish().records == 1
    else:
        with pytest.raises(EnrollingError):
            site.publish()
        assert site.servers.current_head.sequence == 1, "in a register without the correction, nobody would be found"
        site.servers.instead.clear()
        assert site.publish().records == 1
    assert site.servers.current_head.sequence > 1


def test_a_change_while_a_register_is_made_is_published_by_the_next(desk: Desk, site: Site) -> None:
    desk.active()
    second: list[int] = []

    def step(name: str, _: int) -> None:
        if name == "send" and not second:
            second.append(desk.active(content(name=Name("Schulz", "Eva"))))

    site.publish(step=step)
    assert site.servers.current_head.sequence == 1
    ticks(site, service_of(site), 2)
    assert site.servers.current_head.sequence == 2


def test_a_database_that_fails_does_not_stop_the_service(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.active()
    own = service_of(site)

    def broken(*_: object) -> bool:
        raise StoreError("database-failed", kind="Test")

    with monkeypatch.context() as patch:
        patch.setattr(retaining, "is_due", broken)
        ticks(site, own, 2)
    assert own.retaining.failing == "database-failed"
    assert listed(site)


def test_many_cases_are_ended_in_several_transactions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retaining, "_AT_ONCE", 2)
    day = TODAY + dt.timedelta(days=10)
    for _ in range(5):
        desk.active(content(end=day, review=day))
    assert retaining.run(desk.office, last_second(day)).expired == 5
    assert reading.verify_history(desk.office, desk.staff.dora) == 25
