"""The lists of cases: what waits for whom, how much of it there is, and the way to a case by its number."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from obacht_enrollment import import_list
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import exports, reading, requests, words
from obacht_enrollment.cases.reading import Queue
from obacht_enrollment.cases.views import Summary
from obacht_enrollment.errors import CaseError
from obacht_enrollment.inbox import service as inbox
from obacht_enrollment.inbox.outcomes import Outcome
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_facts, case_gate, case_history, case_words
from obacht_enrollment.pages.sections import Handler, Section
from obacht_enrollment.pages.visits import Visit

section = Section()
section.link("/cases", "queues.title", Right.READ_DECISIONS)
QUEUES: Final = (Queue.AWAITING, Queue.DUE, Queue.DRAFTS, Queue.ACTIVE, Queue.CLOSED)
"""In the order in which they are shown; on the first page the first three are listed."""
_FIRST: Final = 5
_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Tile:
    """How much of something there is.

    Attributes:
        path: Where it is listed.
        text: Key of what it is called.
        count: How much of it there is.
    """

    path: str
    text: str
    count: int


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A case in a list.

    Attributes:
        summary: What everybody may see.
        act: What a second person is asked to approve; empty if nothing.
        by: Who asked.
        is_own: Whether that was the reader.
        name: Whom it is about, where the reader asked for names.
    """

    summary: Summary
    act: str
    by: str
    is_own: bool
    name: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """The beginning of a queue, on the first page.

    Attributes:
        queue: Which.
        lines: The first cases.
        more: How many there are besides.
    """

    queue: Queue
    lines: list[Line]
    more: int


def tiles(visit: Visit) -> list[Tile]:
    """Count what waits, for the first page; nothing for those who may not see decisions."""
    if not visit.user.may(Right.READ_DECISIONS):
        return []
    new = [entry for entry in inbox.entries(visit.office, visit.user) if entry.outcome is Outcome.OPEN]
    allowed = exports.waiting(visit.office, visit.user) if visit.user.may(Right.APPROVE) else []
    asked = requests.listed(visit.office, visit.user, only_open=True)
    counted = reading.counts(visit.office, visit.user, visit.now)
    waiting = import_list.count_awaiting(visit.office, visit.user)
    return [
        Tile("/inbox", "queues.reports", len(new)),
        *(Tile(f"/cases/{queue}", f"queue.{queue}", counted[queue]) for queue in QUEUES if queue is not Queue.CLOSED),
        Tile("/requests", "queues.requests", len(asked)),
        *([Tile("/requests", "queues.exports", len(allowed))] if allowed else ()),
        *([Tile("/imports", "imports.waiting", waiting)] if waiting else ()),
    ]


def beginnings(visit: Visit) -> list[Listed]:
    """Give the beginnings of the queues on which somebody has to work."""
    if not visit.user.may(Right.READ_DECISIONS):
        return []
    known = case_history.names(visit)
    listed = []
    counted = reading.counts(visit.office, visit.user, visit.now)
    for queue in QUEUES[:3]:
        found = reading.queue(visit.office, visit.user, queue, visit.now, most=_FIRST)
        listed.append(Listed(queue, [line_of(visit, one, known) for one in found], max(0, counted[queue] - _FIRST)))
    return listed


@section.get("/cases", Right.READ_DECISIONS)
def everything(visit: Visit) -> Response:
    """List all cases."""
    return _list(visit, Queue.ALL)


@section.post("/cases/search", Right.READ_DECISIONS)
def search(visit: Visit) -> Response:
    """Go to the case with a number."""
    number = visit.form.number("number")
    try:
        reading.summary(visit.office, visit.user, number)
    except CaseError as error:
        return _list(visit, Queue.ALL, error=error)
    return visit.go(f"/cases/{number}")


def _page_of(queue: Queue) -> Handler:
    def page(visit: Visit) -> Response:
        return _list(visit, queue)

    return page


def _names_of(queue: Queue) -> Handler:
    def page(visit: Visit) -> Response:
        try:
            return _list(visit, queue, why=case_gate.why(visit))
        except CaseError as error:
            return _list(visit, queue, error=error)

    return page


for _queue in QUEUES:
    section.get(f"/cases/{_queue}", Right.READ_DECISIONS)(_page_of(_queue))
    section.post(f"/cases/{_queue}", Right.READ_CASES)(_names_of(_queue))


def _list(visit: Visit, queue: Queue, *, why: str = "", error: CaseError | None = None) -> Response:
    counted = reading.counts(visit.office, visit.user, visit.now)
    last = max(1, -(-counted[queue] // _PAGE))
    page = min(last, max(1, visit.form.number("page") or asked_page(visit)))
    shown = reading.queue(visit.office, visit.user, queue, visit.now, first=(page - 1) * _PAGE, most=_PAGE)
    titles = _titles(visit, [one.number for one in shown], why) if why else {}
    known = case_history.names(visit)
    return visit.show(
        "cases.html",
        status=400 if error else 200,
        error=error,
        queue=queue,
        counts=counted,
        queues=QUEUES,
        lines=[line_of(visit, one, known, titles.get(one.number, "")) for one in shown],
        page=page,
        last=last,
        named=bool(why),
        may_name=queue is not Queue.ALL and bool(shown) and visit.user.may(Right.READ_CASES),
        may_edit=visit.user.may(Right.EDIT_CASES),
        whys=case_gate.whys(visit),
        why=visit.form.text("why"),
        words=visit.form.text("words"),
        number=visit.form.text("number"),
        **case_words.tools(visit),
    )


def _titles(visit: Visit, numbers: Collection[int], why: str) -> dict[int, str]:
    opened = reading.contents(visit.office, visit.user, numbers, why, visit.now)
    return {number: case_facts.title(content) for number, content in opened.items()}


def line_of(visit: Visit, summary: Summary, known: Mapping[int, str], name: str = "") -> Line:
    """Put a case into a list.

    Args:
        visit: Of whoever reads it.
        summary: The case.
        known: The names of all users.
        name: Whom it is about, where the reader asked for names.
    """
    act = pick(words.ACTS[summary.awaiting], visit.language) if summary.awaiting else ""
    by = known[summary.proposed_by] if summary.proposed_by else ""
    return Line(summary, act, by, summary.proposed_by == visit.user.id, name)


def asked_page(visit: Visit) -> int:
    """Give the page of a list that the address asks for."""
    text = visit.request.query_params.get("page", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 1
