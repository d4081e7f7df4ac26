"""The yearly report to the council: the statistics made a letter, with what the office says of the year."""

import datetime as dt

from obacht_enrollment import writing
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import statistics
from obacht_enrollment.cases import statistics_words as words
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.suppression import SMALL, Table
from obacht_enrollment.language import Language, pick
from obacht_enrollment.letters import yearly
from obacht_enrollment.letters.making import make
from obacht_enrollment.office import Office


def yearly_report(
    office: Office, user: User, year: int, now: int, *, language: Language = "de", summary: str = ""
) -> bytes:
    """Make the report of a year; of one that is not over yet, a draft.

    Args:
        office: Unlocked.
        user: Who makes it.
        year: Which, in UTC.
        now: Unix seconds; the report bears this day.
        language: German, or English for a translation.
        summary: What the office says of the year; no count in it is held back.

    Returns:
        A PDF (PDF/UA-1).

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``year``: there is no such year.
        LetterError: ``letter-sender``, ``letter-failed``.
        VaultError: A case was tampered with.
        StoreError: The database failed.
    """
    counted = statistics.of_year(office, user, year)
    share = statistics.false_hits(counted)
    report = yearly.Report(
        year=year,
        date=day_of(now),
        tables=tuple(_table(one, share, language) for one in counted),
        least=SMALL,
        summary=summary.strip(),
        language=language,
    )
    is_over = dt.datetime.fromtimestamp(now, dt.UTC).year > year
    return make(report, writing.sender(office), draft=not is_over)


def _table(table: Table, false_hits: int | None, language: Language) -> yearly.Table:
    notes = [f"{pick(words.TOTAL, language)}: {words.number(table.total, language)}"]
    if table.name == "calls":
        notes.append(f"{pick(words.SHARE, language)}: {words.share(false_hits, language)}")
    return yearly.Table(
        title=words.title(table, language),
        label=pick(words.FEATURE, language),
        columns=(pick(words.COUNT, language),),
        rows=tuple(yearly.Row(words.row(table, name, language), (count,)) for name, count in table.rows),
        chart=True,
        note="\n".join(notes),
    )
