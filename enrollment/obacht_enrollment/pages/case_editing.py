"""Beginning a case, and changing what it says: one long form, whose parts are added and removed by its buttons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import look_reasons, reading, service
from obacht_enrollment.cases.catalogue import KINDS, PRECAUTIONS, Item
from obacht_enrollment.cases.content import Content, Notice
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.cases.states import State
from obacht_enrollment.cases.views import View
from obacht_enrollment.cases.words import GROUNDS
from obacht_enrollment.errors import CaseError
from obacht_enrollment.language import pick
from obacht_enrollment.pages import case_gate, case_history, case_words, cases, kept, streets
from obacht_enrollment.pages.case_faults import Fault, by_field, fault_of, faults_of
from obacht_enrollment.pages.case_input import PARTS, Typed, write_day
from obacht_enrollment.pages.case_words import Change
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
_REMOVE: Final = re.compile(rf"remove-({'|'.join(PARTS)})-([0-9]{{1,3}})")


@dataclass(frozen=True, slots=True, repr=False)
class Conflict:
    """That somebody else changed the case meanwhile.

    Attributes:
        who: Changed it last.
        at: Unix seconds.
        changes: What was typed here, and what stands there now.
    """

    who: str
    at: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Shown:
    """What the form shows besides what was typed."""

    faults: Sequence[Fault] = field(default_factory=tuple)
    error: CaseError | None = None
    conflict: Conflict | None = None
    focus: str = ""
    is_saved: bool = False


@section.get("/cases/new", Right.EDIT_CASES)
def new(visit: Visit) -> Response:
    """Show an empty form, with the usual terms and the usual contact."""
    retention, today = visit.office.settings.retention, day_of(visit.now)
    content = Content(
        contact=visit.office.settings.default_contact,
        review=retention.last_review(today, minor=False),
        end=retention.last_end(today, minor=False),
    )
    return _form(visit, Typed.of(content), None, _Shown())


@section.post("/cases/new", Right.EDIT_CASES, limit=kept.MOST, kept=True)
def begin(visit: Visit) -> Response:
    """Begin a draft."""
    typed = Typed.read(visit.form)
    if (rearranged := _rearranged(visit, typed)) is not None:
        return _form(visit, *rearranged)
    typed = typed.filled()
    try:
        content = _content(visit, typed, Notice())
        number = service.create_draft(visit.office, visit.user, content, visit.now)
    except CaseError as error:
        return _form(visit, typed, None, _Shown(faults_of(visit, error), error))
    service.look(visit.office, visit.user, number, look_reasons.write(LookReason.BEGUN), visit.now)
    return _saved(visit, number)


@section.get("/cases/{number}/edit", Right.EDIT_CASES)
def edit(visit: Visit) -> Response:
    """Show the form with what the case says."""
    return case_gate.reading_page(visit, _edit)


@section.post("/cases/{number}/edit", Right.EDIT_CASES, limit=kept.MOST, kept=True)
def save(visit: Visit) -> Response:
    """Change what the case says."""
    typed = Typed.read(visit.form)
    view = case_gate.view_at_work(visit)
    if (rearranged := _rearranged(visit, typed, view)) is not None:
        return _form(visit, *rearranged)
    typed = typed.filled()
    number = view.summary.number
    try:
        content = _content(visit, typed, view.case.content.notice)
        after = service.edit(
            visit.office,
            visit.user,
            number,
            content,
            visit.now,
            version=visit.form.number("version"),
            reason=typed.reason,
        )
    except CaseError as error:
        if error.code == "changed":
            return _form(visit, typed, view, _Shown(conflict=_conflict(visit, view, content)))
        return _form(visit, typed, view, _Shown(faults_of(visit, error), error))
    if after.awaiting:
        return visit.go(f"/cases/{number}", done="case_proposed")
    return _saved(visit, number)


def _edit(visit: Visit, view: View) -> Response:
    proposal = view.case.proposal
    if view.case.state not in {State.DRAFT, State.ACTIVE} or proposal is not None:
        return cases.show(visit, view, CaseError("pending" if proposal else "state"))
    shown = _Shown()
    if visit.request.query_params.get("check") == "missing":
        found = service.obstacles_of(visit.office, view, visit.now)
        ground = view.case.content.ground.kind
        shown = _Shown([fault_of(visit, one, ground) for one in found], is_saved=True)
    return _form(visit, Typed.of(view.case.content), view, shown)


def _saved(visit: Visit, number: int) -> Response:
    """Lead on from what was saved: to the case, or to what still keeps it from being submitted."""
    if visit.form.text("do") != "submit":
        return visit.go(f"/cases/{number}", done="case_saved")
    return submit(visit, number)


def submit(visit: Visit, number: int) -> Response:
    """Ask a second person to put a draft in force; where something is missing, lead to the form that says what."""
    version = reading.summary(visit.office, visit.user, number).version
    try:
        service.submit(visit.office, visit.user, number, visit.now, version=version)
    except CaseError as error:
        if error.code != "obstacles":
            raise
        return visit.go(f"/cases/{number}/edit", check="missing")
    return visit.go(f"/cases/{number}", done="case_submitted")


def _content(visit: Visit, typed: Typed, notice: Notice) -> Content:
    return streets.spelled_officially(visit, typed.content(notice))


def _rearranged(visit: Visit, typed: Typed, view: View | None = None) -> tuple[Typed, View | None, _Shown] | None:
    """Add or remove a part, if that is what was asked for, and say where one goes on typing."""
    do = visit.form.text("do")
    name = do.removeprefix("add-")
    if do.startswith("add-") and name in PARTS:
        focus = f"{name}-{len(typed.parts[name])}-{PARTS[name][0]}"
        return typed.with_part(name), view, _Shown(focus=focus)
    match = _REMOVE.fullmatch(do)
    if match is None:
        return None
    return typed.without_part(match[1], int(match[2])), view, _Shown(focus=f"add-{match[1]}")


def _conflict(visit: Visit, view: View, mine: Content) -> Conflict:
    last = reading.events(visit.office, visit.user, view.summary.number)[-1]
    who = case_history.names(visit)[last.user] if last.user else visit.text("cases.scheduler")
    return Conflict(who, last.at, tuple(case_words.changes(visit, mine.changes(view.case.content))))


def _form(visit: Visit, typed: Typed, view: View | None, shown: _Shown) -> Response:
    retention, today, language = visit.office.settings.retention, day_of(visit.now), visit.language
    if not typed.parts["incidents"]:
        typed = typed.with_part("incidents")
    failed = bool(shown.error or shown.conflict)
    return visit.show(
        "case_form.html",
        status=400 if failed else 200,
        error=shown.error if not shown.faults else None,
        typed=typed,
        faults=shown.faults,
        wrong=by_field(shown.faults),
        conflict=shown.conflict,
        focus=shown.focus,
        is_saved=shown.is_saved,
        summary=view.summary if view else None,
        in_force=view is not None and view.case.state is State.ACTIVE,
        grounds=[(kind, pick(GROUNDS[kind], language)) for kind in GROUNDS],
        levels=[(2, visit.text("form.level_2")), (3, visit.text("form.level_3"))],
        side_options=[(side, visit.text(f"side.{side}")) for side in ("all", "even", "odd")],
        kinds=[(one.id, f"{case_words.say(one, language)} ({one.levels[0]})") for one in KINDS.values()],
        precautions=[(one.id, _precaution(visit, one)) for one in PRECAUTIONS.values()],
        contacts=[(one.number, case_words.contact(visit, one.number)) for one in visit.office.settings.contacts],
        last_review=write_day(retention.last_review(today, minor=False)),
        last_end=write_day(retention.last_end(today, minor=False)),
        minor_end=write_day(retention.last_end(today, minor=True)),
        **case_words.tools(visit),
    )


def _precaution(visit: Visit, one: Item) -> str:
    told = case_words.capital(case_words.say(one, visit.language))
    return told if 2 in one.levels else visit.text("form.only_3", told=told)
