"""Match keys: the byte strings under which a record is stored and a question asks, before any cryptography.

An encoded key is a list of fields, each behind its length as u16: ``obacht``, :data:`VERSION`, the deployment, the
kind, then the kind's fields. All fields are UTF-8. The kinds:

- ``N``: code, yyyymmdd. One name space for family and given names, so that swapped fields still meet.
- ``P``: the smaller and the larger of two codes, then ``y``, yyyy or ``m``, dd, mm. Smaller is meant byte by byte.
- ``A``: postcode, street, house number. The house number is the number with its letter (``12a``) or part (``12/1``,
  ``12 1/2``) right behind.
- ``D``: the receipt's nonce in lower case hexadecimal, and the place of the key in its question, ``0`` to ``3``. A
  dummy finds nothing; the auditor can make it again and see that it hides nobody else's key.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from obacht_protocol import addresses, names, phonetics
from obacht_protocol.addresses import Side
from obacht_protocol.encoding import prefixed
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person

VERSION: Final = f"1/{phonetics.VERSION}"
"""The matching version, a slash, and the version of the phonetics: ``1/cologne-1``."""

KEYS_PER_QUESTION: Final = 4
MAX_ENROLLMENT_KEYS: Final = 24


@dataclass(frozen=True, repr=False)
class MatchKey:
    """One match key. It does not show its content when printed.

    Attributes:
        kind: ``N``, ``P``, ``A`` or ``D``.
        fields: The kind's fields, as the module describes them.
    """

    kind: str
    fields: tuple[str, ...]

    def encode(self, deployment: bytes = b"") -> bytes:
        """Give the bytes that go into the OPRF.

        Args:
            deployment: The deployment's id in UTF-8; the same person has other keys in another deployment.
        """
        return prefixed(
            [b"obacht", VERSION.encode(), deployment, self.kind.encode(), *(field.encode() for field in self.fields)]
        )


Question = tuple[MatchKey, MatchKey, MatchKey, MatchKey]


def question_keys(person: Person, nonce: bytes = b"") -> Question:
    """Give the 4 different keys of a question about ``person``.

    In this order: N of the family name, N of the first given name, P with the year, P with day and month. A dummy takes
    the place of a key that stands before it already, and of all but the third where only the birth year is known.
    Without a given name the second is a dummy, and the family name's code stands twice in the pair.

    Args:
        person: The person as typed; the birth name has no key of its own.
        nonce: The receipt's nonce, which the dummies are made of.
    """
    family, given = _family_codes(person)[0], _given_codes(person)[:1]
    date = person.birth_date
    by_year = _pair(family, given, date)
    if isinstance(date, int):
        return _question([None, None, by_year, None], nonce)
    by_given = _by_name(given[0], date) if given else None
    return _question([_by_name(family, date), by_given, by_year, _pair_by_day(family, given, date)], nonce)


def enrollment_keys(person: Person) -> list[MatchKey]:
    """Give the 1 to 24 different keys under which a record of ``person`` is stored.

    N of every code: family name, birth name; their single parts of more than two letters, and each with its particles;
    the given names; their hyphen parts of more than one letter. Then P with the year, P with day and month, of the
    family name and the first given name. Where only the birth year is known, P with the year alone.

    Raises:
        IdentityError: The name has so many parts that there would be more than 24.
    """
    family, given = _family_codes(person), _given_codes(person)
    date = person.birth_date
    by_year = _pair(family[0], given, date)
    if isinstance(date, int):
        return [by_year]
    keys = [_by_name(code, date) for code in dict.fromkeys([*family, *given])]
    keys += [by_year, _pair_by_day(family[0], given, date)]
    if len(keys) > MAX_ENROLLMENT_KEYS:
        raise IdentityError("family_name" if len(family) > len(given) else "given_names", "too_many_keys")
    return keys


def address_question_keys(address: Address, nonce: bytes = b"") -> Question:
    """Give the 4 different keys of a question about ``address``.

    In this order: exact; the building, that is the number without letter or part (a dummy where there is none); the
    street by sound with the number without letter or part; a dummy.

    Raises:
        IdentityError: The house number is a range.
    """
    house = addresses.house_numbers(address.house_number)
    if not house.is_single():
        raise IdentityError("house_number", "range")
    street, number = addresses.street(address.street), str(house.first)
    exact = _at(address, street, number + house.suffixes[0])
    building = _at(address, street, number)
    sound = _at(address, addresses.street_sound(address.street), number)
    return _question([exact, building, sound, None], nonce)


def address_enrollment_keys(address: Address, side: Side = "all") -> list[MatchKey]:
    """Give the 2 to 24 different keys under which a record of ``address`` is stored.

    First every number of the range with every letter, then the numbers alone, then the street by sound with the
    numbers.

    Args:
        address: The address as recorded.
        side: Which numbers of a range belong to it; without a range it does not matter.

    Raises:
        IdentityError: More than 24 keys, or no number on that side.
    """
    house = addresses.house_numbers(address.house_number)
    street, sound = addresses.street(address.street), addresses.street_sound(address.street)
    numbers = [str(number) for number in house.numbers(side)]
    keys = [_at(address, street, number + suffix) for number in numbers for suffix in house.suffixes]
    keys += [_at(address, street, number) for number in numbers]
    keys += [_at(address, sound, number) for number in numbers]
    keys = list(dict.fromkeys(keys))
    if len(keys) > MAX_ENROLLMENT_KEYS:
        raise IdentityError("house_number", "too_many_keys")
    return keys


def _question(keys: list[MatchKey | None], nonce: bytes) -> Question:
    """Put dummies in the place of what is missing or stands there already."""
    first, second, third, fourth = (
        MatchKey("D", (nonce.hex(), str(place))) if key is None or key in keys[:place] else key
        for place, key in enumerate(keys)
    )
    return first, second, third, fourth


def _family_codes(person: Person) -> list[str]:
    """F0, then FX."""
    whole, pieces = [], []
    for name in (person.family_name, person.birth_name):
        parts = names.family_parts(name)
        if parts:
            whole.append("".join(parts))
            pieces += [*(part for part in parts if len(part) > 2), names.with_particles(name)]
    return list(dict.fromkeys(phonetics.code(letters) for letters in [*whole, *pieces]))


def _given_codes(person: Person) -> list[str]:
    """G0, then GX."""
    units = names.given_units(person.given_names)
    pieces = [part for unit in units for part in unit if len(part) > 1]
    return list(dict.fromkeys(names.given_code(letters) for letters in [*("".join(unit) for unit in units), *pieces]))


def _by_name(code: str, date: dt.date) -> MatchKey:
    return MatchKey("N", (code, f"{date:%Y%m%d}"))


def _pair(family: str, given: list[str], date: dt.date | int) -> MatchKey:
    year = date if isinstance(date, int) else date.year
    return MatchKey("P", (*_ordered(family, given), "y", f"{year:04}"))


def _pair_by_day(family: str, given: list[str], date: dt.date) -> MatchKey:
    return MatchKey("P", (*_ordered(family, given), "m", f"{date:%d}", f"{date:%m}"))


def _ordered(family: str, given: list[str]) -> Iterator[str]:
    return iter(sorted([family, (given or [family])[0]]))


def _at(address: Address, street: str, number: str) -> MatchKey:
    return MatchKey("A", (addresses.postcode(address.postcode), street, number))
