"""The second person's decision: what is proposed in full, and what will happen when they approve it."""

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import service
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.cases.views import View
from obacht_enrollment.errors import CaseError
from obacht_enrollment.pages import case_facts, case_gate, case_words, cases
from obacht_enrollment.pages.case_faults import by_field, faults_of
from obacht_enrollment.pages.case_similar import alike
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()


@section.get("/cases/{number}/approval", Right.APPROVE, proof=True)
def deciding(visit: Visit) -> Response:
    """Show what waits for a second person."""
    return case_gate.reading_page(visit, _deciding)


@section.post("/cases/{number}/approval", Right.APPROVE, proof=True, kept=True)
def decide(visit: Visit) -> Response:
    """Approve what is proposed, or turn it down."""
    number, version = visit.number("number"), visit.form.number("version")
    case_gate.view_at_work(visit, LookReason.APPROVAL)  # nobody decides without a look on record
    try:
        if visit.form.text("do") != "approve":
            reason = visit.form.text("reason")
            service.reject(visit.office, visit.user, number, visit.now, version=version, reason=reason)
            return visit.go(f"/cases/{number}", done="case_rejected")
        after = service.approve(visit.office, visit.user, number, visit.now, version=version)
    except CaseError as error:
        return _deciding(visit, case_gate.view_at_work(visit), error)
    if after.awaiting:
        return visit.go(f"/cases/{number}", done="case_approved_once")
    return visit.go(f"/cases/{number}", done="case_approved")


def _deciding(visit: Visit, view: View, error: CaseError | None = None) -> Response:
    waiting = cases.waiting_of(visit, view)
    if waiting is None or waiting.refusal or view.case.proposal is None:
        return cases.show(visit, view, error or CaseError("own-work" if waiting else "nothing-proposed"))
    faults = faults_of(visit, error) if error else []
    return visit.show(
        "case_approval.html",
        status=400 if error else 200,
        error=error if not faults else None,
        summary=view.summary,
        title=case_facts.title(view.case.proposed),
        waiting=waiting,
        act=view.case.proposal.act,
        last=len(waiting.approvals) + 1 >= waiting.needed,
        minor=waiting.needed > 1,
        sections=case_facts.facts(visit, view.case.proposed),
        alike=alike(visit, view.case.proposed, view.summary.number),
        faults=faults,
        wrong=by_field(faults),
        reason=visit.form.text("reason"),
        **case_words.tools(visit),
    )
