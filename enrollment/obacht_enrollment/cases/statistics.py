"""Counts for the yearly report to the council: what happened in a year, as tables in which small counts are hidden."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import ledger, statistics_words
from obacht_enrollment.cases.catalogue import KINDS
from obacht_enrollment.cases.ledger import Facts
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import EndReason, Origin
from obacht_enrollment.cases.suppression import Table, rounded, suppressed
from obacht_enrollment.cases.tables import CallRow, RequestRow
from obacht_enrollment.errors import CaseError
from obacht_enrollment.language import Language
from obacht_enrollment.office import Office
from obacht_enrollment.records import GROUNDS, LEVELS

_FIRST_YEAR: Final = 2000
_EXPIRED: Final = "expired"


def of_year(office: Office, user: User, year: int) -> list[Table]:
    """Count what happened in a year, in UTC.

    Args:
        office: Unlocked.
        user: Who asks.
        year: Which; one that is not over yet counts so far.

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``year``: there is no such year.
        VaultError: A case was tampered with.
    """
    require(user, Right.READ_STATISTICS)
    if not _FIRST_YEAR <= year < dt.MAXYEAR:
        raise CaseError("year")
    begin, end = (int(dt.datetime(one, 1, 1, tzinfo=dt.UTC).timestamp()) for one in (year, year + 1))
    with office.store.database.reading() as session:
        cases = session.scalars(select(CaseRow).where(CaseRow.activated > 0, CaseRow.activated < end)).all()
        requests = session.execute(
            select(RequestRow.kind, RequestRow.outcome, RequestRow.received, RequestRow.decided, RequestRow.due)
        ).all()
        calls = session.scalars(select(CallRow.right_person).where(CallRow.at >= begin, CallRow.at < end)).all()
    begun = [_facts(office, row) for row in cases if row.activated >= begin]
    there = [_facts(office, row) for row in cases if not 0 < row.closed < end]
    ended = [row.end_reason or _EXPIRED for row in cases if begin <= row.closed < end]
    received = [kind for kind, _, at, _, _ in requests if begin <= at < end]
    decided = [(outcome, at <= due) for _, outcome, _, at, due in requests if begin <= at < end]
    return [
        suppressed("begun-level", [str(facts.level) for facts in begun], map(str, LEVELS)),
        suppressed("begun-ground", [facts.ground for facts in begun], GROUNDS),
        # a case may have incidents of several kinds: each counts, and so the total is that of the kinds
        suppressed("begun-kind", [kind for facts in begun for kind in facts.kinds], KINDS),
        suppressed("begun-origin", [row.origin for row in cases if row.activated >= begin], list(Origin)),
        rounded("there-level", [str(facts.level) for facts in there], map(str, LEVELS)),
        suppressed("ended", ended, [_EXPIRED, *(one for one in EndReason if one is not EndReason.DISMISSED)]),
        suppressed("requests", received, list(Kind)),
        suppressed("outcomes", [outcome for outcome, _ in decided], list(Outcome)),
        suppressed("in-time", ["in-time" if in_time else "late" for _, in_time in decided], ["in-time", "late"]),
        suppressed("calls", [_right(right) for right in calls], ["right", "wrong", "open"]),
    ]


def years(office: Office, user: User, now: int) -> list[int]:
    """Give the years that can be counted, in UTC: from the first in which anything happened to this one, newest first.

    Raises:
        ForbiddenError: The user may not.
    """
    require(user, Right.READ_STATISTICS)
    first = (
        select(func.min(CaseRow.activated)).where(CaseRow.activated > 0),
        select(func.min(RequestRow.received)),
        select(func.min(CallRow.at)),
    )
    with office.store.database.reading() as session:
        begun = [at for at in map(session.scalar, first) if at]
    return list(range(_year(now), _year(min([*begun, now])) - 1, -1))


def false_hits(tables: Sequence[Table]) -> int | None:
    """Give the share of wrong persons among the calls of which that is known, in percent; None if that is hidden."""
    rows = next((dict(table.rows) for table in tables if table.name == "calls"), {})
    right, wrong = rows.get("right"), rows.get("wrong")
    if right is None or wrong is None or right + wrong == 0:
        return None
    return round(100 * wrong / (right + wrong))


def as_csv(tables: Sequence[Table], language: Language) -> bytes:
    """Write tables as CSV (RFC 4180), as German spreadsheets read it: with semicolons, in UTF-8 with a mark.

    Hidden counts are words.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for line in statistics_words.lines(tables, false_hits(tables), language):
        writer.writerow(line)
    return text.getvalue().encode("utf-8-sig")


def _facts(office: Office, row: CaseRow) -> Facts:
    return ledger.open_facts(office.vault, row) or Facts(0, "", ())


def _year(at: int) -> int:
    return dt.datetime.fromtimestamp(at, dt.UTC).year


def _right(right: bool | None) -> str:  # noqa: FBT001 - a column that may be empty
    return "open" if right is None else "right" if right else "wrong"
