"""A case as a value: its state, what it says, what is proposed, and who had a hand in it."""

from dataclasses import dataclass

from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.dates import last_second
from obacht_enrollment.cases.identities import subjects
from obacht_enrollment.cases.states import Act, EndReason, Origin, State
from obacht_enrollment.records import Record


@dataclass(frozen=True, slots=True)
class Approval:
    """That somebody approved.

    Attributes:
        user: Number of the user.
        at: Unix seconds.
    """

    user: int
    at: int


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """What waits for a second person.

    Attributes:
        act: What it would do.
        by: Number of the user who made it.
        at: Unix seconds at which it was made.
        reason: In words; empty where none is asked for.
        content: What the case will say; None where that does not change.
        approvals: Given so far.
    """

    act: Act
    by: int
    at: int
    reason: str = ""
    content: Content | None = None
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A case at one moment.

    Attributes:
        state: Where it stands.
        content: What it says; of an active case, what is in force.
        origin: Where it came from.
        hands: Numbers of the users who worked on it before it was in force. None of them may put it in force.
        proposal: What waits for a second person.
        approvals: Those under which the case is in force.
        restricted: Whether the person had its processing restricted (GDPR, Article 18): nothing is published.
        activated: Unix seconds since when it is in force; 0 before.
        touched: Unix seconds of the last change by a person.
        closed: Unix seconds at which it expired or ended; 0 before.
        end_reason: Why it was ended.
    """

    state: State
    content: Content
    origin: Origin
    hands: frozenset[int] = frozenset()
    proposal: Proposal | None = None
    approvals: tuple[Approval, ...] = ()
    restricted: bool = False
    activated: int = 0
    touched: int = 0
    closed: int = 0
    end_reason: EndReason | None = None

    @property
    def proposed(self) -> Content:
        """What the case will say when the proposal is approved."""
        return self.content if self.proposal is None else self.proposal.content or self.content

    @property
    def ends(self) -> int:
        """Unix seconds with which its last day ends; 0 while it has none."""
        return last_second(self.content.end) if self.content.end else 0

    @property
    def review_due(self) -> int:
        """Unix seconds with which the day of its review ends; 0 while it has none."""
        return last_second(self.content.review) if self.content.review else 0

    def published(self) -> tuple[Record, ...]:
        """Give the records that stand for the case while it is as it is: none unless it is active and unrestricted."""
        if self.state is not State.ACTIVE or self.restricted:
            return ()
        content = self.content
        return tuple(Record(subject, content.level, content.contact, self.ends) for subject in subjects(content))
