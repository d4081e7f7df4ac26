"""What persons concerned ask for has a deadline, and what is granted is done at once."""

import datetime as dt
from typing import Any

import pytest

from arrived import receive
from case_office import Desk, hire
from invented_cases import DAY, TODAY, content
from obacht_enrollment.cases import granting, reading, requests, retaining, service
from obacht_enrollment.cases.dates import last_second, months_after
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.states import EndReason, State
from obacht_enrollment.cases.tables import RequestRow
from obacht_enrollment.errors import CaseError, ForbiddenError, VaultError
from obacht_enrollment.inbox.drafting import draft
from obacht_enrollment.inbox.service import open_report
from obacht_enrollment.inbox.tables import ReportRow
from obacht_enrollment.words import sentence
from postgres import BOTH
from safety_office import NOW, Site

DATABASES = BOTH
TEXT = "Jörg Meyer verlangt Auskunft, Brief vom 2. Januar"
ANSWER = "Wir haben Ihrem Antrag entsprochen."


@pytest.fixture
def desk(empty: Site) -> Desk:
    return Desk(empty.office, hire(empty.office))


def received(desk: Desk, kind: Kind, case: int | None, now: int = NOW) -> int:
    return requests.receive(desk.office, desk.staff.anna, kind, TEXT, now, case=case)


def decided(desk: Desk, number: int, outcome: Outcome = Outcome.GRANTED, now: int = NOW) -> requests.Request:
    return granting.decide(desk.office, desk.staff.bernd, number, now, outcome=outcome, answer=ANSWER)


def refused(code: str, act: Any, *arguments: Any, **named: Any) -> None:
    with pytest.raises(CaseError) as caught:
        act(*arguments, **named)
    assert caught.value.code == code
    assert sentence(caught.value, "de") != sentence(caught.value, "en")


def test_a_request_is_answered_within_a_month_that_can_be_extended_once(desk: Desk) -> None:
    number = requests.receive(
        desk.office, desk.staff.anna, Kind.ACCESS, TEXT, NOW, received=TODAY - dt.timedelta(days=3)
    )
    (request,) = requests.listed(desk.office, desk.staff.dora)
    came = TODAY - dt.timedelta(days=3)
    assert (request.due, request.outcome, request.case) == (last_second(months_after(came, 1)), None, None)
    refused("reason", requests.extend, desk.office, desk.staff.anna, number, " ", NOW)
    longer = requests.extend(desk.office, desk.staff.anna, number, "viele Fälle", NOW)
    assert (longer.due, longer.extended) == (last_second(months_after(came, 3)), True)
    refused("request-extended", requests.extend, desk.office, desk.staff.anna, number, "noch mehr", NOW)


def test_a_deadline_that_is_over_is_not_extended_any_more(desk: Desk) -> None:
    number = received(desk, Kind.ACCESS, None)
    due = requests.find(desk.office, desk.staff.anna, number).due
    refused("request-late", requests.extend, desk.office, desk.staff.anna, number, "viele Fälle", due + 1)
    assert requests.find(desk.office, desk.staff.anna, number).is_overdue(due + 1)
    assert requests.extend(desk.office, desk.staff.anna, number, "viele Fälle", due).extended


def test_open_requests_are_listed_by_their_deadline(desk: Desk) -> None:
    case = desk.active()
    late, soon = received(desk, Kind.ACCESS, None, NOW + 5 * DAY), received(desk, Kind.OBJECTION, case)
    done = received(desk, Kind.RECTIFICATION, case)
    decided(desk, done, Outcome.REFUSED)
    assert [one.number for one in requests.listed(desk.office, desk.staff.dora, only_open=True)] == [soon, late]
    assert [one.number for one in requests.listed(desk.office, desk.staff.anna, case=case)] == [soon, done]


def test_what_a_request_says_is_read_with_a_reason_that_is_on_record(desk: Desk) -> None:
    case = desk.active()
    number = received(desk, Kind.ACCESS, case)
    refused("why", requests.look, desk.office, desk.staff.anna, number, "", NOW)
    opened = requests.look(desk.office, desk.staff.anna, number, "Bearbeitung", NOW)
    assert (opened.text, opened.answer) == (TEXT, "")
    assert [look.why for look in reading.looks(desk.office, desk.staff.anna, case)] == ["Bearbeitung"]
    decided(desk, number)
    assert requests.look(desk.office, desk.staff.anna, number, "Bearbeitung", NOW).answer == ANSWER
    without = received(desk, Kind.ACCESS, None)
    requests.look(desk.office, desk.staff.anna, without, "Bearbeitung", NOW)
    with pytest.raises(ForbiddenError):
        requests.look(desk.office, desk.staff.dora, without, "Prüfung", NOW)
    assert reading.verify_history(desk.office, desk.staff.dora) == 8


