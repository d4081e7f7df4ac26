"""The table of the street list. Nothing in it is personal, so nothing is sealed."""

from typing import Final

from sqlalchemy import BigInteger, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from obacht_enrollment.tables import Base

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


class StreetRow(Base):
    """A street, or the part of it that lies in one postcode's area.

    Attributes:
        number: Never given twice, so that the highest one tells one list from the next.
        name: Its official name.
        key: Its official key; empty if the list has none.
        postcode: Five digits; empty if the list has none.
    """

    __tablename__ = "streets"
    __table_args__ = (UniqueConstraint("name", "key", "postcode"), {"sqlite_autoincrement": True})

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(40))
    postcode: Mapped[str] = mapped_column(String(5))
