"""Names in Arabic script in a to z: whole names from a table, all others read letter by letter.

Letters after the ALA-LC Romanization Table for Arabic (2012), without its marks; letters that Arabic does not have
after those for Persian, Urdu, Pushto and Kurdish. No standard gives back the short vowels, which are not written, so
what comes out is a guess: good for finding a record, never for saying that there is none. Part of the matching version.
"""

import re
import unicodedata
from typing import Final

from obacht_protocol.arabic_names import NAMES

# One sign a sound: a capital stands for two letters of the result, x for the h of ح, ' for none.
_CONSONANTS: Final = {
    "ب": "b", "ت": "t", "ث": "T", "ج": "j", "ح": "x", "خ": "K", "د": "d", "ذ": "D", "ر": "r", "ز": "z", "س": "s",
    "ش": "S", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "'", "غ": "G", "ف": "f", "ق": "q", "ك": "k", "ل": "l",
    "م": "m", "ن": "n", "ه": "h", "ء": "'",
    # Persian, Urdu, Pushto, Kurdish; also how North Africa writes g.
    "پ": "p", "چ": "C", "ژ": "Z", "ک": "k", "گ": "g", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ہ": "h", "ھ": "h",
    "ټ": "t", "ډ": "d", "ړ": "r", "ږ": "Z", "ښ": "S", "ڼ": "n", "ځ": "J", "څ": "X", "ګ": "g", "ڤ": "v", "ڵ": "l",
    "ڕ": "r", "ڭ": "g", "ݣ": "g", "ڨ": "g",
}  # fmt: skip
_VOWELS: Final = {"ى": "A", "ے": "e", "ې": "e", "ێ": "e", "ە": "e", "ۆ": "o", "ة": "a", "ۃ": "a"}
_ALEFS: Final = {"ا": "a", "أ": "a", "إ": "i", "آ": "A", "ٱ": "a"}
# Each as a consonant and as a vowel.
_WEAK: Final = {
    "و": ("w", "u"), "ي": ("y", "i"), "ی": ("y", "i"), "ۍ": ("y", "i"), "ؤ": ("'", "u"), "ئ": ("'", "i"),
}  # fmt: skip
LETTERS: Final = "".join(_CONSONANTS | _VOWELS | _ALEFS | _WEAK)
"""Every letter that has a rule."""

_SHADDA: Final = "\u0651"
_SHORT: Final = {"\u064e": "ă", "\u064f": "ŭ", "\u0650": "ĭ", "\u0652": "°", "\u0670": "A"}
# Tatweel only draws a word out; the endings (tanwin) are no part of a name.
_DROPPED: Final = "\u0300-\u036f\u0640\u064b-\u064d"
MARKS: Final = "".join((_DROPPED, _SHADDA, *_SHORT, "\u0653-\u0655"))
"""The inside of a character class: what may stand behind a letter."""

# A word with one of these is not Arabic: Persian and Urdu sound ث as س, and ذ and ض as ز.
_NOT_ARABIC: Final = frozenset("پچژگکیٹڈڑںہھے")
_OUTSIDE_ARABIC: Final = {"ث": "س", "ذ": "ز", "ض": "ز"}

_LATIN: Final = str.maketrans(
    {
        "T": "th", "x": "h", "K": "kh", "D": "dh", "S": "sh", "G": "gh", "C": "ch", "Z": "zh", "J": "dz", "X": "ts",
        "A": "a", "ă": "a", "ŭ": "u", "ĭ": "i", "'": "", "°": "",
    }
)  # fmt: skip
_C: Final = "[b-df-hj-np-tv-zTKDSGCZJX']"
_CONSONANT_LAST: Final = re.compile(f"{_C}$")
_LONG_A_AND_TWO: Final = re.compile(f"(?<=A)({_C})({_C})$")
_TWO_LAST: Final = re.compile(f"({_C})({_C})$")
_TWO_BEFORE_ANOTHER: Final = re.compile(f"({_C})({_C})(?={_C})")
_FIRST_VOWEL_AND_THREE: Final = re.compile(f"^([ai]{_C}{_C})({_C}(?!{_C}|$))")
_WRITTEN_TWICE: Final = re.compile("ă(?=[aA])|ŭ(?=u)|ĭ(?=i)")
_FINAL_HA: Final = frozenset("هہ")
_BEFORE_THESE_A_CONSONANT: Final = frozenset("اأإآٱىةۃوؤيیۍئے")

