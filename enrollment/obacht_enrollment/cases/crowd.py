"""Among many, those that may be the same as somebody.

One mechanism for a case beside all others, and for the lines of a file beside the cases and one another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

from obacht_enrollment.cases import spelling
from obacht_enrollment.cases.comparing import Building, Compared, Similar, birth_dates, compare
from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.cases.spelling import Words

MOST: Final = 20
"""So many similar ones are told at most, the most similar first."""
_MANY: Final = 1000
"""Where more share a year, or a day and a month, only those of like names are looked at."""
_LOOKED_AT: Final = 1000
"""So many are looked at for one line of a file."""
_T = TypeVar("_T")


class Crowd:
    """Cases, or lines of a file, each under its number, among which those that may be the same are found."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._all: dict[int, Compared] = {}
        self._words = Words()
        self._bearers: defaultdict[str, set[int]] = defaultdict(set)
        self._half_named: set[int] = set()
        self._born: defaultdict[tuple[int | None, ...], set[int]] = defaultdict(set)
        self._at: defaultdict[Building, set[int]] = defaultdict(set)

    def put(self, number: int, compared: Compared) -> None:
        """Add somebody, or put them in the place of whoever stood under this number."""
        self.drop(number)
        self._all[number] = compared
        for word in compared.words():
            self._words.add(word)
            self._bearers[word].add(number)
        if not all(map(all, compared.names)):
            self._half_named.add(number)
        for key in _born(compared.birth):
            self._born[key].add(number)
        for building in compared.places:
            self._at[building].add(number)

    def drop(self, number: int) -> None:
        """Forget whoever stands under this number, if somebody does."""
        compared = self._all.pop(number, None)
        if compared is None:
            return
        for word in compared.words():
            self._words.discard(word)
            _take_out(self._bearers, word, number)
        self._half_named.discard(number)
        for key in _born(compared.birth):
            _take_out(self._born, key, number)
        for building in compared.places:
            _take_out(self._at, building, number)

    def similar(self, wanted: Compared, but: int | None = None) -> list[Similar]:
        """List who may be the same person or address, the most similar first.

        Args:
            wanted: Somebody.
            but: Number under which they stand themselves.
        """
        words = {word: self._words.like(word) for word in wanted.words()}
        bearing = (self._bearers[other] for others in words.values() for other in others)
        numbers = set[int]().union(*bearing, *self._beside(wanted.places)) - {but}
        compared = (
            compare(number, wanted, self._all[number], lambda one, other: words[one].get(other)) for number in numbers
        )
        found = [similar for similar in compared if similar]
        return sorted(found, key=lambda one: (-len(one.whys), -one.likeness, one.slips, one.number))[:MOST]

    def likely(self, wanted: Compared, before: int | None = None) -> list[int]:
        """Give the numbers of those of whom nothing says that they are somebody else, smallest first.

        That is those with the whole name and the birth date alike, as far as they are known, and those at a published
        address. However many of them there are, only some are looked at, and as many told as of similar ones.

        Args:
            wanted: Somebody.
            before: Only numbers below this one count.
        """
        born = self._born_alike(wanted.birth)
        if len(born) > _MANY:
            born &= self._named_alike(wanted)
        beside = set[int]().union(*self._beside(wanted.published))
        numbers = (number for number in sorted(born | beside) if before is None or number < before)
        likely = (number for number in islice(numbers, _LOOKED_AT) if self._is_likely(wanted, number))
        return list(islice(likely, MOST))

    def _is_likely(self, wanted: Compared, number: int) -> bool:
        other = self._all[number]
        if wanted.published & other.published:
            return True
        # most are told apart by the birth date, which costs least to compare
        similar = compare(number, wanted, other, spelling.alike) if birth_dates(wanted.birth, other.birth) else None
        return similar is not None and similar.is_likely

    def _beside(self, places: Iterable[Building]) -> Iterator[set[int]]:
        return (self._at[building] for building in places if building in self._at)

    def _born_alike(self, birth: Birth) -> set[int]:
        return set[int]().union(*(self._born[key] for key in _born(birth) if key in self._born))

    def _named_alike(self, wanted: Compared) -> set[int]:
        """Give those with both names like a name of the wanted one, whichever comes first, or with the only one."""
        found: set[int] = set()
        for pair in wanted.names:
            one, other = (
                set[int]().union(*(self._bearers[word] for word in self._words.like(half))) if half else set[int]()
                for half in pair
            )
            found |= one & other if all(pair) else one | other
            found |= (one | other) & self._half_named
        return found


def _born(birth: Birth) -> Iterator[tuple[int | None, ...]]:
    """Give the year, and month and day: of birth dates that are alike, one of these is the same."""
    if birth.year is not None:
        yield (birth.year,)
        if birth.is_known:
            yield birth.month, birth.day


def _take_out(of: defaultdict[_T, set[int]], key: _T, number: int) -> None:
    of[key].discard(number)
    if not of[key]:
        del of[key]
