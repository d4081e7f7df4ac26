"""Calls by staff about a hit: noting who called, from where, what was told, and whether it was the right person."""

from typing import Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import calls, look_reasons, reading
from obacht_enrollment.cases.calls import Call, Told
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.errors import CaseError, PublishingError
from obacht_enrollment.lookup import read_reference
from obacht_enrollment.pages import case_history
from obacht_enrollment.pages.case_faults import Fault, by_field, faults_of
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
section.link("/calls", "call.all", Right.READ_DECISIONS)
_PERSONS: Final = {"right": True, "wrong": False, "open": None}
_ASKED: Final = (("right", "call.right"), ("wrong", "call.wrong"), ("open", "call.open"))
"""Whether the hit meant the person whom the caller had before them."""
_MISSING: Final = {
    "caller": "call.missing_caller",
    "department": "call.missing_department",
    "told": "call.missing_told",
}
_MOST: Final = 2000
_SHOWN: Final = 100
"""Calls in the list: those about cases stand at their cases as well."""


@section.get("/calls", Right.READ_DECISIONS)
def newest(visit: Visit) -> Response:
    """List the newest calls, and nothing of what was told."""
    return _list(visit)


@section.post("/calls/search", Right.READ_CASES)
def search(visit: Visit) -> Response:
    """Go to the case whose reference somebody reads out."""
    try:
        case = calls.case_of_reference(visit.office, visit.user, read_reference(visit.form.text("reference")))
    except PublishingError as error:
        return _list(visit, error)
    return visit.go(f"/cases/{case}") if case else _list(visit, PublishingError("reference-unknown"))


@section.get("/calls/new", Right.EDIT_CASES)
def noting_apart(visit: Visit) -> Response:
    """Show where a call is noted for which no case was found."""
    return _noting(visit, None)


@section.post("/calls/new", Right.EDIT_CASES, kept=True)
def note_apart(visit: Visit) -> Response:
    """Put a call on record for which no case was found."""
    return _note(visit, None)


@section.get("/calls/{number}", Right.READ_DECISIONS)
def call(visit: Visit) -> Response:
    """Show of a call what is not sealed."""
    return _call(visit, calls.find(visit.office, visit.user, visit.number("number")))


@section.post("/calls/{number}", Right.READ_CASES)
def open_call(visit: Visit) -> Response:
    """Show what was told in a call; that somebody read it is on record."""
    number, why = visit.number("number"), look_reasons.write(LookReason.CALL)
    return _call(visit, *calls.look(visit.office, visit.user, number, why, visit.now))


@section.get("/cases/{number}/call", Right.EDIT_CASES)
def noting(visit: Visit) -> Response:
    """Show where a call about a case is noted."""
    return _noting(visit, visit.number("number"))


@section.post("/cases/{number}/call", Right.EDIT_CASES, kept=True)
def note(visit: Visit) -> Response:
    """Put a call about a case on record."""
    return _note(visit, visit.number("number"))


def _note(visit: Visit, case: int | None) -> Response:
    form = visit.form
    told = Told(*(form.text(name).replace("\r\n", "\n") for name in ("caller", "department", "told", "remarks")))
    person = _PERSONS.get(form.text("person"))
    try:
        calls.record(visit.office, visit.user, told, visit.now, case=case, right_person=person)
    except CaseError as error:
        return _noting(visit, case, error)
    return visit.go(f"/cases/{case}" if case else "/calls", done="call_noted")


def _noting(visit: Visit, case: int | None, error: CaseError | None = None) -> Response:
    faults = _faults(visit, error) if error else []
    return visit.show(
        "call_new.html",
        status=400 if error else 200,
        error=error if not faults else None,
        faults=faults,
        wrong=by_field(faults),
        case=reading.summary(visit.office, visit.user, case).number if case else 0,
        persons=[(name, visit.text(key)) for name, key in _ASKED],
        form=visit.form,
        person=visit.form.text("person") or "open",
        most=_MOST,
    )


def _list(visit: Visit, error: PublishingError | None = None) -> Response:
    found = calls.listed(visit.office, visit.user)
    return visit.show(
        "calls.html",
        status=400 if error else 200,
        error=error,
        calls=found[:_SHOWN],
        more=max(0, len(found) - _SHOWN),
        names=case_history.names(visit),
        reference=visit.form.text("reference"),
        may_read=visit.user.may(Right.READ_CASES),
        may_edit=visit.user.may(Right.EDIT_CASES),
    )


def _call(visit: Visit, one: Call, told: Told | None = None) -> Response:
    return visit.show(
        "call.html",
        one=one,
        told=told,
        name=case_history.names(visit)[one.user],
        may_open=told is None and not one.is_erased and visit.user.may(Right.READ_CASES),
    )


def _faults(visit: Visit, error: CaseError) -> list[Fault]:
    if error.code != "call-incomplete":
        return faults_of(visit, error)
    field = str(error.details["field"])
    return [Fault(field, visit.text(_MISSING[field]), f"#{field}")]
