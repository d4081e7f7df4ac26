"""The notice: a person is told that an entry about them exists (GDPR, Articles 13 and 14)."""

from dataclasses import dataclass

from obacht_enrollment.errors import LetterError
from obacht_enrollment.letters.facts import Entry, Head


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """The letter that tells a person of their entry.

    Attributes:
        head: Whom it goes to, and when.
        entry: What it tells; it must be in force, so ground, level, first and last day are there.
    """

    head: Head
    entry: Entry

    def __post_init__(self) -> None:
        """Refuse an entry that cannot be in force; ``LetterError`` says ``letter-incomplete`` and what is missing."""
        for name in ("ground", "level", "since", "until"):
            if not getattr(self.entry, name):
                raise LetterError("letter-incomplete", field=name)
