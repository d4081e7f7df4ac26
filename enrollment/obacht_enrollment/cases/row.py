"""The table of the cases. Records refer to it, so it knows nothing of users and of what belongs to cases."""

from typing import Final

from sqlalchemy import BigInteger, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from obacht_enrollment.tables import Base

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


class CaseRow(Base):
    """A case.

    Attributes:
        number: What staff call it by.
        id: 16 random bytes, to which everything sealed of this case is bound.
        state: A :class:`~.states.State`.
        version: Grows with every change, so that nobody overwrites what they have not seen.
        origin: A :class:`~.states.Origin`.
        level: 2 or 3; 0 while it was not decided, and when the case is anonymised.
        restricted: Whether nothing of it is published at the person's request.
        hands: Numbers of the users who worked on it before it was in force, in order, separated by commas.
        awaiting: What a second person is asked to approve, a :class:`~.states.Act`; empty if nothing.
        proposed_by: Who asked.
        proposed_at: Unix seconds; 0 if nobody did.
        activated: Unix seconds since when it is in force; 0 before.
        touched: Unix seconds of the last change by a person.
        review_due: Unix seconds with which the day of its review ends; 0 while it has none.
        ends: Unix seconds with which its last day ends; 0 while it has none.
        closed: Unix seconds at which it expired or ended; 0 before.
        end_reason: A :class:`~.states.EndReason`; empty if it did not end.
        imported: Number of the import that it came with.
        report: Number of the report that it was made of.
        fingerprint: Keyed hash of the line that it was imported from, 32 bytes: the same line is taken in once.
        wrapped_key: The case's own key under the office key; empty once it is anonymised.
        content: Sealed: what it says. Empty once it is anonymised.
        proposal: Sealed: reason and content of what is proposed; empty if nothing is.
        facts: Sealed with a key of the office: level, ground and kinds of incidents, for the statistics; they stay.
    """

    __tablename__ = "cases"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    version: Mapped[int] = mapped_column(default=1)
    origin: Mapped[str] = mapped_column(String(16))
    level: Mapped[int]
    restricted: Mapped[bool] = mapped_column(default=False)
    hands: Mapped[str] = mapped_column(String(400), default="")
    awaiting: Mapped[str] = mapped_column(String(16), default="")
    proposed_by: Mapped[int | None] = mapped_column(BigInteger, default=None)
    proposed_at: Mapped[int] = mapped_column(BigInteger, default=0)
    activated: Mapped[int] = mapped_column(BigInteger, default=0)
    touched: Mapped[int] = mapped_column(BigInteger)
    review_due: Mapped[int] = mapped_column(BigInteger, default=0)
    ends: Mapped[int] = mapped_column(BigInteger, default=0)
    closed: Mapped[int] = mapped_column(BigInteger, default=0)
    end_reason: Mapped[str] = mapped_column(String(16), default="")
    imported: Mapped[int | None] = mapped_column(BigInteger, index=True, default=None)
    report: Mapped[int | None] = mapped_column(BigInteger, default=None)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, default=None)
    wrapped_key: Mapped[bytes]
    content: Mapped[bytes]
    proposal: Mapped[bytes] = mapped_column(default=b"")
    facts: Mapped[bytes] = mapped_column(default=b"")
