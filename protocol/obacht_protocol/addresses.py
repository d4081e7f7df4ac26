"""Streets and house numbers in the one form that match keys use; the word lists are part of the matching version."""

import re
from typing import Final, Literal, NamedTuple

from obacht_protocol.errors import IdentityError
from obacht_protocol.folding import fold
from obacht_protocol.phonetics import code

Side = Literal["even", "odd", "all"]
"""Which numbers of a range are meant."""

_WORDS: Final = {
    "strasse": "str", "st": "sankt", "dr": "doktor", "prof": "professor",
    "gr": "gross", "grosse": "gross", "grosser": "gross", "grosses": "gross", "grossen": "gross",
    "kl": "klein", "kleine": "klein", "kleiner": "klein", "kleines": "klein", "kleinen": "klein",
}  # fmt: skip
_ARTICLES: Final = frozenset({"der", "die", "das", "des", "dem", "den"})
_WORD: Final = re.compile("[a-z0-9]+")
_ORDINAL: Final = re.compile("[ivx]+|[a-z]*[0-9][a-z0-9]*")

_POSTCODE: Final = re.compile("[0-9]{5}")
_AROUND_SIGNS: Final = re.compile(" *([-/]) *")
_HOUSE_NUMBERS: Final = re.compile(
    "0*(?P<first>[1-9][0-9]{0,3})"
    "(?:-(?P<last>[1-9][0-9]{0,3})"
    "| ?(?P<letter>[a-z])(?:-(?P<again>[1-9][0-9]{0,3})? ?(?P<last_letter>[a-z]))?"
    "|(?P<part> [1-9]/[1-9]|/[0-9]{1,3})"
    ")?"
)
_FRACTIONS: Final = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}


class HouseNumbers(NamedTuple):
    """What a house number stands for: the numbers ``first`` to ``last``, each with every one of ``suffixes``.

    A range of numbers has the one suffix ``""``; a range of letters has ``first == last``.
    """

    first: int
    last: int
    suffixes: tuple[str, ...]

    def is_single(self) -> bool:
        """Whether this is one number, as a question needs it."""
        return self.first == self.last and len(self.suffixes) == 1

    def numbers(self, side: Side) -> list[int]:
        """Give the numbers; of a range only those on ``side``.

        Raises:
            IdentityError: ``side`` is not one of the three words.
        """
        rests = {"even": (0,), "odd": (1,), "all": (0, 1)}.get(side)
        if rests is None:
            raise IdentityError("house_number", "side")
        if self.first == self.last:
            return [self.first]
        return [number for number in range(self.first, self.last + 1) if number % 2 in rests]


def postcode(text: str) -> str:
    """Give a postcode without spaces around it; ``IdentityError`` if it is not five digits."""
    text = text.strip(" ")
    if not _POSTCODE.fullmatch(text):
        raise IdentityError("postcode", "format" if text else "empty")
    return text


def street(text: str) -> str:
    """Give a street in the form of the exact key: "Venloer Straße" and "Venloerstr." are ``venloerstr``.

    Fold, drop apostrophes, split at everything that is not a to z or 0 to 9; spell out st (sankt), dr, prof; gr and kl,
    like große, großer, großes, großen and klein alike, become ``gross`` and ``klein``; strasse, also at the end of a
    word, becomes str; drop der, die, das, des, dem, den unless nothing would be left; join.
    """
    return "".join(_street_words(text))


def street_sound(text: str) -> str:
    """Give the street by sound: ``~``, and the Kölner code of its joined words.

    Words with a digit and Roman numerals (of i, v, x) are not coded but follow in order, each behind ``#``: "Straße des
    17. Juni" is ``~8276#17``, and "I. Hagen" differs from "II. Hagen".
    """
    words = _street_words(text)
    ordinals = [word for word in words if _ORDINAL.fullmatch(word)]
    spoken = "".join(word for word in words if word not in ordinals)
    return "~" + "#".join([code(spoken), *ordinals])


def house_numbers(text: str) -> HouseNumbers:
    """Read ``12``, ``12 a``, ``12/1``, ``12 1/2``, ``12-16``, ``12a-c`` or ``12a-12c``, in any case.

    Zeros in front, and spaces around a hyphen or slash, do not count.

    Raises:
        IdentityError: ``house_number`` with ``empty`` or ``format``.
    """
    for sign, spelled in _FRACTIONS.items():
        text = text.replace(sign, spelled)
    # Not folded: NFKD would make 122 of 12².
    text = _AROUND_SIGNS.sub(r"\1", text.replace("–", "-").lower().strip(" "))
    match = _HOUSE_NUMBERS.fullmatch(text)
    if not match:
        raise IdentityError("house_number", "format" if text else "empty")
    first, last = int(match["first"]), int(match["last"] or match["first"])
    letter, last_letter = match["letter"] or "", match["last_letter"] or match["letter"] or ""
    if last < first or last_letter < letter or match["again"] not in {None, match["first"]}:
        raise IdentityError("house_number", "format")
    if letter:
        return HouseNumbers(first, last, tuple(map(chr, range(ord(letter), ord(last_letter) + 1))))
    return HouseNumbers(first, last, (match["part"] or "",))


def _street_words(text: str) -> list[str]:
    words = [
        _WORDS.get(word, word.removesuffix("strasse") + "str" if word.endswith("strasse") else word)
        for word in _WORD.findall(fold(text).replace("'", ""))
    ]
    return [word for word in words if word not in _ARTICLES] or words
