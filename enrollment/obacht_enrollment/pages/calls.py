"""Calls by staff about a hit: noting who called, from where, what was told, and whether it was the right person."""

from typing import Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import calls, reading
from obacht_enrollment.cases.calls import Told
from obacht_enrollment.errors import CaseError
from obacht_enrollment.pages.case_faults import Fault, by_field, faults_of
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
_PERSONS: Final = {"right": True, "wrong": False, "open": None}
_ASKED: Final = (("right", "call.right"), ("wrong", "call.wrong"), ("open", "call.open"))
"""Whether the hit meant the person whom the caller had before them."""
_MISSING: Final = {
    "caller": "call.missing_caller",
    "department": "call.missing_department",
    "told": "call.missing_told",
}
_MOST: Final = 2000


@section.get("/cases/{number}/call", Right.EDIT_CASES)
def noting(visit: Visit) -> Response:
    """Show where a call is noted."""
    return _noting(visit)


@section.post("/cases/{number}/call", Right.EDIT_CASES, kept=True)
def note(visit: Visit) -> Response:
    """Put a call on record."""
    number, form = visit.number("number"), visit.form
    told = Told(*(form.text(name).replace("\r\n", "\n") for name in ("caller", "department", "told", "remarks")))
    person = _PERSONS.get(form.text("person"))
    try:
        calls.record(visit.office, visit.user, told, visit.now, case=number, right_person=person)
    except CaseError as error:
        return _noting(visit, error)
    return visit.go(f"/cases/{number}", done="call_noted")


def _noting(visit: Visit, error: CaseError | None = None) -> Response:
    faults = _faults(visit, error) if error else []
    return visit.show(
        "call.html",
        status=400 if error else 200,
        error=error if not faults else None,
        faults=faults,
        wrong=by_field(faults),
        summary=reading.summary(visit.office, visit.user, visit.number("number")),
        persons=[(name, visit.text(key)) for name, key in _ASKED],
        form=visit.form,
        person=visit.form.text("person") or "open",
        most=_MOST,
    )


def _faults(visit: Visit, error: CaseError) -> list[Fault]:
    if error.code != "call-incomplete":
        return faults_of(visit, error)
    field = str(error.details["field"])
    return [Fault(field, visit.text(_MISSING[field]), f"#{field}")]
