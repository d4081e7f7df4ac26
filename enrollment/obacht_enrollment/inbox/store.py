"""Reports, looks at them and nonces in the database; every method is one transaction."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session, defer

from obacht_enrollment.accounts.tables import UserRow
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import OPEN
from obacht_enrollment.database import Database
from obacht_enrollment.errors import InboxError
from obacht_enrollment.inbox.outcomes import Outcome
from obacht_enrollment.inbox.tables import ReportingDevice, ReportLook, ReportNonce, ReportRow
from obacht_protocol.devices import NONCE_MEMORY
from obacht_protocol.reports import STATES

RECEIVED, IN_WORK, DONE = STATES
MAX_REQUESTS: Final = 60
"""Signed requests that one device may make while its nonces are remembered."""
MAX_REPORTS: Final = ((20, 3_600), (100, 86_400))
"""How many new reports are taken of one device in so many seconds."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A request whose signature was checked.

    Attributes:
        device: Who made it.
        nonce: 16 bytes that it uses up.
        at: Unix seconds.
    """

    device: str
    nonce: bytes
    at: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request is refused: a code of the protocol, and the seconds to wait where waiting helps."""

    code: str
    wait: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A report that is here, for the department that sent it.

    Attributes:
        receipt: Its receipt number.
        state: One of :data:`obacht_protocol.reports.STATES`.
    """

    receipt: str
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """A report that is here, for staff.

    Attributes:
        row: The report.
        device: Which device sent it.
        state: As in :class:`Known`.
        is_erased: Whether what it says is gone.
    """

    row: ReportRow
    device: ReportingDevice
    state: str
    is_erased: bool


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody opened a report.

    Attributes:
        user: Number of the user.
        login: What they sign in with.
        at: Unix seconds.
    """

    user: int
    login: str
    at: int


class InboxStore:
    """Reads and writes what has come in."""

    def __init__(self, database: Database) -> None:
        """Take the database, which other stores use beside this one."""
        self._database = database

    def take(self, signed: Signed, row: ReportRow) -> Known | Refused:
        """Keep a report, or give the one that is there already with the same sealed bytes of the same device.

        The nonce counts as used also where the report is refused.
        """
        with self._database.writing() as session:
            refused = _use(session, signed)
            if refused:
                return refused
            known = session.scalars(
                select(ReportRow).where(ReportRow.device == row.device, ReportRow.digest == row.digest)
            ).one_or_none()
            if known is not None:
                return _known(session, known)
            wait = max(_wait(session, signed, limit, seconds) for limit, seconds in MAX_REPORTS)
            if wait:
                return Refused("reports", wait)
            session.add(row)
            return Known(row.receipt, RECEIVED)

    def find(self, signed: Signed, receipt: str) -> Known | Refused:
        """Find a report by its receipt number for the device that sent it; ``not-found`` for any other."""
        with self._database.writing() as session:
            refused = _use(session, signed)
            if refused:
                return refused
            row = session.scalars(
                select(ReportRow).where(ReportRow.receipt == receipt, ReportRow.device == signed.device)
            ).one_or_none()
            return Refused("not-found") if row is None else _known(session, row)

    def reports(self) -> list[Found]:
        """List all reports, the newest first; what is sealed of them is not read."""
        with self._database.reading() as session:
            rows = session.execute(_listed().options(defer(ReportRow.sealed)).order_by(ReportRow.number.desc()))
            return [_found(row) for row in rows]

    def report(self, number: int) -> Found:
        """Give one report; ``InboxError`` (``report-unknown``) if there is none."""
        with self._database.reading() as session:
            return _only(session, number)

    def look(self, number: int, user: int, now: int) -> Found:
        """Put on record that a user opens a report, and give it; ``InboxError`` (``report-unknown``)."""
        with self._database.writing() as session:
            found = _only(session, number)
            session.add(ReportLook(report=number, user=user, at=now))
            return found

    def looks(self, number: int) -> list[Look]:
        """List who has opened a report, the first first."""
        with self._database.reading() as session:
            rows = session.execute(
                select(ReportLook.user, UserRow.login, ReportLook.at)
                .join(UserRow, UserRow.id == ReportLook.user)
                .where(ReportLook.report == number)
                .order_by(ReportLook.number)
            )
            return [Look(*row) for row in rows]

    def decide(self, number: int, **values: Any) -> None:  # noqa: ANN401 - columns of several types
        """Set the outcome of a report as :func:`decide` does, in a transaction of its own."""
        with self._database.writing() as session:
            decide(session, number, **values)

    def has_old(self, *, sealed_before: int, rows_before: int) -> bool:
        """Tell whether :meth:`erase` has anything to do."""
        old = or_(_sealed_old(sealed_before), _decided(rows_before))
        with self._database.reading() as session:
            return session.scalar(select(ReportRow.number).where(old).limit(1)) is not None

    def erase(self, *, sealed_before: int, rows_before: int) -> int:
        """Erase what reports hold that were decided before one moment, and all of those decided before another.

        Returns:
            How many reports lost something now.
        """
        with self._database.writing() as session:
            old = or_(_sealed_old(sealed_before), _decided(rows_before))
            count = session.scalar(select(func.count()).where(old)) or 0
            session.execute(update(ReportRow).where(_sealed_old(sealed_before)).values(sealed=b""))
            session.execute(delete(ReportRow).where(_decided(rows_before)))
        return count


