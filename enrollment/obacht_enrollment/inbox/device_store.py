"""The devices that may report, in the database; every method is one transaction."""

from collections.abc import Sequence

from sqlalchemy import select

from obacht_enrollment.database import Database
from obacht_enrollment.errors import InboxError
from obacht_enrollment.inbox.tables import ReportingDevice


class DeviceStore:
    """Reads and writes the list of devices."""

    def __init__(self, database: Database) -> None:
        """Take the database, which other stores use beside this one."""
        self._database = database

    def add(self, row: ReportingDevice) -> ReportingDevice:
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

    def revoke(self, device: str, now: int) -> ReportingDevice:
        """Take nothing more of a device; ``InboxError`` (``device-unknown``) if there is none."""
        with self._database.writing() as session:
            row = session.get(ReportingDevice, device)
            if row is None:
                raise InboxError("device-unknown")
            row.revoked = row.revoked or now
            return row

    def all(self) -> Sequence[ReportingDevice]:
        """List all devices by department and label, the revoked ones too."""
        with self._database.reading() as session:
            return session.scalars(
                select(ReportingDevice).order_by(ReportingDevice.department, ReportingDevice.label, ReportingDevice.id)
            ).all()

    def find(self, device: str) -> ReportingDevice | None:
        """Find a device that may report."""
        with self._database.reading() as session:
            row = session.get(ReportingDevice, device)
            return None if row is None or row.revoked else row
