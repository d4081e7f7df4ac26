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
    number: int


class Neighbours:
    """Persons and addresses, each under a number: of its line, or of its case."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._by_date: Final = defaultdict[Birth, list[_Person]](list)
        self._by_sound: Final = defaultdict[tuple[int | None, str, str], list[_Person]](list)
        self._by_address: Final = defaultdict[tuple[str, ...], list[int]](list)

    def near(self, content: Content) -> list[int]:
        """Give the numbers of those who may be the same, in the order in which they were added."""
        found: dict[int, None] = {}
        for person in _persons(content, 0):
            at_once = islice(self._by_date.get(person.birth, ()), _MOST)
            for other in (*at_once, *islice(self._by_sound.get(_sound(person), ()), _MOST)):
                if other.number not in found and _same(person, other):
                    found[other.number] = None
        for address in _published(content):
            found.update(dict.fromkeys(islice(self._by_address.get(address, ()), _MOST)))
        return sorted(found)

    def add(self, content: Content, number: int) -> None:
        """Add those whom a case or a line is about."""
        for person in _persons(content, number):
            if person.birth.is_known:
                self._by_date[person.birth].append(person)
            self._by_sound[_sound(person)].append(person)
        for address in _published(content):
            self._by_address[address].append(number)


def _persons(content: Content, number: int) -> Iterator[_Person]:
    if content.birth.year is None:
        return
    for name in (content.name, *content.aliases):
        if name:
            yield _Person(fold(name.family_name), fold(name.given_names), content.birth, number)


def _sound(person: _Person) -> tuple[int | None, str, str]:
    """Give the year, and both names by sound whichever comes first."""
    first, *_ = person.given_names.split() or [""]
    one, other = sorted((cologne(person.family_name), cologne(first)))
    return person.birth.year, one, other


def _same(one: _Person, other: _Person) -> bool:
    if one.birth.is_known and other.birth.is_known and one.birth != other.birth:
        # the same sound in the same year: the day or the month may be a slip
        return one.birth.day == other.birth.day or one.birth.month == other.birth.month
    straight = min(_alike(one.family_name, other.family_name), _alike(one.given_names, other.given_names))
    crossed = min(_alike(one.family_name, other.given_names), _alike(one.given_names, other.family_name))
    return max(straight, crossed) >= _ALIKE or _sound(one) == _sound(other)


def _alike(one: str, other: str) -> float:
    return jellyfish.jaro_winkler_similarity(one, other) if one and other else 1.0


def _published(content: Content) -> Iterator[tuple[str, ...]]:
    for place in content.places:
        if place.publish:
            try:
                house = addresses.house_numbers(place.house_number)
            except IdentityError:
                continue
            for number in house.numbers(SIDES[place.side]):
                yield place.postcode, addresses.street(place.street), str(number)
