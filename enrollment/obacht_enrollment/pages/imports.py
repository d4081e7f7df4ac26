"""The imports: which there were, what became of their cases, and the way to bring a file."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from obacht_enrollment import import_list
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases.states import State
from obacht_enrollment.cases.words import STATES
from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.import_list import PAGE, Import
from obacht_enrollment.imports.sheets import MAX_FILE_LENGTH
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_history, case_words, queues
from obacht_enrollment.pages.sections import FORM, Section
from obacht_enrollment.pages.visits import Visit
from obacht_enrollment.uploads import Stage

section = Section()
section.link("/imports", "imports.title", Right.READ_DECISIONS)
PATIENCE: Final = 2.0
"""Seconds that a page waits for what is mostly done by then."""


@section.get("/imports", Right.READ_DECISIONS)
def everything(visit: Visit) -> Response:
    """List the imports."""
    return _list(visit)


@section.post("/imports", Right.EDIT_CASES, limit=MAX_FILE_LENGTH + FORM)
def bring(visit: Visit) -> Response:
    """Take a file, and look through it; it is in memory alone."""
    file = visit.form.file("file")
    if file is None:
        return _list(visit, ImportFileError("upload-none"))
    try:
        held = visit.desk.uploads.bring(visit.office, visit.user, file.name, file.data, visit.now)
    except ImportFileError as error:
        return _list(visit, error)
    held.work.wait(PATIENCE)
    return visit.go("/imports/file")


@section.get("/imports/{number}", Right.READ_DECISIONS)
def one(visit: Visit) -> Response:
    """Show one import, and the cases that came with it."""
    number = visit.number("number")
    found = import_list.find(visit.office, visit.user, number)
    amount = sum(found.states.values())
    page, last = pages(visit, amount)
    known = case_history.names(visit)
    shown = import_list.cases(visit.office, visit.user, number, first=(page - 1) * PAGE)
    return visit.show(
        "import.html",
        one=found,
        by=_by(visit, found, known),
        states=[
            (case_words.capital(pick(STATES[state], visit.language)), found.states[state])
            for state in State
            if found.states[state]
        ],
        lines=[queues.line_of(visit, summary, known) for summary in shown],
        page=page,
        last=last,
        may_approve=visit.user.may(Right.APPROVE) and found.awaiting > 0,
        is_own=found.begun_by == visit.user.id,
        **case_words.tools(visit),
    )


def pages(visit: Visit, amount: int) -> tuple[int, int]:
    """Give the page of a list that is asked for, and the last one."""
    last = max(1, -(-amount // PAGE))
    return min(last, max(1, visit.form.number("page") or queues.asked_page(visit))), last


def _list(visit: Visit, error: ImportFileError | None = None) -> Response:
    page, last = pages(visit, import_list.count(visit.office, visit.user))
    known = case_history.names(visit)
    shown = import_list.imports(visit.office, visit.user, first=(page - 1) * PAGE)
    may_bring = visit.user.may(Right.EDIT_CASES)
    held = visit.desk.uploads.held(visit.user) if may_bring else None
    return visit.show(
        "imports.html",
        status=400 if error else 200,
        error=error,
        imports=[(one, _by(visit, one, known)) for one in shown],
        page=page,
        last=last,
        may_bring=may_bring,
        held=held,
        is_taken_in=held is not None and held.stage is Stage.TAKING,
        most=MAX_FILE_LENGTH // 1024 // 1024,
    )


def _by(visit: Visit, found: Import, known: Mapping[int, str]) -> str:
    return visit.text("imports.operator") if found.begun_by is None else known[found.begun_by]
