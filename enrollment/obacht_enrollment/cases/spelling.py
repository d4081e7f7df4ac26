"""Words that are spelled or sound like a given one, found among many without comparing it with each of them.

Two words whose Jaro-Winkler similarity or Damerau-Levenshtein distance is within the thresholds share so many letters
as their lengths say. For each letter it is kept in one long number which words hold it, a bit for each word,
so that those that share enough letters come out of some additions; these alone are compared letter by letter.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import jellyfish

from obacht_protocol.phonetics import code

CLOSE: Final = 0.9
"""From this Jaro-Winkler similarity on two names are close."""
NEAR: Final = 0.84
"""From this one on, where something else speaks for it."""
LEAST: Final = 0.64
"""Below this one names are not close, whatever their sound and their slips."""
_SLIPS: Final = 2
"""So many letters may be wrong, missing, added or swapped in a name of more than five letters; one in a shorter one."""
_LONG: Final = 5
_BOOST: Final = 0.1
_PREFIX: Final = 4
"""Winkler: each of up to four letters in front that are the same takes off a tenth of what is missing to 1."""
_NO_SOUND: Final = "-"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two words are.

    Attributes:
        degree: Jaro-Winkler similarity.
        is_close: Whether they are close by themselves, by letters or by sound.
    """

    degree: float
    is_close: bool


class Words:
    """Words, each kept as often as it was added, and those that are like a given one."""

    def __init__(self) -> None:
        """Begin with none."""
        self._places: dict[str, int] = {}
        self._words: list[str] = []
        self._free: list[int] = []
        self._counts: Counter[str] = Counter()
        # which words hold a letter for the so-manieth time, are so long, or sound like that: a bit for each place
        self._holding: defaultdict[tuple[str, int], int] = defaultdict(int)
        self._long: defaultdict[int, int] = defaultdict(int)
        self._sounding: defaultdict[str, int] = defaultdict(int)
        self._known: dict[str, dict[str, Likeness]] = {}

    def add(self, word: str) -> None:
        """Add a word, folded."""
        self._counts[word] += 1
        if self._counts[word] == 1:
            if self._free:
                place = self._free.pop()
                self._words[place] = word
            else:
                place = len(self._words)
                self._words.append(word)
            self._places[word] = place
            self._turn(word, place)

    def discard(self, word: str) -> None:
        """Take away a word that was added; nothing of it is left once it was taken away as often."""
        self._counts[word] -= 1
        if not self._counts[word]:
            place = self._places.pop(word)
            del self._counts[word]
            self._words[place] = ""
            self._free.append(place)
            self._turn(word, place)

    def like(self, word: str) -> dict[str, Likeness]:
        """Give the words that are like this one; whether that is enough, is for the caller to know of :data:`NEAR`."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = dict(self._like(word))
        return found

    def _turn(self, word: str, place: int) -> None:
        """Turn the bits of a word on, or off again."""
        bit = 1 << place
        for letter in _letters(word):
            self._holding[letter] ^= bit
        self._long[len(word)] ^= bit
        self._sounding[sound(word)] ^= bit
        self._known.clear()

    def _like(self, word: str) -> Iterator[tuple[str, Likeness]]:
        heard, length = sound(word), len(word)
        same_sound = self._sounding.get(heard, 0) if heard != _NO_SOUND else 0
        sharing = self._sharing(word)
        chosen = same_sound
        for other, those in self._long.items():
            chosen |= those & sharing[needed] if (needed := _needed(length, other)) < len(sharing) else 0
        for place in _places(chosen):
            likeness = alike(word, self._words[place], same_sound=bool(same_sound >> place & 1))
            if likeness:
                yield self._words[place], likeness

    def _sharing(self, word: str) -> list[int]:
        """Give at each place the words that share at least so many letters with this one."""
        sharing = [(1 << len(self._words)) - 1] + [0] * len(word)
        for done, letter in enumerate(_letters(word), 1):
            holding = self._holding.get(letter, 0)
            for count in range(done, 0, -1):
                sharing[count] |= sharing[count - 1] & holding
        return sharing


def alike(one: str, other: str, *, same_sound: bool | None = None) -> Likeness | None:
    """Compare two words letter by letter.

    Args:
        one: A word, folded.
        other: Another.
        same_sound: Whether they sound the same, if that is known.

    Returns:
        None if they are not even near.
    """
    degree = jellyfish.jaro_winkler_similarity(one, other)
    is_close = degree >= CLOSE or (
        degree >= LEAST
        and (_few_slips(one, other) or (_sound_the_same(one, other) if same_sound is None else same_sound))
    )
    return Likeness(degree, is_close) if is_close or degree >= NEAR else None


@lru_cache(maxsize=4096)
def _needed(one: int, other: int) -> int:
    """Give how many letters words of these lengths share at least, if they are like each other."""
    shorter, longer = sorted((one, other))
    fewest = longer - _allowed(shorter)
    for shared in range(1, shorter + 1):
        # at best all of them are in order, and in front
        jaro = (shared / one + shared / other + 1) / 3
        if jaro + _BOOST * min(shared, _PREFIX) * (1 - jaro) >= NEAR:
            return max(min(shared, fewest), 1)
    return max(fewest, 1)


def _few_slips(one: str, other: str) -> bool:
    allowed = _allowed(min(len(one), len(other)))
    # the distance is at least the difference of the lengths
    if abs(len(one) - len(other)) > allowed:
        return False
    return jellyfish.damerau_levenshtein_distance(one, other) <= allowed


def _allowed(length: int) -> int:
    return _SLIPS if length > _LONG else 1


def _letters(word: str) -> Iterator[tuple[str, int]]:
    """Give each letter with how often it stood there before."""
    before: Counter[str] = Counter()
    for letter in word:
        yield letter, before[letter]
        before[letter] += 1


def sound(word: str) -> str:
    """Give the Kölner code of a folded word, ``-`` if it has none."""
    return code("".join(letter for letter in word if "a" <= letter <= "z"))


def _sound_the_same(one: str, other: str) -> bool:
    return sound(one) == sound(other) != _NO_SOUND


def _places(bits: int) -> Iterator[int]:
    written = bin(bits)[:1:-1]
    place = written.find("1")
    while place >= 0:
        yield place
        place = written.find("1", place + 1)
