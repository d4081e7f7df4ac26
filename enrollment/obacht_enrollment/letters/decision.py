"""A decision on an entry or on a request, told to the person concerned (GDPR, Articles 12 and 16 to 21)."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from obacht_enrollment.errors import LetterError
from obacht_enrollment.letters.facts import Head

Kind = Literal[
    "ended",
    "erased",
    "rectified",
    "restricted",
    "restriction-lifted",
    "objection-granted",
    "partly",
    "refused",
    "extended",
]
Request = Literal["access", "rectification", "restriction", "erasure", "objection"]
Cause = Literal["ground", "objection", "error", "expired"]

REFUSALS: Final = frozenset({"partly", "refused"})
"""Kinds that name the remedies against them."""
_NEEDS: Final = {
    "ended": {"cause"},
    "rectified": {"changes"},
    "restriction-lifted": {"reason"},
    "partly": {"request", "reason"},
    "refused": {"request", "reason"},
    "extended": {"request", "reason"},
}


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """What was put right.

    Attributes:
        label: What it is.
        before: What was recorded.
        after: What is recorded now; empty if it was deleted.
    """

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, repr=False)
class Decision:
    """The letter that tells a decision.

    Attributes:
        head: Whom it goes to, and when.
        kind: What was decided: the entry ended, was erased, rectified or restricted, the restriction is lifted, an
            objection was granted, a request is granted in part or refused, or the answer takes longer than a month
            (Article 12(3)).
        effective: Day from which it holds; with ``extended``, the day by which the answer will come.
        received: Day of the person's request; None if there was none.
        request: What is refused, in whole or in part, or takes longer.
        cause: Why the entry ended.
        reason: Why it was decided so; may be empty where nothing was refused.
        changes: What was rectified.
    """

    head: Head
    kind: Kind
    effective: dt.date
    received: dt.date | None = None
    request: Request | None = None
    cause: Cause | None = None
    reason: str = ""
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a decision that does not say what it must; ``LetterError`` names what is missing."""
        for name in sorted(_NEEDS.get(self.kind, ())):
            value = getattr(self, name)
            if not value or (isinstance(value, str) and not value.strip()):
                raise LetterError("letter-incomplete", field=name)
