"""The notice: a person is told that an entry about them exists (GDPR, Articles 13 and 14)."""

from dataclasses import dataclass

from obacht_enrollment.letters.facts import Entry, Head


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """The letter that tells a person of their entry.

    Attributes:
        head: Whom it goes to, and when.
        entry: What it tells.
    """

    head: Head
    entry: Entry
