"""Cyrillic, Greek and Arabic names in a to z, as passports write them.

Cyrillic after ICAO Doc 9303, part 3, section 6 B; where a letter of the word shows its language, with that language's
exceptions. Greek after ISO 843:1997, type 2 (ELOT 743). Arabic script has :mod:`obacht_protocol.arabic`: it leaves out
short vowels, so what it gives is uncertain. All tables are part of the matching version.
"""

import re
import unicodedata
from typing import Final

from obacht_protocol import arabic

_CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "a", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "ґ": "g", "є": "ie", "і": "i", "ў": "u", "ђ": "d", "ѓ": "gj", "ѕ": "dz", "ј": "j", "ќ": "kj", "љ": "lj",
    "њ": "nj", "ћ": "c", "џ": "dz", "ѫ": "u", "ѵ": "y",
    # Kazakh, Kyrgyz, Tatar: letters that Doc 9303 does not have; after ISO 9:1995 without its marks.
    "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h",
}  # fmt: skip
# The letters that show a language, and how its passports write what it shares with others; the first that fits counts.
_LANGUAGES: Final = (
    (frozenset("ѓќѕ"), {"х": "h", "ц": "c"}),  # Macedonian
    (frozenset("ђјљњћџ"), {"ж": "z", "х": "h", "ц": "c", "ч": "c", "ш": "s"}),  # Serbian, also in Bosnia, Montenegro
    (frozenset("ґєіў"), {"г": "h", "и": "y"}),  # Ukrainian, Belarusian
)
# The letters that marks make: without them й would be и, which in Ukrainian is another letter.
_COMPOSED: Final = re.compile("[иу]\u0306|[гк]\u0301")
# Russian has ъ only before these; elsewhere it is a vowel, and a in Bulgarian passports.
_HARD_SIGN: Final = re.compile("ъ(?=[еюя])")

_GREEK: Final = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
# In this order. An accent on the first of two vowels, or a diaeresis on the second, keeps them apart.
_GREEK_PAIRS: Final = (
    (re.compile("^μπ"), "b"),
    (re.compile("γ(?=[γξχ])"), "n"),
    (re.compile("ου(?![\u0300-\u036f]*\u0308)"), "ou"),
    (re.compile("([αεη])υ(?![\u0300-\u036f]*\u0308)[\u0300-\u036f]*(?=[αβγδεζηιλμνορυω])"), r"\1v"),
    (re.compile("([αεη])υ(?![\u0300-\u036f]*\u0308)"), r"\1f"),
)

# Scripts without a rule lie between those that have one: a single range is the fastest to search for.
_FOREIGN: Final = re.compile("[\u0370-\u077f]")
_UNCERTAIN: Final = re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff]")
# The modifier letters are apostrophes to folding, and part words.
_WORD: Final = re.compile(f"(?:[^\\W\\d_\u02b0-\u02ff][\u0300-\u036f{arabic.MARKS}]*)+")
_MARKS: Final = re.compile("[\u0300-\u036f]+")
_ARABIC_MARKS: Final = re.compile(f"[{arabic.MARKS}]+")
_CYRILLIC_LETTERS: Final = _CYRILLIC.keys()
_GREEK_LETTERS: Final = _GREEK.keys()
_ARABIC_LETTERS: Final = frozenset(arabic.LETTERS)


def is_uncertain(text: str) -> bool:
    """Tell whether something in ``text``, in any form, is in a script that says too little of how Latin letters go on.

    That is Arabic script: a record is found under most names written in it, but one that is not found may be there.
    """
    return _UNCERTAIN.search(unicodedata.normalize("NFKD", text)) is not None


def transliterate(text: str) -> str:
    """Write the Cyrillic, Greek and Arabic words of ``text`` in a to z; all else stays.

    A word stays as it is if it holds a letter without a rule, or letters of two scripts: one of them is then a
    look-alike (a Latin c for a Cyrillic с), and guessing which would make another name. The marks of a word that is
    transliterated go, except where they make another letter (й, ў, ѓ, ќ) or part two vowels (Greek αϋ).

    Args:
        text: Decomposed (NFKD) and in lower case.
    """
    return _WORD.sub(_word, arabic.join_servants(text)) if _FOREIGN.search(text) else text


def _word(match: re.Match[str]) -> str:
    word = match[0]
    letters = set(_MARKS.sub("", word))
    if letters <= _CYRILLIC_LETTERS:
        return _cyrillic(word)
    if letters <= _GREEK_LETTERS:
        return _greek(word)
    letters = set(_ARABIC_MARKS.sub("", word))
    return arabic.read(word) if letters and letters <= _ARABIC_LETTERS else word


def _cyrillic(word: str) -> str:
    composed = _COMPOSED.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), word)
    bare = _HARD_SIGN.sub("ie", _MARKS.sub("", composed))
    own: dict[str, str] = next((rules for signs, rules in _LANGUAGES if not signs.isdisjoint(bare)), {})
    rules = _CYRILLIC | own
    return "".join(rules.get(letter, letter) for letter in bare)


def _greek(word: str) -> str:
    for pattern, latin in _GREEK_PAIRS:
        word = pattern.sub(latin, word)
    return "".join(_GREEK.get(letter, letter) for letter in _MARKS.sub("", word))
