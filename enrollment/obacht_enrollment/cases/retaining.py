"""What time does to cases: they expire, are given up, and are anonymised; nobody has to remember it.

The service looks every few seconds whether something is due; ``obacht-office retention run`` does the same for cron.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from obacht_enrollment.cases import erasing, ledger, workflow
from obacht_enrollment.cases.dates import day_of, months_after
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.obstacles import Rules
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import CLOSED, OPEN, State
from obacht_enrollment.cases.tables import CallRow, RequestRow
from obacht_enrollment.cases.transaction import Transaction, rules, writing
from obacht_enrollment.errors import VaultError
from obacht_enrollment.office import Office

_DAY: Final = 86_400
_AT_ONCE: Final = 200
"""So many cases are changed in one transaction."""


@dataclass(slots=True)
class Done:
    """What time did.

    Attributes:
        expired: Cases whose last day is over.
        dismissed: Cases that never were in force and that nobody touched.
        anonymised: Cases whose objection period is over.
        papers: Requests and calls without a case that were erased.
        damaged: Cases among these that could not be opened.
    """

    expired: int = 0
    dismissed: int = 0
    anonymised: int = 0
    papers: int = 0
    damaged: int = 0

    @property
    def anything(self) -> bool:
        """Whether something was done."""
        return bool(self.expired or self.dismissed or self.anonymised or self.papers)


def is_due(office: Office, now: int) -> bool:
    """Tell whether there is something for :func:`run` to do."""
    measure = rules(office, now)
    with office.store.database.reading() as session:
        due = or_(_over(measure), _untouched(measure), _forgotten(measure), _half_erased())
        if session.scalar(select(CaseRow.number).where(due).limit(1)) is not None:
            return True
        return any(
            session.scalar(select(table.number).where(old).limit(1)) is not None for table, old in _papers(measure)
        )


def overdue(office: Office, now: int) -> int:
    """Count the cases that should have expired, been given up or been anonymised already: 0, if all is well."""
    measure = rules(office, now)
    with office.store.database.reading() as session:
        due = or_(_over(measure), _untouched(measure), _forgotten(measure), _half_erased())
        return session.scalar(select(func.count()).where(due)) or 0


def run(office: Office, now: int) -> Done:
    """Do all that is due; interrupted, the next call goes on.

    Raises:
        StoreError: The database failed.
    """
    done = Done()
    measure = rules(office, now)
    for due in (_over(measure), _untouched(measure), _forgotten(measure)):
        passed = 0
        while True:
            with writing(office, now) as transaction:
                numbers = transaction.session.scalars(
                    select(CaseRow.number).where(due, CaseRow.number > passed).order_by(CaseRow.number).limit(_AT_ONCE)
                ).all()
                for number in numbers:
                    _let_pass(transaction, number, done)
            if not numbers:
                break
            passed = numbers[-1]
    with writing(office, now) as transaction:
        for table, old in _papers(measure):
            numbers = transaction.session.scalars(select(table.number).where(old)).all()
            empty = {"wrapped_key": b"", **({"text": b"", "answer": b""} if table is RequestRow else {"content": b""})}
            transaction.session.execute(update(table).where(table.number.in_(numbers)).values(**empty))
            done.papers += len(numbers)
        unfinished = transaction.session.scalar(select(CaseRow.number).where(_half_erased()).limit(1))
    if unfinished is not None:
        erasing.erase_anonymised(office.store.database)
    return done


def _let_pass(transaction: Transaction, number: int, done: Done) -> None:
    row = transaction.row(number)
    closed = ledger.unopened(row)
    if closed.state in CLOSED:
        transaction.close(row, workflow.anonymise(closed, transaction.rules), Deed.ANONYMISED)
        done.anonymised += 1
        return
    try:
        case = transaction.load(number).case
    except VaultError:
        case = closed  # what cannot be opened must not stay in force for that
        done.damaged += 1
    after = workflow.expire(case, transaction.rules)
    if after.state is State.EXPIRED:
        transaction.close(row, after, Deed.EXPIRED)
        done.expired += 1
    else:
        transaction.close(row, after, Deed.ENDED)
        done.dismissed += 1


def _over(measure: Rules) -> ColumnElement[bool]:
    return and_(CaseRow.state == State.ACTIVE, CaseRow.ends <= measure.now)


def _untouched(measure: Rules) -> ColumnElement[bool]:
    return and_(CaseRow.state.in_(OPEN), CaseRow.touched <= measure.now - measure.retention.draft_days * _DAY)


def _forgotten(measure: Rules) -> ColumnElement[bool]:
    """Say which cases are to be anonymised: not while the person's request about them is open."""
    asked = select(RequestRow.case).where(RequestRow.outcome == "", RequestRow.case.is_not(None))
    return and_(
        CaseRow.state.in_(CLOSED),
        CaseRow.closed <= measure.now - measure.retention.objection_days * _DAY,
        CaseRow.number.not_in(asked),
    )


def _half_erased() -> ColumnElement[bool]:
    return and_(CaseRow.state == State.ANONYMISED, func.length(CaseRow.wrapped_key) > 0)


def _papers(measure: Rules) -> list[tuple[type[RequestRow] | type[CallRow], ColumnElement[bool]]]:
    limit = months_after(day_of(measure.now), -measure.retention.paper_months)
    before = measure.now - (day_of(measure.now) - limit).days * _DAY
    return [
        (
            RequestRow,
            and_(
                RequestRow.case.is_(None),
                RequestRow.decided > 0,
                RequestRow.decided < before,
                func.length(RequestRow.wrapped_key) > 0,
            ),
        ),
        (CallRow, and_(CallRow.case.is_(None), CallRow.at < before, func.length(CallRow.wrapped_key) > 0)),
    ]
