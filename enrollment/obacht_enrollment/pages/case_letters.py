"""The letter that tells a person that their entry ended, or that a restriction of it will end."""

from starlette.responses import Response

from obacht_enrollment import informing, writing
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.views import View
from obacht_enrollment.errors import CaseError, LetterError
from obacht_enrollment.letters import of_case
from obacht_enrollment.pages import case_facts, case_gate, envelopes
from obacht_enrollment.pages.case_faults import by_field, faults_of
from obacht_enrollment.pages.case_input import required_day, write_day
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()


@section.get("/cases/{number}/letter", Right.EDIT_CASES)
def letter(visit: Visit) -> Response:
    """Show where the letter is written."""
    return case_gate.reading_page(visit, _letter)


@section.post("/cases/{number}/letter", Right.EDIT_CASES)
def write(visit: Visit) -> Response:
    """Give the letter as PDF."""
    number, office, user, now = visit.number("number"), visit.office, visit.user, visit.now
    view = case_gate.view_at_work(visit)
    try:
        envelope = envelopes.typed(visit)
        if informing.is_to_be_lifted(view.case):
            effective = required_day(visit.form.text("effective"), "effective")
            made = informing.lifting(office, user, number, now, envelope=envelope, effective=effective)
        else:
            made = informing.ending(office, user, number, now, envelope=envelope)
    except (CaseError, LetterError) as error:
        return _letter(visit, view, error)
    return envelopes.pdf(visit, made, f"case-{number}")


def subject(case: Case) -> str:
    """Name what the person is to be told of their entry; empty if nothing is."""
    if informing.is_to_be_lifted(case):
        return "lifted"
    return "ended" if informing.cause(case) else ""


def _letter(visit: Visit, view: View, error: CaseError | LetterError | None = None) -> Response:
    faults = faults_of(visit, error) if isinstance(error, CaseError) else []
    return visit.show(
        "case_letter.html",
        status=400 if error else 200,
        error=error if not faults else None,
        faults=faults,
        wrong=by_field(faults),
        summary=view.summary,
        title=case_facts.title(view.case.content),
        subject=subject(view.case),
        obstacle=_obstacle(visit, view.case),
        effective=visit.form.text("effective") or write_day(day_of(visit.now)),
        **envelopes.values(visit, view.case.content),
    )


def _obstacle(visit: Visit, case: Case) -> str:
    """Say why no letter can be written at all; empty if one can."""
    try:
        writing.sender(visit.office)
    except LetterError as error:
        return visit.sentence(error)
    if not subject(case):
        return visit.sentence(LetterError("letter-not-ended"))
    return "" if of_case.name(case.content) else visit.sentence(LetterError("letter-nobody"))
