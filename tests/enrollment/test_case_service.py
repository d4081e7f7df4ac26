"""What staff do with a case changes the case, the records that stand for it and the history together."""

import dataclasses
import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import select

from case_office import Desk, hire
from invented_cases import DAY, TODAY, content, everything
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import reading, service
from obacht_enrollment.cases.content import Ground, Name, Notice, Place
from obacht_enrollment.cases.dates import Birth, last_second
from obacht_enrollment.cases.reading import Queue
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import Act, EndReason, State
from obacht_enrollment.errors import CaseError, ForbiddenError, VaultError
from obacht_enrollment.words import sentence
from postgres import BOTH
from safety_office import NOW, Site

DATABASES = BOTH


@pytest.fixture
def desk(empty: Site) -> Desk:
    return Desk(empty.office, hire(empty.office))


def refused(code: str, act: Any, *arguments: Any, **named: Any) -> CaseError:
    with pytest.raises(CaseError) as caught:
        act(*arguments, **named)
    assert caught.value.code == code
    for language in ("de", "en"):
        assert "{" not in sentence(caught.value, language)
    return caught.value


def test_a_case_goes_from_draft_to_its_end(desk: Desk) -> None:
    anna, bernd = desk.staff.anna, desk.staff.bernd
    number = desk.drafted(content(aliases=(Name("Maier", "Jörg"),)))
    assert (desk.summary(number).state, desk.records()) == (State.DRAFT, [])
    service.submit(desk.office, anna, number, NOW, version=1)
    assert (desk.summary(number).awaiting, desk.summary(number).proposed_by) == (Act.ACTIVATE, anna.id)
    assert desk.records() == []
    before = desk.office.store.register_changes()
    desk.approve(number, bernd, NOW + 5)
    ends = last_second(TODAY + dt.timedelta(days=700))
    assert desk.records() == [(number, 2, 1, ends)] * 2
    assert desk.office.store.register_changes() == before + 1
    done = service.end(desk.office, anna, number, NOW + 9, why=EndReason.GROUND, reason="Anzeige zurückgezogen")
    assert (done.state, done.end_reason, done.closed) == (State.ENDED, EndReason.GROUND, NOW + 9)
    assert desk.records() == []
    assert desk.office.store.register_changes() == before + 2
    assert desk.deeds(number) == [
        ("begun", anna.id),
        ("submitted", anna.id),
        ("approved", bernd.id),
        ("activated", bernd.id),
        ("ended", anna.id),
    ]
    detail = reading.events(desk.office, anna, number)[-1].detail
    assert detail == {"reason": "Anzeige zurückgezogen", "end": "ground"}


def test_a_case_comes_back_as_it_was_written(desk: Desk) -> None:
    number = desk.drafted(everything())
    view = service.look(desk.office, desk.staff.bernd, number, "Anruf", NOW)
    assert view.case.content == everything()
    assert view.case.hands == frozenset({desk.staff.anna.id})
    assert service.obstacles_of(desk.office, view, NOW) == []


def test_nobody_approves_their_own(desk: Desk) -> None:
    number = desk.submitted()
    assert "andere Person" in sentence(refused("own-work", desk.approve, number, desk.staff.anna), "de")
    assert desk.summary(number).state is State.AWAITING
    assert desk.deeds(number)[-1] == ("submitted", desk.staff.anna.id)


def test_what_is_missing_is_said_in_words(desk: Desk) -> None:
    number = desk.drafted(content(ground=Ground("complaint", "", TODAY, by_body=True)))
    error = refused("obstacles", service.submit, desk.office, desk.staff.anna, number, NOW, version=1)
    assert sentence(error, "de") == "Es fehlt: Aktenzeichen der Strafanzeige"
    assert sentence(error, "en") == "Missing: file number of the criminal complaint"


