"""What persons concerned ask for (GDPR, Articles 15 to 21): each request with its deadline, and what came of it.

A request may be about a case, or about none that was found. What it says is sealed with a key of its own, and erased
with the case, or some time after it was answered where there is none. What is granted is done by :mod:`~.granting`.

All functions raise ``ForbiddenError`` if the user may not, ``CaseError`` with ``request-unknown`` and the codes that
they name, ``VaultError`` if something was tampered with, and ``StoreError`` if the database failed.
"""

import datetime as dt
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases.dates import begun_by, day_of, last_second, months_after
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.tables import RequestRow
from obacht_enrollment.cases.transaction import Transaction, writing
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office

MONTHS: Final = 1
"""Within a month of its receipt a request is answered (GDPR, Article 12, paragraph 3)."""
MORE_MONTHS: Final = 2
"""By so many more the deadline may be extended once, and the person is told why."""
MAX_TEXT: Final = 20_000
_ID_LENGTH: Final = 16


class Kind(StrEnum):
    """What somebody asks for."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    ERASURE = "erasure"


class Outcome(StrEnum):
    """What came of it."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    NOTHING = "nothing"
    """Nothing is recorded about whoever asked."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands in lists: nothing of what it says.

    Attributes:
        number: Of the request.
        case: Number of the case; None if none was found.
        kind: What is asked for.
        received: Unix seconds.
        due: Unix seconds with which the last day of its deadline ends.
        extended: Whether the deadline was extended.
        entered_by: Number of the user who took it down.
        outcome: What came of it; None while it is open.
        decided: Unix seconds; 0 while it is open.
        decided_by: Number of the user who decided.
        is_erased: Whether what it says is gone.
    """

    number: int
    case: int | None
    kind: Kind
    received: int
    due: int
    extended: bool
    entered_by: int
    outcome: Outcome | None
    decided: int
    decided_by: int | None
    is_erased: bool

    def is_overdue(self, now: int) -> bool:
        """Tell whether its deadline is over at ``now`` (Unix seconds), and nobody has decided."""
        return self.outcome is None and self.due < now


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A request as somebody sees it whose look is on record.

    Attributes:
        request: As it stands in lists.
        text: Who asks, and for what.
        answer: What was answered, and why; while it is open, why it takes longer; empty if neither is known.
    """

    request: Request
    text: str
    answer: str


def receive(
    office: Office,
    user: User,
    kind: Kind,
    text: str,
    now: int,
    *,
    case: int | None = None,
    received: dt.date | None = None,
) -> int:
    """Take a request down, and give its number.

    Args:
        office: Unlocked.
        user: Who takes it down.
        kind: What is asked for.
        text: Who asks, and for what.
        now: Unix seconds.
        case: Number of the case that it is about, if one was found.
        received: The day on which it came in; today if None.

    Raises:
        CaseError: ``request-text`` (none, or too long), ``request-received`` (in the future), ``case-unknown``,
            ``anonymised``.
    """
    require(user, Right.EDIT_CASES)
    check_text(text)
    day = received or day_of(now)
    if day > begun_by(now):
        raise CaseError("request-received")
    request_id = os.urandom(_ID_LENGTH)
    key, wrapped = office.vault.new_record_key(request_id)
    with writing(office, now) as transaction:
        row = RequestRow(
            id=request_id,
            case=case,
            kind=kind.value,
            received=min(now, last_second(day)),
            due=last_second(months_after(day, MONTHS)),
            entered_by=user.id,
            wrapped_key=wrapped,
            text=key.seal("text", text.encode()),
        )
        note(transaction, case, user, Deed.REQUEST_RECEIVED, kind=kind.value)
        transaction.session.add(row)
        transaction.session.flush()
        return row.number


def listed(office: Office, user: User, *, only_open: bool = False, case: int | None = None) -> list[Request]:
    """List requests, those with the nearest deadline first; the open ones alone, or those about one case."""
    require(user, Right.READ_DECISIONS)
    chosen = select(RequestRow).order_by(RequestRow.due, RequestRow.number)
    if only_open:
        chosen = chosen.where(RequestRow.outcome == "")
    if case is not None:
        chosen = chosen.where(RequestRow.case == case)
    with office.store.database.reading() as session:
        return [request_of(row) for row in session.scalars(chosen)]


def find(office: Office, user: User, number: int) -> Request:
    """Give a request as it stands in lists."""
    require(user, Right.READ_DECISIONS)
    with office.store.database.reading() as session:
        return request_of(_found(session.get(RequestRow, number), number))


def look(office: Office, user: User, number: int, why: str, now: int) -> Opened:
    """Open a request; that is on record, with the case that it is about.

    Raises:
        CaseError: ``why``: no reason is given; ``erased``.
    """
    require(user, Right.READ_CASES)
    with writing(office, now) as transaction:
        row = _row(transaction, number)
        if not row.wrapped_key:
            raise CaseError("erased")
        transaction.look_beside(row.case, user.id, why, Deed.REQUEST_READ)
        key = office.vault.record_key(row.id, row.wrapped_key)
        answer = key.open("answer", row.answer).decode() if row.answer else ""
        return Opened(request_of(row), key.open("text", row.text).decode(), answer)


def assign(office: Office, user: User, number: int, case: int, now: int) -> Request:
    """Say which case an open request is about; ``CaseError`` (``request-decided``) if it was decided."""
    require(user, Right.EDIT_CASES)
    with writing(office, now) as transaction:
        row = open_row(transaction, number)
        note(transaction, case, user, Deed.REQUEST_ASSIGNED, kind=row.kind)
        row.case = case
        return request_of(row)


def extend(office: Office, user: User, number: int, reason: str, now: int) -> Request:
    """Extend the deadline of an open request once; whoever asked is told why.

    Raises:
        CaseError: ``request-decided``, ``request-extended``, ``reason``: none is given; ``request-late``: the month is
            over, within which the person has to be told (GDPR, Article 12, paragraph 3).
    """
    require(user, Right.EDIT_CASES)
    if not reason.strip():
        raise CaseError("reason")
    with writing(office, now) as transaction:
        row = open_row(transaction, number)
        if row.extended:
            raise CaseError("request-extended")
        if row.due < now:
            raise CaseError("request-late")
        row.extended, row.due = True, last_second(months_after(day_of(row.received), MONTHS + MORE_MONTHS))
        row.answer = office.vault.record_key(row.id, row.wrapped_key).seal("answer", reason.encode())
        note(transaction, row.case, user, Deed.REQUEST_EXTENDED, kind=row.kind, reason=reason)
        return request_of(row)


def note(transaction: Transaction, case: int | None, user: User, what: Deed, **detail: str) -> None:
    """Put on the history, with its case if there is one, that something was done with a request."""
    if case is None:
        transaction.note_apart(user.id, what)
    else:
        transaction.note(transaction.load(case), user.id, what, detail)


def _row(transaction: Transaction, number: int) -> RequestRow:
    return _found(transaction.session.get(RequestRow, number), number)


def _found(row: RequestRow | None, number: int) -> RequestRow:
    if row is None:
        raise CaseError("request-unknown", number=number)
    return row


def open_row(transaction: Transaction, number: int) -> RequestRow:
    """Find a request that is not decided; ``CaseError`` (``request-unknown``, ``request-decided``) if it is."""
    row = _row(transaction, number)
    if row.outcome:
        raise CaseError("request-decided")
    return row


def check_text(text: str) -> None:
    """Refuse a text that is empty or too long; ``CaseError`` (``request-text``)."""
    if not text.strip() or len(text) > MAX_TEXT:
        raise CaseError("request-text")


def request_of(row: RequestRow) -> Request:
    """Give a request as it stands in lists."""
    return Request(
        number=row.number,
        case=row.case,
        kind=Kind(row.kind),
        received=row.received,
        due=row.due,
        extended=row.extended,
        entered_by=row.entered_by,
        outcome=Outcome(row.outcome) if row.outcome else None,
        decided=row.decided,
        decided_by=row.decided_by,
        is_erased=not row.wrapped_key,
    )
