"""What stands in the field for the house number: one number or many, and the side of the street that is meant."""

import re
from typing import Final

from obacht_enrollment.imports.faults import FieldError
from obacht_protocol import addresses
from obacht_protocol.addresses import Side
from obacht_protocol.errors import IdentityError

MOST: Final = 20
"""So many numbers or ranges one field may hold."""
SIDES: Final[dict[str, Side]] = {
    "alle": "all",
    "all": "all",
    "beide": "all",
    "both": "all",
    "gerade": "even",
    "even": "even",
    "ungerade": "odd",
    "odd": "odd",
}
_BETWEEN: Final = re.compile(r"[,;&+\n]|\b(?:und|u[.]|and)(?= )", re.IGNORECASE)
_TO: Final = re.compile(r"(?<=[0-9a-z]) (?:bis|to) (?=[0-9a-z])", re.IGNORECASE)
_SIDE: Final = re.compile(rf"(?P<number>.*?)[ (]+(?:nur )?(?P<side>{'|'.join(SIDES)})(?: nummern)?[)]?", re.IGNORECASE)
_NUMBER: Final = re.compile("(?:(?:haus)?nr[.]? ?|hausnummern? )?(?P<number>.*)", re.IGNORECASE)


def read(text: str, side: str = "") -> list[tuple[str, Side]]:
    """Read the field: ``12``, ``12 a``, ``12-16 gerade``, ``12a-c``, ``12 a - 12 c``, ``12, 14, 18``.

    Args:
        text: The field.
        side: What stands in a column of its own for the side of the street; it holds for all ranges that name none.

    Returns:
        Each number or range, and which numbers of it are meant.

    Raises:
        FieldError: ``empty``; ``format``; ``side_word``: ``side`` is none; ``side_twice``: field and column name
            different sides; ``too_many_numbers``.
    """
    if not text:
        raise FieldError("empty")
    if side and side.lower() not in SIDES:
        raise FieldError("side_word")
    of_all = SIDES.get(side.lower())
    found: dict[tuple[str, Side], None] = {}
    for part in _BETWEEN.split(_TO.sub("-", " ".join(text.split()))):
        number, own = _apart(part)
        if own and of_all and own != of_all:
            raise FieldError("side_twice")
        found[number, own or of_all or "all"] = None
    if len(found) > MOST:
        raise FieldError("too_many_numbers")
    return list(found)


def _apart(part: str) -> tuple[str, Side | None]:
    """Take a number or range and its side apart."""
    named = _SIDE.fullmatch(part.strip())
    number = _NUMBER.fullmatch((named["number"] if named else part).strip())
    text = number["number"] if number else ""
    try:
        addresses.house_numbers(text)
    except IdentityError as error:
        raise FieldError("format") from error
    return text, SIDES[named["side"].lower()] if named else None
