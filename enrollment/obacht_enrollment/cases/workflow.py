"""The workflow: every way from one case to the next, with the rules of four eyes. Nothing here reads or writes.

Each function takes a case, who acts, and the rules with the time, and gives the case as it is then. It raises
``CaseError``: ``state`` (in this state that cannot be done), ``obstacles`` (with ``found``, a list of
:class:`~.obstacles.Obstacle`), or a code that its docstring names. Who has which right was asked before.
"""

import datetime as dt
from dataclasses import replace
from typing import Final

from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases.case import Approval, Case, Proposal
from obacht_enrollment.cases.content import Content, Name, Notice
from obacht_enrollment.cases.identities import subjects
from obacht_enrollment.cases.obstacles import Rules, is_minor, obstacles
from obacht_enrollment.cases.states import CLOSED, END_REASONS, OPEN, TRANSITIONS, Act, EndReason, Origin, State
from obacht_enrollment.errors import CaseError

_DAY: Final = 86_400


def begin(content: Content, user: User, rules: Rules, origin: Origin = Origin.ENTERED) -> Case:
    """Begin a draft."""
    return Case(State.DRAFT, content, origin, frozenset({user.id}), touched=rules.now)


def edit(case: Case, content: Content, user: User, rules: Rules, reason: str = "") -> Case:
    """Change what a case says.

    Of an active case, what takes away, or is never published, changes at once; what adds (see
    :func:`needs_second_person`) becomes a proposal.

    Raises:
        CaseError: ``pending``: something else is proposed already; ``renewal``: a later end is a renewal;
            ``reason``: a change that a second person is to approve needs a reason; ``deferral`` and ``notice-future``
            as :func:`set_notice` says.
    """
    if case.state is State.DRAFT:
        return replace(case, content=content, hands=case.hands | {user.id}, touched=rules.now)
    _require_in_force(case, rules)
    if case.proposal is not None:
        raise CaseError("pending")
    if content.end is None or case.content.end is None or content.end > case.content.end:
        raise CaseError("renewal")
    _refuse_new_obstacles(case, content, rules)
    if content.notice != case.content.notice:
        _check_notice(content, rules)
    if not needs_second_person(case.content, content):
        return replace(case, content=content, touched=rules.now)
    return _propose(case, Act.AMEND, user, rules, reason=reason, content=content)


def needs_second_person(before: Content, after: Content) -> bool:
    """Tell whether a change of an active case adds: a higher level, another ground or birth date, somebody published.

    The birth date counts because the rules for minors hang on it, even where nobody is published by name. Where there
    is no year of it, the same holds for whom the case names and for why that is no child.
    """
    if after.level > before.level or after.ground != before.ground or after.birth != before.birth:
        return True
    if after.birth.year is None and (after.age_reason != before.age_reason or not _named(after) <= _named(before)):
        return True
    return not set(subjects(after)) <= set(subjects(before))


def _named(content: Content) -> set[Name]:
    return {name for name in (content.name, *content.aliases) if name}


def submit(case: Case, user: User, rules: Rules) -> Case:
    """Ask a second person to put a draft in force; ``deferral`` and ``notice-future`` as :func:`set_notice` says."""
    if case.state is not State.DRAFT:
        raise CaseError("state")
    _refuse_obstacles(case.content, rules, case.origin)
    _check_notice(case.content, rules)
    return replace(_propose(case, Act.ACTIVATE, user, rules), state=State.AWAITING)


def renew(case: Case, content: Content, user: User, rules: Rules, reason: str) -> Case:
    """Ask a second person to let an active case last longer: ``content`` with a later end and another review.

    Whatever the case came from, it must now hold all that is demanded.

    Raises:
        CaseError: ``pending``; ``reason``: it has none; ``not-later``: the end is not after the one before.
    """
    _require_in_force(case, rules)
    if case.content.end is None or content.end is None or content.end <= case.content.end:
        raise CaseError("not-later")
    _refuse_obstacles(content, rules)
    return _propose(case, Act.RENEW, user, rules, reason=reason, content=content)


