"""Sketches: 24 bytes in a row, with which a client tells a chance match from a person, and grades the rest.

A sketch holds the birth date as days since 1900-01-01 (u16; 65535 where only the year is known), then two Bloom
fields: 104 bits for the family name, 72 for the given names. Bit p of a field is byte p div 8, mask 1 << (p mod 8). An
element e of field X, ``F`` or ``G``, sets the bit: first 4 bytes, big endian, of SHA-256(entry key || X || e), modulo
104 or 72. The elements of a word w are ``b`` with every two neighbours in ``^w$``, and ``k`` with every two neighbours
in ``^code(w)$``; none of the latter where w has no code.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from obacht_protocol import names, phonetics
from obacht_protocol.encoding import u16
from obacht_protocol.errors import EncodingError
from obacht_protocol.identity import FIRST_DAY, Person

LENGTH: Final = 24
STRONG: Final = 166
POSSIBLE: Final = 141

_YEAR_ONLY: Final = 65_535
_FAMILY_BYTES: Final = 13
_GIVEN_BYTES: Final = 9
_ENTRY_KEY_BYTES: Final = 32
_NEAR_COSTS: Final = 30
_LIKENESS: Final[tuple[Literal["similar", "sound", "exact"], ...]] = ("similar", "sound", "exact")  # worst first
_ENOUGH_BITS: Final = 20  # a field of many names is not held against the one that was typed


class Elements(NamedTuple):
    """What a sketch is drawn from, without the entry key: made once per record, drawn in every publication."""

    days: int
    family: tuple[bytes, ...]
    given: tuple[bytes, ...]


@dataclass(frozen=True)
class Grade:
    """How well a row fits what was typed.

    Attributes:
        score: 0 to 200, or -1 where the birth dates do not fit.
        tier: ``strong``, ``possible``, or None, which must be treated as if the row were not there.
        birth_date: ``exact``, ``near``, or ``year`` where one side knows the year alone; None without a tier.
        names: ``exact`` (every element of both names is in the sketch), ``sound`` (every one of their codes is), or
            ``similar``; the worse of the two names counts. None without a tier.
    """

    score: int
    tier: Literal["strong", "possible"] | None
    birth_date: Literal["exact", "near", "year"] | None
    names: Literal["exact", "sound", "similar"] | None


def make(person: Person, entry_key: bytes) -> bytes:
    """Give the sketch, 24 bytes, of ``person`` under ``entry_key`` (32 bytes)."""
    return draw(elements(person), entry_key)


def elements(person: Person) -> Elements:
    """Collect what the sketch of ``person`` holds.

    Family field: the joined parts of the family name, the parts; the same of the birth name. Given field: the joined
    given names, their hyphen parts. In each, words of one or two letters are left out unless there are no others.
    """
    date = person.birth_date
    return Elements(
        _YEAR_ONLY if isinstance(date, int) else (date - FIRST_DAY).days,
        _distinct(b"F", _family_words(person)),
        _distinct(b"G", _given_words(person)),
    )


def draw(elements: Elements, entry_key: bytes) -> bytes:
    """Draw ``elements`` under ``entry_key`` (32 bytes) into a sketch of 24 bytes.

    Raises:
        EncodingError: The entry key is not 32 bytes long.
    """
    _check_entry_key(entry_key)
    family = _places(entry_key, elements.family, _FAMILY_BYTES).to_bytes(_FAMILY_BYTES, "little")
    given = _places(entry_key, elements.given, _GIVEN_BYTES).to_bytes(_GIVEN_BYTES, "little")
    return u16(elements.days) + family + given


def grade(
    typed: Person,
    sketch: bytes,
    entry_key: bytes,
    *,
    strong: int = STRONG,
    possible: int = POSSIBLE,
    other_given_names: Sequence[str] = (),
) -> Grade:
    """Compare ``typed`` with a sketch.

    For every word w of a typed name (the words :func:`elements` would draw) and a field: t bits set by w, h of them set
    in the field, p the smaller of 20 and the bits set in the field; floor(600 h / (5 t + p)), and the best word counts.
    The score is the better of family in family plus given in given, and crosswise, at most 200; less 30, but not below
    0, where the birth dates are near. Where ``typed`` has no given name or the given field is empty, it is twice the
    best of family in family, given in family, family in given, and the tier never better than possible. Nor is it where
    either side knows the birth year alone; a sketch that knows it alone agrees, since the row was found by the year.

    Args:
        typed: The person asked about.
        sketch: 24 bytes, whatever they are.
        entry_key: 32 bytes, the key of the row.
        strong: The lowest score for ``strong``.
        possible: The lowest score for ``possible``.
        other_given_names: Further forms of the typed given names (nicknames, other languages), folded or not. One
            counts only where every one of its elements is in the field: of a hundred forms, one is always similar to
            the name of somebody else. Never ``exact`` or by ``sound``.

    Raises:
        EncodingError: The sketch or the entry key has the wrong length.
    """
    if len(sketch) != LENGTH:
        raise EncodingError("a sketch is 24 bytes long")
    _check_entry_key(entry_key)
    dates = _compare_dates(typed.birth_date, int.from_bytes(sketch[:2], "big"))
    if dates is None:
        return Grade(-1, None, None, None)
    family_words, given_words = _family_words(typed), _given_words(typed)
    others = ["".join(unit) for name in other_given_names for unit in names.given_units(name)] if given_words else []
    fields = (
        _Field(b"F", int.from_bytes(sketch[2:15], "little"), _FAMILY_BYTES, entry_key),
        _Field(b"G", int.from_bytes(sketch[15:], "little"), _GIVEN_BYTES, entry_key),
    )
    (family_in_family, family_in_given), (given_in_family, given_in_given) = (
        [field.likeness(words, more) for field in fields] for words, more in ((family_words, []), (given_words, others))
    )
    whole = bool(given_words) and fields[1].bits != 0
    if whole:
        pairs = [(family_in_family, given_in_given), (given_in_family, family_in_given)]
    else:
        pairs = [(one, one) for one in (family_in_family, given_in_family, family_in_given)]
    score, likeness = max((min(200, one[0] + other[0]), min(one[1], other[1])) for one, other in pairs)
    if dates == "near":
        score = max(0, score - _NEAR_COSTS)
    if score >= strong and whole and dates != "year":
        return Grade(score, "strong", dates, _LIKENESS[likeness])
    if score >= possible:
        return Grade(score, "possible", dates, _LIKENESS[likeness])
    return Grade(score, None, None, None)


class _Field(NamedTuple):
    """A Bloom field of a sketch, and what it takes to look words up in it."""

    letter: bytes
    bits: int
    length: int
    entry_key: bytes

    def likeness(self, words: Iterable[str], others: Iterable[str]) -> tuple[int, int]:
        """Give the best word's score, 0 to 119, and its place in ``_LIKENESS``; of ``others``, only where ``exact``."""
        typed = [self._likeness(word) for word in words]
        further = [(score, 0) for score, likeness in map(self._likeness, others) if _LIKENESS[likeness] == "exact"]
        return max([(0, 0), *typed, *further])

    def _likeness(self, word: str) -> tuple[int, int]:
        written = _places(self.entry_key, [self.letter + e for e in _written(word)], self.length)
        heard = _places(self.entry_key, [self.letter + e for e in _heard(word)], self.length)
        both = written | heard
        hits = (both & self.bits).bit_count()
        score = 600 * hits // (5 * both.bit_count() + min(self.bits.bit_count(), _ENOUGH_BITS))
        if both & self.bits == both:
            return score, 2
        return score, int(heard != 0 and heard & self.bits == heard)