def test_a_minors_case_waits_for_a_third_person(desk: Desk) -> None:
    birth = Birth(TODAY.year - 16, 1, 1)
    ends = {"review": TODAY + dt.timedelta(days=100), "end": TODAY + dt.timedelta(days=200)}
    number = desk.submitted(content(birth=birth, **ends))
    assert desk.approve(number, desk.staff.bernd).state is State.AWAITING
    assert desk.records() == []
    refused("approved-already", desk.approve, number, desk.staff.bernd)
    assert desk.approve(number, desk.staff.clara, NOW + 1).state is State.ACTIVE
    assert len(desk.records()) == 1
    view = service.look(desk.office, desk.staff.anna, number, "Prüfung", NOW)
    assert [one.user for one in view.case.approvals] == [desk.staff.bernd.id, desk.staff.clara.id]


def test_a_rejection_says_why_and_the_draft_can_go_on(desk: Desk) -> None:
    number = desk.submitted()
    refused("reason", service.reject, desk.office, desk.staff.bernd, number, NOW, version=2, reason=" ")
    service.reject(desk.office, desk.staff.bernd, number, NOW, version=2, reason="Datum prüfen")
    assert desk.summary(number).state is State.DRAFT
    assert reading.events(desk.office, desk.staff.anna, number)[-1].detail == {"reason": "Datum prüfen"}
    desk.edit(number, content(remarks="geprüft"), desk.staff.anna)
    service.submit(desk.office, desk.staff.anna, number, NOW, version=desk.version(number))
    service.reject(desk.office, desk.staff.anna, number, NOW, version=desk.version(number), reason="")
    assert desk.deeds(number)[-1] == ("withdrawn", desk.staff.anna.id)
    refused("nothing-proposed", service.reject, desk.office, desk.staff.bernd, number, NOW, version=6, reason="x")


def test_nobody_overwrites_what_they_have_not_seen(desk: Desk) -> None:
    number = desk.drafted()
    service.edit(desk.office, desk.staff.anna, number, content(remarks="eins"), NOW, version=1)
    refused("changed", service.edit, desk.office, desk.staff.bernd, number, content(remarks="zwei"), NOW, version=1)
    refused("changed", service.submit, desk.office, desk.staff.anna, number, NOW, version=1)
    view = service.look(desk.office, desk.staff.anna, number, "Prüfung", NOW)
    assert view.case.content.remarks == "eins"


