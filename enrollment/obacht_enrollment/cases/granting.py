"""Deciding about what persons concerned ask for, and doing at once what is granted."""

from sqlalchemy import select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import erasing, ledger, workflow
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.requests import Kind, Outcome, Request, check_text, note, open_row, request_of
from obacht_enrollment.cases.states import CLOSED, EndReason, State
from obacht_enrollment.cases.tables import RequestRow
from obacht_enrollment.cases.transaction import Transaction, writing
from obacht_enrollment.errors import CaseError
from obacht_enrollment.office import Office


def decide(office: Office, user: User, number: int, now: int, *, outcome: Outcome, answer: str) -> Request:
    """Decide about a request; what is granted is done in the same transaction.

    A granted objection ends the case, a restriction takes its rows out of the register, an erasure ends it and leaves
    nothing of it. A case that is not in force yet is given up, or will be restricted from its first day on. Access and
    rectification are done apart from this (:mod:`~.exports`, :func:`.service.edit`).

    Args:
        office: Unlocked.
        user: Who decides.
        number: Of the request.
        now: Unix seconds.
        outcome: What comes of it.
        answer: What is answered, and why.

    Raises:
        ForbiddenError: The user may not.
        CaseError: ``request-unknown``; ``request-decided``; ``request-text``: there is no answer; ``request-case``:
            nothing can be granted where no case was found; ``request-others``: before an erasure the other requests
            about the case are decided.
        VaultError: Something was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.EDIT_CASES)
    check_text(answer)
    with writing(office, now) as transaction:
        row = open_row(transaction, number)
        granted = outcome is Outcome.GRANTED
        if granted and row.case is None:
            raise CaseError("request-case")
        key = office.vault.record_key(row.id, row.wrapped_key)
        row.outcome, row.decided, row.decided_by = outcome.value, now, user.id
        row.answer = key.seal("answer", answer.encode())
        note(transaction, row.case, user, Deed.REQUEST_DECIDED, kind=row.kind, outcome=outcome.value)
        if granted:
            _grant(transaction, Kind(row.kind), row, user)
        request = request_of(row)
    if granted and request.kind is Kind.ERASURE:
        erasing.erase_anonymised(office.store.database)
    return request


def _grant(transaction: Transaction, kind: Kind, row: RequestRow, user: User) -> None:
    held = transaction.load(row.case or 0)
    if kind is Kind.ERASURE:
        _erase(transaction, row, user)
    elif held.case.state in CLOSED:
        return  # nothing is published of it, nor will be
    elif kind is Kind.RESTRICTION and not held.case.restricted:
        transaction.save(held, workflow.restrict(held.case, transaction.rules))
        transaction.note(held, user.id, Deed.RESTRICTED)
    elif kind is Kind.OBJECTION:
        in_force = held.case.state is State.ACTIVE
        _end(transaction, held.row.number, EndReason.OBJECTION if in_force else EndReason.DISMISSED, user)


def _erase(transaction: Transaction, row: RequestRow, user: User) -> None:
    others = select(RequestRow.number).where(
        RequestRow.case == row.case, RequestRow.outcome == "", RequestRow.number != row.number
    )
    if transaction.session.scalar(others.limit(1)) is not None:
        raise CaseError("request-others")
    held = transaction.load(row.case or 0)
    if held.case.state not in CLOSED:
        _end(transaction, held.row.number, EndReason.ERASURE, user)
    gone = workflow.anonymise(ledger.unopened(held.row), transaction.rules, at_once=True)
    transaction.close(held.row, gone, Deed.ANONYMISED, user.id)


def _end(transaction: Transaction, number: int, reason: EndReason, user: User) -> None:
    held = transaction.load(number)
    transaction.save(held, workflow.end(held.case, reason, transaction.rules))
    transaction.note(held, user.id, Deed.ENDED, {"end": reason.value})