def set_notice(case: Case, notice: Notice, rules: Rules) -> Case:
    """Note that the letter to the person was sent, or why it may not be sent yet; whatever else is proposed stays so.

    Raises:
        CaseError: ``deferral``: a deferral has a reason and a day on which it is asked again, both or neither, and
            that day comes while the case is in force; ``notice-future``: no letter was sent tomorrow.
    """
    _require_in_force(case, rules)
    _check_notice(replace(case.content, notice=notice), rules)
    proposal = case.proposal
    if proposal and proposal.content:
        proposal = replace(proposal, content=replace(proposal.content, notice=notice))
    return replace(case, content=replace(case.content, notice=notice), proposal=proposal, touched=rules.now)


def _check_notice(content: Content, rules: Rules) -> None:
    notice = content.notice
    if bool(notice.deferral_reason.strip()) != (notice.deferred_until is not None):
        raise CaseError("deferral")
    if notice.deferred_until and content.end and notice.deferred_until > content.end:
        raise CaseError("deferral")
    if notice.sent is not None and notice.sent > rules.newest:
        raise CaseError("notice-future")


def restrict(case: Case, rules: Rules) -> Case:
    """Publish nothing of a case that is active, or once it is (GDPR, Article 18); ``restricted`` if so already."""
    if case.state not in OPEN:
        _require_in_force(case, rules)
    if case.restricted:
        raise CaseError("restricted")
    return replace(case, restricted=True, touched=rules.now)


def propose_lift(case: Case, user: User, rules: Rules, reason: str) -> Case:
    """Ask a second person to let a restriction end.

    Raises:
        CaseError: ``pending``; ``reason``: it has none; ``not-restricted``.
    """
    _require_in_force(case, rules)
    if not case.restricted:
        raise CaseError("not-restricted")
    return _propose(case, Act.LIFT, user, rules, reason=reason)


def approvals_needed(case: Case, today: dt.date) -> int:
    """Tell how many approvals a proposal needs: one, and two for those who are, or may be, under 18.

    Whoever was a minor until now needs two also to be none any more.
    """
    return 2 if is_minor(case.content, today) or is_minor(case.proposed, today) else 1


def may_approve(case: Case, user: User) -> bool:
    """Tell whether somebody may be the second person: there is a proposal, and they had no hand in it."""
    return case.proposal is not None and _refusal(case, case.proposal, user) is None


def _refusal(case: Case, proposal: Proposal, user: User) -> str | None:
    if user.id == proposal.by or user.id in case.hands:
        return "own-work"
    return "approved-already" if any(one.user == user.id for one in proposal.approvals) else None


def approve(case: Case, user: User, rules: Rules) -> Case:
    """Approve what is proposed; with the last approval that is needed it takes effect.

    Raises:
        CaseError: ``nothing-proposed``; ``own-work``: whoever had a hand in it may not approve; ``approved-already``.
    """
    if case.proposal is None:
        raise CaseError("nothing-proposed")
    refusal = _refusal(case, case.proposal, user)
    if refusal:
        raise CaseError(refusal)
    if case.state is State.ACTIVE:
        _require_in_force(case, rules)
    _check_again(case, case.proposal.act, rules)
    given = (*case.proposal.approvals, Approval(user.id, rules.now))
    if len(given) < approvals_needed(case, rules.today):
        return replace(case, proposal=replace(case.proposal, approvals=given), touched=rules.now)
    return _take_effect(case, case.proposal.act, given, rules.now)


def _check_again(case: Case, act: Act, rules: Rules) -> None:
    """Look again at what was in order when it was proposed: days have passed."""
    if act is Act.AMEND:
        _refuse_new_obstacles(case, case.proposed, rules)
    elif act is Act.ACTIVATE:
        _refuse_obstacles(case.proposed, rules, case.origin)
    elif act is Act.RENEW:
        _refuse_obstacles(case.proposed, rules)


