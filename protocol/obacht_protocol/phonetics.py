"""Kölner Phonetik (Postel 1969), strict: the sound of a German word as digits.

Collapsing equal digits comes before dropping the zeros; the other order changes 14 % of family names.
"""

import re
from itertools import pairwise
from typing import Final

from obacht_protocol.folding import fold

VERSION: Final = "cologne-1"
"""Names this algorithm inside every match key."""

NO_CODE: Final = "-"
"""The code of a word without a sound: nothing but H, or no letter at all."""

_PLAIN: Final = {
    letter: digit
    for letters, digit in (
        ("aeijouy", "0"), ("b", "1"), ("fvw", "3"), ("gkq", "4"), ("l", "5"), ("mn", "6"), ("r", "7"), ("sz", "8"),
        ("h", ""),
    )
    for letter in letters
}  # fmt: skip
_NOT_LETTERS: Final = re.compile("[^a-z]+")
_REPEATED: Final = re.compile(r"(\d)\1+")


def cologne(word: str) -> str:
    """Code ``word`` as typed: fold it, leave out everything that is not a to z, then :func:`code`."""
    return code(_NOT_LETTERS.sub("", fold(word)))


def code(letters: str) -> str:
    """Code ``letters``, which are a to z only.

    A E I J O U Y 0; B, and P not before H, 1; D and T 2, before C S Z 8; F V W, and P before H, 3; G K Q 4; L 5; M N 6;
    R 7; S Z 8; X 48, after C K Q 8; H nothing. C at the start is 4 before A H K L O Q R U X, else 8; C after S or Z is
    8; any other C is 4 before A H K O Q U X, else 8. Then equal neighbouring digits become one, then every 0 but one at
    the start goes. Before and after mean the neighbouring letter, H included.

    Returns:
        Digits, or :data:`NO_CODE`.
    """
    digits: list[str] = []
    before = ""
    for letter, after in pairwise(letters + " "):
        digits.append(_PLAIN[letter] if letter in _PLAIN else _by_neighbours(before, letter, after))
        before = letter
    collapsed = _REPEATED.sub(r"\1", "".join(digits))
    return collapsed[:1] + collapsed[1:].replace("0", "") or NO_CODE


def _by_neighbours(before: str, letter: str, after: str) -> str:
    if letter == "x":
        return "8" if before in {"c", "k", "q"} else "48"
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter == "c":
        hard = before not in {"s", "z"} and after in ({*"ahkoqux"} if before else {*"ahkloqrux"})
        return "4" if hard else "8"
    return "8" if after in {"c", "s", "z"} else "2"
