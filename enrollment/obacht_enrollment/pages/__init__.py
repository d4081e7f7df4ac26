"""The pages of the workplace: HTML made by the server (Jinja2), with KERN UX for its looks and htmx for comfort.

To add a page:

1. Write a module with a :class:`~obacht_enrollment.pages.sections.Section`, and functions that take a
   :class:`~obacht_enrollment.pages.visits.Visit` and answer it::

       section = Section()
       section.link("/cases", "cases.title", Right.READ_CASES)          # an entry of the menu

       @section.get("/cases/{number}", Right.READ_CASES)                # who has no right gets a page that says so
       def case(visit: Visit) -> Response:
           return visit.show("case.html", case=cases.get(visit.office, visit.user, visit.number("number"), visit.now))

       @section.post("/cases/{number}/approve", Right.APPROVE, proof=True)   # asks for the password or passkey again
       def approve(visit: Visit) -> Response:                                # unless that was done some minutes ago
           cases.approve(visit.office, visit.user, visit.number("number"), visit.now)
           return visit.go(f"/cases/{visit.number('number')}", done="approved")

   They run in threads and may wait for the database. What they decide belongs into service functions, which check
   rights themselves; the right that a page names is for whoever has no business there at all. An ``OfficeError`` that
   they let through becomes a page with its sentence; where a form is to be shown again, catch it and pass
   ``error=``. Then put the section into :data:`SECTIONS`.
2. Write its template on ``layout.html``: a block ``title`` and a block ``main``, forms with the macros of
   ``parts.html`` (``form`` carries the session's token, ``field`` label, hint and error), without style and script:
   the policy forbids both. A block that is named as ``fragment`` of :meth:`Visit.show` is all that htmx gets.
   A form that takes long to fill in is ``kept=True``: see :mod:`~obacht_enrollment.pages.kept`. Where a case is shown,
   :func:`~obacht_enrollment.pages.case_gate.reading_page` asks why first.
3. Write its texts in ``texts/de`` and ``texts/en``, under the same keys; a test holds them against the templates.
4. Give its address to ``tests/browser``, where every page is looked at by axe at two widths.

Addresses are of lower-case letters, and hold numbers and nothing personal: they end in histories and logs. So whoever
searches sends a form by ``POST``. State changes by ``POST`` alone.
"""

from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from obacht_clients.transport import Clock
from obacht_enrollment.accounts import single_sign_on
from obacht_enrollment.office import Office
from obacht_enrollment.pages import (
    account,
    answers,
    audit,
    calls,
    case_acts,
    case_decisions,
    case_editing,
    case_letters,
    cases,
    confirm,
    documents,
    doors,
    import_approval,
    import_file,
    imports,
    kept,
    letters,
    login,
    oidc,
    queues,
    reports,
    request_acts,
    request_letters,
    requests,
    start,
    statistics,
    streets,
    users,
)
from obacht_enrollment.pages.assets import Assets
from obacht_enrollment.pages.desk import Desk
from obacht_enrollment.renewing import Chore
from obacht_enrollment.streets.service import Streets

SECTIONS: Final = (
    start.section,
    reports.section,
    queues.section,
    case_editing.section,
    cases.section,
    case_acts.section,
    case_decisions.section,
    case_letters.section,
    calls.section,
    documents.section,
    requests.section,
    request_acts.section,
    request_letters.section,
    answers.section,
    import_file.section,
    imports.section,
    import_approval.section,
    letters.section,
    streets.section,
    statistics.section,
    audit.section,
    users.section,
    account.section,
    login.section,
    confirm.section,
    kept.section,
    oidc.section,
)
"""In the order of their entries in the menu."""


def add_pages(app: FastAPI, office: Office, clock: Clock, chores: Sequence[Chore] = ()) -> Desk:
    """Put the pages into an application.

    Args:
        app: The application.
        office: Unlocked.
        clock: Gives Unix seconds.
        chores: What the service does beside the pages; staff are told of those that fail.

    Raises:
        HomeError: ``assets-missing``: the stylesheet and the script were not made when this was installed.
    """
    menu = tuple(link for section in SECTIONS for link in section.links)
    pages = [page for section in SECTIONS for page in section.pages]
    shown = frozenset(page.path for page in pages if page.method == "GET")
    known = Streets(office.store.database)
    desk = Desk(office, clock, Assets.load(), menu, single_sign_on.provider(office), known, shown, chores)
    app.add_api_route("/static/{name}", desk.assets.answer, methods=["GET"], include_in_schema=False)
    for page in pages:
        app.add_api_route(page.path, doors.endpoint(page, desk), methods=[page.method], include_in_schema=False)
    _explain_what_is_not_there(app, desk)
    return desk


def _explain_what_is_not_there(app: FastAPI, desk: Desk) -> None:
    """Answer a person who follows a wrong address with a page; programs get what they get elsewhere."""
    before = app.router.default

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if scope["type"] == "http" and "text/html" in request.headers.get("accept", ""):
            response = doors.explain(desk, request, HTTPException(404))
            await response(scope, receive, send)
        else:
            await before(scope, receive, send)

    app.router.default = missing
