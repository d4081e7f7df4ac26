"""The documents of a case: adding one, getting it, and removing one that does not belong there.

A document is given as what it is to the browser: bytes to be saved. It is never shown by a page of ours, whatever its
name or its data say it is.
"""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import documents, reading
from obacht_enrollment.cases.documents import MAX_LENGTH, MAX_REASON, Upload
from obacht_enrollment.errors import CaseError
from obacht_enrollment.pages.case_faults import by_field, faults_of
from obacht_enrollment.pages.sections import FORM, Section
from obacht_enrollment.pages.visits import Visit

section = Section()
_FIELDS: Final = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}


@section.get("/cases/{number}/document", Right.EDIT_CASES)
def adding(visit: Visit) -> Response:
    """Show where a document is added."""
    return _adding(visit)


@section.post("/cases/{number}/document", Right.EDIT_CASES, limit=MAX_LENGTH + FORM)
def add(visit: Visit) -> Response:
    """Add a document."""
    number, file = visit.number("number"), visit.form.file("file")
    try:
        upload = Upload.of_file(file.name if file else "", file.data if file else b"")
        documents.add(visit.office, visit.user, number, upload, visit.now)
    except CaseError as error:
        return _adding(visit, error)
    return visit.go(f"/cases/{number}", done="document_added")


@section.post("/documents/{number}", Right.READ_CASES)
def get(visit: Visit) -> Response:
    """Give a document to be saved; that is on the case's history."""
    document, data = documents.read(visit.office, visit.user, visit.number("number"), visit.now)
    name = f"attachment; filename=\"document-{document.number}\"; filename*=UTF-8''{quote(document.name, safe='')}"
    return visit.answer(data, "application/octet-stream", 200, _FIELDS | {"Content-Disposition": name})


@section.get("/documents/{number}/removal", Right.EDIT_CASES)
def removing(visit: Visit) -> Response:
    """Show where a document is removed."""
    return _removing(visit)


@section.post("/documents/{number}/removal", Right.EDIT_CASES, kept=True)
def remove(visit: Visit) -> Response:
    """Remove a document."""
    number, reason = visit.number("number"), visit.form.text("reason")
    try:
        case = documents.remove(visit.office, visit.user, number, visit.now, reason=reason)
    except CaseError as error:
        return _removing(visit, error)
    return visit.go(f"/cases/{case}", done="document_removed")


def _adding(visit: Visit, error: CaseError | None = None) -> Response:
    return visit.show(
        "document_new.html",
        status=400 if error else 200,
        error=error,
        summary=reading.summary(visit.office, visit.user, visit.number("number")),
        most=MAX_LENGTH // 1024 // 1024,
    )


def _removing(visit: Visit, error: CaseError | None = None) -> Response:
    faults = faults_of(visit, error) if error else []
    return visit.show(
        "document_removal.html",
        status=400 if error else 200,
        error=error if not faults else None,
        faults=faults,
        wrong=by_field(faults),
        place=documents.find(visit.office, visit.user, visit.number("number")),
        reason=visit.form.text("reason"),
        most=MAX_REASON,
    )
