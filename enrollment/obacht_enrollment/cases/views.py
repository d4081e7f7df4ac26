"""What is shown of cases: a line of a list, which holds nothing personal, and a whole case."""

from dataclasses import dataclass

from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import Act, EndReason, Origin, State


@dataclass(frozen=True, slots=True)
class Summary:
    """A case as those may see it who may not see whom it is about.

    Attributes:
        number: What staff call it by.
        version: Grows with every change; whoever changes the case says which one they have seen.
        state: Where it stands.
        origin: Where it came from.
        level: 2 or 3; 0 while it was not decided, and once it is anonymised.
        restricted: Whether nothing of it is published at the person's request.
        awaiting: What a second person is asked to approve; None if nothing.
        proposed_by: Number of the user who asked.
        proposed_at: Unix seconds; 0 if nobody did.
        activated: Unix seconds since when it is in force; 0 before.
        touched: Unix seconds of the last change by a person.
        review_due: Unix seconds with which the day of its review ends; 0 while it has none.
        ends: Unix seconds with which its last day ends; 0 while it has none.
        closed: Unix seconds at which it expired or ended; 0 before.
        end_reason: Why it was ended; None if it was not.
        imported: Number of the import that it came with.
        report: Number of the report that it was made of.
    """

    number: int
    version: int
    state: State
    origin: Origin
    level: int
    restricted: bool
    awaiting: Act | None
    proposed_by: int | None
    proposed_at: int
    activated: int
    touched: int
    review_due: int
    ends: int
    closed: int
    end_reason: EndReason | None
    imported: int | None
    report: int | None

    @classmethod
    def of(cls, row: CaseRow) -> "Summary":
        """Give what a row shows."""
        return cls(
            number=row.number,
            version=row.version,
            state=State(row.state),
            origin=Origin(row.origin),
            level=row.level,
            restricted=row.restricted,
            awaiting=Act(row.awaiting) if row.awaiting else None,
            proposed_by=row.proposed_by,
            proposed_at=row.proposed_at,
            activated=row.activated,
            touched=row.touched,
            review_due=row.review_due,
            ends=row.ends,
            closed=row.closed,
            end_reason=EndReason(row.end_reason) if row.end_reason else None,
            imported=row.imported,
            report=row.report,
        )


@dataclass(frozen=True, slots=True, repr=False)
class View:
    """A case as somebody sees it whose look is on record.

    Attributes:
        summary: What stands in lists.
        case: What it says, what is proposed, and who approved.
    """

    summary: Summary
    case: Case
