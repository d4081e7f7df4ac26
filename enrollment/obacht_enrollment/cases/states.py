"""The states of a case, how it may end, where it came from, and what is proposed to a second person."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    """Being worked on."""
    AWAITING = "awaiting"
    """Submitted; a second person decides. It cannot be changed meanwhile."""
    ACTIVE = "active"
    """In force, and published unless it is restricted."""
    EXPIRED = "expired"
    """Its time was over."""
    ENDED = "ended"
    """Ended by somebody, or given up before it was in force."""
    ANONYMISED = "anonymised"
    """Nothing personal is left of it."""


class EndReason(StrEnum):
    """Why a case was ended."""

    GROUND = "ground"
    """The ground fell away."""
    OBJECTION = "objection"
    """An objection was granted."""
    ERROR = "error"
    """It should never have been."""
    ERASURE = "erasure"
    """A request for erasure was granted."""
    DISMISSED = "dismissed"
    """It was given up before it was in force."""


class Origin(StrEnum):
    """Where a case came from."""

    ENTERED = "entered"
    """By somebody of the office."""
    REPORT = "report"
    """By a department's sealed report, which lies in the inbox until somebody makes a draft of it."""
    IMPORT = "import"
    """From a file, which holds less than a case demands."""
    TAKEN_OVER = "taken-over"
    """From the records of a version without cases: in force, without an approval on record."""


class Act(StrEnum):
    """What a second person is asked to approve."""

    ACTIVATE = "activate"
    AMEND = "amend"
    """Something that is published or that it rests on is to change: a higher level, another identity or ground."""
    RENEW = "renew"
    LIFT = "lift"
    """A restriction is to end, so that rows are published again."""


OPEN: Final = frozenset({State.DRAFT, State.AWAITING})
"""Before a case is in force."""
CLOSED: Final = frozenset({State.EXPIRED, State.ENDED})
"""When the objection period runs, after which a case is anonymised."""
TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.AWAITING, State.ENDED}),
    State.AWAITING: frozenset({State.DRAFT, State.ACTIVE, State.ENDED}),
    State.ACTIVE: frozenset({State.EXPIRED, State.ENDED}),
    State.EXPIRED: frozenset({State.ANONYMISED}),
    State.ENDED: frozenset({State.ANONYMISED}),
    State.ANONYMISED: frozenset(),
}
"""All ways there are; none leads back into force."""
END_REASONS: Final[Mapping[State, frozenset[EndReason]]] = {
    **dict.fromkeys(OPEN, frozenset({EndReason.DISMISSED, EndReason.ERASURE})),
    State.ACTIVE: frozenset(EndReason) - {EndReason.DISMISSED},
}
"""Why a case may be ended, by its state."""
