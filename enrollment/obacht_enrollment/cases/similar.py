"""Who may be somebody whom another case is about already: names compared letter by letter, dates, addresses, with why.

Names are compared by Jaro-Winkler similarity and Damerau-Levenshtein distance (jellyfish), over what the cases say. For
10,000 cases each word that occurs is compared once, so that a look takes milliseconds.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import jellyfish

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import contents
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.office import Office
from obacht_protocol import addresses
from obacht_protocol.folding import fold

MOST: Final = 20
"""So many similar cases are told at most, the most similar first."""
CLOSE: Final = 0.9
"""From this Jaro-Winkler similarity on two names are close."""
_NEAR: Final = 0.84
"""From this one on, where the birth dates agree."""
_LEAST: Final = 0.64
"""Below this one no two names are compared letter by letter."""
_SLIPS: Final = 2
"""So many letters may be wrong, missing, added or swapped in a name of more than five letters; one in a shorter one."""
_LONG: Final = 5


class Why(StrEnum):
    """In what two cases are alike."""

    NAME_EQUAL = "name-equal"
    NAME_SIMILAR = "name-similar"
    NAME_SWAPPED = "name-swapped"
    """Family name and given names stand in each other's place."""
    ONE_NAME = "one-name"
    """Family name or given names are alike, the other is not, or is not known."""
    BIRTH_EQUAL = "birth-equal"
    BIRTH_NEAR = "birth-near"
    """A digit is another one, two are swapped, or day and month are."""
    BIRTH_PARTLY = "birth-partly"
    """As far as both are known."""
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Similar:
    """A case that may be about the same person or address.

    Attributes:
        number: Of the case.
        whys: In what it is alike, the strongest first.
        likeness: Jaro-Winkler similarity of the names, in hundredths; 0 where only the address is the same.
        slips: Damerau-Levenshtein distance of the names, both together.
    """

    number: int
    whys: tuple[Why, ...]
    likeness: int
    slips: int


@dataclass(frozen=True, slots=True, repr=False)
class _Compared:
    """What is compared of a case: names as pairs of folded words, the birth date, addresses."""

    names: tuple[tuple[str, str], ...]
    birth: Birth
    places: frozenset[tuple[str, str, str]]

    @classmethod
    def of(cls, content: Content) -> "_Compared":
        pairs = dict.fromkeys(
            (_folded(family), _folded(name.given_names))
            for name in (content.name, *content.aliases)
            for family in (name.family_name, name.birth_name)
            if family
        )
        places = frozenset(
            (place.postcode, addresses.street(place.street), place.house_number.lower().replace(" ", ""))
            for place in content.places
            if place.street
        )
        return cls(tuple(pairs), content.birth, places)


@dataclass(frozen=True, slots=True)
class _Match:
    why: Why
    likeness: float
    slips: int


class Index:
    """What is compared of all cases, kept open in the memory of one process, and brought up to date before each look.

    Threads may share it.
    """

    def __init__(self) -> None:
        """Begin with no case."""
        self._lock = threading.Lock()
        self._versions: dict[int, int] = {}
        self._cases: dict[int, _Compared] = {}

    def refresh(self, office: Office) -> None:
        """Open the cases that are new or have changed, and forget those that are anonymised.

        Raises:
            VaultError: A case was tampered with.
            StoreError: The database failed.
        """
        with self._lock:
            there = contents.versions(office)
            for number in self._versions.keys() - there.keys():
                del self._versions[number], self._cases[number]
            if any(self._versions.get(number) != version for number, version in there.items()):
                for number, version, content in contents.opened(office, self._versions):
                    self._cases[number], self._versions[number] = _Compared.of(content), version

    def similar(self, content: Content, but: int | None = None) -> list[Similar]:
        """List the cases that may be about the same person or address, the most similar first.

        Args:
            content: What a case says.
            but: Number of that case, which is not told.
        """
        wanted = _Compared.of(content)
        with self._lock:
            others = [(number, other) for number, other in self._cases.items() if number != but]
        words = {word for _, other in others for pair in other.names for word in pair}
        likeness = {
            name: {word: jellyfish.jaro_winkler_similarity(name, word) for word in words}
            for pair in wanted.names
            for name in pair
        }
        alike = {word for degrees in likeness.values() for word, degree in degrees.items() if degree >= _LEAST}
        found = [
            similar
            for number, other in others
            if not alike.isdisjoint(word for pair in other.names for word in pair)
            or not wanted.places.isdisjoint(other.places)
            if (similar := _compare(number, wanted, other, likeness))
        ]
        return sorted(found, key=lambda one: (-len(one.whys), -one.likeness, one.slips, one.number))[:MOST]


