"""Reading out everything about a case, for the person's right of access (GDPR, Article 15). It takes two persons.

One asks and says why, another allows it, and the one who asked reads it out within a week: once, and for an hour from
then on again, because the person gets a letter and a file, and an address may be wrong. Each time is on the history.

All functions raise ``ForbiddenError`` if the user may not, ``CaseError`` with ``export-unknown``, ``case-unknown``,
``anonymised`` and the codes that they name, ``VaultError`` if something was tampered with, and ``StoreError`` if the
database failed.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.accounts.tables import UserRow
from obacht_enrollment.cases import calls, fields
from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import State
from obacht_enrollment.cases.tables import CallRow, DocumentRow, EventRow, ExportRow, LookRow, RequestRow
from obacht_enrollment.cases.transaction import Held, Transaction, writing
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office
from obacht_protocol.encoding import parse_json

GOOD_FOR: Final = 7 * 86_400
"""Seconds after its approval in which an export may be read out."""
AGAIN: Final = 60 * 60
"""Seconds after it was first read out in which that may be done again."""
_TYPE: Final = "obacht/v1/case-export"


@dataclass(frozen=True, slots=True)
class Export:
    """A reading out, asked for or done.

    Attributes:
        number: Of the export.
        case: Number of the case.
        user: Number of the user who asked for it.
        at: Unix seconds.
        approved_by: Number of the user who allowed it; None before.
        approved: Unix seconds; 0 before.
        read: Unix seconds at which it was first read out; 0 before.
    """

    number: int
    case: int
    user: int
    at: int
    approved_by: int | None
    approved: int
    read: int

    def is_over(self, now: int) -> bool:
        """Tell whether it was approved, and cannot be read out any more at ``now`` (Unix seconds)."""
        if not self.approved:
            return False
        return now >= self.approved + GOOD_FOR or bool(self.read and now >= self.read + AGAIN)


@dataclass(frozen=True, slots=True, repr=False)
class Everything:
    """What is read out.

    Attributes:
        case: The case itself.
        document: That and all that lies beside it, as :func:`obacht_protocol.encoding.canonical_json` takes it.
    """

    case: Case
    document: dict[str, Any]


def ask(office: Office, user: User, case: int, why: str, now: int) -> int:
    """Ask for a reading out of a case, and give the export's number; ``CaseError`` (``why``) without a reason."""
    require(user, Right.EDIT_CASES)
    if not why.strip():
        raise CaseError("why")
    with writing(office, now) as transaction:
        held = transaction.load(case)
        row = ExportRow(case=case, user=user.id, at=now, why=held.key.seal("export", why.encode()))
        transaction.note(held, user.id, Deed.EXPORT_ASKED, {"reason": why})
        transaction.session.add(row)
        transaction.session.flush()
        return row.number


def listed(office: Office, user: User, *, case: int | None = None) -> list[Export]:
    """List the exports, the newest first; those of one case, or all."""
    require(user, Right.READ_DECISIONS)
    chosen = select(ExportRow).order_by(ExportRow.number.desc())
    if case is not None:
        chosen = chosen.where(ExportRow.case == case)
    with office.store.database.reading() as session:
        return [_export(row) for row in session.scalars(chosen)]


def waiting(office: Office, user: User) -> list[Export]:
    """List the exports that a second person is to decide about, the oldest first."""
    require(user, Right.READ_DECISIONS)
    chosen = select(ExportRow).join(CaseRow, CaseRow.number == ExportRow.case)
    chosen = chosen.where(ExportRow.approved == 0, CaseRow.state != State.ANONYMISED).order_by(ExportRow.number)
    with office.store.database.reading() as session:
        return [_export(row) for row in session.scalars(chosen)]


def find(office: Office, user: User, number: int) -> Export:
    """Give an export as it stands in lists."""
    require(user, Right.READ_DECISIONS)
    with office.store.database.reading() as session:
        row = session.get(ExportRow, number)
        if row is None:
            raise CaseError("export-unknown", number=number)
        return _export(row)


def own(office: Office, user: User, case: int) -> Export | None:
    """Give the newest export of a case that somebody asked for; None if they never did."""
    return next((one for one in listed(office, user, case=case) if one.user == user.id), None)


def why(office: Office, user: User, number: int, now: int) -> str:
    """Say why somebody asks for an export, to those who are to decide."""
    require(user, Right.READ_CASES)
    with writing(office, now) as transaction:
        row = _row(transaction, number)
        return transaction.load(row.case).key.open("export", row.why).decode()


