"""The tables of the records: what is personal in them is sealed, each column for itself.

A change here needs a revision: :mod:`obacht_enrollment.migrations` tells how.
"""

from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# SQLite counts up only in a column of its own INTEGER; a sequence number elsewhere has 64 bits.
_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """Root of the tables."""


class RecordRow(Base):
    """A record.

    Attributes:
        number: What staff call it by.
        id: 16 random bytes, to which everything sealed of this record is bound.
        kind: ``person``, ``address``, or ``canary``, the descriptor's invented person.
        fingerprint: Keyed hash of the whole record, 32 bytes: the same record is taken in once.
        level: 2 or 3; 1 for the canary.
        contact: Number of the contact.
        valid_until: Unix seconds.
        wrapped_key: The record's own key under the office key. Deleting it erases the record.
        subject: Sealed: names and dates, or the address.
        ground: Sealed, in a record without a case; otherwise empty, since it stands there.
        file_number: The same.
        taken_in: Unix seconds.
        case: Number of the case that it stands for; None for the canary, and for what a version without cases left.
    """

    __tablename__ = "records"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    level: Mapped[int]
    contact: Mapped[int]
    valid_until: Mapped[int] = mapped_column(BigInteger, index=True)
    wrapped_key: Mapped[bytes]
    subject: Mapped[bytes]
    ground: Mapped[bytes]
    file_number: Mapped[bytes]
    taken_in: Mapped[int] = mapped_column(BigInteger)
    case: Mapped[int | None] = mapped_column(ForeignKey("cases.number"), index=True, default=None)


class Enrolment(Base):
    """What the key offices made of a record's match keys in one epoch.

    Attributes:
        record: Number of the record.
        epoch: Number of the epoch.
        epoch_id: 16 bytes that stand for the epoch with its key (:func:`obacht_enrollment.epochs.identify`).
        prks: Sealed with the record's key: 64 bytes for each match key, in their order.
    """

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("record", "epoch_id"),)

    key: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    record: Mapped[int] = mapped_column(ForeignKey("records.number", ondelete="CASCADE"))
    epoch: Mapped[int] = mapped_column(BigInteger)
    epoch_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    prks: Mapped[bytes]


class PublicationRow(Base):
    """A publication, from the moment its number was taken.

    Attributes:
        sequence: Its number.
        started: Unix seconds.
        epoch: Number of the epoch.
        epoch_id: As in :class:`Enrolment`.
        salt: Its salt, 32 bytes.
        seed: Sealed: the seed of its filler.
        head: Its signed head as sent to the matcher; empty until then.
        real_rows: Rows that stand for records, the canary's included.
        published: Unix seconds at which the matcher had it; 0 until then.
        next_expiry: Unix seconds at which the first of its records expires; 0 if it has none.
        changed: The count of :class:`RegisterChange` when its records were read.
    """

    __tablename__ = "publications"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    started: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[int] = mapped_column(BigInteger)
    epoch_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    seed: Mapped[bytes]
    head: Mapped[bytes] = mapped_column(default=b"")
    real_rows: Mapped[int] = mapped_column(default=0)
    published: Mapped[int] = mapped_column(BigInteger, default=0)
    next_expiry: Mapped[int] = mapped_column(BigInteger, default=0)
    changed: Mapped[int] = mapped_column(BigInteger, default=0)


class RegisterChange(Base):
    """How often what is to be published changed: one row, once it did. Whoever changes it counts up with it.

    Attributes:
        key: 1.
        count: From 0.
    """

    __tablename__ = "register_changes"

    key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(BigInteger)


class Destruction(Base):
    """What was destroyed of an epoch that no descriptor names any more: the record of the act, never deleted.

    Attributes:
        key: In the order of the acts.
        epoch: Number of the epoch.
        records: Of how many records the derived keys were deleted.
        begun: Unix seconds.
        ended: Unix seconds from which nothing of them is in the tables' files; 0 until then.
    """

    __tablename__ = "destructions"

    key: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger)
    records: Mapped[int]
    begun: Mapped[int] = mapped_column(BigInteger)
    ended: Mapped[int] = mapped_column(BigInteger, default=0)


class OfficeKeyRow(Base):
    """Under which office key all in this database is sealed: one row, once the office key was changed.

    Attributes:
        id: Of the key, 16 bytes (:attr:`obacht_enrollment.vault.Vault.id`).
        since: Unix seconds.
    """

    __tablename__ = "office_key"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    since: Mapped[int] = mapped_column(BigInteger)
