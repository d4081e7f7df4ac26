"""What is read of cases: queues, whom they are about, their history, and who looked at them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import defer

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import history, ledger
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.history import Deed, Link, Stored
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import CLOSED, State
from obacht_enrollment.cases.tables import EventRow, HistoryHead, LookRow
from obacht_enrollment.cases.transaction import writing
from obacht_enrollment.cases.views import Summary
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office
from obacht_enrollment.vault import RecordKey
from obacht_protocol.encoding import parse_json

DUE_DAYS: Final = 30
"""A case is due when its review or its end is so many days ahead, or past."""
_DAY: Final = 86_400
_CHUNK: Final = 500
_NOT_LISTED: Final = tuple(
    defer(column) for column in (CaseRow.wrapped_key, CaseRow.content, CaseRow.proposal, CaseRow.facts)
)
"""What is sealed is long, and no list shows it."""


class Queue(StrEnum):
    """A list of cases."""

    DRAFTS = "drafts"
    AWAITING = "awaiting"
    """What waits for a second person: cases to be put in force, and proposals for active ones."""
    DUE = "due"
    """Active cases whose review or end is near."""
    ACTIVE = "active"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """Something that was done with a case.

    Attributes:
        sequence: Its place in the history of all cases.
        at: Unix seconds.
        user: Number of the user; None if it was the scheduler.
        what: What was done.
        detail: Reasons and changes; None for those who may not read them, and once the case is anonymised.
    """

    sequence: int
    at: int
    user: int | None
    what: Deed
    detail: dict[str, Any] | None


@dataclass(frozen=True, slots=True, repr=False)
class Look:
    """That somebody looked at a case.

    Attributes:
        case: Number of the case.
        user: Number of the user.
        at: Unix seconds.
        why: In words; None for those who may not read them, and once the case is anonymised.
    """

    case: int
    user: int
    at: int
    why: str | None


def queue(
    office: Office, user: User, which: Queue, now: int, *, first: int = 0, most: int | None = None
) -> list[Summary]:
    """List the cases of a queue by number; those that are due, the most urgent first. No name is in it.

    Args:
        office: Unlocked.
        user: Who looks.
        which: The queue.
        now: Unix seconds.
        first: How many are passed over.
        most: How many are listed at most.
    """
    require(user, Right.READ_DECISIONS)
    urgency = case((CaseRow.review_due < CaseRow.ends, CaseRow.review_due), else_=CaseRow.ends)
    order = (urgency, CaseRow.number) if which is Queue.DUE else (CaseRow.number,)
    chosen = select(CaseRow).where(_of(which, now)).order_by(*order).offset(first).limit(most)
    with office.store.database.reading() as session:
        rows = session.scalars(chosen.options(*_NOT_LISTED)).all()
        return [Summary.of(row) for row in rows]


def counts(office: Office, user: User, now: int) -> dict[Queue, int]:
    """Count the cases of every queue."""
    require(user, Right.READ_DECISIONS)
    with office.store.database.reading() as session:
        return {which: session.scalar(select(func.count()).where(_of(which, now))) or 0 for which in Queue}


def _of(which: Queue, now: int) -> ColumnElement[bool]:
    soon = now + DUE_DAYS * _DAY
    active = CaseRow.state == State.ACTIVE
    return {
        Queue.DRAFTS: CaseRow.state == State.DRAFT,
        Queue.AWAITING: CaseRow.awaiting != "",
        Queue.DUE: and_(active, or_(CaseRow.review_due <= soon, CaseRow.ends <= soon)),
        Queue.ACTIVE: active,
        Queue.CLOSED: CaseRow.state.in_([*CLOSED, State.ANONYMISED]),
        Queue.ALL: CaseRow.number > 0,
    }[which]


def summary(office: Office, user: User, number: int) -> Summary:
    """Give a case as it stands in lists; ``CaseError`` (``case-unknown``) if there is none."""
    require(user, Right.READ_DECISIONS)
    with office.store.database.reading() as session:
        return Summary.of(_row(session.get(CaseRow, number), number))


def contents(office: Office, user: User, numbers: Collection[int], why: str, now: int) -> dict[int, Content]:
    """Open what several cases say, for a list with names; each look is on record.

    Cases that are unknown or anonymised are left out.

    Raises:
        CaseError: ``why``: no reason is given.
        VaultError: A case was tampered with.
    """
    require(user, Right.READ_CASES)
    found = {}
    wanted = sorted(numbers)
    with writing(office, now) as transaction:
        for place in range(0, len(wanted), _CHUNK):
            part = wanted[place : place + _CHUNK]
            rows = transaction.session.scalars(select(CaseRow).where(CaseRow.number.in_(part)).order_by(CaseRow.number))
            for row in rows:
                if row.state != State.ANONYMISED:
                    held = transaction.open(row, [])
                    transaction.look(held, user.id, why)
                    found[row.number] = held.case.content
    return found


def events(office: Office, user: User, number: int) -> list[Event]:
    """Give the history of a case, the oldest first; reasons and changes only to those who may read cases."""
    require(user, Right.READ_DECISIONS)
    with office.store.database.reading() as session:
        row = _row(session.get(CaseRow, number), number)
        rows = session.scalars(select(EventRow).where(EventRow.case == number).order_by(EventRow.sequence)).all()
    opens = row.state != State.ANONYMISED and user.may(Right.READ_CASES)
    key = ledger.open_key(office.vault, row) if opens else None
    return [Event(one.sequence, one.at, one.user, Deed(one.what), _detail(one, key)) for one in rows]


def looks(office: Office, user: User, number: int | None = None) -> list[Look]:
    """List who looked at a case, or at any, the oldest first; the reasons only to those who may read cases."""
    require(user, Right.READ_DECISIONS)
    of_case = LookRow.case == number if number is not None else LookRow.case > 0
    with office.store.database.reading() as session:
        found = session.execute(
            select(LookRow, CaseRow)
            .join(CaseRow, CaseRow.number == LookRow.case)
            .where(of_case)
            .order_by(LookRow.number)
        ).all()
    return [Look(one.case, one.user, one.at, _why(office, user, one, row)) for one, row in found]


def verify_history(office: Office, user: User) -> int:
    """Hold the whole history against its links and its signed end, and give how many events there are.

    Raises:
        CaseError: ``history-event`` with the number of the first bad event, or ``history-head``.
    """
    require(user, Right.READ_DECISIONS)
    with office.store.database.reading() as session:
        found = session.execute(
            select(EventRow, CaseRow.state)
            .outerjoin(CaseRow, CaseRow.number == EventRow.case)
            .order_by(EventRow.sequence)
        ).yield_per(_CHUNK)
        note = session.scalar(select(HistoryHead.note)) or b""
        key = office.keys.head.verify_key
        return history.verify(_stored(found), note, office.settings.deployment, key)


def _stored(found: Any) -> Iterator[Stored]:  # noqa: ANN401 - rows of a joined query
    for row, state in found:
        link = Link(row.sequence, row.case, row.at, row.user, row.what, row.digest)
        yield Stored(link, row.detail, row.link, state == State.ANONYMISED)


def _row(row: CaseRow | None, number: int) -> CaseRow:
    if row is None:
        raise CaseError("case-unknown", number=number)
    return row


def _detail(row: EventRow, key: RecordKey | None) -> dict[str, Any] | None:
    if key is None or not row.detail:
        return None
    detail: dict[str, Any] = parse_json(key.open(f"event/{row.sequence}", row.detail))
    return detail


def _why(office: Office, user: User, look: LookRow, case: CaseRow) -> str | None:
    if case.state == State.ANONYMISED or not look.why or not user.may(Right.READ_CASES):
        return None
    return ledger.open_key(office.vault, case).open("look", look.why).decode()
