"""Anybody tries anything at any time, over the real service and database: what must hold, holds after every step."""

import contextlib
import dataclasses
import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from case_office import Staff, hire
from invented_cases import content
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import granting, reading, requests, retaining, service
from obacht_enrollment.cases.content import Content, Name
from obacht_enrollment.cases.dates import Birth, day_of
from obacht_enrollment.cases.ledger import open_case, open_key
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import EndReason, Origin, State
from obacht_enrollment.cases.tables import ApprovalRow
from obacht_enrollment.errors import CaseError, ForbiddenError
from obacht_enrollment.office import Office
from obacht_enrollment.tables import RecordRow
from safety_office import DAY, NOW, make_office

NUMBERS = st.integers(1, 4)
WHO = st.sampled_from(["anna", "bernd", "clara", "dora"])
CHANGES: list[dict[str, Any]] = [
    {},
    {"aliases": (Name("Maier", "Jörg"),)},
    {"level": 3, "incidents": (dataclasses.replace(content().incidents[0], kind="weapon"),)},
    {"birth": Birth(2011, 1, 1)},
    {"birth": Birth(2015, 1, 1)},
    {"ground": dataclasses.replace(content().ground, file_number="")},
    {"remarks": "neu"},
]


class Machine(RuleBasedStateMachine):
    """An office with staff whose members do what they like."""

    office: Office
    staff: Staff

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="cases-"))
        self.office = make_office(self.folder / "office")
        self.staff = hire(self.office)
        self.now = NOW

    def teardown(self) -> None:
        self.office.close()
        shutil.rmtree(self.folder)

    def who(self, name: str) -> User:
        user: User = getattr(self.staff, name)
        return user

    def what(self, changes: dict[str, Any], days: int) -> Content:
        today = day_of(self.now)
        return content(review=today + dt.timedelta(days=min(days, 100)), end=today + dt.timedelta(days=days), **changes)

    def attempt(self, act: Any, *arguments: Any, **named: Any) -> None:
        with contextlib.suppress(CaseError, ForbiddenError):
            act(self.office, *arguments, **named)

    def version(self, number: int) -> int:
        try:
            return reading.summary(self.office, self.staff.clara, number).version
        except CaseError:
            return 0

    @initialize(changes=st.sampled_from(CHANGES[:4]))
    def first(self, changes: dict[str, Any]) -> None:
        self.in_force(changes, 200)

    @rule(changes=st.sampled_from(CHANGES), days=st.sampled_from([3, 200, 700]))
    def in_force(self, changes: dict[str, Any], days: int) -> None:
        """The way it is meant: one begins and submits, others approve."""
        if len(reading.queue(self.office, self.staff.clara, reading.Queue.ALL, self.now)) >= 4:
            return
        number = service.create_draft(self.office, self.staff.anna, self.what(changes, days), self.now)
        self.attempt(service.submit, self.staff.anna, number, self.now, version=1)
        for user in (self.staff.bernd, self.staff.clara):
            self.attempt(service.approve, user, number, self.now, version=self.version(number))

    @rule(number=NUMBERS, who=WHO, changes=st.sampled_from(CHANGES), days=st.sampled_from([3, 200, 700]))
    def edit(self, number: int, who: str, changes: dict[str, Any], days: int) -> None:
        what, version = self.what(changes, days), self.version(number)
        self.attempt(service.edit, self.who(who), number, what, self.now, version=version, reason="weil")

    @rule(number=NUMBERS, who=WHO)
    def submit(self, number: int, who: str) -> None:
        self.attempt(service.submit, self.who(who), number, self.now, version=self.version(number))

    @rule(number=NUMBERS, who=WHO)
    def approve(self, number: int, who: str) -> None:
        self.attempt(service.approve, self.who(who), number, self.now, version=self.version(number))

    @rule(number=NUMBERS, who=WHO)
    def reject(self, number: int, who: str) -> None:
        self.attempt(service.reject, self.who(who), number, self.now, version=self.version(number), reason="weil")

    @rule(number=NUMBERS, who=WHO, days=st.sampled_from([200, 600]))
    def renew(self, number: int, who: str, days: int) -> None:
        review, end = (day_of(self.now) + dt.timedelta(days=many) for many in (100, days))
        version = self.version(number)
        self.attempt(
            service.renew, self.who(who), number, self.now, version=version, end=end, review=review, reason="weil"
        )

    @rule(number=NUMBERS, who=WHO, lift=st.booleans())
    def restrict(self, number: int, who: str, *, lift: bool) -> None:
        act = service.lift if lift else service.restrict
        self.attempt(act, self.who(who), number, self.now, reason="weil")

    @rule(number=NUMBERS, who=WHO, why=st.sampled_from(EndReason))
    def end(self, number: int, who: str, why: EndReason) -> None:
        self.attempt(service.end, self.who(who), number, self.now, why=why, reason="weil")

    @rule(number=NUMBERS, kind=st.sampled_from(Kind), outcome=st.sampled_from([Outcome.GRANTED, Outcome.REFUSED]))
    def ask(self, number: int, kind: Kind, outcome: Outcome) -> None:
        with contextlib.suppress(CaseError):
            made = requests.receive(self.office, self.staff.anna, kind, "Antrag", self.now, case=number)
            granting.decide(self.office, self.staff.bernd, made, self.now, outcome=outcome, answer="Antwort")

    @rule(days=st.sampled_from([1, 5, 40, 100]))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY

    @rule()
    def scheduler(self) -> None:
        retaining.run(self.office, self.now)
        assert not retaining.is_due(self.office, self.now)
        with self.office.store.database.reading() as session:
            for row in session.scalars(select(CaseRow).where(CaseRow.state == State.ACTIVE)):
                assert row.ends > self.now

    @invariant()
    def active_cases_have_ground_approval_and_end(self) -> None:
        with self.office.store.database.reading() as session:
            for row in session.scalars(select(CaseRow).where(CaseRow.state == State.ACTIVE)):
                approvals = session.scalars(select(ApprovalRow).where(ApprovalRow.case == row.number)).all()
                case = open_case(row, open_key(self.office.vault, row), approvals)
                assert case.content.ground.kind
                assert case.content.ground.file_number
                assert case.origin is Origin.ENTERED
                assert case.approvals
                assert case.ends > case.activated
                age = case.content.birth.least_age(day_of(case.activated))
                assert age is not None
                assert age >= 14
                assert self.begun_by(row.number) not in {one.user for one in case.approvals[:1]}
                if age < 18:
                    assert len({one.user for one in case.approvals}) >= 2

    def begun_by(self, number: int) -> int | None:
        return reading.events(self.office, self.staff.clara, number)[0].user

    @invariant()
    def every_record_stands_for_an_active_case_and_nothing_expired_is_published(self) -> None:
        with self.office.store.database.reading() as session:
            cases = {row.number: row for row in session.scalars(select(CaseRow))}
            records = session.scalars(select(RecordRow)).all()
        for record in records:
            case = cases[record.case or 0]
            assert (case.state, case.restricted) == (State.ACTIVE, False)
            assert (record.level, record.valid_until) == (case.level, case.ends)
        published = self.office.store.not_enrolled(bytes(16), self.now)
        assert {row.number for row in published} == {row.number for row in records if row.valid_until > self.now}

    @invariant()
    def every_active_case_is_published_unless_it_is_restricted(self) -> None:
        with self.office.store.database.reading() as session:
            there = set(session.scalars(select(RecordRow.case)))
            active = CaseRow.state == State.ACTIVE
            assert there == set(session.scalars(select(CaseRow.number).where(active, CaseRow.restricted.is_(False))))

    @invariant()
    def the_history_is_whole(self) -> None:
        reading.verify_history(self.office, self.staff.dora)


Machine.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestMachine = Machine.TestCase
