"""The way to what a case says: whoever wants to read it says why, and that is on record before anything is shown."""

from collections.abc import Callable
from typing import Any, Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import look_reasons, opening, reading, service
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.cases.states import State
from obacht_enrollment.cases.views import Summary, View
from obacht_enrollment.errors import CaseError
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_history, case_words
from obacht_enrollment.pages.visits import Visit

_WHYS: Final = tuple(reason for reason in LookReason if reason not in {LookReason.BEGUN, LookReason.LETTER})
"""The usual reasons to choose from; the last one asks for one's own words."""
MOST_WORDS: Final = 500
"""Characters of one's own words."""


def reading_page(visit: Visit, show: Callable[[Visit, View], Response]) -> Response:
    """Show a page of a case to who has said why they look; ask the others, and show it to them then."""
    view = opening.opened(visit.office, visit.user, visit.number("number"), visit.now)
    return ask(visit) if view is None else show(visit, view)


def view_at_work(visit: Visit, why: LookReason = LookReason.WORK) -> View:
    """Open the case on which somebody is at work; where their look is over, another one is put on record.

    Args:
        visit: With the case's number in its address.
        why: What they then look for.
    """
    number = visit.number("number")
    view = opening.opened(visit.office, visit.user, number, visit.now)
    return view or service.look(visit.office, visit.user, number, look_reasons.write(why), visit.now)


def ask(visit: Visit, error: CaseError | None = None) -> Response:
    """Show what everybody may see of a case, and ask those who may read the rest why they want to."""
    number = visit.number("number")
    summary = reading.summary(visit.office, visit.user, number)
    may_open = visit.user.may(Right.READ_CASES) and summary.state is not State.ANONYMISED
    return visit.show(
        "case_closed.html",
        status=400 if error else 200,
        error=error,
        summary=summary,
        may_open=may_open,
        next=_wanted(visit, number),
        whys=whys(visit),
        why=visit.form.text("why") or _usual(visit, summary),
        words=visit.form.text("words"),
        **outline(visit, number, opened=False),
        **case_words.tools(visit),
    )


def whys(visit: Visit) -> list[tuple[str, str]]:
    """Give the usual reasons to choose from, each with its words."""
    return [(reason.value, pick(look_reasons.WORDS[reason], visit.language)) for reason in _WHYS]


def why(visit: Visit) -> str:
    """Put together what is kept of why somebody wants to look: a usual reason, their own words, or both.

    Raises:
        CaseError: ``why``: they did not say.
    """
    chosen, words = visit.form.text("why"), visit.form.text("words")
    reason = LookReason(chosen) if chosen in _WHYS else LookReason.OTHER
    if (reason is LookReason.OTHER and not words) or len(words) > MOST_WORDS:
        raise CaseError("why")
    return look_reasons.write(reason, words)


def outline(visit: Visit, number: int, *, opened: bool) -> dict[str, Any]:
    """Give who did what with a case, and who looked at it; why, only to whoever has opened it."""
    return {
        "events": case_history.history(visit, number, opened=opened),
        "looks": case_history.looks(visit, number, opened=opened),
    }


def _wanted(visit: Visit, number: int) -> str:
    if visit.request.method == "GET":
        return str(visit.request.scope["path"])
    return visit.next_path if visit.next_path != "/" else f"/cases/{number}"


def _usual(visit: Visit, summary: Summary) -> str:
    if summary.awaiting and summary.proposed_by != visit.user.id and visit.user.may(Right.APPROVE):
        return "approval"
    return "work" if visit.user.may(Right.EDIT_CASES) else ""
