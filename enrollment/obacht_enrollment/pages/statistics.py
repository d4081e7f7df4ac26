"""The counts of a year for the council: as tables, as pictures, as CSV and as a report."""

from typing import Any

from starlette.responses import Response

from obacht_enrollment import reporting
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases import statistics, suppression
from obacht_enrollment.cases import statistics_words as words
from obacht_enrollment.cases.suppression import Table
from obacht_enrollment.errors import LetterError
from obacht_enrollment.language import Language, pick
from obacht_enrollment.pages import charts, headers
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
section.link("/statistics", "statistics.title", Right.READ_STATISTICS)
_MOST_SUMMARY = 4000


@section.get("/statistics", Right.READ_STATISTICS)
def this_year(visit: Visit) -> Response:
    """Show this year so far."""
    return _show(visit, statistics.years(visit.office, visit.user, visit.now)[0])


@section.get("/statistics/{year}", Right.READ_STATISTICS)
def of_year(visit: Visit) -> Response:
    """Show a year."""
    return _show(visit, visit.number("year"))


@section.get("/statistics/{year}/table", Right.READ_STATISTICS)
def table(visit: Visit) -> Response:
    """Give the counts for a spreadsheet."""
    year = visit.number("year")
    made = statistics.as_csv(statistics.of_year(visit.office, visit.user, year), visit.language)
    name = f'attachment; filename="statistics-{year}.csv"'
    return visit.answer(made, "text/csv; charset=utf-8", 200, {"Content-Disposition": name})


@section.post("/statistics/{year}/report", Right.READ_STATISTICS)
def report(visit: Visit) -> Response:
    """Give the report as PDF."""
    year, form = visit.number("year"), visit.form
    language: Language = "en" if form.text("report_language") == "en" else "de"
    try:
        made = reporting.yearly_report(
            visit.office, visit.user, year, visit.now, language=language, summary=form.text("summary")[:_MOST_SUMMARY]
        )
    except LetterError as error:
        return _show(visit, year, error)
    name = f'inline; filename="report-{year}.pdf"'
    return visit.answer(made, "application/pdf", 200, {**headers.PDF, "Content-Disposition": name})


def _show(visit: Visit, year: int, error: LetterError | None = None) -> Response:
    counted = statistics.of_year(visit.office, visit.user, year)
    years = statistics.years(visit.office, visit.user, visit.now)
    share = statistics.false_hits(counted)
    return visit.show(
        "statistics.html",
        status=400 if error else 200,
        error=error,
        year=year,
        years=years,
        is_over=year < years[0],
        tables=[_table(visit, one) for one in counted],
        is_empty=all(one.total == 0 for one in counted),
        small=suppression.SMALL,
        share=None if share is None else words.share(share, visit.language),
        has_sender=visit.office.settings.letters is not None,
        summary=visit.form.text("summary"),
        report_language=visit.form.text("report_language") or visit.language,
        most=_MOST_SUMMARY,
    )


def _table(visit: Visit, of: Table) -> dict[str, Any]:
    language = visit.language
    rows = [(words.row(of, name, language), count, words.number(count, language)) for name, count in of.rows]
    return {
        "name": of.name,
        "title": words.title(of, language),
        "rows": [(label, number, count is None) for label, count, number in rows],
        "total": words.number(of.total, language),
        "hides_total": of.total is None,
        "chart": charts.draw(rows) if of.total != 0 else None,
        "said": "; ".join(f"{label}: {number}" for label, _, number in rows),
        "feature": pick(words.FEATURE, language),
        "count": pick(words.COUNT, language),
        "sum": pick(words.TOTAL, language),
    }
