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
from obacht_enrollment.cases.spelling import Words, sound

MOST: Final = 20
"""So many similar ones are told at most, the most similar first."""
_LOOKED_AT: Final = 300
"""So many are looked at for one line of a file."""
_T = TypeVar("_T")


class Crowd:
    """Cases, or lines of a file, each under its number, among which those that may be the same are found."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._all: dict[int, Compared] = {}
        self._words = Words()
        self._bearers: defaultdict[str, set[int]] = defaultdict(set)
        self._sounding: defaultdict[str, set[int]] = defaultdict(set)
        self._born: defaultdict[tuple[int | None, ...], set[int]] = defaultdict(set)
        self._at: defaultdict[Building, set[int]] = defaultdict(set)

    def put(self, number: int, compared: Compared) -> None:
        """Add somebody, or put them in the place of whoever stood under this number."""
        self.drop(number)
        self._all[number] = compared
        for word in compared.words():
            self._words.add(word)
            self._bearers[word].add(number)
            self._sounding[sound(word)].add(number)
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
            _take_out(self._sounding, sound(word), number)
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
        address. Whose birth date is merely near, one of their names has to sound the same. However many they are, only
        some are looked at, and as many told as of similar ones.

        Args:
            wanted: Somebody.
            before: Only numbers below this one count.
        """
        sounding = set[int]().union(*(self._sounding.get(sound(word), ()) for word in wanted.words()))
        found = self._born_as(wanted.birth) | (self._born_near(wanted.birth) & sounding)
        if len(found) > _LOOKED_AT:
            found &= sounding
        found.update(*self._beside(wanted.published))
        numbers = (number for number in sorted(found) if before is None or number < before)
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

    def _born_as(self, birth: Birth) -> set[int]:
        """Give those born on that day, or perhaps, as far as it is known."""
        if birth.year is None:
            return set()
        keys = [(birth.year, birth.month, birth.day), (birth.year, None)] if birth.is_known else [(birth.year,)]
        return set[int]().union(*(self._born.get(key, ()) for key in keys))

    def _born_near(self, birth: Birth) -> set[int]:
        """Give all among whom those are whose birth date is near."""
        if not birth.is_known:
            return set()
        return set[int]().union(*(self._born.get(key, ()) for key in ((birth.year,), (birth.month, birth.day))))


def _born(birth: Birth) -> Iterator[tuple[int | None, ...]]:
    """Give that by which a birth date is found: the date, the year, day and month; year and nothing if known partly."""
    if birth.year is not None:
        yield (birth.year,)
        if birth.is_known:
            yield birth.year, birth.month, birth.day
            yield birth.month, birth.day
        else:
            yield birth.year, None


def _take_out(of: defaultdict[_T, set[int]], key: _T, number: int) -> None:
    of[key].discard(number)
    if not of[key]:
        del of[key]
