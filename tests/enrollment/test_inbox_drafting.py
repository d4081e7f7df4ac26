"""From a report to a case: nothing that was reported is lost, and a report becomes one case or none."""

import datetime as dt
import time
import unicodedata
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.cases import service as cases
from obacht_enrollment.cases.catalogue import KINDS
from obacht_enrollment.cases.content import Content, Place
from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import EndReason, Origin, State
from obacht_enrollment.cases.transaction import Transaction
from obacht_enrollment.errors import ForbiddenError, InboxError
from obacht_enrollment.inbox import drafts, service
from obacht_enrollment.inbox.drafting import draft
from obacht_enrollment.inbox.outcomes import Outcome
from obacht_enrollment.records import GROUNDS
from obacht_protocol import reports
from obacht_protocol.reports import Ground, Incident, Report, ReportedPerson, Reporter, Status
from postgres import BOTH
from reporting_site import REPORT, Desk, make_user
from safety_office import Site

DATABASES = BOTH
NUMBER = "0000-0000-0000"
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
MAYBE = st.just("") | TEXTS
PERSONS = st.builds(
    ReportedPerson,
    family_name=TEXTS,
    given_names=MAYBE,
    birth_name=MAYBE,
    aliases=MAYBE,
    birth_date=st.sampled_from(["", "1971", "1971-05", "1971-05-14"]),
    postcode=MAYBE,
    street=MAYBE,
    house_number=MAYBE,
    town=MAYBE,
    description=MAYBE,
)
REPORTS = st.builds(
    Report,
    person=PERSONS,
    incident=st.builds(
        Incident,
        time=st.sampled_from(["2026-11-03", "2026-11-03T14:30"]),
        place=TEXTS,
        kind=st.sampled_from(sorted(KINDS)),
        what=TEXTS,
    ),
    reporter=st.builds(Reporter, TEXTS, TEXTS, TEXTS),
    written=st.just(0),
    ground=st.none() | st.builds(Ground, st.sampled_from(GROUNDS), MAYBE, st.sampled_from(["", "2026-11-04"])),
)


@pytest.fixture
def desk(empty: Site) -> Desk:
    empty.now = int(time.time())
    made = Desk(empty)
    made.register()
    return made


@pytest.fixture
def worker(desk: Desk) -> User:
    return make_user(desk.office, "worker", Role.CASE_WORKER)


def receive(desk: Desk, body: bytes = b"") -> str:
    (answer,) = desk.send(body or desk.seal())
    return Status.parse(answer.content).receipt


def test_the_lists_are_those_of_the_protocol() -> None:
    assert {kind: item.levels for kind, item in KINDS.items()} == {k: (level,) for k, level in reports.KINDS.items()}
    assert GROUNDS == reports.GROUNDS


def test_what_fits_goes_to_its_place_and_the_rest_to_the_remarks() -> None:
    content = drafts.of(REPORT, NUMBER)
    assert (content.name.family_name, content.name.given_names) == ("Geheimnis", "Gerda Maria")
    assert (content.birth, content.places) == (Birth(1971, 5), (Place("", "Verborgenstraße", "7"),))
    (incident,) = content.incidents
    assert (incident.day, incident.time, incident.kind) == (dt.date(2026, 11, 3), "14:30", "threat")
    assert (content.ground.file_number, content.ground.day) == ("17 Js 1234/26", dt.date(2026, 11, 4))
    assert not content.ground.by_body, "that the public body itself did so is for people to confirm"
    assert (content.level, content.end, content.places[0].publish) == (0, None, False), "decisions are left to people"
    assert content.remarks == f"Meldung {NUMBER} von Melinda Melderin, Bürgeramt, Telefon 0221 1234"


