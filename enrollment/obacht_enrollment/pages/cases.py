"""A case: why one looks at it, what it says, what is missing, and what can be done."""

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import attached, service, words, workflow
from obacht_enrollment.cases.case import Proposal
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.obstacle_words import obstacle
from obacht_enrollment.cases.obstacles import is_minor
from obacht_enrollment.cases.states import CLOSED, State
from obacht_enrollment.cases.views import View
from obacht_enrollment.errors import CaseError
from obacht_enrollment.language import pick
from obacht_enrollment.letters.due import latest
from obacht_enrollment.pages import case_facts, case_gate, case_history, case_letters, case_words, requests
from obacht_enrollment.pages.case_faults import Fault, place_of
from obacht_enrollment.pages.case_similar import alike
from obacht_enrollment.pages.case_words import Change
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """What waits for a second person, in words.

    Attributes:
        act: What it would do.
        by: Who proposed it.
        at: Unix seconds.
        reason: Why; empty where none is asked for.
        changes: What would be another.
        approvals: Who approved so far, with Unix seconds.
        needed: How many approvals it needs.
        refusal: Why the reader may not approve it; empty if they may.
        is_own: Whether the reader proposed it, and so may take it back.
    """

    act: str
    by: str
    at: int
    reason: str
    changes: tuple[Change, ...]
    approvals: tuple[tuple[str, int], ...]
    needed: int
    refusal: str
    is_own: bool


@section.get("/cases/{number}", Right.READ_DECISIONS)
def case(visit: Visit) -> Response:
    """Show a case; to whoever may not read it, or has not said why, what everybody may see."""
    if not visit.user.may(Right.READ_CASES):
        return case_gate.ask(visit)
    return case_gate.reading_page(visit, show)


@section.post("/cases/{number}/open", Right.READ_CASES)
def open_case(visit: Visit) -> Response:
    """Put on record why somebody looks at a case, and show them what they wanted to see."""
    number = visit.number("number")
    try:
        service.look(visit.office, visit.user, number, case_gate.why(visit), visit.now)
    except CaseError as error:
        if error.code != "why":
            raise
        return case_gate.ask(visit, error)
    return visit.go(visit.next_path if visit.next_path != "/" else f"/cases/{number}")


def show(visit: Visit, view: View, error: CaseError | None = None) -> Response:
    """Show an opened case.

    Args:
        visit: Whose.
        view: The case.
        error: What could not be done with it.
    """
    number, content = view.summary.number, view.case.content
    waiting = waiting_of(visit, view)
    beside = attached.attached(visit.office, visit.user, number, visit.now)
    return visit.show(
        "case.html",
        status=400 if error else 200,
        error=error,
        summary=view.summary,
        title=case_facts.title(content),
        sections=case_facts.facts(visit, content),
        notice=content.notice,
        letter=case_letters.subject(view.case) if visit.user.may(Right.EDIT_CASES) else "",
        notice_due=latest(view.case.activated) if view.case.activated else None,
        missing=_missing(visit, view),
        minor=is_minor(content, day_of(visit.now)) and view.case.state in {State.DRAFT, State.AWAITING, State.ACTIVE},
        waiting=waiting,
        alike=alike(visit, view.case.proposed, number) if view.case.state not in CLOSED else None,
        acts=_acts(visit, view),
        requests=requests.of_case(visit, number),
        exports=requests.exports_waiting(visit, number),
        calls=beside.calls,
        documents=beside.documents,
        names=case_history.names(visit),
        may_edit=visit.user.may(Right.EDIT_CASES),
        erased=view.case.closed + visit.office.settings.retention.objection_days * _DAY,
        is_closed=view.case.state in CLOSED,
        **case_gate.outline(visit, number, opened=True),
        **case_words.tools(visit),
    )


def waiting_of(visit: Visit, view: View) -> Waiting | None:
    """Say what of a case waits for a second person; None if nothing does."""
    proposal = view.case.proposal
    if proposal is None:
        return None
    known = case_history.names(visit)
    changed = view.case.content.changes(view.case.proposed)
    return Waiting(
        act=pick(words.ACTS[proposal.act], visit.language),
        by=known[proposal.by],
        at=proposal.at,
        reason=proposal.reason,
        changes=tuple(case_words.changes(visit, changed)),
        approvals=tuple((known[one.user], one.at) for one in proposal.approvals),
        needed=workflow.approvals_needed(view.case, day_of(visit.now)),
        refusal=_refusal(visit, view, proposal),
        is_own=proposal.by == visit.user.id and visit.user.may(Right.EDIT_CASES),
    )


def _refusal(visit: Visit, view: View, proposal: Proposal) -> str:
    if proposal.by == visit.user.id:
        return visit.text("cases.own_proposal")
    if not visit.user.may(Right.APPROVE):
        return visit.text("cases.not_approver")
    if workflow.may_approve(view.case, visit.user):
        return ""
    if any(one.user == visit.user.id for one in proposal.approvals):
        return visit.sentence(CaseError("approved-already"))
    return visit.text("cases.own_work")


def _missing(visit: Visit, view: View) -> list[Fault]:
    """Say what keeps a case, or what is proposed for it, from being in force."""
    if view.case.state in CLOSED:
        return []
    found = service.obstacles_of(visit.office, view, visit.now)
    path = f"/cases/{view.summary.number}/edit"
    ground = view.case.proposed.ground.kind
    return [Fault(one.field, obstacle(one, visit.language, ground), f"{path}#{place_of(one.field)}") for one in found]


def _acts(visit: Visit, view: View) -> list[str]:
    """Name what the reader may do with a case as it is."""
    if not visit.user.may(Right.EDIT_CASES):
        return []
    proposal = view.case.proposal
    match view.case.state:
        case State.DRAFT:
            return ["edit", "submit", "end"]
        case State.AWAITING:
            return ["end"]
        case State.ACTIVE:
            lasting = ["edit", "renew"] if proposal is None else []
            if not view.case.restricted:
                lasting.append("restrict")
            elif proposal is None:
                lasting.append("lift")
            return [*lasting, "end"]
    return []