def find(office: Office, user: User, index: Index, content: Content, but: int | None = None) -> list[Similar]:
    """List who may be the same; it names cases by number alone, so that whoever wants to know more looks at them.

    Args:
        office: Unlocked.
        user: Who asks.
        index: Of this process.
        content: What a case says.
        but: Number of that case.

    Raises:
        ForbiddenError: The user may not.
        VaultError: A case was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.READ_CASES)
    index.refresh(office)
    return index.similar(content, but)


_Likeness = dict[str, dict[str, float]]


def _compare(number: int, one: _Compared, other: _Compared, likeness: _Likeness) -> Similar | None:
    birth = _birth(one.birth, other.birth)
    names = _names(one, other, likeness, agreed=birth in {Why.BIRTH_EQUAL, Why.BIRTH_NEAR})
    whys = [names.why] if names else []
    if names and birth:
        whys.append(birth)
    if one.places & other.places:
        whys.append(Why.ADDRESS)
    if not whys:
        return None
    return Similar(number, tuple(whys), round(100 * names.likeness) if names else 0, names.slips if names else 0)


def _names(one: _Compared, other: _Compared, likeness: _Likeness, *, agreed: bool) -> _Match | None:
    """Give the best match of any name of one with any of the other; one half is enough where the birth dates agree."""
    matches = [
        match
        for family, given in one.names
        for pair in other.names
        for match in _pair(family, given, pair, likeness, agreed=agreed)
    ]
    return max(matches, key=lambda match: (match.why is not Why.ONE_NAME, match.likeness, -match.slips), default=None)


def _pair(family: str, given: str, other: tuple[str, str], likeness: _Likeness, *, agreed: bool) -> Iterator[_Match]:
    for why, (other_family, other_given) in ((Why.NAME_SIMILAR, other), (Why.NAME_SWAPPED, (other[1], other[0]))):
        halves = [(family, other_family), (given, other_given)]
        known = [half for half in halves if all(half)]
        alike = [half for half in known if _is_close(*half, likeness, CLOSE if not agreed else _NEAR)]
        if not alike:
            continue
        slips = sum(jellyfish.damerau_levenshtein_distance(*half) for half in alike)
        degree = sum(likeness[half[0]][half[1]] for half in alike) / len(alike)
        if len(alike) == len(halves):
            is_equal = why is Why.NAME_SIMILAR and slips == 0
            yield _Match(Why.NAME_EQUAL if is_equal else why, degree, slips)
        elif agreed or len(known) < len(halves):
            yield _Match(Why.ONE_NAME, degree, slips)


def _is_close(name: str, other: str, likeness: _Likeness, least: float) -> bool:
    if likeness[name][other] >= least:
        return True
    allowed = _SLIPS if min(len(name), len(other)) > _LONG else 1
    # the distance is at least the difference of the lengths, and few pairs are worth computing it
    if abs(len(name) - len(other)) > allowed or likeness[name][other] < _LEAST:
        return False
    return jellyfish.damerau_levenshtein_distance(name, other) <= allowed


def _birth(one: Birth, other: Birth) -> Why | None:
    if one.year is None or other.year is None:
        return None
    if not (one.is_known and other.is_known):
        parts = zip((one.year, one.month, one.day), (other.year, other.month, other.day), strict=True)
        return Why.BIRTH_PARTLY if all(None in pair or pair[0] == pair[1] for pair in parts) else None
    if one == other:
        return Why.BIRTH_EQUAL
    first, second = _digits(one), _digits(other)
    swapped = one.year == other.year and (one.month, one.day) == (other.day, other.month)
    near = swapped or jellyfish.damerau_levenshtein_distance(first, second) == 1
    return Why.BIRTH_NEAR if near else None


def _digits(birth: Birth) -> str:
    return f"{birth.day:02}{birth.month:02}{birth.year:04}"


def _folded(text: str) -> str:
    return " ".join(fold(text).replace("-", " ").replace("'", "").split())