def test_a_granted_objection_ends_the_case(desk: Desk) -> None:
    case = desk.active()
    request = decided(desk, received(desk, Kind.OBJECTION, case))
    assert (request.outcome, request.decided_by) == (Outcome.GRANTED, desk.staff.bernd.id)
    assert (desk.summary(case).state, desk.summary(case).end_reason) == (State.ENDED, EndReason.OBJECTION)
    assert desk.records() == []
    assert desk.deeds(case)[-2:] == [("request-decided", desk.staff.bernd.id), ("ended", desk.staff.bernd.id)]


def test_a_granted_restriction_takes_the_rows_out_and_keeps_the_data(desk: Desk) -> None:
    case = desk.active()
    decided(desk, received(desk, Kind.RESTRICTION, case))
    assert (desk.summary(case).state, desk.summary(case).restricted, desk.records()) == (State.ACTIVE, True, [])
    decided(desk, received(desk, Kind.RESTRICTION, case))


def test_what_is_granted_holds_for_a_case_that_is_not_in_force_yet(desk: Desk) -> None:
    objected, restricted = desk.submitted(), desk.submitted()
    decided(desk, received(desk, Kind.OBJECTION, objected))
    assert (desk.summary(objected).state, desk.summary(objected).end_reason) == (State.ENDED, EndReason.DISMISSED)
    decided(desk, received(desk, Kind.RESTRICTION, restricted))
    assert desk.summary(restricted).state is State.AWAITING
    desk.approve(restricted, desk.staff.bernd)
    assert (desk.summary(restricted).state, desk.records()) == (State.ACTIVE, [])


@pytest.mark.parametrize("state", [State.DRAFT, State.ACTIVE, State.ENDED])
def test_a_granted_erasure_leaves_nothing_at_once(desk: Desk, empty: Site, state: State) -> None:
    case = desk.drafted() if state is State.DRAFT else desk.active()
    if state is State.ENDED:
        service.end(desk.office, desk.staff.anna, case, NOW, why=EndReason.GROUND, reason="eingestellt")
    number = received(desk, Kind.ERASURE, case)
    with desk.office.store.database.reading() as session:
        row = session.get(RequestRow, number)
        assert row is not None
        sealed = row.text
    assert decided(desk, number).outcome is Outcome.GRANTED
    assert (desk.summary(case).state, desk.records()) == (State.ANONYMISED, [])
    assert not retaining.is_due(desk.office, NOW)
    assert sealed not in empty.stored()
    refused("erased", requests.look, desk.office, desk.staff.anna, number, "Prüfung", NOW)
    (request,) = requests.listed(desk.office, desk.staff.anna)
    assert (request.is_erased, request.outcome, request.kind) == (True, Outcome.GRANTED, Kind.ERASURE)
    reading.verify_history(desk.office, desk.staff.dora)


def test_an_erasure_takes_the_report_along_that_the_case_was_made_of(desk: Desk, empty: Site) -> None:
    receive(desk.office, NOW)
    case = draft(desk.office, desk.staff.anna, 1, NOW)
    with desk.office.store.database.reading() as session:
        row = session.get(ReportRow, 1)
        assert row is not None
        sealed = row.sealed
    decided(desk, received(desk, Kind.ERASURE, case))
    assert sealed not in empty.stored()
    assert open_report(desk.office, desk.staff.anna, 1, NOW).report is None


def test_before_an_erasure_the_other_requests_are_decided(desk: Desk) -> None:
    case = desk.active()
    access, erasure = received(desk, Kind.ACCESS, case), received(desk, Kind.ERASURE, case)
    refused("request-others", decided, desk, erasure)
    assert desk.summary(case).state is State.ACTIVE
    assert requests.listed(desk.office, desk.staff.anna, case=case)[1].outcome is None
    decided(desk, access)
    decided(desk, erasure)
    assert desk.summary(case).state is State.ANONYMISED


@pytest.mark.parametrize("kind", [Kind.ACCESS, Kind.RECTIFICATION])
@pytest.mark.parametrize("outcome", Outcome)
def test_other_decisions_leave_the_case_as_it_is(desk: Desk, kind: Kind, outcome: Outcome) -> None:
    case = desk.active()
    decided(desk, received(desk, kind, case), outcome)
    assert desk.summary(case).state is State.ACTIVE


@pytest.mark.parametrize("kind", [Kind.OBJECTION, Kind.ERASURE, Kind.RESTRICTION])
def test_what_is_refused_is_not_done(desk: Desk, kind: Kind) -> None:
    case = desk.active()
    decided(desk, received(desk, kind, case), Outcome.REFUSED)
    assert (desk.summary(case).state, len(desk.records())) == (State.ACTIVE, 1)


