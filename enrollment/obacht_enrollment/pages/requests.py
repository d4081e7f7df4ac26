"""What persons concerned ask for: the list with its deadlines, taking one down, and one of them."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import exports, look_reasons, reading, requests, words
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.exports import Export
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.cases.requests import MAX_TEXT, Kind, Opened, Outcome, Request
from obacht_enrollment.cases.states import State
from obacht_enrollment.errors import CaseError, LetterError
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_history, case_words
from obacht_enrollment.pages.case_faults import by_field, faults_of
from obacht_enrollment.pages.case_input import required_day, write_day
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
section.link("/requests", "request.all", Right.READ_DECISIONS)
ARTICLES: Final = {
    Kind.ACCESS: 15,
    Kind.RECTIFICATION: 16,
    Kind.ERASURE: 17,
    Kind.RESTRICTION: 18,
    Kind.OBJECTION: 21,
}
"""Of the GDPR, in the order in which kinds are offered."""
_MOST: Final = 100
"""Requests on one page: with the open ones come all that were ever decided."""


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A request in a list, in words.

    Attributes:
        request: Nothing of what it says.
        kind: What is asked for.
        outcome: What came of it; empty while it is open.
        is_overdue: Whether its deadline is over.
    """

    request: Request
    kind: str
    outcome: str
    is_overdue: bool


@section.get("/requests", Right.READ_DECISIONS)
def undecided(visit: Visit) -> Response:
    """List what nobody has decided about yet, the nearest deadline first."""
    return _list(visit, requests.listed(visit.office, visit.user, only_open=True), is_over=False)


@section.get("/requests/decided", Right.READ_DECISIONS)
def decided(visit: Visit) -> Response:
    """List what was decided about, the newest decision first."""
    over = [one for one in requests.listed(visit.office, visit.user) if one.outcome]
    return _list(visit, sorted(over, key=lambda one: (-one.decided, -one.number)), is_over=True)


@section.get("/requests/new", Right.EDIT_CASES)
def receiving(visit: Visit) -> Response:
    """Show where a request is taken down."""
    return _receiving(visit)


@section.get("/cases/{number}/request", Right.EDIT_CASES)
def receiving_about(visit: Visit) -> Response:
    """Show where a request about a case is taken down."""
    summary = reading.summary(visit.office, visit.user, visit.number("number"))
    return _receiving(visit, case=summary.number)


@section.post("/requests/new", Right.EDIT_CASES, kept=True)
def receive(visit: Visit) -> Response:
    """Take a request down."""
    form = visit.form
    try:
        kind = _kind(visit)
        day = required_day(form.text("received"), "received")
        text = form.text("text").replace("\r\n", "\n")
        number = requests.receive(
            visit.office, visit.user, kind, text, visit.now, case=_case(visit, optional=True), received=day
        )
    except CaseError as error:
        return _receiving(visit, error)
    return visit.go(f"/requests/{number}", done="request_received")


@section.get("/requests/{number}", Right.READ_DECISIONS)
def request(visit: Visit) -> Response:
    """Show of a request what is not sealed."""
    return show(visit)


@section.post("/requests/{number}", Right.READ_CASES)
def open_request(visit: Visit) -> Response:
    """Open a request, and show what it says; that somebody did is on record."""
    return show(visit, open_now(visit))


@section.get("/requests/{number}/case", Right.EDIT_CASES)
def assigning(visit: Visit) -> Response:
    """Show where it is said which case a request is about."""
    return show(visit)


@section.post("/requests/{number}/case", Right.EDIT_CASES, kept=True)
def assign(visit: Visit) -> Response:
    """Say which case a request is about."""
    number = visit.number("number")
    try:
        requests.assign(visit.office, visit.user, number, _case(visit) or 0, visit.now)
    except CaseError as error:
        return show(visit, error=error)
    return visit.go(f"/requests/{number}", done="request_assigned")


def open_now(visit: Visit) -> Opened:
    """Open the request that the address names; why one looks at it goes without saying."""
    return requests.look(
        visit.office, visit.user, visit.number("number"), look_reasons.write(LookReason.PERSON), visit.now
    )


def line(visit: Visit, one: Request) -> Line:
    """Tell a request as lists and its page do."""
    outcome = pick(words.OUTCOMES[one.outcome], visit.language) if one.outcome else ""
    return Line(one, kind_of(visit, one.kind), outcome, one.is_overdue(visit.now))


