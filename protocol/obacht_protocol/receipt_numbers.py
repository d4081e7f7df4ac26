"""Receipt numbers: what a report is called by, on paper and over the telephone.

A number is 11 random signs and a check sign, in three groups of four: ``7K3M-92QX-4T0B``. The signs are Crockford's
base32, without I, L, O and U, so 55 bits are random. The check sign is a Damm check digit over GF(32) (x^5 + x^2 + 1):
one wrong sign, and two signs that changed places, are always found out.
"""

from collections.abc import Iterable
from typing import Final

from obacht_protocol.errors import ReportError

RANDOM_LENGTH: Final = 7
"""Bytes that a number is made of; the last bit is not used."""
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {sign: value for value, sign in enumerate(_SIGNS)}
_READ: Final = str.maketrans("OIL", "011", " -")
_LENGTH: Final = 12
_GROUP: Final = 4
_POLYNOMIAL: Final = 0b100101


def make_receipt_number(random: bytes) -> str:
    """Give the receipt number of 7 random bytes."""
    number = int.from_bytes(random, "big") >> 1
    values = [number >> shift & 31 for shift in range(5 * (_LENGTH - 2), -1, -5)]
    values.append(_double(_remainder(values)))
    return _grouped("".join(_SIGNS[value] for value in values))


def read_receipt_number(typed: str) -> str:
    """Read a receipt number as somebody typed it: in small letters, without hyphens, with O for 0, I or L for 1.

    Raises:
        ReportError: ``number``: it is none, or was misread.
    """
    text = typed.upper().translate(_READ)
    if len(text) != _LENGTH or not _VALUES.keys() >= set(text):
        raise ReportError("number")
    if _remainder(_VALUES[sign] for sign in text):
        raise ReportError("number")
    return _grouped(text)


def check_receipt_number(text: object) -> str:
    """Return a receipt number that is written as machines write it; ``ReportError`` (``number``) otherwise."""
    if not isinstance(text, str) or read_receipt_number(text) != text:
        raise ReportError("number")
    return text


def _remainder(values: Iterable[int]) -> int:
    state = 0
    for value in values:
        state = _double(state) ^ value
    return state


def _double(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 32 else value


def _grouped(text: str) -> str:
    return "-".join(text[place : place + _GROUP] for place in range(0, _LENGTH, _GROUP))
