"""What is done with a request: deciding it, and taking longer for it, each on a page that says what will happen."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import granting, requests, words
from obacht_enrollment.cases.dates import day_of, months_after
from obacht_enrollment.cases.requests import MAX_TEXT, MONTHS, MORE_MONTHS, Outcome, Request
from obacht_enrollment.errors import CaseError
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_words
from obacht_enrollment.pages import requests as request_pages
from obacht_enrollment.pages.case_faults import by_field, faults_of
from obacht_enrollment.pages.case_input import write_day
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()


@section.get("/requests/{number}/decision", Right.EDIT_CASES)
def deciding(visit: Visit) -> Response:
    """Show where a request is decided."""
    return _deciding(visit)


@section.post("/requests/{number}/decision", Right.EDIT_CASES, kept=True)
def decide(visit: Visit) -> Response:
    """Decide a request; what is granted is done at once."""
    number, form = visit.number("number"), visit.form
    try:
        outcome = _outcome(visit)
        answer = form.text("text").replace("\r\n", "\n")
        granting.decide(visit.office, visit.user, number, visit.now, outcome=outcome, answer=answer)
    except CaseError as error:
        return _deciding(visit, error)
    return visit.go(f"/requests/{number}", done="request_decided")


@section.get("/requests/{number}/extension", Right.EDIT_CASES)
def extending(visit: Visit) -> Response:
    """Show where the deadline of a request is extended."""
    return _extending(visit)


@section.post("/requests/{number}/extension", Right.EDIT_CASES, kept=True)
def extend(visit: Visit) -> Response:
    """Extend the deadline of a request, once."""
    number = visit.number("number")
    try:
        requests.extend(visit.office, visit.user, number, visit.form.text("reason"), visit.now)
    except CaseError as error:
        return _extending(visit, error)
    return visit.go(f"/requests/{number}", done="request_extended")


def _deciding(visit: Visit, error: CaseError | None = None) -> Response:
    def values(one: Request) -> dict[str, Any]:
        return {"outcomes": [(out.value, pick(words.OUTCOMES[out], visit.language)) for out in _possible(one)]}

    return _page(visit, "request_decision.html", error, values)


def _possible(one: Request) -> tuple[Outcome, ...]:
    """Give what can come of a request: nothing is granted without a case, and with one, something is recorded."""
    if one.case is None:
        return Outcome.NOTHING, Outcome.REFUSED
    return Outcome.GRANTED, Outcome.PARTLY, Outcome.REFUSED


def _extending(visit: Visit, error: CaseError | None = None) -> Response:
    def values(one: Request) -> dict[str, Any]:
        return {"then": write_day(months_after(day_of(one.received), MONTHS + MORE_MONTHS))}

    return _page(visit, "request_extension.html", error, values, once=True)


def _outcome(visit: Visit) -> Outcome:
    try:
        return Outcome(visit.form.text("outcome"))
    except ValueError:
        raise CaseError("request-outcome") from None


def _page(
    visit: Visit,
    template: str,
    error: CaseError | None,
    values: Callable[[Request], dict[str, Any]],
    *,
    once: bool = False,
) -> Response:
    one = requests.find(visit.office, visit.user, visit.number("number"))
    if one.outcome or (once and one.extended):
        return request_pages.show(visit, error=CaseError("request-decided" if one.outcome else "request-extended"))
    faults = faults_of(visit, error) if error else []
    return visit.show(
        template,
        status=400 if error else 200,
        error=error if not faults else None,
        faults=faults,
        wrong=by_field(faults),
        one=one,
        line=request_pages.line(visit, one),
        form=visit.form,
        most=MAX_TEXT,
        **values(one),
        **case_words.tools(visit),
    )
