"""What of a case is another since a person asked for it: told by what its history says of every change."""

from typing import Any

from sqlalchemy import select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import fields
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.tables import EventRow
from obacht_enrollment.cases.transaction import Held, Transaction, writing
from obacht_enrollment.office import Office
from obacht_protocol.encoding import parse_json


def compare(office: Office, user: User, number: int, now: int, *, since: int, why: str) -> tuple[Content, Content]:
    """Give what a case said at ``since``, and what it says now; only what was changed in force differs.

    Args:
        office: Unlocked.
        user: Who looks.
        number: Of the case.
        now: Unix seconds.
        since: The same, of an earlier moment.
        why: The look is put on record with it.

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``case-unknown``, ``anonymised``.
        VaultError: The case was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.READ_CASES)
    with writing(office, now) as transaction:
        held = transaction.load(number)
        transaction.look(held, user.id, why)
        changed = _changed(transaction, held, since)
        return fields.from_json(Content, fields.to_json(held.case.content) | changed), held.case.content


def _changed(transaction: Transaction, held: Held, since: int) -> dict[str, Any]:
    """Give what stood in every field before it was first changed."""
    rows = transaction.session.scalars(
        select(EventRow).where(EventRow.case == held.row.number, EventRow.at >= since).order_by(EventRow.sequence)
    )
    first: dict[str, Any] = {}
    proposed: dict[str, Any] = {}
    for row in rows:
        detail = parse_json(held.key.open(f"event/{row.sequence}", row.detail)) if row.detail else {}
        if row.what == Deed.PROPOSED:
            proposed = detail.get("changes", {})
        in_force = {Deed.EDITED: detail.get("changes", {}), Deed.AMENDED: proposed}.get(Deed(row.what), {})
        for field, (old, _) in in_force.items():
            first.setdefault(field, old)
    return first
