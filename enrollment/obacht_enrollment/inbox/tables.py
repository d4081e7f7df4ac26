"""The tables of the inbox. What is personal in a report stays sealed to the report key, as it came."""

from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from obacht_enrollment.accounts.tables import UserRow
from obacht_enrollment.tables import Base

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


class ReportingDevice(Base):
    """A device from which reports are taken. Devices are revoked and never deleted: what they sent keeps its sender.

    Attributes:
        id: As :func:`obacht_protocol.devices.device_id` gives it.
        public_key: Ed25519, 32 bytes.
        department: Whose it is, for people.
        label: Which it is, for people: a place, never a person's name.
        added: Unix seconds.
        revoked: Unix seconds; 0 while it may report.
    """

    __tablename__ = "reporting_devices"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    department: Mapped[str] = mapped_column(String(100))
    label: Mapped[str] = mapped_column(String(100))
    added: Mapped[int] = mapped_column(BigInteger)
    revoked: Mapped[int] = mapped_column(BigInteger, default=0)


class ReportNonce(Base):
    """That a device has used a nonce, for as long as a signature with it could be valid.

    Attributes:
        device: Its id.
        nonce: 16 bytes.
        at: Unix seconds.
    """

    __tablename__ = "report_nonces"

    device: Mapped[str] = mapped_column(ForeignKey("reporting_devices.id"), primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, index=True)


class ReportRow(Base):
    """A report.

    Attributes:
        number: What staff call it by.
        id: 16 random bytes, to which what is sealed here is bound.
        receipt: Its receipt number, which the department has.
        device: Who sent it.
        digest: SHA-256 of the sealed bytes as they came: the same bytes of the same device are taken once.
        received: Unix seconds.
        sealed: As it came, sealed to the report key; empty once it was erased.
        outcome: Empty until it is decided; then ``draft``, ``wrong`` or ``repeated``.
        case: Number of the case that was made of it.
        decided: Unix seconds; 0 before.
        decided_by: Number of the user.
        wrapped_key: The report's own key under the office key; empty before it is decided.
        answer: Sealed: what is told to those who ask with the receipt number.
    """

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("device", "digest"), {"sqlite_autoincrement": True})

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    receipt: Mapped[str] = mapped_column(String(14), unique=True)
    device: Mapped[str] = mapped_column(ForeignKey("reporting_devices.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    received: Mapped[int] = mapped_column(BigInteger, index=True)
    sealed: Mapped[bytes]
    outcome: Mapped[str] = mapped_column(String(16), default="")
    case: Mapped[int | None] = mapped_column(BigInteger, default=None)
    decided: Mapped[int] = mapped_column(BigInteger, default=0)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(UserRow.id), default=None)
    wrapped_key: Mapped[bytes] = mapped_column(default=b"")
    answer: Mapped[bytes] = mapped_column(default=b"")


class ReportLook(Base):
    """That somebody opened a report; rows are only ever added, and go with the report.

    Attributes:
        number: In the order of the looks.
        report: Which.
        user: Number of the user.
        at: Unix seconds.
    """

    __tablename__ = "report_looks"

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    report: Mapped[int] = mapped_column(ForeignKey("reports.number", ondelete="CASCADE"), index=True)
    user: Mapped[int] = mapped_column(ForeignKey(UserRow.id))
    at: Mapped[int] = mapped_column(BigInteger)