_CLUSTER: Final = re.compile(f"[{LETTERS}][{MARKS}]*")
_UNUSED: Final = re.compile(f"[{_DROPPED}]+")
# What composes to letters without a rule: here the hamza is no part of the letter.
_WITHOUT_HAMZA: Final = str.maketrans("ۀۂۓ", "ەہے")
# The vowel behind the last letter tells the case.
_CASE: Final = re.compile(f"[\u064e-\u0650\u0652]+(?={_SHADDA}?$)")
# What keyboards and habits write for one another.
_SKELETON: Final = str.maketrans("أإآٱىئیۍېکہھۃةؤ", "ااااييييي" + "كهههه" + "و")
_SERVANT: Final = re.compile(f"(?<![{LETTERS}{MARKS}])(ع[{MARKS}]*ب[{MARKS}]*د[{MARKS}]*)[ -]+(?=ا[{MARKS}]*ل)")
_ARTICLE: Final = "ال"
_ABDULLAH: Final = "عبدالله"  # with or without vowels: its second half cannot be read by itself
_BEGINNINGS: Final = {"عبدال": "abdul", "ابوال": "abul"}
_ENDINGS: Final = {
    "الدين": "uddin", "الله": "ullah", "زاده": "zadeh", "نژاد": "nejad", "پور": "pour", "نيا": "nia",
}  # fmt: skip
_ENDINGS_OF_NAMES: Final = {"زي": "zai", "ي": "i"}


def join_servants(text: str) -> str:
    """Take out the space or hyphen behind ``عبد`` before an article, which some write and some do not."""
    return _SERVANT.sub(r"\1", text)


def read(word: str) -> str:
    """Give a word of :data:`LETTERS` and :data:`MARKS` in a to z, with a hyphen behind the article.

    The first that fits: the word in the table; ``abdul``, ``abul`` or the article and the reading of the rest; the
    reading of a name and an ending that makes another of it; two names of the table; the letters one by one. Where
    short vowels are written, they count, and no table.

    Args:
        word: Decomposed (NFKD).
    """
    return _read(_clusters(word), first=True)


def _clusters(word: str) -> list[str]:
    """Take a word apart into letters with their marks."""
    composed = unicodedata.normalize("NFC", _UNUSED.sub("", word)).translate(_WITHOUT_HAMZA)
    return _CLUSTER.findall(_CASE.sub("", composed))


def _read(clusters: list[str], *, first: bool) -> str:
    """Read a word or a rest of one, given as letters with their marks."""
    bare = _skeleton(clusters)
    vowelled = any(mark in _SHORT for cluster in clusters for mark in cluster[1:])
    if bare in _NAMES and (not vowelled or bare == _ABDULLAH):
        return _NAMES[bare]
    for beginning, latin in _BEGINNINGS.items():
        if bare.startswith(beginning) and len(bare) > len(beginning) + 1:
            return latin + _read(clusters[len(beginning) :], first=False)
    # With less than three letters behind it, it is no article but a name like Alma.
    if first and bare.startswith(_ARTICLE) and clusters[0][0] in "اٱ" and len(bare) > len(_ARTICLE) + 2:
        return "al-" + _read(clusters[len(_ARTICLE) :], first=False)
    return _by_letter(clusters) if vowelled else _compound(clusters, bare) or _by_letter(clusters)


def _compound(clusters: list[str], bare: str) -> str:
    """Read a name made of a name and an ending, or of two names; empty if it is none."""
    for ending, latin in _ENDINGS.items():
        if bare.endswith(ending) and len(bare) > len(ending) + 1:
            return _read(clusters[: -len(ending)], first=False) + latin
    for ending, latin in _ENDINGS_OF_NAMES.items():
        name = _NAMES.get(bare.removesuffix(ending), "")
        if bare.endswith(ending) and name[-1:] not in {"", *latin, *"aeiou"}:
            return name + latin
    cuts = ((_NAMES.get(bare[:cut]), _NAMES.get(bare[cut:])) for cut in range(3, len(bare) - 2))
    return next((one + other for one, other in cuts if one and other), "")


