"""How long a look lasts: who has said why they look at a case may go on reading it for a while."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.tables import LookRow
from obacht_enrollment.cases.transaction import Transaction, rules
from obacht_enrollment.cases.views import Summary, View
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office

LOOK_SECONDS: Final = 15 * 60
"""One look lasts so long: whoever turns pages within it is not asked again, and no further look is on record."""


def opened(office: Office, user: User, number: int, now: int) -> View | None:
    """Open a case under the look that its reader began lately; None if they must say anew why they look.

    Args:
        office: Unlocked.
        user: Who reads.
        number: Of the case.
        now: Unix seconds.

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``anonymised``.
        VaultError: The case was tampered with.
    """
    require(user, Right.READ_CASES)
    with office.store.database.reading() as session:
        if not is_looking(session, user, number, now):
            return None
        held = Transaction(session, office, rules(office, now)).load(number)
        return View(Summary.of(held.row), held.case)


def version_to_approve(office: Office, user: User, number: int) -> int:
    """Give the present version of a case to whoever has looked at it since it was changed last.

    Raises:
        ForbiddenError: The user may not approve.
        CaseError: ``case-unknown``; ``unseen``: nobody approves what they have not seen.
    """
    require(user, Right.APPROVE)
    with office.store.database.reading() as session:
        row = session.get(CaseRow, number)
        if row is None:
            raise CaseError("case-unknown", number=number)
        looked = session.scalar(select(func.max(LookRow.at)).where(LookRow.case == number, LookRow.user == user.id))
        if looked is None or looked < row.touched:
            raise CaseError("unseen", number=number)
        return row.version


def is_looking(session: Session, user: User, number: int, now: int) -> bool:
    """Tell whether somebody's look at a case still lasts at ``now`` (Unix seconds)."""
    begun = session.scalar(select(func.max(LookRow.at)).where(LookRow.case == number, LookRow.user == user.id))
    return begun is not None and now < begun + LOOK_SECONDS
