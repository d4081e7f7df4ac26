"""What became of a report, for staff and for the department that sent it."""

from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """What staff decided."""

    OPEN = ""
    """Nothing yet."""
    DRAFT = "draft"
    """A case was made of it."""
    WRONG = "wrong"
    """It was turned down: it is nothing that may be recorded, or cannot be read."""
    REPEATED = "repeated"
    """It was turned down: it was known already."""


REJECTIONS: Final = frozenset({Outcome.WRONG, Outcome.REPEATED})
"""How a report may be turned down."""
