"""Why somebody looks at a case: a usual reason, kept by its name so that its words may change, and their own words."""

from enum import StrEnum
from typing import Final

from obacht_enrollment.language import Language, Words, pick

_MARK: Final = "\x1f"
"""Stands between the reason and the words; nobody types it."""


class LookReason(StrEnum):
    """A usual reason."""

    WORK = "work"
    APPROVAL = "approval"
    CALL = "call"
    PERSON = "person"
    TERM = "term"
    SUPERVISION = "supervision"
    BEGUN = "begun"
    """Whoever began a case sees what they entered."""
    LETTER = "letter"
    """Whoever has a letter made sees what it says."""
    OTHER = "other"
    """In their own words alone."""


WORDS: Final[dict[LookReason, Words]] = {
    LookReason.WORK: ("Bearbeitung", "Working on it"),
    LookReason.APPROVAL: ("Prüfung für die Freigabe", "Checking it for approval"),
    LookReason.CALL: ("Anruf einer Dienststelle zu einem Treffer", "A department calls about a hit"),
    LookReason.PERSON: ("Anliegen der betroffenen Person", "A matter of the person concerned"),
    LookReason.TERM: ("Überprüfung zum Termin", "Review that is due"),
    LookReason.SUPERVISION: ("Kontrolle durch die Leitung", "Check by the head"),
    LookReason.BEGUN: ("Fall selbst angelegt", "Begun by oneself"),
    LookReason.LETTER: ("Brief an die betroffene Person", "Letter to the person concerned"),
    LookReason.OTHER: ("Anderer Grund", "Another reason"),
}


def write(reason: LookReason, words: str = "") -> str:
    """Give what is kept of a reason and what somebody wrote beside it."""
    return f"{reason}{_MARK}{words}"


def kind(kept: str) -> LookReason:
    """Tell which usual reason was given, or named alone, as at the command line; words alone are another one."""
    name, _, _ = kept.partition(_MARK)
    return LookReason(name) if name in set(LookReason) else LookReason.OTHER


def told(kept: str, language: Language) -> str:
    """Tell a reason, and what was written beside it."""
    reason, (name, _, words) = kind(kept), kept.partition(_MARK)
    if name != reason:
        return kept
    if reason is LookReason.OTHER and words:
        return words
    return ": ".join(filter(None, (pick(WORDS[reason], language), words)))
