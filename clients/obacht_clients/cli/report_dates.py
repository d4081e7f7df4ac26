"""Days and times as people in German offices write them, in the form that a report holds."""

import re
from typing import Final

from obacht_protocol.errors import ReportError

_DAY: Final = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_MONTH: Final = re.compile(r"([0-9]{1,2})[./]([0-9]{4})")
_TIME: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?(?: Uhr)?")
_ISO_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*")


def day(text: str) -> str:
    """Give ``3.11.2026`` as ``2026-11-03``; what is written otherwise is left for the report to judge."""
    match = _DAY.fullmatch(text)
    return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else text


def birth_date(text: str) -> str:
    """Give a birth date or the part of it that is known: ``14.5.1971``, ``5.1971`` or ``1971``."""
    match = _MONTH.fullmatch(text)
    return f"{match[2]}-{int(match[1]):02}" if match else day(text)


def moment(text: str) -> str:
    """Give ``3.11.2026 14:30`` as ``2026-11-03T14:30``, and a day alone as a day.

    Raises:
        ReportError: ``format``: what stands behind the day is no time.
    """
    first, _, rest = (text.replace("T", " ", 1) if _ISO_TIME.fullmatch(text) else text).partition(" ")
    if not rest.strip(", "):
        return day(first)
    match = _TIME.fullmatch(rest.strip(", "))
    if match is None:
        raise ReportError("format", "time")
    return f"{day(first.rstrip(','))}T{int(match[1]):02}:{match[2]}"
