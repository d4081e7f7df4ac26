"""What staff do with a case, from the draft to its end; pages and commands only show what comes of it.

Every function takes the unlocked office, who acts, and the time in Unix seconds. Each is one transaction: the case, the
records that stand for it, and the history change together. Whoever changes a case says which version they have seen.

All raise ``ForbiddenError`` if the user may not, ``CaseError`` as :mod:`~.workflow` says it or ``case-unknown``,
``changed`` (somebody else changed the case meanwhile) and ``anonymised``, ``VaultError`` if the case was tampered with,
and ``StoreError`` if the database failed.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import workflow
from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.content import Content, Notice
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.obstacles import Obstacle, Rules, obstacles
from obacht_enrollment.cases.states import Act, EndReason, Origin
from obacht_enrollment.cases.transaction import Held, Transaction, rules, writing
from obacht_enrollment.cases.views import Summary, View
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office

_EFFECTS = {
    Act.ACTIVATE: Deed.ACTIVATED,
    Act.AMEND: Deed.AMENDED,
    Act.RENEW: Deed.RENEWED,
    Act.LIFT: Deed.LIFTED,
}


def create_draft(office: Office, user: User, content: Content, now: int) -> int:
    """Begin a draft, and give its number; whoever begins it cannot approve it."""
    require(user, Right.EDIT_CASES)
    with writing(office, now) as transaction:
        case = workflow.begin(content, user, transaction.rules)
        (number,) = transaction.add([(case, {})], user.id, Deed.BEGUN)
        return number


def look(office: Office, user: User, number: int, why: str, now: int) -> View:
    """Open a case; who, when and why is on record before anything of it is shown.

    Raises:
        CaseError: ``why``: no reason is given.
    """
    require(user, Right.READ_CASES)
    with writing(office, now) as transaction:
        held = transaction.load(number)
        transaction.look(held, user.id, why)
        return View(Summary.of(held.row), held.case)


def obstacles_of(office: Office, view: View, now: int) -> list[Obstacle]:
    """Say what keeps an opened case, or what is proposed for it, from being in force."""
    proposal = view.case.proposal
    origin = Origin.ENTERED if proposal and proposal.act is Act.RENEW else view.case.origin
    return obstacles(view.case.proposed, rules(office, now), origin)


def edit(
    office: Office, user: User, number: int, content: Content, now: int, *, version: int, reason: str = ""
) -> Summary:
    """Change what a case says; of an active case, what adds to it waits for a second person and needs a reason."""
    require(user, Right.EDIT_CASES)

    def change(case: Case, rules: Rules) -> Case:
        return workflow.edit(case, content, user, rules, reason)

    return _change(office, user, number, now, change=change, what=Deed.EDITED, version=version, reason=reason)


def submit(office: Office, user: User, number: int, now: int, *, version: int) -> Summary:
    """Ask a second person to put a draft in force."""
    require(user, Right.EDIT_CASES)
    return _change(
        office,
        user,
        number,
        now,
        change=lambda case, rules: workflow.submit(case, user, rules),
        what=Deed.SUBMITTED,
        version=version,
    )


def approve(office: Office, user: User, number: int, now: int, *, version: int) -> Summary:
    """Approve what is proposed; with the last approval that is needed it takes effect, and the register changes."""
    require(user, Right.APPROVE)
    with writing(office, now) as transaction:
        held = transaction.load(number, version)
        approve_held(transaction, held, user)
        return Summary.of(held.row)


def approve_held(transaction: Transaction, held: Held, user: User) -> Case:
    """Approve within a transaction, and give the case as it is then."""
    after = workflow.approve(held.case, user, transaction.rules)
    transaction.save(held, after)
    transaction.note(held, user.id, Deed.APPROVED)
    if after.proposal is None and held.case.proposal is not None:
        transaction.note(held, user.id, _EFFECTS[held.case.proposal.act])
    return after


def reject(office: Office, user: User, number: int, now: int, *, version: int, reason: str) -> Summary:
    """Turn down what is proposed, with a reason; or take back what one has proposed oneself, which needs none."""
    with writing(office, now) as transaction:
        held = transaction.load(number, version)
        own = held.case.proposal is not None and held.case.proposal.by == user.id
        require(user, Right.EDIT_CASES if own else Right.APPROVE)
        if not own and not reason.strip():
            raise CaseError("reason")
        transaction.save(held, workflow.reject(held.case, transaction.rules))
        transaction.note(held, user.id, Deed.WITHDRAWN if own else Deed.REJECTED, {"reason": reason})
        return Summary.of(held.row)


def end(office: Office, user: User, number: int, now: int, *, why: EndReason, reason: str) -> Summary:
    """End a case, or give up a draft; its rows are gone from the next register."""
    require(user, Right.EDIT_CASES)
    return _change(
        office,
        user,
        number,
        now,
        change=lambda case, rules: workflow.end(case, why, rules),
        what=Deed.ENDED,
        reason=_required(reason),
    )


def renew(
    office: Office, user: User, number: int, now: int, *, version: int, end: dt.date, review: dt.date, reason: str
) -> Summary:
    """Ask a second person to let an active case last until another day."""
    require(user, Right.EDIT_CASES)

    def change(case: Case, rules: Rules) -> Case:
        return workflow.renew(case, replace(case.content, end=end, review=review), user, rules, reason)

    return _change(office, user, number, now, change=change, what=Deed.PROPOSED, version=version, reason=reason)


def restrict(office: Office, user: User, number: int, now: int, *, reason: str) -> Summary:
    """Publish nothing of an active case any more, until a second person lets that end."""
    require(user, Right.EDIT_CASES)
    return _change(office, user, number, now, change=workflow.restrict, what=Deed.RESTRICTED, reason=_required(reason))


def lift(office: Office, user: User, number: int, now: int, *, reason: str) -> Summary:
    """Ask a second person to let a restriction end."""
    require(user, Right.EDIT_CASES)
    return _change(
        office,
        user,
        number,
        now,
        change=lambda case, rules: workflow.propose_lift(case, user, rules, reason),
        what=Deed.PROPOSED,
        reason=reason,
    )


def set_notice(office: Office, user: User, number: int, notice: Notice, now: int, *, version: int) -> Summary:
    """Note that the letter to the person was sent, or why it may not be sent yet and when that is asked again."""
    require(user, Right.EDIT_CASES)

    def change(case: Case, rules: Rules) -> Case:
        return workflow.set_notice(case, notice, rules)

    return _change(office, user, number, now, change=change, what=Deed.NOTICE, version=version)


def _change(
    office: Office,
    user: User,
    number: int,
    now: int,
    *,
    change: Callable[[Case, Rules], Case],
    what: Deed,
    version: int | None = None,
    reason: str = "",
) -> Summary:
    with writing(office, now) as transaction:
        held = transaction.load(number, version)
        after = change(held.case, transaction.rules)
        transaction.save(held, after)
        transaction.note(held, user.id, *_told(held.case, after, what, reason))
        return Summary.of(held.row)


def _told(before: Case, after: Case, what: Deed, reason: str) -> tuple[Deed, dict[str, Any]]:
    """Say for the history what changed, or what is proposed to change."""
    detail: dict[str, Any] = {"reason": reason} if reason else {}
    if after.end_reason is not None:
        detail["end"] = after.end_reason.value
    changes = before.content.changes(after.proposed)
    if changes:
        detail["changes"] = changes
    if before.proposal is None and after.proposal is not None and after.proposal.act is not Act.ACTIVATE:
        return Deed.PROPOSED, detail | {"act": after.proposal.act.value}
    return what, detail


def _required(reason: str) -> str:
    if not reason.strip():
        raise CaseError("reason")
    return reason
