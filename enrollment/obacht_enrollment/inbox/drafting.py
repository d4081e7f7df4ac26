"""Making a case of a report: the case and what became of the report are written together, or neither is."""

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import workflow
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.states import Origin
from obacht_enrollment.cases.transaction import writing
from obacht_enrollment.errors import InboxError
from obacht_enrollment.inbox import drafts, store
from obacht_enrollment.inbox.outcomes import Outcome
from obacht_enrollment.inbox.service import open_report
from obacht_enrollment.office import Office


def draft(office: Office, user: User, number: int, now: int) -> int:
    """Begin a case with a report, once, and give the case's number.

    Args:
        office: Unlocked.
        user: Who does it; they cannot approve the case. That they opened the report is on record.
        number: Of the report.
        now: Unix seconds.

    Raises:
        ForbiddenError: The user may not.
        InboxError: ``report-unknown``, ``report-decided``, or ``report-unreadable``: what it says cannot be read.
    """
    require(user, Right.EDIT_CASES)
    opened = open_report(office, user, number, now)
    if opened.entry.outcome is not Outcome.OPEN:
        raise InboxError("report-decided")
    if opened.report is None:
        raise InboxError("report-unreadable")
    content = drafts.of(opened.report, opened.entry.receipt)
    with writing(office, now) as transaction:
        begun = workflow.begin(content, user, transaction.rules, Origin.REPORT)
        (case,) = transaction.add([(begun, {"report": number})], user.id, Deed.BEGUN)
        decided = {"outcome": Outcome.DRAFT, "case": case, "decided": now, "decided_by": user.id}
        store.decide(transaction.session, number, **decided)
    return case
