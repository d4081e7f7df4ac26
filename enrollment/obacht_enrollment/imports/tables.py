"""The table of the files that were taken in, or are being taken in. It holds counts, and nothing personal."""

from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from obacht_enrollment.tables import Base

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


class ImportRow(Base):
    """A file, from the first of its lines that was taken in.

    Attributes:
        number: What staff call the import by; never given twice.
        digest: Keyed hash of the file, 32 bytes: whoever comes with the same file goes on where it stopped.
        begun_by: Number of the user; None if it was the operator at the command line.
        begun: Unix seconds.
        touched: Unix seconds of the last transaction.
        finished: Unix seconds; 0 until then.
        last_line: Number of the file's last line.
        position: Number of the last line that was dealt with.
        new: Entries taken in.
        known: Entries that were there already.
        skipped: Lines that were faulty and left out.
    """

    __tablename__ = "imports"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    begun_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), default=None)
    begun: Mapped[int] = mapped_column(BigInteger)
    touched: Mapped[int] = mapped_column(BigInteger)
    finished: Mapped[int] = mapped_column(BigInteger, default=0)
    last_line: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
