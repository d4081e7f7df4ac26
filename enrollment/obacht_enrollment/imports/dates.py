"""Days as people and spreadsheets write them."""

import datetime as dt
import re
from typing import Final

from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.errors import CaseError
from obacht_enrollment.imports.faults import FieldError

_FIRST_YEAR: Final = 1900
_UNKNOWN: Final = frozenset({"", "0", "00", "X", "XX", "?", "??"})
_PART: Final = "(?:[0-9]{0,2}|XX?|[?]{1,2})"
_MIDNIGHT: Final = re.compile("[ T]0?0:00(?::00(?:[.]0+)?)?$", re.IGNORECASE)
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"(?P<day>{_PART})[.](?P<month>{_PART})[.](?P<year>[0-9]{{4}})",
        rf"(?P<day>{_PART})/(?P<month>{_PART})/(?P<year>[0-9]{{4}})",
        rf"(?P<day>{_PART})-(?P<month>{_PART})-(?P<year>[0-9]{{4}})",
        rf"(?P<year>[0-9]{{4}})-(?P<month>{_PART})-(?P<day>{_PART})",
        r"(?P<month>[0-9]{1,2})[./-](?P<year>[0-9]{4})",
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})",
        r"(?P<year>[0-9]{4})",
    )
)


def birth(text: str) -> Birth:
    """Read a birth date or the part of it that is known: ``31.12.1980``, ``1980-12-31``, ``12/1980``, ``1980``.

    A day or month that is blank, 0, ``XX`` or ``??`` is unknown. Between slashes, too, the day comes first.

    Raises:
        FieldError: ``format``, ``no_such_day`` or ``before_1900``.
    """
    parts = _parts(text)
    if parts["year"] < _FIRST_YEAR:
        raise FieldError("before_1900")
    try:
        return Birth(parts["year"], parts.get("month"), parts.get("day"))
    except CaseError as error:
        raise FieldError("no_such_day") from error


def day(text: str) -> dt.date:
    """Read a whole date: ``31.12.2027``, ``2027-12-31`` or ``31/12/2027``.

    Raises:
        FieldError: ``format`` or ``no_such_day``.
    """
    parts = _parts(text)
    if len(parts) != 3:
        raise FieldError("format")
    try:
        return dt.date(**parts)
    except ValueError as error:
        raise FieldError("no_such_day") from error


def _parts(text: str) -> dict[str, int]:
    text = _MIDNIGHT.sub("", text).replace(" ", "").upper()
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return {name: int(part) for name, part in match.groupdict().items() if part not in _UNKNOWN}
    raise FieldError("format")
