"""Who looked at cases, for those who watch over the staff: when, at which, and for which of the usual reasons."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import ledger, look_reasons
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import State
from obacht_enrollment.cases.tables import LookRow
from obacht_enrollment.office import Office

PAGE: Final = 50
"""Looks on one page."""


@dataclass(frozen=True, slots=True)
class Audited:
    """That somebody looked at a case.

    Attributes:
        case: Number of the case.
        user: Number of the user.
        at: Unix seconds.
        kind: Which of the usual reasons they gave.
        is_erased: Whether the reason is gone, since the case is anonymised.
    """

    case: int
    user: int
    at: int
    kind: LookReason
    is_erased: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """One page of the looks.

    Attributes:
        looks: The newest first.
        page: Which page this is, from 1.
        last: How many there are.
    """

    looks: list[Audited]
    page: int
    last: int


def audit(office: Office, user: User, *, by: int = 0, page: int = 1) -> Audit:
    """List who looked at cases, the newest first; whatever they typed stays closed.

    Args:
        office: Unlocked.
        user: Who asks.
        by: Only the looks of the user with this number; 0 for all.
        page: Which page; the last one where there are fewer.

    Raises:
        ForbiddenError: The user may not.
        VaultError: A look was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.READ_DECISIONS)
    wanted = LookRow.user == by if by else LookRow.user > 0
    with office.store.database.reading() as session:
        last = max(1, -(-(session.scalar(select(func.count()).where(wanted)) or 0) // PAGE))
        shown = min(last, max(1, page))
        found = session.execute(
            select(LookRow, CaseRow)
            .join(CaseRow, CaseRow.number == LookRow.case)
            .where(wanted)
            .order_by(LookRow.number.desc())
            .offset((shown - 1) * PAGE)
            .limit(PAGE)
        ).all()
    return Audit([_audited(office, look, case) for look, case in found], shown, last)


def _audited(office: Office, look: LookRow, case: CaseRow) -> Audited:
    if case.state == State.ANONYMISED or not look.why:
        return Audited(look.case, look.user, look.at, LookReason.OTHER, is_erased=True)
    why = ledger.open_key(office.vault, case).open("look", look.why).decode()
    return Audited(look.case, look.user, look.at, look_reasons.kind(why), is_erased=False)