def _take_effect(case: Case, act: Act, given: tuple[Approval, ...], now: int) -> Case:
    done = replace(
        case, content=case.proposed, proposal=None, hands=frozenset(), touched=now, approvals=(*case.approvals, *given)
    )
    if act is Act.ACTIVATE:
        return replace(_move(done, State.ACTIVE), activated=now)
    return replace(done, restricted=case.restricted and act is not Act.LIFT)


def reject(case: Case, rules: Rules) -> Case:
    """Turn down what is proposed: a case that was to be put in force is a draft again, an active one goes on as it is.

    Whoever proposed it may do the same, to take it back. ``nothing-proposed`` if there is nothing.
    """
    if case.proposal is None:
        raise CaseError("nothing-proposed")
    back = replace(case, proposal=None, touched=rules.now)
    return _move(back, State.DRAFT) if case.state is State.AWAITING else back


def end(case: Case, reason: EndReason, rules: Rules) -> Case:
    """End a case; nothing of it is published any more. ``end-reason`` if this state knows no such end."""
    if case.state not in END_REASONS:
        raise CaseError("state")
    if reason not in END_REASONS[case.state]:
        raise CaseError("end-reason")
    ended = replace(_move(case, State.ENDED), proposal=None, end_reason=reason)
    return replace(ended, touched=rules.now, closed=rules.now)


def expire(case: Case, rules: Rules) -> Case:
    """Let time pass: an active case expires, and one that was never in force is given up when nobody touches it."""
    if case.state is State.ACTIVE and case.ends <= rules.now:
        return replace(_move(case, State.EXPIRED), proposal=None, closed=rules.now)
    if case.state in OPEN and case.touched + rules.retention.draft_days * _DAY <= rules.now:
        return replace(end(case, EndReason.DISMISSED, rules), touched=case.touched)
    raise CaseError("state")


def anonymise(case: Case, rules: Rules, *, at_once: bool = False) -> Case:
    """Leave nothing personal of a closed case, once the objection period is over, or ``at_once`` for an erasure.

    Raises:
        CaseError: ``objection-period``: it is not over.
    """
    if case.state not in CLOSED:
        raise CaseError("state")
    if not at_once and case.closed + rules.retention.objection_days * _DAY > rules.now:
        raise CaseError("objection-period")
    return replace(_move(case, State.ANONYMISED), content=Content())


def _propose(
    case: Case, act: Act, user: User, rules: Rules, *, reason: str = "", content: Content | None = None
) -> Case:
    if case.proposal is not None:
        raise CaseError("pending")
    if act is not Act.ACTIVATE and not reason.strip():
        raise CaseError("reason")
    return replace(case, proposal=Proposal(act, user.id, rules.now, reason, content), touched=rules.now)


def _refuse_obstacles(content: Content, rules: Rules, origin: Origin = Origin.ENTERED) -> None:
    found = obstacles(content, rules, origin)
    if found:
        raise CaseError("obstacles", found=found, ground=content.ground.kind)


def _refuse_new_obstacles(case: Case, content: Content, rules: Rules) -> None:
    """Refuse a change that makes an active case worse; what it lacked before (taken over, from a file) it may lack."""
    known = set(obstacles(case.content, rules, case.origin))
    found = [one for one in obstacles(content, rules, case.origin) if one not in known]
    if found:
        raise CaseError("obstacles", found=found, ground=content.ground.kind)


def _require_in_force(case: Case, rules: Rules) -> None:
    """Refuse a case that is not active, or whose time is over although nobody has noted that yet."""
    if case.state is not State.ACTIVE or case.ends <= rules.now:
        raise CaseError("state")


def _move(case: Case, state: State) -> Case:
    if state not in TRANSITIONS[case.state]:
        raise CaseError("state")
    return replace(case, state=state)
