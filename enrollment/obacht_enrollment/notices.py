"""Which notices of this office's cases are due: numbers and days alone, so that no look is put on record."""

from sqlalchemy import select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import State
from obacht_enrollment.cases.transaction import Transaction, rules
from obacht_enrollment.letters import due, of_case
from obacht_enrollment.letters.due import DueNotice, Standing
from obacht_enrollment.office import Office


def due_notices(office: Office, user: User, now: int) -> list[DueNotice]:
    """List the notices to be sent, or deferred with a reason, the most urgent first.

    Cases about an address alone name nobody to write to.

    Args:
        office: Unlocked.
        user: Who asks.
        now: Unix seconds.

    Raises:
        ForbiddenError: The user may not.
        VaultError: A case was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.READ_DECISIONS)
    standings = []
    with office.store.database.reading() as session:
        opening = Transaction(session, office, rules(office, now))
        for row in session.scalars(select(CaseRow).where(CaseRow.state == State.ACTIVE).order_by(CaseRow.number)):
            content = opening.open(row, []).case.content
            if of_case.name(content):
                notice = content.notice
                again = notice.deferred_until and min(notice.deferred_until, content.end or notice.deferred_until)
                standings.append(Standing(row.number, row.activated, notice.sent, again))
    return due.due(standings, now)
