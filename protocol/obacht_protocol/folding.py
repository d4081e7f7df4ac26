"""Folding: every spelling of a letter to a to z, so that two keyboards write a name alike.

The result is the search form of DIN 91379 in lower case: ä to ae, å to aa, ø to oe, þ to th, every other mark dropped;
of Cyrillic, Greek and Arabic words, what :mod:`obacht_protocol.transliteration` makes of them.
It is part of the matching version: a change here is a new version and a new epoch.
"""

import re
import unicodedata
from typing import Final

from obacht_protocol.transliteration import transliterate

MAX_LENGTH: Final = 200
"""The longest text, in Unicode code points, that is taken for a name or a street."""

# Dropped where they stand: what marks sounds that German writing does not have, and accents typed beside their letter.
_APOSTROPHES: Final = "'`´¨~·\"ʹʺʻʼʽʾʿˈˌ‘’‛“”„‚′″‡«»"
_DASHES: Final = "-‐‑‒–—―−"
# Invisible, and left behind by copying from a document; whoever typed the name could not see them to remove them.
_INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# The letters of DIN 91379 that do not decompose into one of a to z and marks.
_LETTERS: Final = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "ð": "d", "đ": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ǥ": "g",
    "ı": "i", "ɨ": "i", "ĸ": "k", "ŋ": "n", "ƈ": "c", "ə": "e", "ʒ": "z",
}  # fmt: skip

_FIRST: Final = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_INVISIBLE, ""))
_LAST: Final = str.maketrans(
    _LETTERS
    | dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys(_DASHES, "-")
    | {"\u2044": "/"}
    | {chr(mark): "" for mark in range(0x300, 0x370)}
)
_DIAERESIS: Final = re.compile("([aou])[\u0300-\u036f]*\u0308")
_RING: Final = re.compile("a[\u0300-\u036f]*\u030a")

_READABLE: Final = re.compile("[a-z' .,;/()&-]*")
_READABLE_WITH_DIGITS: Final = re.compile("[a-z0-9' .,;/()&-]*")
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def fold(text: str) -> str:
    """Fold ``text`` to a to z; what has no form in a to z stays, and folding twice is folding once.

    The steps, in this order: the apostrophes listed above become ``'`` and the invisible characters go; NFKD; lower
    case; Cyrillic, Greek and Arabic words are transliterated; a, o or u with a diaeresis (U+0308, other marks may stand
    between) becomes ae, oe, ue; a with a ring (U+030A) becomes aa; the letters listed above, dashes to ``-``, the
    fraction slash to ``/``; U+0300 to U+036F go. Decomposing before lower case is what keeps the dot of
    ``"İ".lower()`` from staying.
    """
    text = transliterate(unicodedata.normalize("NFKD", text.translate(_FIRST)).lower())
    return _RING.sub("aa", _DIAERESIS.sub(r"\1e", text)).translate(_LAST)


def refusal(text: str, *, digits: bool = False) -> str | None:
    """Say why ``text`` cannot be matched, or None if it can.

    Args:
        text: A name or a street as typed.
        digits: Whether digits may stand in it, as in a street.

    Returns:
        None, or ``too_long``; ``control`` (a control or formatting character anywhere); else by the first sign that
        cannot stay ``digits``, ``script`` (a letter that does not fold to a to z, as Hebrew, or as Cyrillic beside
        Latin in one word) or ``symbol`` (an emoji or another sign); ``no_letters`` (nothing would be left).
    """
    if len(text) > MAX_LENGTH:
        return "too_long"
    folded = fold(text)
    for sign in folded:
        if unicodedata.category(sign) in _UNSEEN:
            return "control"
    readable = (_READABLE_WITH_DIGITS if digits else _READABLE).match(folded)
    end = readable.end() if readable else 0
    if end < len(folded):
        return {"L": "script", "M": "script", "N": "digits"}.get(unicodedata.category(folded[end])[0], "symbol")
    if not any("a" <= sign <= "z" or "0" <= sign <= "9" for sign in folded):
        return "no_letters"
    return None
