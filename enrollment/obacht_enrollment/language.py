"""German and English: what is said stands in both, side by side."""

from typing import Literal

Language = Literal["de", "en"]
Words = tuple[str, str]
"""The same in German and in English."""


def pick(words: Words, language: Language) -> str:
    """Choose what is read in ``language``."""
    return words[language == "en"]
