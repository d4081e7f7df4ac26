"""Who looked at which case, when, and for what kind of reason, and whether the history is whole: for supervision."""

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import auditing, reading, retaining
from obacht_enrollment.cases.auditing import Audited
from obacht_enrollment.cases.look_reasons import WORDS
from obacht_enrollment.errors import CaseError
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_history
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
section.link("/looks", "audit.title", Right.READ_USERS)


@section.get("/looks", Right.READ_USERS)
def looks(visit: Visit) -> Response:
    """List who looked at cases, the newest first."""
    return _show(visit)


@section.post("/looks", Right.READ_USERS)
def verify(visit: Visit) -> Response:
    """Hold the whole history of cases against its signed end."""
    try:
        return _show(visit, whole=reading.verify_history(visit.office, visit.user))
    except CaseError as error:
        return _show(visit, error=error)


def _show(visit: Visit, *, whole: int | None = None, error: CaseError | None = None) -> Response:
    by = _asked(visit, "user")
    found = auditing.audit(visit.office, visit.user, by=by, page=_asked(visit, "page"))
    known = case_history.names(visit)
    return visit.show(
        "looks.html",
        error=error,
        whole=whole,
        overdue=retaining.overdue(visit.office, visit.now),
        looks=[(look, known[look.user], _reason(visit, look)) for look in found.looks],
        page=found.page,
        last=found.last,
        by=by,
        users=sorted(known.items(), key=lambda one: one[1].casefold()),
    )


def _reason(visit: Visit, look: Audited) -> str:
    return visit.text("audit.erased") if look.is_erased else pick(WORDS[look.kind], visit.language)


def _asked(visit: Visit, name: str) -> int:
    text = visit.request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
