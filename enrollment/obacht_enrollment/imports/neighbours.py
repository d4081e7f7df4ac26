"""Who in a file may be somebody who is known already, or stands in another line: a hint for a person to look at.

Compared are only those who share a birth date, or a year with the sound of both names, and of these no more than some
hundreds: a file in which everybody was born on 1 January must not take for ever.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import jellyfish

from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.imports.house_numbers import SIDES
from obacht_protocol import addresses
from obacht_protocol.errors import IdentityError
from obacht_protocol.folding import fold
from obacht_protocol.phonetics import cologne

_MOST: Final = 300
_ALIKE: Final = 0.85
"""Two names of at least this Jaro-Winkler similarity are spelled alike."""


@dataclass(frozen=True, slots=True, repr=False)
class _Person:
    family_name: str
    given_names: str
    birth: Birth
    sound: tuple[str, str]
    """Both names by sound, whichever comes first."""


@dataclass(frozen=True, slots=True, repr=False)
class Identified:
    """Whom or what a case is about, made for comparing.

    Attributes:
        persons: One for each name, if the year of birth is known.
        addresses: Those that are published, one for each house number.
    """

    persons: tuple[_Person, ...]
    addresses: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, content: Content) -> "Identified":
        """Take out of a case what is compared."""
        return cls(tuple(_persons(content)), tuple(_published(content)))


class Neighbours:
    """Persons and addresses, each under a number: of its line, or of its case."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._by_date: Final = defaultdict[Birth, list[tuple[_Person, int]]](list)
        self._by_sound: Final = defaultdict[tuple[int | None, tuple[str, str]], list[tuple[_Person, int]]](list)
        self._by_address: Final = defaultdict[tuple[str, ...], list[int]](list)

    def near(self, identified: Identified) -> list[int]:
        """Give the numbers of those who may be the same, smallest first."""
        found: set[int] = set()
        for person in identified.persons:
            at_once = islice(self._by_date.get(person.birth, ()), _MOST)
            alike = islice(self._by_sound.get((person.birth.year, person.sound), ()), _MOST)
            found.update(number for other, number in (*at_once, *alike) if _same(person, other))
        for address in identified.addresses:
            found.update(islice(self._by_address.get(address, ()), _MOST))
        return sorted(found)

    def add(self, identified: Identified, number: int) -> None:
        """Add those whom a case or a line is about."""
        for person in identified.persons:
            if person.birth.is_known:
                self._by_date[person.birth].append((person, number))
            self._by_sound[person.birth.year, person.sound].append((person, number))
        for address in identified.addresses:
            self._by_address[address].append(number)


def _persons(content: Content) -> Iterator[_Person]:
    if content.birth.year is None:
        return
    for name in (content.name, *content.aliases):
        if name:
            given_names = fold(name.given_names)
            first, *_ = given_names.split() or [""]
            one, other = sorted((cologne(name.family_name), cologne(first)))
            yield _Person(fold(name.family_name), given_names, content.birth, (one, other))


def _same(one: _Person, other: _Person) -> bool:
    if one.birth.is_known and other.birth.is_known and one.birth != other.birth:
        # the same sound in the same year: the day or the month may be a slip
        return one.birth.day == other.birth.day or one.birth.month == other.birth.month
    if one.sound == other.sound:
        return True
    straight = min(_alike(one.family_name, other.family_name), _alike(one.given_names, other.given_names))
    crossed = min(_alike(one.family_name, other.given_names), _alike(one.given_names, other.family_name))
    return max(straight, crossed) >= _ALIKE


def _alike(one: str, other: str) -> float:
    return jellyfish.jaro_winkler_similarity(one, other) if one and other else 1.0


def _published(content: Content) -> Iterator[tuple[str, ...]]:
    for place in content.places:
        if place.publish:
            try:
                house = addresses.house_numbers(place.house_number)
            except IdentityError:
                continue
            for number in house.numbers(SIDES.get(place.side, "all")):
                yield place.postcode, addresses.street(place.street), str(number)
