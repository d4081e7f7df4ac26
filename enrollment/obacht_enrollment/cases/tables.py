"""The tables of what belongs to cases. What is personal, and every free text, is sealed with the key of its case.

A key is empty once what it sealed was erased: deleting it is what erases, also in copies of the database made later.
"""

from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from obacht_enrollment.accounts.tables import UserRow
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.tables import Base

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")
_CASE: Final = CaseRow.number
_USER: Final = UserRow.id


class ApprovalRow(Base):
    """That a second person approved.

    Attributes:
        number: In the order of the approvals.
        case: Which.
        user: Who approved.
        at: Unix seconds.
        pending: Whether the proposal still waits for another approval; otherwise the case is in force under this one.
    """

    __tablename__ = "case_approvals"

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey(_CASE), index=True)
    user: Mapped[int] = mapped_column(ForeignKey(_USER))
    at: Mapped[int] = mapped_column(BigInteger)
    pending: Mapped[bool]


class EventRow(Base):
    """Something that was done: one link of the history, which only grows (:mod:`~.history`).

    Attributes:
        sequence: Its place, from 1, without a gap.
        case: Number of the case; None for what concerns none.
        at: Unix seconds.
        user: Number of the user; None if it was the scheduler.
        what: A :class:`~.history.Deed`.
        detail: Sealed with the key of the case: reasons and changes; empty if there is none, or it was erased.
        digest: SHA-256 of ``detail`` as it was written, 32 bytes.
        link: Hash over this event and the link of the one before, 32 bytes.
    """

    __tablename__ = "case_events"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    case: Mapped[int | None] = mapped_column(ForeignKey(_CASE), index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    user: Mapped[int | None] = mapped_column(ForeignKey(_USER))
    what: Mapped[str] = mapped_column(String(24))
    detail: Mapped[bytes] = mapped_column(default=b"")
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    link: Mapped[bytes] = mapped_column(LargeBinary(32))


class HistoryHead(Base):
    """Where the history ends, signed by the office: one row, once there is an event.

    Attributes:
        key: 1.
        note: A signed note (:func:`~.history.sign`).
    """

    __tablename__ = "case_history"

    key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    note: Mapped[bytes]


class LookRow(Base):
    """That somebody looked at a case.

    Attributes:
        number: In the order of the looks.
        case: Which.
        user: Who.
        at: Unix seconds.
        why: Sealed with the key of the case; empty once it is anonymised.
    """

    __tablename__ = "case_looks"

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey(_CASE), index=True)
    user: Mapped[int] = mapped_column(ForeignKey(_USER), index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    why: Mapped[bytes]


class DocumentRow(Base):
    """A document of a case: a copy of the house ban, a letter that was sent.

    Attributes:
        number: Of the document.
        case: Which.
        user: Who added it.
        at: Unix seconds.
        name: Sealed.
        media_type: Of the data.
        data: Sealed.
    """

    __tablename__ = "case_documents"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey(_CASE), index=True)
    user: Mapped[int] = mapped_column(ForeignKey(_USER))
    at: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[bytes]
    media_type: Mapped[str] = mapped_column(String(80))
    data: Mapped[bytes]


class ExportRow(Base):
    """A reading out of everything about a case, which a second person allows.

    Attributes:
        number: Of the export.
        case: Which.
        user: Who asked for it, and may read it out.
        at: Unix seconds.
        why: Sealed with the key of the case.
        approved_by: Who allowed it.
        approved: Unix seconds; 0 before.
        read: Unix seconds at which it was first read out; 0 before.
    """

    __tablename__ = "case_exports"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey(_CASE), index=True)
    user: Mapped[int] = mapped_column(ForeignKey(_USER))
    at: Mapped[int] = mapped_column(BigInteger)
    why: Mapped[bytes]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey(_USER), default=None)
    approved: Mapped[int] = mapped_column(BigInteger, default=0)
    read: Mapped[int] = mapped_column(BigInteger, default=0)


class RequestRow(Base):
    """What a person concerned asks for (GDPR, Articles 15 to 21), with its deadline.

    Attributes:
        number: Of the request.
        id: 16 random bytes, to which what is sealed here is bound.
        case: Which; None if none was found.
        kind: A :class:`~.requests.Kind`.
        received: Unix seconds.
        due: Unix seconds with which the last day of its deadline ends.
        extended: Whether the deadline was extended.
        entered_by: Who took it down.
        outcome: A :class:`~.requests.Outcome`; empty while it is open.
        decided: Unix seconds; 0 while it is open.
        decided_by: Who decided.
        wrapped_key: Its own key under the office key; empty once it was erased.
        text: Sealed: who asks, and for what.
        answer: Sealed: what was answered, and why; before, why it takes longer; empty if neither is known.
    """

    __tablename__ = "case_requests"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    case: Mapped[int | None] = mapped_column(ForeignKey(_CASE), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    received: Mapped[int] = mapped_column(BigInteger)
    due: Mapped[int] = mapped_column(BigInteger)
    extended: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[int] = mapped_column(ForeignKey(_USER))
    outcome: Mapped[str] = mapped_column(String(16), default="")
    decided: Mapped[int] = mapped_column(BigInteger, default=0)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(_USER), default=None)
    wrapped_key: Mapped[bytes]
    text: Mapped[bytes]
    answer: Mapped[bytes] = mapped_column(default=b"")


class CallRow(Base):
    """A call by staff about a hit, and what was told.

    Attributes:
        number: Of the call.
        id: 16 random bytes, to which what is sealed here is bound.
        case: Which; None if no case was found.
        at: Unix seconds.
        user: Who answered it.
        right_person: Whether the hit meant the person whom the caller had before them; None if that stayed open.
        wrapped_key: Its own key under the office key; empty once it was erased.
        content: Sealed: who called, from where, and what was told.
    """

    __tablename__ = "case_calls"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    case: Mapped[int | None] = mapped_column(ForeignKey(_CASE), index=True)
    at: Mapped[int] = mapped_column(BigInteger)
    user: Mapped[int] = mapped_column(ForeignKey(_USER))
    right_person: Mapped[bool | None] = mapped_column(default=None)
    wrapped_key: Mapped[bytes]
    content: Mapped[bytes]
