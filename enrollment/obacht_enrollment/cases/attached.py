"""What lies beside a case that somebody has opened: calls with what was told, and the names of its documents."""

from dataclasses import dataclass

from sqlalchemy import select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import calls, documents
from obacht_enrollment.cases.calls import Call, Told
from obacht_enrollment.cases.documents import Document
from obacht_enrollment.cases.opening import is_looking
from obacht_enrollment.cases.tables import CallRow
from obacht_enrollment.cases.transaction import Transaction, rules
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office


@dataclass(frozen=True, slots=True, repr=False)
class Attached:
    """What lies beside a case.

    Attributes:
        calls: About hits on it, the newest first.
        documents: The oldest first.
    """

    calls: list[tuple[Call, Told]]
    documents: list[Document]


def attached(office: Office, user: User, number: int, now: int) -> Attached:
    """Give what lies beside a case, under the look that its reader began lately.

    Args:
        office: Unlocked.
        user: Who reads.
        number: Of the case.
        now: Unix seconds.

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``why``: they must say anew why they look; ``case-unknown``, ``anonymised``.
        VaultError: Something was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.READ_CASES)
    with office.store.database.reading() as session:
        if not is_looking(session, user, number, now):
            raise CaseError("why")
        transaction = Transaction(session, office, rules(office, now))
        held = transaction.load(number)
        rows = session.scalars(select(CallRow).where(CallRow.case == number).order_by(CallRow.number.desc()))
        return Attached(
            [(calls.call_of(row), calls.opened(office, row)) for row in rows], documents.names(transaction, held)
        )