def kind_of(visit: Visit, kind: Kind) -> str:
    """Say what is asked for, with the article that gives the right to it."""
    return visit.text("request.article", kind=pick(words.REQUESTS[kind], visit.language), article=ARTICLES[kind])


def show(visit: Visit, opened: Opened | None = None, error: CaseError | LetterError | None = None) -> Response:
    """Show a request.

    Args:
        visit: Whose.
        opened: What it says; None for those who have not opened it.
        error: What could not be done with it.
    """
    one = opened.request if opened else requests.find(visit.office, visit.user, visit.number("number"))
    known = case_history.names(visit)
    faults = faults_of(visit, error) if isinstance(error, CaseError) else []
    return visit.show(
        "request.html",
        status=400 if error else 200,
        error=error if not faults else None,
        faults=faults,
        wrong=by_field(faults),
        line=line(visit, one),
        one=one,
        opened=opened,
        by=known[one.entered_by],
        decided_by=known[one.decided_by] if one.decided_by else "",
        case=visit.form.text("case"),
        may_read=visit.user.may(Right.READ_CASES),
        may_open=opened is None and not one.is_erased and visit.user.may(Right.READ_CASES),
        may_edit=visit.user.may(Right.EDIT_CASES),
        may_answer=_may_answer(one),
        may_write=bool(one.outcome or one.extended)
        and not (one.kind is Kind.ACCESS and one.outcome is Outcome.GRANTED),
        may_rectify=_may_rectify(visit, one),
        **case_words.tools(visit),
    )


def _may_rectify(visit: Visit, one: Request) -> bool:
    """Tell whether the way to a rectification is editing the case."""
    if one.case is None or one.kind is not Kind.RECTIFICATION:
        return False
    return reading.summary(visit.office, visit.user, one.case).state in {State.DRAFT, State.ACTIVE}


def exports_waiting(visit: Visit, case: int | None = None) -> list[tuple[Export, str]]:
    """List the answers that wait for a second person, with who asked; nothing for those who cannot be that person."""
    if not visit.user.may(Right.APPROVE):
        return []
    known = case_history.names(visit)
    found = exports.waiting(visit.office, visit.user)
    return [(one, known[one.user]) for one in found if case is None or one.case == case]


def _may_answer(one: Request) -> bool:
    """Tell whether everything that the case says can be read out for a request."""
    is_asked = one.kind is Kind.ACCESS and one.case is not None and not one.is_erased
    return is_asked and one.outcome is not Outcome.REFUSED


def of_case(visit: Visit, number: int) -> list[Line]:
    """List the requests about a case, the newest first."""
    return [line(visit, one) for one in reversed(requests.listed(visit.office, visit.user, case=number))]


def _list(visit: Visit, found: list[Request], *, is_over: bool) -> Response:
    return visit.show(
        "requests.html",
        lines=[line(visit, one) for one in found[:_MOST]],
        more=max(0, len(found) - _MOST),
        is_over=is_over,
        waiting=exports_waiting(visit),
        may_edit=visit.user.may(Right.EDIT_CASES),
    )


def _receiving(visit: Visit, error: CaseError | None = None, case: int | None = None) -> Response:
    faults, form = faults_of(visit, error) if error else [], visit.form
    values: dict[str, Any] = {name: form.text(name) for name in ("kind", "text")}
    return visit.show(
        "request_new.html",
        status=400 if error else 200,
        error=error if not faults else None,
        faults=faults,
        wrong=by_field(faults),
        kinds=[(kind.value, case_words.capital(kind_of(visit, kind))) for kind in ARTICLES],
        received=form.text("received") or write_day(day_of(visit.now)),
        case=form.text("case") or case or "",
        most=MAX_TEXT,
        **values,
    )


def _kind(visit: Visit) -> Kind:
    try:
        return Kind(visit.form.text("kind"))
    except ValueError:
        raise CaseError("request-kind") from None


def _case(visit: Visit, *, optional: bool = False) -> int | None:
    """Read the number of a case, where nothing but nothing at all means that there is none."""
    typed = visit.form.text("case")
    if optional and not typed:
        return None
    number = visit.form.number("case")
    if not number:
        raise CaseError("case-unknown", number=typed)
    return number