def _by_letter(clusters: list[str]) -> str:
    letters = "".join(cluster[0] for cluster in clusters)
    if not _NOT_ARABIC.isdisjoint(letters):
        clusters = [_OUTSIDE_ARABIC.get(cluster[0], cluster[0]) + cluster[1:] for cluster in clusters]
    sounds = ""
    for place, cluster in enumerate(clusters, 1):
        sounds += _sound(cluster, sounds, letters[place:])
    return _syllables(_WRITTEN_TWICE.sub("", sounds)).translate(_LATIN)


def _sound(cluster: str, before: str, after: str) -> str:
    """Give the signs of a letter with its marks, of which those of the letters before and the letters after decide."""
    letter, marks = cluster[0], cluster[1:]
    vowel = next((_SHORT[mark] for mark in marks if mark in _SHORT), "")
    if letter in _ALEFS:
        return _alef(letter, vowel, before, after)
    if letter in _VOWELS:
        return _vowel(letter, before)
    if letter in _WEAK and not vowel and _SHADDA not in marks:
        return _weak(letter, before, after)
    if letter in _FINAL_HA and not after and not vowel and (_CONSONANT_LAST.search(before) or before.endswith("i")):
        return "a"
    sign = _CONSONANTS.get(letter) or _WEAK[letter][0]
    double = before and _SHADDA in marks and sign.islower()
    return (f"{sign}°{sign}" if double else sign) + vowel


def _alef(letter: str, vowel: str, before: str, after: str) -> str:
    if vowel:
        return "'" + vowel
    if before:
        return "" if before[-1] in "aA" else "A"
    # At the beginning it bears a short vowel, or a long one that is the next letter.
    return "'" if letter != "آ" and after[:1] in _WEAK else _ALEFS[letter]


def _vowel(letter: str, before: str) -> str:
    if letter in "ةۃ":
        return "t" if before.endswith("A") else "a"
    return "" if letter == "ى" and before.endswith("A") else _VOWELS[letter]


def _weak(letter: str, before: str, after: str) -> str:
    consonant, vowel = _WEAK[letter]
    if consonant == "'":
        return consonant if not before or _skeleton([letter]) == _skeleton([after[:1] or " "]) else vowel
    if not _CONSONANT_LAST.search(before) and not before.endswith({"u": "ŭ", "i": "ĭ"}[vowel]):
        return consonant
    if after[:1] in _BEFORE_THESE_A_CONSONANT or after in _FINAL_HA:
        # Ziad, Nadia: a vowel all the same.
        return vowel if vowel == "i" and after[0] not in _WEAK else consonant
    return vowel


def _syllables(sounds: str) -> str:
    """Put in the short vowels that syllables need.

    Two consonants at the end are parted by an a, or by an i if they alone follow a long a (the pattern of Khalid). Then
    three behind a short first vowel get an a behind the second (Ibtahal). Then, wherever three or more still stand
    together, the third last gets an a behind it (Mansur), and counts as the last of those before it. Two at the
    beginning are parted by an a.
    """
    sounds = _TWO_LAST.sub(r"\1a\2", _LONG_A_AND_TWO.sub(r"\1i\2", sounds))
    sounds = _FIRST_VOWEL_AND_THREE.sub(r"\1a\2", sounds)
    backwards = _TWO_LAST.sub(r"\1a\2", _TWO_BEFORE_ANOTHER.sub(r"\1\2a", sounds[::-1]))
    return backwards[::-1]


def _skeleton(clusters: list[str]) -> str:
    return "".join(cluster[0] for cluster in clusters).translate(_SKELETON)


_NAMES: Final = {_skeleton(_clusters(spelling)): latin for spelling, latin in NAMES.items()}
