"""The letter about a request: what was decided, that it takes longer, or that nothing is known of whoever asks."""

from starlette.responses import Response

from obacht_enrollment import replies, writing
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import opening, requests
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.requests import Kind, Outcome, Request
from obacht_enrollment.cases.states import State
from obacht_enrollment.errors import LetterError
from obacht_enrollment.pages import envelopes
from obacht_enrollment.pages import requests as request_pages
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()


@section.get("/requests/{number}/letter", Right.EDIT_CASES)
def letter(visit: Visit) -> Response:
    """Show where the letter about a request is written."""
    return _letter(visit, requests.find(visit.office, visit.user, visit.number("number")))


@section.post("/requests/{number}/letter", Right.EDIT_CASES)
def write(visit: Visit) -> Response:
    """Give the letter as PDF."""
    number = visit.number("number")
    one = requests.find(visit.office, visit.user, number)
    make = replies.answer if _tells_nothing(one) else replies.decision
    try:
        made = make(visit.office, visit.user, number, visit.now, envelope=envelopes.typed(visit))
    except LetterError as error:
        return _letter(visit, one, error)
    return envelopes.pdf(visit, made, f"request-{number}")


def content_at_hand(visit: Visit, one: Request) -> Content | None:
    """Give what the case of a request says, if its reader has said lately why they look."""
    if one.case is None or one.is_erased:
        return None
    view = opening.opened(visit.office, visit.user, one.case, visit.now)
    return view.case.content if view and view.case.state is not State.ANONYMISED else None


def _letter(visit: Visit, one: Request, error: LetterError | None = None) -> Response:
    return visit.show(
        "request_letter.html",
        status=400 if error else 200,
        error=error,
        one=one,
        line=request_pages.line(visit, one),
        obstacle=_obstacle(visit, one),
        effect=_told(one),
        **envelopes.values(visit, content_at_hand(visit, one)),
    )


def _tells_nothing(one: Request) -> bool:
    return one.kind is Kind.ACCESS and one.outcome is Outcome.NOTHING


def _told(one: Request) -> str:
    """Name what the letter says."""
    if one.outcome is None:
        return "extended"
    if one.outcome is Outcome.NOTHING:
        return "nothing" if _tells_nothing(one) else "refused"
    return one.outcome.value


def _obstacle(visit: Visit, one: Request) -> str:
    """Say why no letter can be written at all; empty if one can."""
    try:
        writing.sender(visit.office)
    except LetterError as error:
        return visit.sentence(error)
    if one.outcome is None and not one.extended:
        return visit.sentence(LetterError("letter-undecided"))
    if one.outcome is Outcome.GRANTED and one.kind is Kind.ACCESS:
        return visit.sentence(LetterError("letter-answer"))
    return ""
