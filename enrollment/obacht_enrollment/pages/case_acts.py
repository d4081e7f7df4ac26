"""What is done with a case, each act on a page of its own that says beforehand what will happen."""

from collections.abc import Callable
from typing import Any, Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import service
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.obstacles import is_minor
from obacht_enrollment.cases.states import END_REASONS, EndReason, State
from obacht_enrollment.cases.views import View
from obacht_enrollment.cases.words import END_REASONS as END_WORDS
from obacht_enrollment.errors import CaseError
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_facts, case_gate, case_words, cases
from obacht_enrollment.pages.case_editing import submit
from obacht_enrollment.pages.case_faults import by_field, faults_of
from obacht_enrollment.pages.case_input import required_day, write_day
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
_GONE: Final = EndReason.ERASURE
"""This end belongs to the person's request for erasure, with which it is decided."""


@section.post("/cases/{number}/submit", Right.EDIT_CASES)
def ask_second_person(visit: Visit) -> Response:
    """Ask a second person to put a draft in force."""
    return _done(visit, lambda: submit(visit, visit.number("number")))


@section.post("/cases/{number}/withdraw", Right.EDIT_CASES)
def withdraw(visit: Visit) -> Response:
    """Take back what one has proposed."""
    number = visit.number("number")

    def act() -> Response:
        service.reject(visit.office, visit.user, number, visit.now, version=visit.form.number("version"), reason="")
        return visit.go(f"/cases/{number}", done="case_withdrawn")

    return _done(visit, act)


@section.get("/cases/{number}/end", Right.EDIT_CASES)
def ending(visit: Visit) -> Response:
    """Show where a case is ended, or a draft given up."""
    return case_gate.reading_page(visit, _ending)


@section.post("/cases/{number}/end", Right.EDIT_CASES, kept=True)
def end(visit: Visit) -> Response:
    """End a case, or give up a draft."""
    number = visit.number("number")

    def act() -> Response:
        why = next((one for one in EndReason if one == visit.form.text("why")), None)
        if why is None:
            raise CaseError("end-reason")
        reason = visit.form.text("reason")
        service.end(visit.office, visit.user, number, visit.now, why=why, reason=reason)
        return visit.go(f"/cases/{number}", done="case_ended")

    return _done(visit, act, _ending)


@section.get("/cases/{number}/renew", Right.EDIT_CASES)
def renewing(visit: Visit) -> Response:
    """Show where a case is made to last longer."""
    return case_gate.reading_page(visit, _renewing)


@section.post("/cases/{number}/renew", Right.EDIT_CASES, kept=True)
def renew(visit: Visit) -> Response:
    """Ask a second person to let a case last longer."""
    number, form = visit.number("number"), visit.form

    def act() -> Response:
        version, reason = form.number("version"), form.text("reason")
        end, review = required_day(form.text("end"), "end"), required_day(form.text("review"), "review")
        service.renew(
            visit.office, visit.user, number, visit.now, version=version, end=end, review=review, reason=reason
        )
        return visit.go(f"/cases/{number}", done="case_proposed")

    return _done(visit, act, _renewing)


@section.get("/cases/{number}/restrict", Right.EDIT_CASES)
def restricting(visit: Visit) -> Response:
    """Show where the processing of a case is restricted."""
    return case_gate.reading_page(visit, _restricting)


@section.post("/cases/{number}/restrict", Right.EDIT_CASES, kept=True)
def restrict(visit: Visit) -> Response:
    """Publish nothing of a case any more."""
    number = visit.number("number")

    def act() -> Response:
        service.restrict(visit.office, visit.user, number, visit.now, reason=visit.form.text("reason"))
        return visit.go(f"/cases/{number}", done="case_restricted")

    return _done(visit, act, _restricting)


@section.get("/cases/{number}/lift", Right.EDIT_CASES)
def lifting(visit: Visit) -> Response:
    """Show where a restriction is lifted."""
    return case_gate.reading_page(visit, _lifting)


@section.post("/cases/{number}/lift", Right.EDIT_CASES, kept=True)
def lift(visit: Visit) -> Response:
    """Ask a second person to let a restriction end."""
    number = visit.number("number")

    def act() -> Response:
        service.lift(visit.office, visit.user, number, visit.now, reason=visit.form.text("reason"))
        return visit.go(f"/cases/{number}", done="case_proposed")

    return _done(visit, act, _lifting)


_Show = Callable[[Visit, View, CaseError | None], Response]


def _done(visit: Visit, act: Callable[[], Response], show: _Show = cases.show) -> Response:
    """Do something; where it cannot be done, show its page again, with what was typed and why not."""
    try:
        return act()
    except CaseError as error:
        return show(visit, case_gate.view_at_work(visit), error)


def _ending(visit: Visit, view: View, error: CaseError | None = None) -> Response:
    possible = END_REASONS.get(view.case.state, frozenset()) - {_GONE}
    whys = [(one.value, pick(END_WORDS[one], visit.language)) for one in EndReason if one in possible]
    never = view.case.state is not State.ACTIVE
    return _page(visit, view, error, act="dismiss" if never else "end", possible=bool(whys), whys=whys)


def _renewing(visit: Visit, view: View, error: CaseError | None = None) -> Response:
    retention, today = visit.office.settings.retention, day_of(visit.now)
    minor = is_minor(view.case.content, today)
    return _page(
        visit,
        view,
        error,
        act="renew",
        possible=view.case.state is State.ACTIVE and view.case.proposal is None,
        ends=write_day(view.case.content.end),
        last_end=write_day(retention.last_end(today, minor=minor)),
        last_review=write_day(retention.last_review(today, minor=minor)),
    )


def _restricting(visit: Visit, view: View, error: CaseError | None = None) -> Response:
    possible = view.case.state is State.ACTIVE and not view.case.restricted
    return _page(visit, view, error, act="restrict", possible=possible)


def _lifting(visit: Visit, view: View, error: CaseError | None = None) -> Response:
    possible = view.case.state is State.ACTIVE and view.case.restricted and view.case.proposal is None
    return _page(visit, view, error, act="lift", possible=possible)


def _page(
    visit: Visit,
    view: View,
    error: CaseError | None,
    *,
    act: str,
    possible: bool,
    **values: Any,  # noqa: ANN401 - whatever the template names
) -> Response:
    if not possible:
        return cases.show(visit, view, error or CaseError("pending" if view.case.proposal else "state"))
    faults = faults_of(visit, error) if error else []
    return visit.show(
        "case_act.html",
        status=400 if error else 200,
        error=error if not faults else None,
        act=act,
        summary=view.summary,
        title=case_facts.title(view.case.content),
        faults=faults,
        wrong=by_field(faults),
        form=visit.form,
        **values,
        **case_words.tools(visit),
    )