def approve(office: Office, user: User, number: int, now: int) -> Export:
    """Allow an export.

    Raises:
        CaseError: ``own-work``: one asked for it oneself; ``approved-already``.
    """
    require(user, Right.APPROVE)
    with writing(office, now) as transaction:
        row = _row(transaction, number)
        if row.user == user.id:
            raise CaseError("own-work")
        if row.approved:
            raise CaseError("approved-already")
        row.approved_by, row.approved = user.id, now
        transaction.note(transaction.load(row.case), user.id, Deed.EXPORT_APPROVED)
        return _export(row)


def read(office: Office, user: User, number: int, now: int) -> Everything:
    """Read out everything about a case.

    Args:
        office: Unlocked.
        user: Who asked for it.
        number: Of the export.
        now: Unix seconds.

    Raises:
        CaseError: ``export-others`` (somebody else asked for it), ``export-waits`` (nobody allowed it yet),
            ``export-over`` (it was read out already, or it was approved too long ago).
    """
    require(user, Right.READ_CASES)
    with writing(office, now) as transaction:
        row = _row(transaction, number)
        if row.user != user.id:
            raise CaseError("export-others")
        if not row.approved:
            raise CaseError("export-waits")
        if _export(row).is_over(now):
            raise CaseError("export-over")
        held = transaction.load(row.case)
        row.read = row.read or now
        transaction.note(held, user.id, Deed.EXPORT_READ)
        return Everything(held.case, _everything(transaction, held))


def _everything(transaction: Transaction, held: Held) -> dict[str, Any]:
    case, number = held.case, held.row.number
    return {
        "type": _TYPE,
        "deployment": transaction.rules.deployment,
        "case": number,
        "made": transaction.rules.now,
        "state": case.state.value,
        "origin": case.origin.value,
        "restricted": case.restricted,
        "in_force_since": case.activated,
        "closed": case.closed,
        "end_reason": case.end_reason.value if case.end_reason else "",
        "says": fields.to_json(case.content),
        "proposed": fields.to_json(case.proposed) if case.proposed != case.content else None,
        "published": [record.level for record in case.published()],
        "history": _history(transaction, held),
        "requests": _requests(transaction, number),
        "told_by_telephone": _calls(transaction, number),
        "documents": _documents(transaction, held),
        "looked_at": _looks(transaction, number),
    }


def _history(transaction: Transaction, held: Held) -> list[dict[str, Any]]:
    rows = transaction.session.scalars(
        select(EventRow).where(EventRow.case == held.row.number).order_by(EventRow.sequence)
    )
    return [
        {
            "at": row.at,
            "what": row.what,
            "detail": parse_json(held.key.open(f"event/{row.sequence}", row.detail)) if row.detail else None,
        }
        for row in rows
    ]


def _requests(transaction: Transaction, number: int) -> list[dict[str, Any]]:
    vault = transaction.office.vault
    found = []
    for row in transaction.session.scalars(
        select(RequestRow).where(RequestRow.case == number).order_by(RequestRow.number)
    ):
        key = vault.record_key(row.id, row.wrapped_key)
        found.append(
            {
                "kind": row.kind,
                "received": row.received,
                "due": row.due,
                "text": key.open("text", row.text).decode(),
                "outcome": row.outcome,
                "decided": row.decided,
                "answer": key.open("answer", row.answer).decode() if row.answer else "",
            }
        )
    return found


def _calls(transaction: Transaction, number: int) -> list[dict[str, Any]]:
    """Say to which departments what was told; who called is their business (GDPR, Article 15, paragraph 4)."""
    found = []
    for row in transaction.session.scalars(select(CallRow).where(CallRow.case == number).order_by(CallRow.number)):
        told = calls.opened(transaction.office, row)
        found.append({"at": row.at, "department": told.department, "told": told.told})
    return found


def _documents(transaction: Transaction, held: Held) -> list[dict[str, Any]]:
    rows = transaction.session.scalars(
        select(DocumentRow).where(DocumentRow.case == held.row.number).order_by(DocumentRow.number)
    )
    return [
        {
            "number": row.number,
            "name": held.key.open("document-name", row.name).decode(),
            "media_type": row.media_type,
            "added": row.at,
        }
        for row in rows
    ]


def _looks(transaction: Transaction, number: int) -> list[dict[str, Any]]:
    """Say when people of which roles looked at the case; who they are is theirs (Court of Justice, C-579/21)."""
    rows = transaction.session.execute(
        select(LookRow.at, UserRow.roles)
        .join(UserRow, UserRow.id == LookRow.user)
        .where(LookRow.case == number)
        .order_by(LookRow.number)
    )
    return [{"at": at, "roles": roles.split(",")} for at, roles in rows]


def _row(transaction: Transaction, number: int) -> ExportRow:
    row = transaction.session.get(ExportRow, number)
    if row is None:
        raise CaseError("export-unknown", number=number)
    return row


def _export(row: ExportRow) -> Export:
    return Export(row.number, row.case, row.user, row.at, row.approved_by, row.approved, row.read)