def _family_words(person: Person) -> list[str]:
    words = []
    for name in (person.family_name, person.birth_name):
        parts = names.family_parts(name)
        words += ["".join(parts), *parts]
    return _long_words(words)


def _given_words(person: Person) -> list[str]:
    units = names.given_units(person.given_names)
    return _long_words([*("".join(unit) for unit in units), *(part for unit in units for part in unit)])


def _long_words(words: list[str]) -> list[str]:
    words = [word for word in dict.fromkeys(words) if word]
    return [word for word in words if len(word) > 2] or words


def _written(word: str) -> list[bytes]:
    return _pairs(b"b", word)


def _heard(word: str) -> list[bytes]:
    code = phonetics.code(word)
    return [] if code == phonetics.NO_CODE else _pairs(b"k", code)


def _pairs(kind: bytes, text: str) -> list[bytes]:
    framed = f"^{text}$".encode()
    return [kind + framed[place : place + 2] for place in range(len(framed) - 1)]


def _distinct(letter: bytes, words: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(letter + e for word in words for e in [*_written(word), *_heard(word)]))


def _places(entry_key: bytes, elements: Iterable[bytes], length: int) -> int:
    """Give the bits that ``elements`` set in a field of ``length`` bytes, bit p of the field as bit p of the int."""
    bits = 0
    size = 8 * length
    for element in elements:
        bits |= 1 << int.from_bytes(hashlib.sha256(entry_key + element).digest()[:4], "big") % size
    return bits


def _check_entry_key(entry_key: bytes) -> None:
    if len(entry_key) != _ENTRY_KEY_BYTES:
        raise EncodingError("an entry key is 32 bytes long")


def _compare_dates(typed: dt.date | int, days: int) -> Literal["exact", "near", "year"] | None:
    if days == _YEAR_ONLY:
        return "year"
    recorded = FIRST_DAY + dt.timedelta(days=days)
    if isinstance(typed, int):
        return "year" if typed == recorded.year else None
    if typed == recorded:
        return "exact"
    return "near" if _near(typed, recorded) else None


def _near(one: dt.date, other: dt.date) -> bool:
    """Whether two different dates may be one, misheard or mistyped."""
    if one.year == other.year:
        if (one.day, one.month) == (other.month, other.day) or (1, 1) in {(d.day, d.month) for d in (one, other)}:
            return True
        if abs(31 * (one.month - other.month) + one.day - other.day) <= 1:
            return True
    if abs(one.year - other.year) == 1 and (one.month, one.day) == (other.month, other.day):
        return True
    a, b = f"{one:%Y%m%d}", f"{other:%Y%m%d}"
    if sum(x != y for x, y in zip(a, b, strict=True)) == 1:
        return True
    # The year of the century, the month, the day: two digits each.
    return any(a == b[:place] + b[place + 1] + b[place] + b[place + 2 :] for place in (2, 4, 6))
