"""What letters tell, in the words of the case: dataclasses that do not show their content when printed.

Text is in the language of the letter; it may have several lines and is never markup. What has a word of its own in the
templates (grounds, levels) is named by its id.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.errors import LetterError
from obacht_enrollment.language import Language
from obacht_enrollment.records import GROUNDS, LEVELS

MOST_LINES: Final = 6
"""An address has six lines at most (DIN 5008, address field)."""


@dataclass(frozen=True, slots=True, repr=False)
class Addressee:
    """Whom a letter goes to.

    Attributes:
        name: As they are greeted: "Guten Tag Maria Beispiel,".
        lines: As on the envelope, the name first; 1 to 6.
    """

    name: str
    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what does not fit a window; ``LetterError`` says ``letter-address``."""
        if not self.name.strip() or not 1 <= len(self.lines) <= MOST_LINES or not all(map(str.strip, self.lines)):
            raise LetterError("letter-address")


@dataclass(frozen=True, slots=True, repr=False)
class Head:
    """What stands above every letter to a person.

    Attributes:
        addressee: Whom it goes to.
        reference: File reference of the safety office, to be named in an answer.
        date: Of the letter.
        language: ``de``, or ``en`` for a translation that goes along.
        clerk: Who answers questions about it, and whose name stands below; may be empty.
        on_behalf_of: Name of the person concerned, where the letter goes to somebody who represents them (parents of a
            minor, a guardian); empty if the addressee is the person concerned.
    """

    addressee: Addressee
    reference: str
    date: dt.date
    language: Language = "de"
    clerk: str = ""
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Ground:
    """Why the law allows the entry.

    Attributes:
        kind: ``house-ban``, ``complaint`` or ``application``.
        file_number: Of the house ban, the complaint or the application.
        date: Of the same; None where it is not recorded.
    """

    kind: str
    file_number: str
    date: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse another ground; ``LetterError`` says ``letter-ground``."""
        if self.kind not in GROUNDS:
            raise LetterError("letter-ground")


@dataclass(frozen=True, slots=True, repr=False)
class Incident:
    """What happened.

    Attributes:
        when: Day and time, as far as they are known.
        place: Where.
        kind: After the Aachen model, in words.
        account: What else is recorded of it; may be empty. Only the answer to an access request tells it.
    """

    when: str
    place: str
    kind: str
    account: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """An entry in the register, or a draft of one, which need not hold everything.

    Attributes:
        ground: Why the law allows it; None where it is not recorded.
        level: 2 or 3; 0 where it was not decided.
        since: First day; None if it was never in force.
        review: Day by which it is looked at again, if there is one.
        until: Last day, unless it is renewed; None where it was not decided.
        reason: Why this level; may be empty.
        incidents: What happened.
        precautions: What staff do for their safety, in words.
    """

    ground: Ground | None = None
    level: int = 0
    since: dt.date | None = None
    review: dt.date | None = None
    until: dt.date | None = None
    reason: str = ""
    incidents: tuple[Incident, ...] = ()
    precautions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse another level; ``LetterError`` says ``letter-level``."""
        if self.level and self.level not in LEVELS:
            raise LetterError("letter-level")


@dataclass(frozen=True, slots=True, repr=False)
class Dated:
    """Something on a day: a letter that was sent, a decision, a request, a call.

    Attributes:
        date: The day.
        text: What it was.
    """

    date: dt.date
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """One thing that is recorded.

    Attributes:
        label: What it is.
        text: What is recorded.
    """

    label: str
    text: str
