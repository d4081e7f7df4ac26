"""Whom or what a question or a record is about, as typed: a person, or an address.

Nothing that cannot be matched gets further: both are checked when they are made, and :class:`IdentityError` names the
field and one of these codes. Texts: ``empty``, ``too_long``, ``control``, ``digits``, ``script``, ``symbol``,
``no_letters`` (see :func:`obacht_protocol.folding.refusal`). Birth dates: ``empty``, ``format``, ``no_such_day``,
``before_1900``, ``future``. Postcodes and house numbers: ``empty``, ``format``. From :mod:`obacht_protocol.matching`:
``too_many_keys`` for family_name, given_names or house_number; ``range`` and ``side`` for house_number.

Neither shows its content when printed: a log must not learn it from a traceback.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Self

from obacht_protocol import addresses, folding
from obacht_protocol.errors import IdentityError
from obacht_protocol.transliteration import is_uncertain

FIRST_DAY: Final = dt.date(1900, 1, 1)
LAST_DAY: Final = FIRST_DAY + dt.timedelta(days=65_534)
"""5 June 2079, the last day a sketch can hold."""

_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_GERMAN_DATE: Final = re.compile(r"([0-9]{0,2}|XX)[./]([0-9]{0,2}|XX)[./]([0-9]{4})")
_YEAR: Final = re.compile(r"[0-9]{4}")
_UNKNOWN: Final = {"", "0", "00", "XX"}


@dataclass(frozen=True, repr=False)
class Person:
    """A person as typed or as recorded.

    Attributes:
        family_name: Required; whoever bears one name only has it here.
        given_names: All given names, separated by spaces; empty for a person with one name. A match without a given
            name on either side is never better than "possible".
        birth_date: A ``datetime.date``, or the year alone as an int, from 1 January 1900 to :data:`LAST_DAY`.
        birth_name: The family name at birth, or empty.

    Raises:
        IdentityError: A field cannot be matched.
    """

    family_name: str
    given_names: str
    birth_date: dt.date | int
    birth_name: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be matched."""
        _check_text("family_name", self.family_name)
        _check_text("given_names", self.given_names, required=False)
        _check_text("birth_name", self.birth_name, required=False)
        if type(self.birth_date) not in {dt.date, int}:
            raise IdentityError("birth_date", "format")
        if _is_after(FIRST_DAY, self.birth_date):
            raise IdentityError("birth_date", "before_1900")
        _refuse_after(self.birth_date, LAST_DAY)

    def check(self, today: dt.date) -> Self:
        """Return the person if the birth date is not after ``today``.

        Raises:
            IdentityError: ``birth_date``, ``future``.
        """
        _refuse_after(self.birth_date, today)
        return self

    @property
    def uncertain_name(self) -> str | None:
        """The field of the first name in Arabic script, whose Latin spelling can only be guessed; None if none is.

        A question with such a name may find a record, but that it finds none must never be told as "no entry".
        """
        names = {name: getattr(self, name) for name in ("family_name", "given_names", "birth_name")}
        return next((name for name, text in names.items() if is_uncertain(text)), None)

    def check_script(self) -> Self:
        """Return the person if no Latin spelling has to be guessed: what is recorded must be found by who types it.

        Raises:
            IdentityError: ``script``, for :attr:`uncertain_name`.
        """
        if self.uncertain_name is not None:
            raise IdentityError(self.uncertain_name, "script")
        return self


@dataclass(frozen=True, repr=False)
class Address:
    """An address as typed or as recorded.

    Attributes:
        postcode: Five digits.
        street: The street's name without a number. Digits alone are an official street key and stand for themselves.
        house_number: A number with or without a letter or fraction (``12``, ``12 a``, ``12/1``, ``12 1/2``), or, in a
            record only, a range (``12-16``, ``12a-c``).

    Raises:
        IdentityError: A field cannot be matched.
    """

    postcode: str
    street: str
    house_number: str

    def __post_init__(self) -> None:
        """Refuse what cannot be matched."""
        addresses.postcode(self.postcode)
        _check_text("street", self.street, digits=True)
        if is_uncertain(self.street):  # streets in Germany have Latin names, and no guess of another finds them
            raise IdentityError("street", "script")
        addresses.house_numbers(self.house_number)


def parse_birth_date(text: str, today: dt.date) -> dt.date | int:
    """Read a birth date: ``7.3.1984``, ``07/03/1984``, ``1984-03-07``, or the year alone.

    A day or month that is blank, 0 or ``XX`` is unknown (``00.00.1984``, ``..1984`` from three empty fields), and then
    only the year is used.

    Args:
        text: What was typed; spaces around and within it do not count.
        today: The current date where the question is asked.

    Raises:
        IdentityError: ``birth_date`` with ``empty``, ``format``, ``no_such_day``, ``before_1900`` or ``future``.
    """
    text = text.replace(" ", "").upper()
    if text in {"", ".."}:
        raise IdentityError("birth_date", "empty")
    if _YEAR.fullmatch(text):
        day, month, year = "", "", text
    elif match := _ISO_DATE.fullmatch(text):
        year, month, day = match.groups()
    elif match := _GERMAN_DATE.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise IdentityError("birth_date", "format")
    if int(year) < FIRST_DAY.year:
        raise IdentityError("birth_date", "before_1900")
    date: dt.date | int = int(year)
    if day not in _UNKNOWN and month not in _UNKNOWN:
        try:
            date = dt.date(int(year), int(month), int(day))
        except ValueError as error:
            raise IdentityError("birth_date", "no_such_day") from error
    _refuse_after(date, min(today, LAST_DAY))
    return date


def _refuse_after(date: dt.date | int, last: dt.date) -> None:
    if _is_after(date, last):
        raise IdentityError("birth_date", "future")


def _is_after(date: dt.date | int, other: dt.date | int) -> bool:
    """Compare by the year where one of both is a year."""
    if isinstance(date, int) or isinstance(other, int):
        return _year(date) > _year(other)
    return date > other


def _year(date: dt.date | int) -> int:
    return date if isinstance(date, int) else date.year


def _check_text(field: str, text: str, *, required: bool = True, digits: bool = False) -> None:
    if not text.strip(" "):
        if required:
            raise IdentityError(field, "empty")
        return
    code = folding.refusal(text, digits=digits)
    if code is not None:
        raise IdentityError(field, code)
