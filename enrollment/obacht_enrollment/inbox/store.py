"""The inbox in the database: devices, nonces, reports and looks; every method is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

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
    """

    row: ReportRow
    device: ReportingDevice
    state: str


class InboxStore:
    """Reads and writes the inbox."""

    def __init__(self, database: Database) -> None:
        """Take the database, which other stores use beside this one."""
        self._database = database

    def add_device(self, row: ReportingDevice) -> ReportingDevice:
        """Add a device; one that is there already and may report is given as it is.

        Raises:
            InboxError: ``device-revoked``, or ``device-taken``: it is another department's.
        """
        with self._database.writing() as session:
            known = session.get(ReportingDevice, row.id)
            if known is None:
                session.add(row)
                return row
            if known.revoked:
                raise InboxError("device-revoked")
            if known.department != row.department:
                raise InboxError("device-taken", department=known.department)
            return known

    def revoke_device(self, device: str, now: int) -> ReportingDevice:
        """Take nothing more of a device; ``InboxError`` (``device-unknown``) if there is none."""
        with self._database.writing() as session:
            row = session.get(ReportingDevice, device)
            if row is None:
                raise InboxError("device-unknown")
            row.revoked = row.revoked or now
            return row

    def devices(self) -> Sequence[ReportingDevice]:
        """List all devices by department and label, the revoked ones too."""
        with self._database.reading() as session:
            return session.scalars(
                select(ReportingDevice).order_by(ReportingDevice.department, ReportingDevice.label, ReportingDevice.id)
            ).all()

    def device(self, device: str) -> ReportingDevice | None:
        """Find a device that may report."""
        with self._database.reading() as session:
            row = session.get(ReportingDevice, device)
            return None if row is None or row.revoked else row

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
        """List all reports, the newest first."""
        with self._database.reading() as session:
            rows = session.execute(_listed().order_by(ReportRow.number.desc()))
            return [Found(row, device, _state(row, case)) for row, device, case in rows]

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

    def looks(self, number: int) -> Sequence[ReportLook]:
        """List who has opened a report, the first first."""
        with self._database.reading() as session:
            return session.scalars(
                select(ReportLook).where(ReportLook.report == number).order_by(ReportLook.number)
            ).all()

    def decide(self, number: int, **values: Any) -> None:  # noqa: ANN401 - columns of several types
        """Set the outcome of a report as :func:`decide` does, in a transaction of its own."""
        with self._database.writing() as session:
            decide(session, number, **values)

    def erase(self, *, sealed_before: int, rows_before: int) -> int:
        """Erase what reports hold that were decided before one moment, and all of those decided before another.

        Returns:
            How many reports lost their content now.
        """
        decided = ReportRow.decided > 0
        with self._database.writing() as session:
            old = decided & (ReportRow.decided < sealed_before) & (func.length(ReportRow.sealed) > 0)
            count = session.scalar(select(func.count()).where(old)) or 0
            session.execute(update(ReportRow).where(old).values(sealed=b""))
            session.execute(delete(ReportRow).where(decided & (ReportRow.decided < rows_before)))
        return count


def decide(session: Session, number: int, **values: Any) -> None:  # noqa: ANN401 - columns of several types
    """Set the outcome of a report, with what belongs to it, once.

    Raises:
        InboxError: ``report-unknown``, ``report-decided``.
    """
    if _only(session, number).row.outcome:
        raise InboxError("report-decided")
    session.execute(update(ReportRow).where(ReportRow.number == number).values(**values))


_Listed = Select[ReportRow, ReportingDevice, str | None]


def _listed() -> _Listed:
    """Select reports with their devices, and the states of the cases that were made of them."""
    return (
        select(ReportRow, ReportingDevice, CaseRow.state)
        .join(ReportingDevice, ReportingDevice.id == ReportRow.device)
        .outerjoin(CaseRow, CaseRow.number == ReportRow.case)
    )


def _only(session: Session, number: int) -> Found:
    found = session.execute(_listed().where(ReportRow.number == number)).one_or_none()
    if found is None:
        raise InboxError("report-unknown")
    row, device, case = found
    return Found(row, device, _state(row, case))


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
