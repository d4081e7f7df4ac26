"""What staff do with reports: list them, open one, turn one down. :mod:`~.drafting` makes a case of one.

Every function takes the unlocked office, who acts, and the time; commands and pages only show what they give.
"""

from dataclasses import dataclass
from typing import Final

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.errors import InboxError
from obacht_enrollment.inbox.outcomes import REJECTIONS, Outcome
from obacht_enrollment.inbox.store import Found, InboxStore, Look
from obacht_enrollment.inbox.tables import ReportRow
from obacht_enrollment.office import Office
from obacht_protocol.errors import ReportError
from obacht_protocol.receipt_numbers import read_receipt_number
from obacht_protocol.reports import Report

CONTENT_DAYS: Final = 30
"""So long after it was decided, what a report says is kept; then it is in the case, or nowhere."""
ROW_DAYS: Final = 365
"""So long after it was decided, the office knows that there was a report with this receipt number."""
MAX_ANSWER: Final = 2000
"""Characters of an answer."""
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Entry:
    """A report in the list: nothing of what it says.

    Attributes:
        number: What staff call it by.
        receipt: What the department calls it by.
        received: Unix seconds.
        department: Who sent it.
        device: Which of their devices.
        state: How far it is, one of :data:`obacht_protocol.reports.STATES`.
        outcome: What was decided.
        case: Number of the case that was made of it.
        decided: Unix seconds; 0 before.
        decided_by: Number of the user.
        is_erased: Whether what it says is gone.
    """

    number: int
    receipt: str
    received: int
    department: str
    device: str
    state: str
    outcome: Outcome
    case: int | None
    decided: int
    decided_by: int | None
    is_erased: bool


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A report as somebody sees it who opened it.

    Attributes:
        entry: What the list says of it.
        report: What it says; None if it cannot be read.
        fault: Why it cannot be read: ``sealed`` (it does not open with this office's key), ``form`` (what is in it is
            no report) or ``erased``; empty if it can.
        answer: What is told to those who ask with the receipt number.
    """

    entry: Entry
    report: Report | None
    fault: str
    answer: str


def entries(office: Office, user: User, receipt: str = "") -> list[Entry]:
    """List the reports, the newest first.

    Args:
        office: Unlocked.
        user: Who looks; the list holds no name.
        receipt: Only the one with this receipt number, as somebody reads it out.

    Raises:
        ForbiddenError: The user may not.
        InboxError: ``receipt-number``: that is none.
    """
    require(user, Right.READ_DECISIONS)
    wanted = _receipt(receipt) if receipt else ""
    listed = [_entry(found) for found in _store(office).reports()]
    return [one for one in listed if wanted in {"", one.receipt}]


def entry(office: Office, user: User, number: int) -> Entry:
    """Give one report as the list has it.

    Raises:
        ForbiddenError: The user may not.
        InboxError: ``report-unknown``.
    """
    require(user, Right.READ_DECISIONS)
    return _entry(_store(office).report(number))


def open_report(office: Office, user: User, number: int, now: int) -> Opened:
    """Open a report; that is on record before anything of it is shown.

    Raises:
        ForbiddenError: The user may not.
        InboxError: ``report-unknown``.
        VaultError: What the office itself keeps of it was tampered with.
    """
    require(user, Right.READ_CASES)
    found = _store(office).look(number, user.id, now)
    listed, answer = _entry(found), _answer(office, found.row)
    if found.is_erased:
        return Opened(listed, None, "erased", answer)
    try:
        return Opened(listed, Report.open(found.row.sealed, office.keys.report), "", answer)
    except ReportError as error:
        return Opened(listed, None, error.code, answer)


def reject(office: Office, user: User, number: int, now: int, *, outcome: Outcome, answer: str = "") -> None:
    """Turn a report down.

    Args:
        office: Unlocked.
        user: Who decides.
        number: Of the report.
        now: Unix seconds.
        outcome: Why: one of :data:`~obacht_enrollment.inbox.outcomes.REJECTIONS`.
        answer: What is told to those who ask with the receipt number, at most 2,000 characters.

    Raises:
        ForbiddenError: The user may not.
        InboxError: ``report-unknown``, ``report-decided``, ``outcome`` or ``answer-long``.
    """
    require(user, Right.EDIT_CASES)
    if outcome not in REJECTIONS:
        raise InboxError("outcome")
    if len(answer) > MAX_ANSWER:
        raise InboxError("answer-long", most=MAX_ANSWER)
    store = _store(office)
    key, wrapped = office.vault.new_record_key(store.report(number).row.id)
    sealed = key.seal("answer", answer.encode())
    store.decide(number, outcome=outcome, decided=now, decided_by=user.id, wrapped_key=wrapped, answer=sealed)


def looks(office: Office, user: User, number: int) -> list[Look]:
    """List who has opened a report, the first first.

    Raises:
        ForbiddenError: The user may not.
    """
    require(user, Right.READ_DECISIONS)
    return _store(office).looks(number)


def has_old(office: Office, now: int) -> bool:
    """Tell whether :func:`erase_old` has anything to do."""
    return _store(office).has_old(**_limits(now))


def erase_old(office: Office, now: int) -> int:
    """Erase what was decided long ago: first what reports say, later that they were there.

    Returns:
        How many reports lost something now.
    """
    return _store(office).erase(**_limits(now))


def _limits(now: int) -> dict[str, int]:
    return {"sealed_before": now - CONTENT_DAYS * _DAY, "rows_before": now - ROW_DAYS * _DAY}


def _store(office: Office) -> InboxStore:
    return InboxStore(office.store.database)


def _receipt(typed: str) -> str:
    try:
        return read_receipt_number(typed)
    except ReportError as error:
        raise InboxError("receipt-number") from error


def _entry(found: Found) -> Entry:
    row, device = found.row, found.device
    return Entry(
        number=row.number,
        receipt=row.receipt,
        received=row.received,
        department=device.department,
        device=device.label,
        state=found.state,
        outcome=Outcome(row.outcome),
        case=row.case,
        decided=row.decided,
        decided_by=row.decided_by,
        is_erased=found.is_erased,
    )


def _answer(office: Office, row: ReportRow) -> str:
    if not row.answer:
        return ""
    return office.vault.record_key(row.id, row.wrapped_key).open("answer", row.answer).decode()
