"""The file that somebody has brought: what is in it, taking it in, how far that is, and its wrong lines."""

from starlette.responses import Response

from obacht_enrollment import import_list
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.imports import rejects
from obacht_enrollment.imports.columns import NAMES
from obacht_enrollment.pages import import_facts, queues
from obacht_enrollment.pages.imports import PATIENCE
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit
from obacht_enrollment.uploads import Stage, Upload

section = Section()
_GOING_ON = frozenset({Stage.LOOKING, Stage.TAKING})
_COLUMNS = frozenset({"csv-header-unknown", "csv-header-twice"})
"""Faults that passing a column over mends."""


@section.get("/imports/file", Right.EDIT_CASES)
def file(visit: Visit) -> Response:
    """Show how far the file is."""
    held = visit.desk.uploads.held(visit.user)
    if visit.is_fragment and (held is None or held.stage not in _GOING_ON):
        return visit.go("/imports/file")
    return _show(visit, held)


@section.post("/imports/file", Right.EDIT_CASES)
def act(visit: Visit) -> Response:
    """Do something with the file."""
    uploads, wanted = visit.desk.uploads, visit.form.text("do")
    try:
        if wanted == "away":
            uploads.put_away(visit.user)
            return visit.go("/imports", done="file_away")
        if wanted == "look":
            uploads.look_again(visit.office, visit.user, _ignored(visit), visit.now)
        elif wanted == "take_in":
            uploads.take_in(visit.office, visit.user, visit.desk.clock)
        elif wanted == "stop":
            uploads.stop(visit.user)
        held = uploads.held(visit.user)
        if held is not None:
            held.work.wait(PATIENCE)
    except ImportFileError as error:
        return _show(visit, uploads.held(visit.user), error)
    return visit.go("/imports/file")


@section.get("/imports/file/rejected", Right.EDIT_CASES)
def rejected(visit: Visit) -> Response:
    """Give the wrong lines as a file of their own, to be corrected and brought again."""
    held = visit.desk.uploads.held(visit.user)
    prepared = held.looking.result if held else None
    if prepared is None:
        return _show(visit, held)
    made = rejects.encode(prepared.table, prepared.preview.faulty, visit.language)
    name = 'attachment; filename="rejected.csv"'
    return visit.answer(made, "text/csv; charset=utf-8", 200, {"Content-Disposition": name})


def _ignored(visit: Visit) -> tuple[str, ...]:
    lines = visit.form.text("ignored").splitlines()
    return tuple(dict.fromkeys(filter(None, (line.strip() for line in lines))))


def _show(visit: Visit, held: Upload | None, error: ImportFileError | None = None) -> Response:
    prepared = held.looking.result if held else None
    failed = held.error if held and not error else None
    imported = held.taking.result if held and held.taking else None
    # also what was taken in before it was stopped
    number = imported.number if imported else None
    # the sentence names an option of the command line; the page says it itself
    of_columns = failed is not None and failed.code in _COLUMNS
    return visit.show(
        "import_file.html",
        status=400 if error else 200,
        fragment="progress",
        error=error or (None if of_columns else failed),
        held=held,
        stage=held.stage if held else None,
        is_going_on=held is not None and held.stage in _GOING_ON,
        wrong_columns=failed.details["columns"] if failed is not None and of_columns else "",
        ignored=visit.form.text("ignored") or "\n".join(held.ignored if held else ()),
        facts=import_facts.facts(visit, prepared, queues.asked_page(visit)) if prepared else None,
        imported=imported,
        counts=import_list.find(visit.office, visit.user, number) if number else imported,
        known_columns=tuple(NAMES),
    )
