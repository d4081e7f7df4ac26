"""The second person's decision about a whole import: what it would put in force, case by case, and all at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from obacht_enrollment import import_list
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import intake, reading
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.intake import Approved
from obacht_enrollment.cases.views import Summary
from obacht_enrollment.errors import CaseError, ImportFileError, OfficeError
from obacht_enrollment.import_list import PAGE
from obacht_enrollment.pages import case_facts, case_gate, case_words, imports
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit
from obacht_enrollment.work import Work

section = Section()
_SHOWN = frozenset({"person", "ground", "level"})
"""Sections of a case that are shown in the list; the rest is on its own page."""


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A case that would be in force.

    Attributes:
        summary: What everybody may see.
        title: Whom or what it is about.
        rows: What is known, as pairs of what it is called and what stands there.
        similar: Numbers of cases that may be about the same person or address.
    """

    summary: Summary
    title: str
    rows: Sequence[tuple[str, str]]
    similar: Sequence[int]


@section.get("/imports/{number}/approval", Right.APPROVE, proof=True)
def deciding(visit: Visit) -> Response:
    """Show what the approval would do, and how far it is; the cases themselves, to whoever has said why."""
    work = _work(visit)
    if visit.is_fragment and (work is None or work.is_over):
        return visit.go(_path(visit))
    return _show(visit)


@section.post("/imports/{number}/approval", Right.APPROVE, proof=True, kept=True)
def decide(visit: Visit) -> Response:
    """Show the cases, or approve all of them."""
    number, user, clock = visit.number("number"), visit.user, visit.desk.clock
    import_list.find(visit.office, user, number)
    try:
        if visit.form.text("do") == "show":
            return _show(visit, why=case_gate.why(visit))
        if visit.form.text("do") == "stop":
            work = _work(visit)
            if work is not None:
                work.stop()
                work.wait(imports.PATIENCE)
            return visit.go(_path(visit))
        seen = visit.form.text("seen")
        office, of = visit.office, visit.form.number("awaiting")

        def do(work: Work[Approved]) -> Approved:
            return intake.approve(office, user, number, clock(), seen=seen, progress=lambda count: work.tell(count, of))

        begun = visit.desk.works.begin(("approve", number), do)
        visit.desk.approvals[number] = begun
        begun.wait(imports.PATIENCE)
    except (CaseError, ImportFileError) as error:
        return _show(visit, error=error)
    return visit.go(_path(visit))


def _show(visit: Visit, *, why: str = "", error: OfficeError | None = None) -> Response:
    number = visit.number("number")
    found = import_list.find(visit.office, visit.user, number)
    work = _work(visit)
    is_going_on = work is not None and not work.is_over
    failed = work.error if work is not None and work.is_over and not error and not why else None
    result = work.result if work is not None and not why else None
    page, last = imports.pages(visit, found.awaiting)
    lines = _lines(visit, page, why) if why else []
    forecast = intake.forecast(visit.office, visit.user, number, visit.now) if not is_going_on else None
    return visit.show(
        "import_approval.html",
        status=400 if error else 200,
        fragment="progress",
        error=error or failed,
        one=found,
        work=work,
        is_going_on=is_going_on,
        result=result,
        forecast=forecast,
        left=[(case, visit.sentence(reason)) for case, reason in (forecast.left if forecast else [])],
        not_done=[(case, visit.sentence(reason)) for case, reason in (result.left if result else [])],
        lines=lines,
        page=page,
        last=last,
        first=(page - 1) * PAGE + 1,
        whys=case_gate.whys(visit),
        why=visit.form.text("why") or "approval",
        words=visit.form.text("words"),
        **case_words.tools(visit),
    )


def _lines(visit: Visit, page: int, why: str) -> list[Line]:
    """Open the cases of one page of the list; each look is on record."""
    number = visit.number("number")
    shown = import_list.cases(visit.office, visit.user, number, first=(page - 1) * PAGE, awaiting=True)
    opened = reading.contents(visit.office, visit.user, [one.number for one in shown], why, visit.now)
    index = visit.desk.similar
    index.refresh(visit.office)
    return [
        Line(
            one,
            case_facts.title(opened[one.number]),
            _rows(visit, opened[one.number]),
            [other.number for other in index.similar(opened[one.number], one.number)],
        )
        for one in shown
        if one.number in opened
    ]


def _rows(visit: Visit, content: Content) -> list[tuple[str, str]]:
    return [
        (row.label, ", ".join(row.lines))
        for section_ in case_facts.facts(visit, content)
        if section_.name in _SHOWN
        for row in section_.rows
    ]


def _work(visit: Visit) -> Work[Approved] | None:
    return visit.desk.approvals.get(visit.number("number"))


def _path(visit: Visit) -> str:
    return f"/imports/{visit.number('number')}/approval"
