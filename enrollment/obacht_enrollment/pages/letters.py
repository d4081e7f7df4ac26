"""The notice to the person concerned: reading it as PDF, noting that it was sent or why it has to wait; what is due."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from starlette.responses import Response

from obacht_enrollment import notices, writing
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import service
from obacht_enrollment.cases.content import Content, Notice
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.states import CLOSED, State
from obacht_enrollment.cases.views import View
from obacht_enrollment.errors import CaseError, LetterError
from obacht_enrollment.letters import of_case
from obacht_enrollment.letters.due import latest
from obacht_enrollment.pages import case_facts, case_gate, envelopes
from obacht_enrollment.pages.case_faults import by_field, faults_of
from obacht_enrollment.pages.case_input import required_day, write_day
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
section.link("/notices", "letter.due", Right.READ_DECISIONS)
_MOST_REASON: Final = 2000


@section.get("/notices", Right.READ_DECISIONS)
def due(visit: Visit) -> Response:
    """List the cases whose notices are due."""
    found = notices.due_notices(visit.office, visit.user, visit.now)
    return visit.show(
        "notices.html",
        notices=[(one, write_day(one.by), one.is_overdue(visit.now)) for one in found],
        may_write=visit.user.may(Right.EDIT_CASES),
    )


@section.get("/cases/{number}/notice", Right.EDIT_CASES)
def notice(visit: Visit) -> Response:
    """Show how far the notice of a case is, and what can be done about it."""
    return case_gate.reading_page(visit, _notice)


@section.post("/cases/{number}/notice", Right.EDIT_CASES)
def letter(visit: Visit) -> Response:
    """Give the letter as PDF; while the case is not in force, as a draft."""
    number, form = visit.number("number"), visit.form
    try:
        envelope, draft = envelopes.typed(visit), bool(form.text("draft"))
        made = writing.notice(visit.office, visit.user, number, visit.now, envelope=envelope, draft=draft)
    except LetterError as error:
        # what the sentence of a case that is over says names an option of the command line; the page says it itself
        return _notice(visit, case_gate.view_at_work(visit), None if error.code == "letter-inactive" else error, 400)
    return envelopes.pdf(visit, made, f"notice-{number}")


@section.get("/cases/{number}/notice/sent", Right.EDIT_CASES)
def noting_sent(visit: Visit) -> Response:
    """Show where it is noted that the letter was sent."""
    return notice(visit)


@section.post("/cases/{number}/notice/sent", Right.EDIT_CASES, kept=True)
def sent(visit: Visit) -> Response:
    """Note that the letter was sent."""

    def noted(before: Notice) -> Notice:
        return replace(before, sent=required_day(visit.form.text("notice.sent"), "notice.sent"))

    return _note(visit, noted, done="notice_sent")


@section.get("/cases/{number}/notice/deferral", Right.EDIT_CASES)
def deferring(visit: Visit) -> Response:
    """Show where it is noted why the letter has to wait."""
    return notice(visit)


@section.post("/cases/{number}/notice/deferral", Right.EDIT_CASES, kept=True)
def defer(visit: Visit) -> Response:
    """Note why the letter has to wait, and when that is asked again."""

    def noted(before: Notice) -> Notice:
        until = required_day(visit.form.text("notice.deferred_until"), "notice.deferred_until")
        reason = visit.form.text("notice.deferral_reason").replace("\r\n", "\n")
        return replace(before, deferred_until=until, deferral_reason=reason)

    return _note(visit, noted, done="notice_deferred")


def _note(visit: Visit, noted: Callable[[Notice], Notice], *, done: str) -> Response:
    number = visit.number("number")
    view = case_gate.view_at_work(visit)
    try:
        after, version = noted(view.case.content.notice), visit.form.number("version")
        service.set_notice(visit.office, visit.user, number, after, visit.now, version=version)
    except CaseError as error:
        return _notice(visit, view, error, 400)
    return visit.go(f"/cases/{number}/notice", done=done)


def _notice(visit: Visit, view: View, error: CaseError | LetterError | None = None, status: int = 200) -> Response:
    content, form = view.case.content, visit.form
    state = view.case.state
    faults = faults_of(visit, error) if isinstance(error, CaseError) else []
    return visit.show(
        "notice.html",
        status=status,
        error=error if not faults else None,
        faults=faults,
        wrong=by_field(faults),
        focus="",
        summary=view.summary,
        title=case_facts.title(content),
        notice=content.notice,
        latest=write_day(latest(view.case.activated)) if state is State.ACTIVE else "",
        is_over=state in CLOSED,
        obstacle=_obstacle(visit, content),
        draft=bool(form.text("draft")),
        sent=form.text("notice.sent") or write_day(content.notice.sent or day_of(visit.now)),
        deferred_until=form.text("notice.deferred_until") or write_day(content.notice.deferred_until),
        deferral_reason=form.text("notice.deferral_reason") or content.notice.deferral_reason,
        most_reason=_MOST_REASON,
        **envelopes.values(visit, content),
    )


def _obstacle(visit: Visit, content: Content) -> str:
    """Say why no letter can be written of a case at all; empty if one can."""
    if not of_case.name(content):
        return visit.sentence(LetterError("letter-nobody"))
    if visit.office.settings.letters is None:
        return visit.sentence(LetterError("letter-sender"))
    return ""
