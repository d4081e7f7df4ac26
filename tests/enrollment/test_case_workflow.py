"""Four eyes: nobody puts their own case in force, and nothing leads around that."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from invented_cases import ANNA, BERND, CLARA, DAY, NOW, TODAY, content, rules
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import workflow
from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.content import Content, Name, Notice, Place
from obacht_enrollment.cases.dates import Birth, last_second, months_after
from obacht_enrollment.cases.states import EndReason, Origin, State
from obacht_enrollment.errors import CaseError

RULES = rules()
MINOR = content(
    birth=Birth(TODAY.year - 16, 1, 1), review=TODAY + dt.timedelta(days=150), end=TODAY + dt.timedelta(days=300)
)
EDNA = User(5, "edna", "Edna Ehlers", CLARA.roles)


def submitted(of: Content | None = None) -> Case:
    return workflow.submit(workflow.begin(of or content(), ANNA, RULES), ANNA, RULES)


def active(of: Content | None = None) -> Case:
    return workflow.approve(submitted(of), BERND, RULES)


def refused(code: str, act: Any, *arguments: Any, **named: Any) -> CaseError:
    with pytest.raises(CaseError) as caught:
        act(*arguments, **named)
    assert caught.value.code == code
    return caught.value


def test_a_second_person_puts_a_case_in_force() -> None:
    case = submitted()
    assert (case.state, case.published()) == (State.AWAITING, ())
    done = workflow.approve(case, BERND, rules(NOW + 5))
    assert (done.state, done.activated, done.proposal) == (State.ACTIVE, NOW + 5, None)
    assert [(one.user, one.at) for one in done.approvals] == [(BERND.id, NOW + 5)]
    (record,) = done.published()
    assert (record.level, record.contact, record.valid_until) == (2, 1, last_second(TODAY + dt.timedelta(days=700)))


def test_nobody_approves_their_own() -> None:
    case = submitted()
    assert not workflow.may_approve(case, ANNA)
    refused("own-work", workflow.approve, case, ANNA, RULES)
    draft = workflow.edit(workflow.begin(content(), ANNA, RULES), content(level_reason="neu"), BERND, RULES)
    for submitter in (ANNA, CLARA):
        for approver in {ANNA, BERND, submitter}:
            refused("own-work", workflow.approve, workflow.submit(draft, submitter, RULES), approver, RULES)


def test_what_a_second_person_approved_once_does_not_count_for_the_next_time() -> None:
    case = workflow.reject(submitted(), RULES)
    assert (case.state, case.proposal) == (State.DRAFT, None)
    again = workflow.submit(workflow.edit(case, content(remarks="neu"), BERND, RULES), CLARA, RULES)
    refused("own-work", workflow.approve, again, BERND, RULES)
    assert workflow.approve(again, EDNA, RULES).state is State.ACTIVE


def test_a_draft_with_something_missing_is_not_submitted() -> None:
    bare = dataclasses.replace(content(), ground=dataclasses.replace(content().ground, file_number=""))
    error = refused("obstacles", workflow.submit, workflow.begin(bare, ANNA, RULES), ANNA, RULES)
    found: Any = error.details["found"]
    assert [(one.field, one.code) for one in found] == [("ground.file_number", "missing")]


def test_what_went_wrong_while_it_waited_is_seen_when_it_is_approved() -> None:
    case = submitted(content(review=TODAY + dt.timedelta(days=3), end=TODAY + dt.timedelta(days=5)))
    refused("obstacles", workflow.approve, case, BERND, rules(NOW + 4 * DAY))
    refused("obstacles", workflow.approve, case, BERND, rules(NOW + 6 * DAY))


def test_a_minors_case_needs_a_third_person_also_to_be_an_adults() -> None:
    case = workflow.approve(workflow.approve(submitted(MINOR), BERND, RULES), CLARA, RULES)
    older = dataclasses.replace(case.content, birth=Birth(1971, 5, 14))
    once = workflow.approve(workflow.edit(case, older, ANNA, RULES, "Ausweis"), BERND, RULES)
    assert once.content == case.content
    assert workflow.approve(once, CLARA, RULES).content == older


def test_whom_a_case_names_waits_for_a_second_person_even_where_they_are_not_published() -> None:
    """Of a person without a year of birth the address alone is published."""
    soon = {"review": TODAY + dt.timedelta(days=100), "end": TODAY + dt.timedelta(days=300)}
    flat = content(name=Name(), birth=Birth(), places=(Place("50825", "Venloer Str.", "12", publish=True),), **soon)
    tenant = dataclasses.replace(flat, name=Name("Meyer", "Jörg"), age_reason="seit 2005 Mieter")
    named = workflow.edit(active(flat), tenant, ANNA, RULES, "Mieter bekannt")
    assert named.content == flat
    once = workflow.approve(named, BERND, RULES)
    assert once.content == flat
    case = workflow.approve(once, CLARA, RULES)
    assert case.content == tenant
    for changes in ({"name": Name("Schulz", "Eva")}, {"aliases": (Name("Maier"),)}, {"age_reason": "wirkt alt"}):
        refused("reason", workflow.edit, case, dataclasses.replace(tenant, **changes), ANNA, RULES)
    assert workflow.edit(case, dataclasses.replace(tenant, remarks="neu"), ANNA, RULES).proposal is None
    assert workflow.edit(case, dataclasses.replace(flat, age_reason=tenant.age_reason), ANNA, RULES).proposal is None


def test_a_case_that_waits_cannot_be_changed() -> None:
    refused("state", workflow.edit, submitted(), content(), ANNA, RULES)
    refused("state", workflow.submit, submitted(), ANNA, RULES)


def test_a_minors_case_needs_a_third_person() -> None:
    case = workflow.approve(submitted(MINOR), BERND, RULES)
    assert (case.state, case.published()) == (State.AWAITING, ())
    refused("approved-already", workflow.approve, case, BERND, RULES)
    refused("own-work", workflow.approve, case, ANNA, RULES)
    done = workflow.approve(case, CLARA, RULES)
    assert done.state is State.ACTIVE
    assert [one.user for one in done.approvals] == [BERND.id, CLARA.id]


def test_a_rejection_takes_given_approvals_back() -> None:
    case = workflow.reject(workflow.approve(submitted(MINOR), BERND, RULES), RULES)
    again = workflow.approve(workflow.submit(case, ANNA, RULES), BERND, RULES)
    assert again.state is State.AWAITING


@pytest.mark.parametrize(
    "changes",
    [
        {"level": 3, "incidents": (dataclasses.replace(content().incidents[0], kind="weapon"),)},
        {"aliases": (Name("Maier", "Jörg"),)},
        {"name": Name("Meier", "Jörg Peter")},
        {"birth": Birth(1971, 4, 15)},
        {"places": (Place("50825", "Venloer Str.", "12", publish=True),)},
        {"ground": dataclasses.replace(content().ground, file_number="2 Js 2/26")},
    ],
)
def test_what_adds_to_an_active_case_waits_for_a_second_person(changes: dict[str, Any]) -> None:
    case, after = active(), content(**changes)
    refused("reason", workflow.edit, case, after, ANNA, RULES)
    proposed = workflow.edit(case, after, ANNA, RULES, "neue Anzeige")
    assert proposed.content == case.content
    assert proposed.published() == case.published()
    refused("own-work", workflow.approve, proposed, ANNA, RULES)
    refused("pending", workflow.edit, proposed, content(remarks="neu"), ANNA, RULES)
    assert workflow.reject(proposed, RULES) == case
    done = workflow.approve(proposed, BERND, RULES)
    assert (done.state, done.content, len(done.approvals)) == (State.ACTIVE, after, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"remarks": "neu"},
        {"precautions": ("counter",)},
        {"contact": 7},
        {"end": content().review},
        {"places": (Place("50825", "Venloer Str.", "12"),)},
    ],
)
def test_what_takes_away_or_is_never_published_changes_at_once(changes: dict[str, Any]) -> None:
    done = workflow.edit(active(), content(**changes), ANNA, RULES)
    assert (done.content, done.proposal) == (content(**changes), None)


def test_a_lower_level_and_fewer_identities_change_at_once() -> None:
    weapon = (dataclasses.replace(content().incidents[0], kind="weapon"),)
    case = active(content(level=3, incidents=weapon, aliases=(Name("Maier", "Jörg"),)))
    done = workflow.edit(case, content(incidents=weapon), ANNA, RULES)
    assert [(record.level, record.subject) for record in done.published()] == [(2, case.published()[0].subject)]


WORSE: tuple[dict[str, Any], ...] = ({"precautions": ()}, {"level_reason": ""}, {"incidents": ()}, {"contact": 5})


def test_a_case_whose_time_is_over_is_left_as_it_is_even_before_the_scheduler_came() -> None:
    case, late = workflow.edit(active(), content(**LEVEL_3), ANNA, RULES, "Waffe"), rules(NOW + 701 * DAY)
    plain, restricted = active(), workflow.restrict(active(), RULES)
    refused("state", workflow.approve, case, BERND, late)
    refused("state", workflow.edit, plain, content(end=TODAY), ANNA, late)
    refused("state", workflow.restrict, plain, late)
    refused("state", workflow.propose_lift, restricted, ANNA, late, "erledigt")
    refused("state", workflow.set_notice, plain, Notice(TODAY), late)
    assert workflow.end(plain, EndReason.GROUND, late).state is State.ENDED


def test_the_letter_is_noted_also_while_something_else_waits() -> None:
    told = Notice(deferred_until=TODAY + dt.timedelta(days=30), deferral_reason="Ermittlungen")
    pending = workflow.edit(active(), content(**LEVEL_3), ANNA, RULES, "Waffe")
    done = workflow.approve(workflow.set_notice(pending, told, RULES), BERND, RULES)
    assert (done.content.level, done.content.notice) == (3, told)
    sent = workflow.set_notice(done, Notice(TODAY), RULES)
    assert (sent.content.notice.sent, sent.approvals) == (TODAY, done.approvals)
    refused("deferral", workflow.set_notice, done, Notice(deferral_reason="Ermittlungen"), RULES)
    refused("deferral", workflow.set_notice, done, Notice(deferred_until=TODAY), RULES)
    refused("notice-future", workflow.set_notice, done, Notice(TODAY + dt.timedelta(days=1)), RULES)
    assert done.content.end is not None
    never = dataclasses.replace(told, deferred_until=done.content.end + dt.timedelta(days=1))
    refused("deferral", workflow.set_notice, done, never, RULES)


@pytest.mark.parametrize(
    ("notice", "code"),
    [
        (Notice(deferral_reason="Ermittlungen"), "deferral"),
        (Notice(TODAY + dt.timedelta(days=1)), "notice-future"),
        (Notice(deferred_until=TODAY + dt.timedelta(days=701), deferral_reason="Ermittlungen"), "deferral"),
    ],
)
def test_no_change_of_a_case_lets_the_letter_be_forgotten(notice: Notice, code: str) -> None:
    refused(code, workflow.edit, active(), content(notice=notice), ANNA, RULES)
    refused(code, submitted, content(notice=notice))


def test_an_active_case_keeps_what_was_demanded_of_it() -> None:
    for changes in WORSE:
        refused("obstacles", workflow.edit, active(), content(**changes), ANNA, RULES)
    for day in (None, TODAY + dt.timedelta(days=701)):
        refused("renewal", workflow.edit, active(), content(end=day), ANNA, RULES)


def test_two_people_can_work_in_turns() -> None:
    """Who proposes next may have been the second person before; who was turned down may be it next."""
    case = workflow.edit(active(), content(remarks="von Anna"), ANNA, RULES)
    turned_down = workflow.reject(workflow.edit(case, content(**LEVEL_3), ANNA, RULES, "Waffe"), RULES)
    proposed = workflow.edit(turned_down, content(**LEVEL_3), BERND, RULES, "Waffe")
    assert workflow.approve(proposed, ANNA, RULES).content.level == 3


LEVEL_3: dict[str, Any] = {"level": 3, "incidents": (dataclasses.replace(content().incidents[0], kind="weapon"),)}


def test_a_renewal_needs_a_reason_a_later_end_and_a_second_person() -> None:
    case, now = active(), rules(NOW + 600 * DAY)
    today = now.today
    longer = content(review=months_after(today, 12), end=months_after(today, 24))
    refused("reason", workflow.renew, case, longer, ANNA, now, " ")
    refused("not-later", workflow.renew, case, content(), ANNA, now, "wieder")
    refused("obstacles", workflow.renew, case, content(end=months_after(today, 25)), ANNA, now, "wieder")
    proposed = workflow.renew(case, longer, ANNA, now, "weitere Drohung")
    refused("pending", workflow.renew, proposed, longer, CLARA, now, "ebenso")
    refused("own-work", workflow.approve, proposed, ANNA, now)
    assert proposed.ends == case.ends
    assert workflow.approve(proposed, BERND, now).ends == last_second(months_after(today, 24))
    late = rules(NOW + 701 * DAY)
    refused("state", workflow.approve, proposed, BERND, late)
    assert workflow.expire(proposed, late).state is State.EXPIRED


def test_a_case_from_a_file_is_renewed_only_with_all_that_is_demanded() -> None:
    bare = content(precautions=(), level_reason="", incidents=(), end=TODAY + dt.timedelta(days=400))
    draft = workflow.begin(bare, ANNA, RULES, Origin.IMPORT)
    case = workflow.approve(workflow.submit(draft, ANNA, RULES), BERND, RULES)
    assert workflow.edit(case, dataclasses.replace(bare, remarks="neu"), ANNA, RULES).content.remarks == "neu"
    refused("obstacles", workflow.renew, case, dataclasses.replace(bare, end=content().end), ANNA, RULES, "weil")
    assert workflow.renew(case, content(), ANNA, RULES, "weil").proposal is not None


def test_a_case_from_a_file_has_a_day_of_review_like_any_other() -> None:
    unseen = content(review=None)
    refused("obstacles", workflow.submit, workflow.begin(unseen, ANNA, RULES, Origin.IMPORT), ANNA, RULES)
    draft = workflow.begin(content(), ANNA, RULES, Origin.IMPORT)
    case = workflow.approve(workflow.submit(draft, ANNA, RULES), BERND, RULES)
    refused("obstacles", workflow.edit, case, unseen, ANNA, RULES)


def test_a_restricted_case_publishes_nothing_until_a_second_person_lifts_it() -> None:
    case = workflow.restrict(active(), RULES)
    assert (case.state, case.published()) == (State.ACTIVE, ())
    refused("restricted", workflow.restrict, case, RULES)
    refused("reason", workflow.propose_lift, case, ANNA, RULES, "")
    refused("not-restricted", workflow.propose_lift, active(), ANNA, RULES, "erledigt")
    proposed = workflow.propose_lift(case, ANNA, RULES, "erledigt")
    assert proposed.published() == ()
    refused("own-work", workflow.approve, proposed, ANNA, RULES)
    assert workflow.approve(proposed, BERND, RULES).published() == active().published()
    amended = workflow.approve(workflow.edit(case, content(**LEVEL_3), ANNA, RULES, "Waffe"), BERND, RULES)
    assert amended.restricted, "another approval does not lift it"


def test_a_case_ends_for_a_reason_that_fits() -> None:
    for reason in EndReason:
        if reason is EndReason.DISMISSED:
            refused("end-reason", workflow.end, active(), reason, RULES)
            assert workflow.end(submitted(), reason, RULES).state is State.ENDED
        else:
            done = workflow.end(active(), reason, RULES)
            assert (done.state, done.end_reason, done.closed) == (State.ENDED, reason, NOW)
            assert done.published() == ()
            refused("state", workflow.end, done, reason, RULES)
    refused("end-reason", workflow.end, submitted(), EndReason.GROUND, RULES)


def test_nothing_leads_back_into_force() -> None:
    for case in (workflow.end(active(), EndReason.ERROR, RULES), workflow.expire(active(), rules(NOW + 701 * DAY))):
        refused("state", workflow.edit, case, content(), ANNA, RULES)
        refused("state", workflow.submit, case, ANNA, RULES)
        refused("state", workflow.renew, case, content(), ANNA, RULES, "weil")
        refused("state", workflow.restrict, case, RULES)
        refused("nothing-proposed", workflow.approve, case, BERND, RULES)
        refused("nothing-proposed", workflow.reject, case, RULES)


def test_what_nobody_touches_is_given_up() -> None:
    for case in (workflow.begin(content(), ANNA, RULES, Origin.REPORT), submitted()):
        refused("state", workflow.expire, case, rules(NOW + 90 * DAY - 1))
        assert workflow.expire(case, rules(NOW + 90 * DAY)).end_reason is EndReason.DISMISSED


def test_after_the_objection_period_nothing_is_left() -> None:
    ended = workflow.end(active(), EndReason.GROUND, RULES)
    refused("state", workflow.anonymise, active(), RULES)
    refused("objection-period", workflow.anonymise, ended, rules(NOW + 30 * DAY - 1))
    for gone in (workflow.anonymise(ended, rules(NOW + 30 * DAY)), workflow.anonymise(ended, RULES, at_once=True)):
        assert (gone.state, gone.content, gone.proposal) == (State.ANONYMISED, Content(), None)
        refused("state", workflow.anonymise, gone, RULES)
