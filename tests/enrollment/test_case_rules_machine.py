"""Whoever tries what at any time: the rules alone, without a database, keep every case in order."""

import dataclasses
import datetime as dt
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from invented_cases import ANNA, BERND, CLARA, DAY, NOW, TODAY, content, rules
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import workflow
from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.content import Content, Name
from obacht_enrollment.cases.dates import Birth, day_of
from obacht_enrollment.cases.obstacles import Rules
from obacht_enrollment.cases.states import EndReason, State
from obacht_enrollment.errors import CaseError

LEVEL_3: dict[str, Any] = {"level": 3, "incidents": (dataclasses.replace(content().incidents[0], kind="weapon"),)}
USERS = st.sampled_from([ANNA, BERND, CLARA])


def lasting(days: int, changes: dict[str, Any]) -> Content:
    end = TODAY + dt.timedelta(days=days)
    return content(end=end, review=TODAY + dt.timedelta(days=min(days, 150)), **changes)


CONTENTS = st.builds(
    lasting,
    st.sampled_from([300, 20, 700, 800]),
    st.sampled_from(
        [
            {},
            {"birth": Birth(TODAY.year - 16, 1, 1)},
            {"aliases": (Name("Maier", "Jörg"),)},
            LEVEL_3,
            {"remarks": "neu"},
            {"birth": Birth(TODAY.year - 12, 1, 1)},
            {"birth": Birth(TODAY.year - 18)},
            {"birth": Birth()},
            {"ground": dataclasses.replace(content().ground, file_number="")},
            {"ground": dataclasses.replace(content().ground, kind="house-ban")},
        ]
    ),
)


class Workflow(RuleBasedStateMachine):
    """Anybody tries anything at any time."""

    cases: Bundle[Case] = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.author: dict[int, set[int]] = {}
        self.living: list[Case] = []

    @property
    def current(self) -> Rules:
        return rules(self.now)

    def step(self, before: Case, act: Any, *arguments: Any) -> Any:
        """Try something; a case that changes is followed from now on."""
        try:
            after = act(before, *arguments)
        except CaseError:
            after = before
        self.living = [case for case in self.living if case is not before] + [after]
        self.check(before, after)
        return after

    def check(self, before: Case, after: Case) -> None:
        if after.state is State.ACTIVE and before.state is not State.ACTIVE:
            assert before.state is State.AWAITING
            assert after.activated == self.now
            approvers = {one.user for one in after.approvals}
            assert approvers
            assert not approvers & before.hands
            assert before.proposal is not None
            assert before.proposal.by not in approvers
        if after.state is State.ACTIVE and before.state is State.ACTIVE:
            old, new = before.published(), after.published()
            added = {record.subject for record in new} - {record.subject for record in old}
            higher = after.content.level > before.content.level
            if added or higher or after.ends > before.ends or after.content.ground != before.content.ground:
                assert len(after.approvals) > len(before.approvals)
                assert before.proposal is not None
                assert after.approvals[-1].user != before.proposal.by

    @initialize(target=cases, users=st.permutations([ANNA, BERND, CLARA]), what=CONTENTS)
    def first(self, users: list[User], what: Content) -> Any:
        return self.routine(users, what)

    @rule(target=cases, user=USERS, what=CONTENTS)
    def another(self, user: User, what: Content) -> Any:
        return self.begin_case(user, what)

    @rule(target=cases, users=st.permutations([ANNA, BERND, CLARA]), what=CONTENTS)
    def routine(self, users: list[User], what: Content) -> Any:
        return self.submit_and_approve(self.begin_case(users[0], what), users)

    def begin_case(self, user: User, what: Content) -> Any:
        case = workflow.begin(what, user, self.current)
        self.living.append(case)
        return case

    def submit_and_approve(self, case: Case, users: list[User]) -> Any:
        case = self.step(case, workflow.submit, users[0], self.current)
        for user in users:
            case = self.step(case, workflow.approve, user, self.current)
        return case

    @rule(target=cases, case=consumes(cases), user=USERS, what=CONTENTS)
    def edit(self, case: Case, user: User, what: Content) -> Any:
        return self.step(case, workflow.edit, what, user, self.current, "weil")

    @rule(target=cases, case=consumes(cases), user=USERS)
    def submit(self, case: Case, user: User) -> Any:
        return self.step(case, workflow.submit, user, self.current)

    @rule(target=cases, case=consumes(cases), users=st.permutations([ANNA, BERND, CLARA]))
    def propose_and_approve(self, case: Case, users: list[User]) -> Any:
        return self.submit_and_approve(case, users)

    @rule(target=cases, case=consumes(cases), user=USERS)
    def approve(self, case: Case, user: User) -> Any:
        return self.step(case, workflow.approve, user, self.current)

    @rule(target=cases, case=consumes(cases), user=USERS, what=CONTENTS)
    def renew(self, case: Case, user: User, what: Content) -> Any:
        return self.step(case, workflow.renew, what, user, self.current, "weil")

    @rule(target=cases, case=consumes(cases))
    def reject(self, case: Case) -> Any:
        return self.step(case, workflow.reject, self.current)

    @rule(target=cases, case=consumes(cases))
    def restrict(self, case: Case) -> Any:
        return self.step(case, workflow.restrict, self.current)

    @rule(target=cases, case=consumes(cases), user=USERS)
    def lift(self, case: Case, user: User) -> Any:
        return self.step(case, workflow.propose_lift, user, self.current, "weil")

    @rule(target=cases, case=consumes(cases), reason=st.sampled_from(EndReason))
    def end(self, case: Case, reason: EndReason) -> Any:
        return self.step(case, workflow.end, reason, self.current)

    @rule(days=st.sampled_from([1, 9, 40, 100, 400]))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY + 1

    @rule(target=cases, case=consumes(cases))
    def scheduler(self, case: Case) -> Any:
        expired = self.step(case, workflow.expire, self.current)
        return self.step(expired, workflow.anonymise, self.current)

    @rule(case=cases)
    def look(self, case: Case) -> None:
        """Nothing that is looked at is changed by that."""
        workflow.may_approve(case, ANNA)

    @invariant()
    def active_cases_have_ground_approval_and_end(self) -> None:
        for case in self.living:
            if case.state is State.ACTIVE:
                assert case.content.ground.kind
                assert case.content.ground.file_number
                assert case.approvals
                assert case.ends > case.activated
                birth = case.content.birth
                age = birth.least_age(day_of(case.activated))
                assert age is None or age >= 14
                if age is not None and age < 18:
                    assert len({one.user for one in case.approvals}) >= 2

    @invariant()
    def only_active_cases_publish_and_never_beyond_their_end(self) -> None:
        for case in self.living:
            records = case.published()
            if records:
                assert case.state is State.ACTIVE
                assert not case.restricted
            assert all(record.valid_until == case.ends for record in records)

    @invariant()
    def nothing_is_left_of_anonymised_cases(self) -> None:
        assert all(case.content == Content() for case in self.living if case.state is State.ANONYMISED)


Workflow.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestWorkflow = Workflow.TestCase