def _decided(before: int) -> ColumnElement[bool]:
    return and_(ReportRow.decided > 0, ReportRow.decided < before)


def _sealed_old(before: int) -> ColumnElement[bool]:
    return and_(_decided(before), func.length(ReportRow.sealed) > 0)


def decide(session: Session, number: int, **values: Any) -> None:  # noqa: ANN401 - columns of several types
    """Set the outcome of a report, with what belongs to it, once.

    Raises:
        InboxError: ``report-unknown``, ``report-decided``.
    """
    if _only(session, number).row.outcome:
        raise InboxError("report-decided")
    session.execute(update(ReportRow).where(ReportRow.number == number).values(**values))


def _listed() -> Select[ReportRow, ReportingDevice, str | None, int]:
    """Select reports with their devices, the states of the cases that were made of them, and their lengths."""
    return (
        select(ReportRow, ReportingDevice, CaseRow.state, func.length(ReportRow.sealed))
        .join(ReportingDevice, ReportingDevice.id == ReportRow.device)
        .outerjoin(CaseRow, CaseRow.number == ReportRow.case)
    )


def _only(session: Session, number: int) -> Found:
    found = session.execute(_listed().where(ReportRow.number == number)).one_or_none()
    if found is None:
        raise InboxError("report-unknown")
    return _found(found)


def _found(selected: Row[ReportRow, ReportingDevice, str | None, int]) -> Found:
    row, device, case, length = selected
    return Found(row, device, _state(row, case), is_erased=not length)


def _known(session: Session, row: ReportRow) -> Known:
    case = session.scalar(select(CaseRow.state).where(CaseRow.number == row.case)) if row.case else None
    return Known(row.receipt, _state(row, case))


def _state(row: ReportRow, case: str | None) -> str:
    """Say how far a report is: in work as long as the case that was made of it is not decided about."""
    if row.outcome == Outcome.OPEN:
        return RECEIVED
    return IN_WORK if case in OPEN else DONE


def _use(session: Session, signed: Signed) -> Refused | None:
    """Use a request's nonce up, and forget those that no signature can name any more."""
    session.execute(delete(ReportNonce).where(ReportNonce.at < signed.at - NONCE_MEMORY))
    if session.get(ReportNonce, (signed.device, signed.nonce)) is not None:
        return Refused("replay")
    made = session.scalars(
        select(ReportNonce.at).where(ReportNonce.device == signed.device).order_by(ReportNonce.at.desc())
    ).all()
    if len(made) >= MAX_REQUESTS:
        return Refused("reports", max(1, made[MAX_REQUESTS - 1] + NONCE_MEMORY - signed.at))
    session.add(ReportNonce(device=signed.device, nonce=signed.nonce, at=signed.at))
    return None


def _wait(session: Session, signed: Signed, limit: int, seconds: int) -> int:
    """Give the seconds until one more report is within a limit; 0 if it is."""
    oldest = session.scalar(
        select(ReportRow.received)
        .where(ReportRow.device == signed.device, ReportRow.received > signed.at - seconds)
        .order_by(ReportRow.received.desc())
        .offset(limit - 1)
        .limit(1)
    )
    return 0 if oldest is None else oldest + seconds - signed.at
