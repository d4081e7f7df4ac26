"""The answer to an access request: asked for, approved by another person, and then got as letter and as file."""

from starlette.responses import Response

from obacht_enrollment import replies, writing
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import exports, requests
from obacht_enrollment.cases.exports import GOOD_FOR, Export
from obacht_enrollment.cases.requests import Kind, Outcome, Request
from obacht_enrollment.errors import CaseError, LetterError
from obacht_enrollment.pages import case_history, envelopes
from obacht_enrollment.pages import requests as request_pages
from obacht_enrollment.pages.request_letters import content_at_hand
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()


@section.get("/requests/{number}/answer", Right.EDIT_CASES)
def answer(visit: Visit) -> Response:
    """Show how far the answer is, and what is to be done next."""
    return _answer(visit)


@section.post("/requests/{number}/answer", Right.EDIT_CASES)
def ask(visit: Visit) -> Response:
    """Ask a second person to allow that everything is read out."""
    number = visit.number("number")
    one = requests.find(visit.office, visit.user, number)
    if _refusal(one) is not None or one.case is None:
        return _answer(visit)
    if _step(exports.own(visit.office, visit.user, one.case), visit.now) != "ask":
        return visit.go(f"/requests/{number}/answer")
    why = visit.text("answer.why", number=number)
    exports.ask(visit.office, visit.user, one.case, why, visit.now)
    return visit.go(f"/requests/{number}/answer", done="export_asked")


@section.post("/requests/{number}/answer/pdf", Right.EDIT_CASES)
def letter(visit: Visit) -> Response:
    """Give the answer as PDF."""
    number = visit.number("number")
    try:
        envelope = envelopes.typed(visit)
        made = replies.answer(visit.office, visit.user, number, visit.now, envelope=envelope)
    except (CaseError, LetterError) as error:
        return _answer(visit, error)
    return envelopes.pdf(visit, made, f"answer-{number}")


@section.post("/requests/{number}/answer/json", Right.EDIT_CASES)
def data(visit: Visit) -> Response:
    """Give everything as a file that programs read."""
    number = visit.number("number")
    try:
        made = replies.data(visit.office, visit.user, number, visit.now)
    except (CaseError, LetterError) as error:
        return _answer(visit, error)
    name = f'attachment; filename="answer-{number}.json"'
    return visit.answer(made, "application/json", 200, {"Content-Disposition": name})


@section.get("/exports/{number}", Right.APPROVE, proof=True)
def deciding(visit: Visit) -> Response:
    """Show what somebody wants to read out, and why."""
    return _deciding(visit)


@section.post("/exports/{number}", Right.APPROVE, proof=True)
def approve(visit: Visit) -> Response:
    """Allow it."""
    number = visit.number("number")
    try:
        exports.approve(visit.office, visit.user, number, visit.now)
    except CaseError as error:
        if error.code not in {"own-work", "approved-already"}:
            raise
        return _deciding(visit, error)
    return visit.go(f"/exports/{number}", done="export_approved")


def _answer(visit: Visit, error: CaseError | LetterError | None = None) -> Response:
    one = requests.find(visit.office, visit.user, visit.number("number"))
    refusal = _refusal(one)
    if refusal is not None or one.case is None:
        return request_pages.show(visit, error=refusal)
    export = exports.own(visit.office, visit.user, one.case)
    return visit.show(
        "answer.html",
        status=400 if error else 200,
        error=error,
        one=one,
        line=request_pages.line(visit, one),
        export=export,
        step=_step(export, visit.now),
        approved_by=case_history.names(visit)[export.approved_by] if export and export.approved_by else "",
        until=_until(export) if export else 0,
        obstacle=_obstacle(visit),
        **envelopes.values(visit, content_at_hand(visit, one)),
    )


def _refusal(one: Request) -> CaseError | LetterError | None:
    """Say why a request has no such answer; None if it has."""
    if one.kind is not Kind.ACCESS:
        return LetterError("letter-access")
    if one.outcome is Outcome.REFUSED:
        return LetterError("letter-refused")
    return CaseError("erased") if one.is_erased else None if one.case else CaseError("request-case")


def _step(export: Export | None, now: int) -> str:
    """Name what comes next: ask, wait, or get."""
    if export is None or export.is_over(now):
        return "ask"
    return "get" if export.approved else "wait"


def _until(export: Export) -> int:
    return export.read + exports.AGAIN if export.read else export.approved + GOOD_FOR


def _obstacle(visit: Visit) -> str:
    try:
        writing.sender(visit.office)
    except LetterError as error:
        return visit.sentence(error)
    return ""


def _deciding(visit: Visit, error: CaseError | None = None) -> Response:
    export = exports.find(visit.office, visit.user, visit.number("number"))
    known = case_history.names(visit)
    return visit.show(
        "export.html",
        status=400 if error else 200,
        error=error,
        export=export,
        by=known[export.user],
        approved_by=known[export.approved_by] if export.approved_by else "",
        why=exports.why(visit.office, visit.user, export.number, visit.now),
        is_own=export.user == visit.user.id,
    )
