"""Streets as they are looked for: by the beginning of a word, by sound, by likeness. Nothing here reads or writes.

Whatever is typed, a look costs about the same: beginnings are found by bisection, and of all names only those are
compared letter by letter that have the rarest pairs of letters in common with what was typed.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final, NamedTuple

import jellyfish

from obacht_protocol import addresses
from obacht_protocol.folding import fold

_WORD: Final = re.compile("[a-z0-9]+")
_POSTINGS: Final = 10000
"""So many names with a pair of letters in common are counted."""
_COMPARED: Final = 300
"""So many names are compared letter by letter, and as many by sound."""
_REPEATED: Final = 4
"""So often a street may come up in one look before others are missed."""
_LEAST: Final = 3
"""Letters of which there must be so many before what is merely alike is suggested."""
_LETTERS_PER_SLIP: Final = 5
_MOST_SLIPS: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Street:
    """A street.

    Attributes:
        name: Its official name.
        key: Its official key; empty if the list has none.
        postcodes: Where it lies; empty if the list has none.
    """

    name: str
    key: str = ""
    postcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the list says of an address.

    Attributes:
        street: The official name; as typed, where the list has none.
        postcode: As typed, or the only one there is for the street where none was typed.
        doubt: ``street_unknown``; ``street_postcode``: the street lies elsewhere; empty if there is none.
    """

    street: str
    postcode: str
    doubt: str = ""


class _Beginning(NamedTuple):
    """A name from one of its words on."""

    spelled: str
    form: str
    sound: str
    inner: bool
    street: int


class StreetIndex:
    """All streets of the list, made for looking."""

    def __init__(self, streets: Iterable[Street]) -> None:
        """Take the streets; this is what takes time."""
        self.streets: Final = tuple(sorted(streets))
        self._beginnings: Final = [
            beginning for number, street in enumerate(self.streets) for beginning in _beginnings(street.name, number)
        ]
        self._by_form: Final = defaultdict[str, list[int]](list)
        self._pairs: Final = defaultdict[str, list[int]](list)
        for number, street in enumerate(self.streets):
            self._by_form[addresses.street(street.name)].append(number)
        for place, beginning in enumerate(self._beginnings):
            for pair in _pairs(beginning.spelled):
                self._pairs[pair].append(place)
        self._whole: Final = self._sorted(inner=False)
        self._inner: Final = self._sorted(inner=True)
        self._sounds: Final = sorted((beginning.sound, place) for place, beginning in enumerate(self._beginnings))

    def __len__(self) -> int:
        """Count the streets."""
        return len(self.streets)

    def complete(self, typed: str, limit: int) -> list[Street]:
        """Suggest streets for what was typed so far, the likeliest first.

        First those that begin with it, whether it is spelled out or abbreviated ("Gr. Wit", "Bahnhofstr."), then those
        of which a later word does, then those that sound or are spelled like it.

        Args:
            typed: The beginning of a name.
            limit: How many at most.
        """
        found: dict[int, None] = {}
        forms = dict.fromkeys(filter(None, (_spelled(typed), addresses.street(typed))))
        for names in (self._whole, self._inner):
            for form in forms:
                # a street has few words, each in two forms at most
                for number in islice(_beginning_with(names, form), _REPEATED * limit):
                    found.setdefault(number)
        if len(found) < limit:
            for number in self._alike(_spelled(typed), addresses.street_sound(typed), whole=False):
                found.setdefault(number)
        return [self.streets[number] for number in islice(found, limit)]

    def similar(self, name: str, limit: int) -> list[Street]:
        """Suggest streets for a whole name that is in none of its spellings on the list, the likeliest first."""
        alike = self._alike(addresses.street(name), addresses.street_sound(name), whole=True)
        return [self.streets[number] for number in islice(dict.fromkeys(alike), limit)]

    def find(self, name: str) -> list[Street]:
        """Find the streets of which ``name`` is a spelling: "Bahnhofstr." is "Bahnhofstraße"."""
        return [self.streets[number] for number in self._by_form.get(addresses.street(name), ())]

    def resolve(self, name: str, postcode: str) -> Resolved:
        """Check and complete an address against the list; an empty list doubts nothing."""
        found = self.find(name)
        if not found:
            return Resolved(name, postcode, "street_unknown" if self.streets else "")
        postcodes = {one for street in found for one in street.postcodes}
        there = [street for street in found if postcode in street.postcodes]
        official = (there or found)[0].name
        if not postcode:
            return Resolved(official, postcodes.pop() if len(postcodes) == 1 else "")
        everywhere = any(not street.postcodes for street in found)
        return Resolved(official, postcode, "" if there or everywhere else "street_postcode")

    def _sorted(self, *, inner: bool) -> list[tuple[str, int]]:
        chosen = [beginning for beginning in self._beginnings if beginning.inner == inner]
        return sorted({(form, one.street) for one in chosen for form in (one.spelled, one.form)})

    def _alike(self, typed: str, sound: str, *, whole: bool) -> Iterator[int]:
        """Give what sounds or is spelled like ``typed``; not ``whole``: what begins like it."""
        if len(typed) < _LEAST:
            return
        heard = _beginning_with(self._sounds, sound) if len(sound) > len("~0") else ()
        by_sound = set(islice(heard, _COMPARED))
        most = min(_MOST_SLIPS, 1 + len(typed) // _LETTERS_PER_SLIP)
        ranked = []
        for place in by_sound | self._sharing_pairs(typed):
            beginning = self._beginnings[place]
            if whole and beginning.inner:
                continue
            name = beginning.form if whole else beginning.spelled[: len(typed)]
            slips = jellyfish.damerau_levenshtein_distance(typed, name)
            if slips <= most or (place in by_sound and not whole):
                likeness = jellyfish.jaro_winkler_similarity(typed, name)
                ranked.append((slips, beginning.inner, -likeness, beginning.street))
        for *_, street in sorted(ranked):
            yield street

    def _sharing_pairs(self, typed: str) -> set[int]:
        """Give the beginnings that have most of the rarest pairs of letters in common with ``typed``."""
        lists = sorted((self._pairs[pair] for pair in set(_pairs(typed)) if pair in self._pairs), key=len)
        counted: Counter[int] = Counter()
        for places in lists:
            if counted.total() + len(places) > _POSTINGS:
                break
            counted.update(places)
        return {place for place, _ in counted.most_common(_COMPARED)}


def _beginnings(name: str, street: int) -> Iterator[_Beginning]:
    words = _words(name)
    for place in range(len(words)):
        rest = " ".join(words[place:])
        spelled = "".join(words[place:])
        yield _Beginning(spelled, addresses.street(rest), addresses.street_sound(rest), place > 0, street)


def _beginning_with(names: list[tuple[str, int]], beginning: str) -> Iterator[int]:
    for place in range(bisect_left(names, (beginning, -1)), len(names)):
        name, number = names[place]
        if not name.startswith(beginning):
            return
        yield number


def _spelled(name: str) -> str:
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    return _WORD.findall(fold(name).replace("'", ""))


def _pairs(letters: str) -> Iterator[str]:
    return (first + second for first, second in pairwise(f"^{letters}"))
