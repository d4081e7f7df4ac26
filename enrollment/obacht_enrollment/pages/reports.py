"""The departments' sealed reports: what came in, opening one, making a case of it, turning it down."""

from typing import Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import look_reasons
from obacht_enrollment.cases import service as cases
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.errors import InboxError
from obacht_enrollment.inbox import drafting, service, words
from obacht_enrollment.inbox.outcomes import Outcome
from obacht_enrollment.inbox.service import MAX_ANSWER, Entry, Opened
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_history, report_facts
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
section.link("/inbox", "inbox.title", Right.READ_DECISIONS)
_REJECTIONS: Final = (Outcome.WRONG, Outcome.REPEATED)
_MOST: Final = 100
"""Reports on one page: with them come those that were decided in a year."""


@section.get("/inbox", Right.READ_DECISIONS)
def undecided(visit: Visit) -> Response:
    """List what nobody has decided about yet, the oldest first."""
    return _waiting(visit)


@section.get("/inbox/decided", Right.READ_DECISIONS)
def decided(visit: Visit) -> Response:
    """List what was decided about, the newest first."""
    over = [entry for entry in service.entries(visit.office, visit.user) if entry.outcome is not Outcome.OPEN]
    return _list(visit, over, is_over=True)


@section.post("/inbox/search", Right.READ_DECISIONS)
def search(visit: Visit) -> Response:
    """Go to the report whose receipt number somebody reads out."""
    receipt = visit.form.text("receipt")
    try:
        found = service.entries(visit.office, visit.user, receipt) if receipt else []
    except InboxError as error:
        return _waiting(visit, receipt, error)
    return visit.go(f"/inbox/{found[0].number}") if found else _waiting(visit, receipt, InboxError("report-unknown"))


@section.get("/inbox/{number}", Right.READ_DECISIONS)
def report(visit: Visit) -> Response:
    """Show of a report what is not sealed."""
    return _report(visit)


@section.post("/inbox/{number}", Right.READ_CASES)
def open_report(visit: Visit) -> Response:
    """Open a report, and show what it says; that somebody did is on record."""
    return _report(visit, service.open_report(visit.office, visit.user, visit.number("number"), visit.now))


@section.post("/inbox/{number}/draft", Right.EDIT_CASES)
def draft(visit: Visit) -> Response:
    """Begin a case with a report, and go on there."""
    try:
        case = drafting.draft(visit.office, visit.user, visit.number("number"), visit.now)
    except InboxError as error:
        return _report(visit, error=error)
    cases.look(visit.office, visit.user, case, look_reasons.write(LookReason.BEGUN), visit.now)
    return visit.go(f"/cases/{case}", done="report_drafted")


@section.get("/inbox/{number}/reject", Right.EDIT_CASES)
def rejecting(visit: Visit) -> Response:
    """Show where a report is turned down."""
    return _rejecting(visit)


@section.post("/inbox/{number}/reject", Right.EDIT_CASES, kept=True)
def reject(visit: Visit) -> Response:
    """Turn a report down."""
    number, answer = visit.number("number"), visit.form.text("answer").replace("\r\n", "\n")
    try:
        outcome = next((one for one in _REJECTIONS if one == visit.form.text("outcome")), Outcome.OPEN)
        service.reject(visit.office, visit.user, number, visit.now, outcome=outcome, answer=answer)
    except InboxError as error:
        return _rejecting(visit, error)
    return visit.go(f"/inbox/{number}", done="report_rejected")


def _waiting(visit: Visit, receipt: str = "", error: InboxError | None = None) -> Response:
    waiting = [entry for entry in reversed(service.entries(visit.office, visit.user)) if entry.outcome is Outcome.OPEN]
    return _list(visit, waiting, receipt=receipt, error=error)


def _list(
    visit: Visit, entries: list[Entry], *, is_over: bool = False, receipt: str = "", error: InboxError | None = None
) -> Response:
    return visit.show(
        "reports.html",
        status=400 if error else 200,
        error=error,
        entries=[(entry, *_told(visit, entry)) for entry in entries[:_MOST]],
        more=max(0, len(entries) - _MOST),
        is_over=is_over,
        receipt=receipt,
    )


def _report(visit: Visit, opened: Opened | None = None, error: InboxError | None = None) -> Response:
    entry = opened.entry if opened else service.entry(visit.office, visit.user, visit.number("number"))
    state, outcome = _told(visit, entry)
    known = case_history.names(visit)
    looks = service.looks(visit.office, visit.user, entry.number) if visit.user.may(Right.READ_USERS) else []
    is_open = entry.outcome is Outcome.OPEN
    may_edit = visit.user.may(Right.EDIT_CASES) and is_open
    return visit.show(
        "report.html",
        status=400 if error else 200,
        error=error,
        entry=entry,
        state=state,
        outcome=outcome,
        by=known[entry.decided_by] if entry.decided_by else "",
        opened=opened,
        parts_told=report_facts.facts(opened.report, visit.language) if opened and opened.report else [],
        fault=pick(words.FAULTS[opened.fault], visit.language) if opened and opened.fault else "",
        may_open=opened is None and visit.user.may(Right.READ_CASES),
        may_read=visit.user.may(Right.READ_CASES),
        may_draft=may_edit and opened is not None and opened.report is not None,
        may_reject=may_edit,
        looks=[(look.at, known[look.user]) for look in looks],
    )


def _rejecting(visit: Visit, error: InboxError | None = None) -> Response:
    entry = service.entry(visit.office, visit.user, visit.number("number"))
    if entry.outcome is not Outcome.OPEN:
        return _report(visit, error=InboxError("report-decided"))
    return visit.show(
        "report_reject.html",
        status=400 if error else 200,
        error=error,
        entry=entry,
        outcomes=[(one.value, pick(words.REASONS[one], visit.language)) for one in _REJECTIONS],
        outcome=visit.form.text("outcome"),
        answer=visit.form.text("answer"),
        most=MAX_ANSWER,
    )


def _told(visit: Visit, entry: Entry) -> tuple[str, str]:
    return pick(words.STATES[entry.state], visit.language), pick(words.OUTCOMES[entry.outcome], visit.language)