@given(REPORTS)
def test_nothing_that_was_reported_is_lost(report: Report) -> None:
    content = drafts.of(report, NUMBER)
    assert Content.parse(content.encode()).encode() == content.encode()
    kept: list[Any] = [content.name, *content.places, *content.incidents, content.ground]
    everything = [content.remarks, *(str(getattr(part, field.name)) for part in kept for field in fields(part))]
    reported: list[Any] = [report.person, report.incident, report.reporter]
    for part in (*reported, *([report.ground] if report.ground else [])):
        for field in fields(part):
            text = unicodedata.normalize("NFC", getattr(part, field.name))
            if field.name not in {"birth_date", "time"}:
                assert any(text in one for one in everything), field.name
    assert content.birth.year == (int(report.person.birth_date[:4]) if report.person.birth_date else None)


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"aliases": "Gerdi"}, "Andere Namen: Gerdi"),
        ({"description": "hinkt"}, "Beschreibung: hinkt"),
        ({"town": "Bonn"}, "Anschrift: Verborgenstraße 7 Bonn"),
        ({"street": "", "postcode": "50667"}, "Anschrift: 7 50667"),
    ],
)
def test_what_has_no_place_of_its_own_is_a_remark(changes: dict[str, str], remark: str) -> None:
    content = drafts.of(replace(REPORT, person=replace(REPORT.person, **changes)), NUMBER)
    assert content.remarks.splitlines()[1] == remark


def test_a_case_is_made_of_a_report_once(desk: Desk, worker: User) -> None:
    receipt = receive(desk)
    case = draft(desk.office, worker, 1, desk.site.now)
    view = cases.look(desk.office, worker, case, "weiter bearbeiten", desk.site.now)
    assert (view.case.state, view.case.origin, view.summary.report) == (State.DRAFT, Origin.REPORT, 1)
    assert view.case.content == drafts.of(REPORT, receipt)
    (entry,) = service.entries(desk.office, worker)
    assert (entry.case, entry.outcome, entry.state, entry.decided_by) == (case, Outcome.DRAFT, "in-work", worker.id)
    assert Status.parse(desk.look(receipt)[0].content).state == "in-work"
    assert [look.user for look in service.looks(desk.office, worker, 1)] == [worker.id]
    for decide in (draft, lambda *_: service.reject(desk.office, worker, 1, 0, outcome=Outcome.WRONG)):
        with pytest.raises(InboxError, match="report-decided"):
            decide(desk.office, worker, 1, desk.site.now)


def test_the_department_hears_that_it_is_done_when_the_case_is(desk: Desk, worker: User) -> None:
    receipt = receive(desk)
    case = draft(desk.office, worker, 1, desk.site.now)
    cases.end(desk.office, worker, case, desk.site.now, why=EndReason.DISMISSED, reason="kein Grund")
    assert Status.parse(desk.look(receipt)[0].content).state == "done"
    assert service.entries(desk.office, worker)[0].state == "done"


def test_if_the_case_cannot_be_kept_the_report_stays_open(
    desk: Desk, worker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(desk)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("obacht_enrollment.inbox.store.decide", broken)
        with pytest.raises(RuntimeError):
            draft(desk.office, worker, 1, desk.site.now)
    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "add", broken)
        with pytest.raises(RuntimeError):
            draft(desk.office, worker, 1, desk.site.now)
    assert service.entries(desk.office, worker)[0].outcome is Outcome.OPEN
    draft(desk.office, worker, 1, desk.site.now)
    with desk.office.store.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CaseRow)) == 1, "no case was left behind"


def test_of_what_cannot_be_read_no_case_is_made(desk: Desk, worker: User) -> None:
    receive(desk, bytes(4096))
    with pytest.raises(InboxError, match="report-unreadable"):
        draft(desk.office, worker, 1, desk.site.now)
    with pytest.raises(InboxError, match="report-unknown"):
        draft(desk.office, worker, 2, desk.site.now)


def test_only_case_workers_make_cases(desk: Desk) -> None:
    receive(desk)
    for role in (Role.APPROVER, Role.AUDITOR, Role.OPERATOR):
        other = make_user(desk.office, role.value, role)
        with pytest.raises(ForbiddenError):
            draft(desk.office, other, 1, desk.site.now)
