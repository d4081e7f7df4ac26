"""Whether two may be the same: names, birth dates and addresses compared, and in what they are alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import jellyfish

from obacht_enrollment.cases.content import Content, Place
from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.cases.identities import SIDES
from obacht_enrollment.cases.spelling import Likeness
from obacht_protocol import addresses
from obacht_protocol.errors import IdentityError
from obacht_protocol.folding import fold


class Why(StrEnum):
    """In what two are alike."""

    NAME_EQUAL = "name-equal"
    NAME_SIMILAR = "name-similar"
    NAME_SWAPPED = "name-swapped"
    """Family name and given names stand in each other's place."""
    NAME_PARTLY = "name-partly"
    """As far as both are known: one has a family name or given names alone."""
    ONE_NAME = "one-name"
    """Family name or given names are alike, the other is not."""
    BIRTH_EQUAL = "birth-equal"
    BIRTH_NEAR = "birth-near"
    """A digit is another one, two are swapped, or day and month are."""
    BIRTH_PARTLY = "birth-partly"
    """As far as both are known."""
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Similar:
    """Who may be the same person or address.

    Attributes:
        number: Of the case, or of the line.
        whys: In what they are alike, the strongest first.
        likeness: Jaro-Winkler similarity of the names, in hundredths; 0 where only the address is the same.
        slips: Damerau-Levenshtein distance of the names, both together.
    """

    number: int
    whys: tuple[Why, ...]
    likeness: int
    slips: int

    @property
    def is_likely(self) -> bool:
        """Whether nothing that is known speaks against it: the whole name and the birth date are alike."""
        name, *others = self.whys
        return name not in {Why.ONE_NAME, Why.ADDRESS} and others[:1] not in ([], [Why.ADDRESS])


Building = tuple[str, str, str]
"""Postcode, street, number."""


@dataclass(frozen=True, slots=True, repr=False)
class Compared:
    """What is compared of a case or a line.

    Attributes:
        names: Pairs of family name and given names, folded; one of them may be empty.
        birth: As far as it is known.
        places: The buildings.
        published: Those of them that those who ask get an answer about.
    """

    names: tuple[tuple[str, str], ...]
    birth: Birth
    places: frozenset[Building]
    published: frozenset[Building]

    @classmethod
    def of(cls, content: Content) -> "Compared":
        """Take out of a case what is compared."""
        pairs = dict.fromkeys(
            (_folded(family), _folded(name.given_names))
            for name in (content.name, *content.aliases)
            for family in (name.family_name, name.birth_name)
            if family
        )
        places = {
            place: frozenset(_buildings(place)) for place in content.places if place.street and place.house_number
        }
        return cls(
            tuple(pairs),
            content.birth,
            frozenset[Building]().union(*places.values()),
            frozenset[Building]().union(*(those for place, those in places.items() if place.publish)),
        )

    def words(self) -> frozenset[str]:
        """Give all names that occur."""
        return frozenset(word for pair in self.names for word in pair if word)


@dataclass(frozen=True, slots=True)
class _Match:
    why: Why
    likeness: float
    slips: int


Like = Callable[[str, str], Likeness | None]
"""Tells how alike two names are."""


def compare(number: int, one: Compared, other: Compared, like: Like) -> Similar | None:
    """Compare two, and say in what they are alike; None if in nothing that counts.

    Args:
        number: Of the other.
        one: Somebody.
        other: Somebody else.
        like: Gives how alike two names are.
    """
    birth = birth_dates(one.birth, other.birth)
    names = _names(one, other, like, agreed=birth in {Why.BIRTH_EQUAL, Why.BIRTH_NEAR})
    whys = [names.why] if names else []
    if names and birth:
        whys.append(birth)
    if one.places & other.places:
        whys.append(Why.ADDRESS)
    if not whys:
        return None
    return Similar(number, tuple(whys), round(100 * names.likeness) if names else 0, names.slips if names else 0)


def _names(one: Compared, other: Compared, like: Like, *, agreed: bool) -> _Match | None:
    """Give the best match of any name of one with any of the other; one half is enough where the birth dates agree."""
    matches = [
        match
        for family, given in one.names
        for pair in other.names
        for match in _pair(family, given, pair, like, agreed=agreed)
    ]
    return max(
        matches,
        key=lambda match: (
            match.why is not Why.ONE_NAME,
            match.why is not Why.NAME_PARTLY,
            match.likeness,
            -match.slips,
        ),
        default=None,
    )


def _pair(family: str, given: str, other: tuple[str, str], like: Like, *, agreed: bool) -> Iterator[_Match]:
    for why, (other_family, other_given) in ((Why.NAME_SIMILAR, other), (Why.NAME_SWAPPED, (other[1], other[0]))):
        known = [half for half in ((family, other_family), (given, other_given)) if all(half)]
        found = [(half, like(*half)) for half in known]
        alike = [(half, likeness) for half, likeness in found if likeness and (agreed or likeness.is_close)]
        if not alike:
            continue
        slips = sum(jellyfish.damerau_levenshtein_distance(*half) for half, _ in alike)
        degree = sum(likeness.degree for _, likeness in alike) / len(alike)
        if len(alike) == 2:
            is_equal = why is Why.NAME_SIMILAR and slips == 0
            yield _Match(Why.NAME_EQUAL if is_equal else why, degree, slips)
        elif len(known) == 1:
            yield _Match(Why.NAME_PARTLY, degree, slips)
        elif agreed:
            yield _Match(Why.ONE_NAME, degree, slips)


def birth_dates(one: Birth, other: Birth) -> Why | None:
    """Compare two birth dates, as far as they are known."""
    if one.year is None or other.year is None:
        return None
    if not (one.is_known and other.is_known):
        parts = zip((one.year, one.month, one.day), (other.year, other.month, other.day), strict=True)
        return Why.BIRTH_PARTLY if all(None in pair or pair[0] == pair[1] for pair in parts) else None
    if one == other:
        return Why.BIRTH_EQUAL
    if one.year != other.year:
        # a slip in the year, or none
        near = (one.month, one.day) == (other.month, other.day) and _one_slip(str(one.year), str(other.year))
    else:
        swapped = (one.month, one.day) == (other.day, other.month)
        near = swapped or _one_slip(f"{one.day:02}{one.month:02}", f"{other.day:02}{other.month:02}")
    return Why.BIRTH_NEAR if near else None


def _one_slip(one: str, other: str) -> bool:
    return jellyfish.damerau_levenshtein_distance(one, other) == 1


def _folded(text: str) -> str:
    return " ".join(fold(text).replace("-", " ").replace("'", "").split())


def _buildings(place: Place) -> Iterator[Building]:
    """Give the buildings of an address; letters behind a number do not count, since those who ask get the building."""
    street = addresses.street(place.street)
    try:
        house = addresses.house_numbers(place.house_number)
    except IdentityError:
        # not finished, or not to be published as it is
        yield place.postcode, street, place.house_number.lower().replace(" ", "")
        return
    for number in house.numbers(SIDES.get(place.side, "all")):
        yield place.postcode, street, str(number)