def test_of_many_who_change_one_version_one_does(desk: Desk) -> None:
    number = desk.drafted()
    done: list[str] = []
    failed: list[str] = []

    def change(word: str) -> None:
        try:
            service.edit(desk.office, desk.staff.anna, number, content(remarks=word), NOW, version=1)
            done.append(word)
        except CaseError as error:
            failed.append(error.code)

    threads = [threading.Thread(target=change, args=(f"wort {i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), failed) == (1, ["changed"] * 5)
    assert reading.verify_history(desk.office, desk.staff.dora) == 2


GRAVE = (dataclasses.replace(content().incidents[0], kind="weapon"),)


def test_a_higher_level_waits_for_a_second_person_and_then_changes_the_records(desk: Desk) -> None:
    number = desk.active(content(aliases=(Name("Maier", "Jörg"),)))
    kept = {row.number for row in desk.office.store.records()}
    after = content(level=3, incidents=GRAVE, aliases=(Name("Mayer", "Jörg"),))
    desk.edit(number, after, desk.staff.anna, reason="Messer gezogen")
    assert {level for _, level, _, _ in desk.records()} == {2}
    refused("own-work", desk.approve, number, desk.staff.anna)
    desk.approve(number, desk.staff.bernd, NOW + 7)
    assert {level for _, level, _, _ in desk.records()} == {3}
    assert len(kept & {row.number for row in desk.office.store.records()}) == 1, "who stays is not enrolled anew"
    assert [what for what, _ in desk.deeds(number)][-3:] == ["proposed", "approved", "amended"]
    view = service.look(desk.office, desk.staff.anna, number, "Prüfung", NOW)
    assert [one.at for one in view.case.approvals] == [NOW, NOW + 7]
    assert view.case.content == after


def test_a_renewal_waits_for_a_second_person(desk: Desk) -> None:
    number, later = desk.active(), NOW + 600 * DAY
    end, review = TODAY + dt.timedelta(days=1200), TODAY + dt.timedelta(days=900)
    refused(
        "reason",
        service.renew,
        desk.office,
        desk.staff.anna,
        number,
        later,
        version=3,
        end=end,
        review=review,
        reason="",
    )
    service.renew(desk.office, desk.staff.anna, number, later, version=3, end=end, review=review, reason="neue Drohung")
    assert [row.number for row in reading.queue(desk.office, desk.staff.dora, Queue.AWAITING, later)] == [number]
    desk.approve(number, desk.staff.bernd, later)
    assert [ends for *_, ends in desk.records()] == [last_second(end)]
    assert desk.summary(number).ends == last_second(end)


def test_a_restricted_case_keeps_its_data_and_publishes_nothing(desk: Desk) -> None:
    number = desk.active()
    refused("reason", service.restrict, desk.office, desk.staff.anna, number, NOW, reason="")
    service.restrict(desk.office, desk.staff.anna, number, NOW, reason="Richtigkeit bestritten")
    assert (desk.records(), desk.summary(number).restricted) == ([], True)
    service.lift(desk.office, desk.staff.anna, number, NOW, reason="geprüft")
    assert desk.records() == []
    desk.approve(number, desk.staff.bernd)
    assert (len(desk.records()), desk.summary(number).restricted) == (1, False)


def test_the_letter_is_noted_without_a_second_person(desk: Desk) -> None:
    number, count = desk.active(), desk.office.store.register_changes()
    notice = Notice(sent=TODAY)
    service.set_notice(desk.office, desk.staff.anna, number, notice, NOW, version=3)
    assert service.look(desk.office, desk.staff.anna, number, "Brief", NOW).case.content.notice == notice
    assert desk.office.store.register_changes() == count, "what is published did not change"


def test_a_look_is_on_record_with_its_reason_before_anything_is_shown(desk: Desk) -> None:
    number = desk.active()
    refused("why", service.look, desk.office, desk.staff.anna, number, " ", NOW)
    service.look(desk.office, desk.staff.anna, number, "Anruf der Wache Meyer", NOW + 3)
    assert list(reading.contents(desk.office, desk.staff.bernd, [number, 99], "Liste", NOW + 4)) == [number]
    told = [(one.case, one.user, one.at, one.why) for one in reading.looks(desk.office, desk.staff.clara, number)]
    assert told == [
        (number, desk.staff.anna.id, NOW + 3, "Anruf der Wache Meyer"),
        (number, desk.staff.bernd.id, NOW + 4, "Liste"),
    ]
    assert [one.why for one in reading.looks(desk.office, desk.staff.dora)] == [None, None]


def test_the_auditor_reads_decisions_and_no_free_text(desk: Desk) -> None:
    number = desk.active()
    told = reading.events(desk.office, desk.staff.dora, number)
    assert [event.what.value for event in told] == ["begun", "submitted", "approved", "activated"]
    assert all(event.detail is None for event in told)
    with pytest.raises(ForbiddenError):
        service.look(desk.office, desk.staff.dora, number, "Prüfung", NOW)
    with pytest.raises(ForbiddenError):
        reading.contents(desk.office, desk.staff.dora, [number], "Prüfung", NOW)


def test_nobody_does_what_their_role_does_not_allow(desk: Desk) -> None:
    number = desk.submitted()
    office = desk.office

    def acts(user: User) -> dict[str, Any]:
        return {
            "create": lambda: service.create_draft(office, user, content(), NOW),
            "edit": lambda: service.edit(office, user, number, content(), NOW, version=2),
            "submit": lambda: service.submit(office, user, number, NOW, version=2),
            "end": lambda: service.end(office, user, number, NOW, why=EndReason.DISMISSED, reason="x"),
            "renew": lambda: service.renew(office, user, number, NOW, version=2, end=TODAY, review=TODAY, reason="x"),
            "restrict": lambda: service.restrict(office, user, number, NOW, reason="x"),
            "lift": lambda: service.lift(office, user, number, NOW, reason="x"),
            "notice": lambda: service.set_notice(office, user, number, Notice(), NOW, version=2),
            "approve": lambda: service.approve(office, user, number, NOW, version=2),
            "reject": lambda: service.reject(office, user, number, NOW, version=2, reason="x"),
            "look": lambda: service.look(office, user, number, "x", NOW),
        }

    for user in (desk.staff.dora, desk.staff.otto):
        for name, act in acts(user).items():
            with pytest.raises(ForbiddenError):
                act()
            assert desk.summary(number).state is State.AWAITING, name
    with pytest.raises(ForbiddenError):
        reading.queue(office, desk.staff.otto, Queue.ALL, NOW)


def test_queues_hold_what_is_to_be_done(desk: Desk) -> None:
    soon = TODAY + dt.timedelta(days=20)
    draft, waiting = desk.drafted(), desk.submitted()
    due = desk.active(content(end=soon + dt.timedelta(days=60), review=soon))
    more_urgent = desk.active(content(end=soon - dt.timedelta(days=3), review=soon - dt.timedelta(days=3)))
    active = desk.active()
    closed = desk.active()
    service.end(desk.office, desk.staff.anna, closed, NOW, why=EndReason.ERROR, reason="falsche Person")
    found = {which: [row.number for row in reading.queue(desk.office, desk.staff.dora, which, NOW)] for which in Queue}
    assert found == {
        Queue.DRAFTS: [draft],
        Queue.AWAITING: [waiting],
        Queue.DUE: [more_urgent, due],
        Queue.ACTIVE: [due, more_urgent, active],
        Queue.CLOSED: [closed],
        Queue.ALL: [draft, waiting, due, more_urgent, active, closed],
    }
    refused("case-unknown", reading.summary, desk.office, desk.staff.dora, 99)


def test_a_stolen_database_says_nothing_of_a_case(desk: Desk, empty: Site) -> None:
    number = desk.active(everything())
    desk.edit(
        number, dataclasses.replace(everything(), level=3, incidents=GRAVE), desk.staff.anna, reason="Messerstich"
    )
    service.look(desk.office, desk.staff.bernd, number, "Anruf wegen Hausbesuch", NOW)
    service.reject(desk.office, desk.staff.bernd, number, NOW, version=4, reason="Unklarheit")
    stored = empty.stored()
    words = (
        "Meyer",
        "Jörg",
        "Maier",
        "Schulz",
        "1971",
        "Venloer",
        "50825",
        "Domgasse",
        "Schlägen",
        "Bürgeramt",
        "weapon",
    )
    free = (
        "threat",
        "complaint",
        "Mieter",
        "Bedrohung",
        "two-persons",
        "Zeile",
        "Messerstich",
        "Hausbesuch",
        "Verfahren",
    )
    for word in [*words, *free, "Unklarheit", "1 Js 1/26", "1971-05-14", str(content().ground.day)]:
        for code in ("utf-8", "latin-1", "utf-16-le"):
            assert word.encode(code) not in stored


def test_a_document_moved_to_another_case_does_not_open(desk: Desk) -> None:
    first, second = desk.drafted(), desk.drafted(content(name=Name("Schulz")))
    with desk.office.store.database.writing() as session:
        rows = session.scalars(select(CaseRow).order_by(CaseRow.number)).all()
        rows[0].content = rows[1].content
    with pytest.raises(VaultError, match=f"case number={first}"):
        service.look(desk.office, desk.staff.anna, first, "Prüfung", NOW)
    assert service.look(desk.office, desk.staff.anna, second, "Prüfung", NOW).case.content.name.family_name == "Schulz"


def test_an_act_that_fails_leaves_nothing_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = desk.submitted()
    events, changes = desk.deeds(number), desk.office.store.register_changes()

    def broken(*_: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr("obacht_enrollment.cases.history.sign", broken)
    with pytest.raises(RuntimeError):
        desk.approve(number, desk.staff.bernd)
    assert (desk.summary(number).state, desk.records(), desk.deeds(number)) == (State.AWAITING, [], events)
    assert desk.office.store.register_changes() == changes


def test_addresses_are_published_where_that_is_wanted(desk: Desk) -> None:
    places = (Place("50825", "Venloer Straße", "12", publish=True), Place("50667", "Domgasse", "1"))
    desk.active(content(name=Name(), birth=Birth(), places=places))
    assert [row.kind for row in desk.office.store.records()] == ["address"]
