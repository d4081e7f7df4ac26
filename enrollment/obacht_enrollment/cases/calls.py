"""Calls by staff about a hit: who called, from where, what was told, and whether the hit meant the right person.

What was told is sealed with a key of its own, and erased with the case, or some time later where no case was found.

All functions raise ``ForbiddenError`` if the user may not, ``CaseError`` with ``call-unknown`` and the codes that they
name, ``VaultError`` if something was tampered with, and ``StoreError`` if the database failed.
"""

import os
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from obacht_enrollment import lookup
from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import fields
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.tables import CallRow
from obacht_enrollment.cases.transaction import writing
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office
from obacht_protocol.encoding import canonical_json, parse_json

_ID_LENGTH: Final = 16


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What is noted of a call.

    Attributes:
        caller: Who called.
        department: From where.
        told: What was told.
        remarks: Anything else.
    """

    caller: str = ""
    department: str = ""
    told: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands in lists.

    Attributes:
        number: Of the call.
        case: Number of the case; None if none was found.
        at: Unix seconds.
        user: Number of the user who answered it.
        right_person: Whether the hit meant the person whom the caller had before them; None if that stayed open.
        is_erased: Whether what was told is gone.
    """

    number: int
    case: int | None
    at: int
    user: int
    right_person: bool | None
    is_erased: bool


def record(
    office: Office, user: User, told: Told, now: int, *, case: int | None = None, right_person: bool | None = None
) -> int:
    """Put a call on record, and give its number.

    Args:
        office: Unlocked.
        user: Who answered it.
        told: Who called, from where, and what was told.
        now: Unix seconds.
        case: Number of the case; None if none was found.
        right_person: Whether the hit meant the person whom the caller had before them; None if that stayed open.

    Raises:
        CaseError: ``call-incomplete``, with the field that is empty; ``case-unknown``, ``anonymised``.
    """
    require(user, Right.EDIT_CASES)
    for field in ("caller", "department", "told"):
        if not getattr(told, field).strip():
            raise CaseError("call-incomplete", field=field)
    call_id = os.urandom(_ID_LENGTH)
    key, wrapped = office.vault.new_record_key(call_id)
    with writing(office, now) as transaction:
        row = CallRow(
            id=call_id,
            case=case,
            at=now,
            user=user.id,
            right_person=right_person,
            wrapped_key=wrapped,
            content=key.seal("content", canonical_json(fields.to_json(told))),
        )
        if case is None:
            transaction.note_apart(user.id, Deed.CALL)
        else:
            transaction.note(transaction.load(case), user.id, Deed.CALL)
        transaction.session.add(row)
        transaction.session.flush()
        return row.number


def listed(office: Office, user: User, *, case: int | None = None) -> list[Call]:
    """List calls, the newest first; those about one case, or all."""
    require(user, Right.READ_DECISIONS)
    chosen = select(CallRow).order_by(CallRow.number.desc())
    if case is not None:
        chosen = chosen.where(CallRow.case == case)
    with office.store.database.reading() as session:
        return [call_of(row) for row in session.scalars(chosen)]


def find(office: Office, user: User, number: int) -> Call:
    """Give a call as it stands in lists."""
    require(user, Right.READ_DECISIONS)
    with office.store.database.reading() as session:
        row = session.get(CallRow, number)
        if row is None:
            raise CaseError("call-unknown", number=number)
        return call_of(row)


def look(office: Office, user: User, number: int, why: str, now: int) -> tuple[Call, Told]:
    """Read what was told in a call; that is on record.

    Raises:
        CaseError: ``why``: no reason is given; ``erased``.
    """
    require(user, Right.READ_CASES)
    with writing(office, now) as transaction:
        row = transaction.session.get(CallRow, number)
        if row is None:
            raise CaseError("call-unknown", number=number)
        if not row.wrapped_key:
            raise CaseError("erased")
        transaction.look_beside(row.case, user.id, why, Deed.CALL_READ)
        return call_of(row), opened(office, row)


def opened(office: Office, row: CallRow) -> Told:
    """Open what was told in a call; ``VaultError`` if it was tampered with."""
    key = office.vault.record_key(row.id, row.wrapped_key)
    return fields.from_json(Told, parse_json(key.open("content", row.content)))


def case_of_reference(office: Office, user: User, reference: bytes) -> int | None:
    """Find the case whose row bears the reference (8 bytes) that a caller reads out; None if there is none."""
    require(user, Right.READ_CASES)
    found = lookup.find_case(office, reference)
    return found.records[0].case if found else None


def call_of(row: CallRow) -> Call:
    """Give a call as it stands in lists."""
    return Call(row.number, row.case, row.at, row.user, row.right_person, not row.wrapped_key)