def test_nothing_is_granted_without_a_case(desk: Desk) -> None:
    number = received(desk, Kind.OBJECTION, None)
    refused("request-case", decided, desk, number)
    case = desk.active()
    assert requests.assign(desk.office, desk.staff.anna, number, case, NOW).case == case
    decided(desk, number)
    refused("request-decided", decided, desk, number)
    refused("request-decided", requests.assign, desk.office, desk.staff.anna, number, case, NOW)
    nobody = received(desk, Kind.ACCESS, None)
    assert decided(desk, nobody, Outcome.NOTHING).outcome is Outcome.NOTHING


def test_what_cannot_be_is_refused_in_words(desk: Desk) -> None:
    anna = desk.staff.anna
    refused("request-text", requests.receive, desk.office, anna, Kind.ACCESS, " ", NOW)
    refused("request-text", requests.receive, desk.office, anna, Kind.ACCESS, "a" * 20_001, NOW)
    tomorrow = TODAY + dt.timedelta(days=1)
    refused("request-received", requests.receive, desk.office, anna, Kind.ACCESS, TEXT, NOW, received=tomorrow)
    refused("case-unknown", requests.receive, desk.office, anna, Kind.ACCESS, TEXT, NOW, case=9)
    refused("request-unknown", decided, desk, 9)
    number = received(desk, Kind.ACCESS, None)
    refused("request-text", granting.decide, desk.office, anna, number, NOW, outcome=Outcome.REFUSED, answer="")


def test_only_those_who_work_on_cases_take_requests_down_and_decide(desk: Desk) -> None:
    number = received(desk, Kind.ACCESS, None)
    for user in (desk.staff.dora, desk.staff.otto):
        for act in (
            lambda user=user: requests.receive(desk.office, user, Kind.ACCESS, TEXT, NOW),
            lambda user=user: requests.extend(desk.office, user, number, "weil", NOW),
            lambda user=user: requests.assign(desk.office, user, number, 1, NOW),
            lambda user=user: granting.decide(desk.office, user, number, NOW, outcome=Outcome.REFUSED, answer="x"),
        ):
            with pytest.raises(ForbiddenError):
                act()
    with pytest.raises(ForbiddenError):
        requests.listed(desk.office, desk.staff.otto)


def test_a_case_with_an_open_request_is_not_anonymised(desk: Desk) -> None:
    case = desk.active()
    number = received(desk, Kind.ACCESS, case)
    service.end(desk.office, desk.staff.anna, case, NOW, why=EndReason.GROUND, reason="eingestellt")
    assert retaining.run(desk.office, NOW + 31 * DAY) == retaining.Done()
    decided(desk, number, now=NOW + 31 * DAY)
    assert retaining.run(desk.office, NOW + 31 * DAY) == retaining.Done(anonymised=1)


def test_requests_without_a_case_are_erased_a_year_after_they_were_answered(desk: Desk) -> None:
    number, still_open = received(desk, Kind.ACCESS, None), received(desk, Kind.ACCESS, None)
    decided(desk, number, Outcome.NOTHING)
    year = last_second(months_after(TODAY, 12)) + DAY
    assert retaining.run(desk.office, NOW + 300 * DAY) == retaining.Done()
    assert retaining.is_due(desk.office, year)
    assert retaining.run(desk.office, year) == retaining.Done(papers=1)
    assert not retaining.is_due(desk.office, year)
    refused("erased", requests.look, desk.office, desk.staff.anna, number, "Prüfung", year)
    assert requests.look(desk.office, desk.staff.anna, still_open, "Prüfung", year).text == TEXT


def test_a_stolen_database_says_nothing_of_a_request(desk: Desk, empty: Site) -> None:
    number = received(desk, Kind.ACCESS, desk.active())
    decided(desk, number)
    stored = empty.stored()
    for word in ("Meyer", "Januar", "entsprochen"):
        assert word.encode() not in stored


def test_a_request_that_was_tampered_with_does_not_open(desk: Desk) -> None:
    number = received(desk, Kind.ACCESS, None)
    with desk.office.store.database.writing() as session:
        row = session.get(RequestRow, number)
        assert row is not None
        row.text = row.text[:-1] + bytes([row.text[-1] ^ 1])
    with pytest.raises(VaultError):
        requests.look(desk.office, desk.staff.anna, number, "Prüfung", NOW)


def test_a_rectification_is_an_edit_and_its_request_says_so(desk: Desk) -> None:
    case = desk.active()
    number = received(desk, Kind.RECTIFICATION, case)
    desk.edit(case, content(remarks="Anschrift berichtigt"), desk.staff.anna)
    decided(desk, number)
    assert [what for what, _ in desk.deeds(case)][-3:] == ["request-received", "edited", "request-decided"]
