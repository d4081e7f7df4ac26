"""The imports, and what became of the cases that came with each: counts and states, and nothing personal."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import State
from obacht_enrollment.cases.views import Summary
from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.imports.tables import ImportRow
from obacht_enrollment.office import Office

PAGE: Final = 50
"""So many cases, or imports, are listed at once."""


@dataclass(frozen=True, slots=True)
class Import:
    """A file that was taken in, or part of one.

    Attributes:
        number: What staff call it by.
        begun: Unix seconds.
        begun_by: Number of the user; None if it was the operator.
        touched: Unix seconds of the last step.
        finished: Unix seconds; 0 while it is not.
        position: Number of the last line that was dealt with.
        last_line: Number of the file's last line.
        new: Entries taken in.
        known: Entries that were there already.
        skipped: Faulty lines that were left out.
        states: How many of its cases are in which state.
    """

    number: int
    begun: int
    begun_by: int | None
    touched: int
    finished: int
    position: int
    last_line: int
    new: int
    known: int
    skipped: int
    states: Counter[State]

    @property
    def awaiting(self) -> int:
        """How many of its cases await a second person."""
        return self.states[State.AWAITING]


def count(office: Office, user: User) -> int:
    """Count the imports; ``ForbiddenError`` if the user may not know."""
    require(user, Right.READ_DECISIONS)
    with office.store.database.reading() as session:
        return session.scalar(select(func.count(ImportRow.number))) or 0


def count_awaiting(office: Office, user: User) -> int:
    """Count the imports of which a case awaits a second person; ``ForbiddenError`` if the user may not know."""
    require(user, Right.READ_DECISIONS)
    chosen = select(func.count(CaseRow.imported.distinct())).where(CaseRow.state == State.AWAITING)
    with office.store.database.reading() as session:
        return session.scalar(chosen) or 0


def imports(office: Office, user: User, first: int = 0) -> list[Import]:
    """List imports, the newest first.

    Args:
        office: Unlocked.
        user: Who looks.
        first: How many are passed over; of the rest, :data:`PAGE` are given.

    Raises:
        ForbiddenError: The user may not.
    """
    require(user, Right.READ_DECISIONS)
    chosen = select(ImportRow).order_by(ImportRow.number.desc()).offset(first).limit(PAGE)
    with office.store.database.reading() as session:
        rows = session.scalars(chosen).all()
        states = _states(session, [row.number for row in rows])
        return [_import(row, states[row.number]) for row in rows]


def find(office: Office, user: User, number: int) -> Import:
    """Give one import; ``ImportFileError`` (``import-unknown``) if there is none."""
    require(user, Right.READ_DECISIONS)
    with office.store.database.reading() as session:
        row = session.get(ImportRow, number)
        if row is None:
            raise ImportFileError("import-unknown", number=number)
        return _import(row, _states(session, [number])[number])


def cases(office: Office, user: User, number: int, *, first: int = 0, awaiting: bool = False) -> list[Summary]:
    """List the cases that came with an import, by number.

    Args:
        office: Unlocked.
        user: Who looks.
        number: Of the import.
        first: How many are passed over; of the rest, :data:`PAGE` are given.
        awaiting: Whether only those that await a second person are listed.
    """
    require(user, Right.READ_DECISIONS)
    chosen = select(CaseRow).where(CaseRow.imported == number)
    if awaiting:
        chosen = chosen.where(CaseRow.state == State.AWAITING)
    with office.store.database.reading() as session:
        return [Summary.of(row) for row in session.scalars(chosen.order_by(CaseRow.number).offset(first).limit(PAGE))]


def _states(session: Session, numbers: list[int]) -> dict[int, Counter[State]]:
    found: dict[int, Counter[State]] = {number: Counter() for number in numbers}
    chosen = select(CaseRow.imported, CaseRow.state, func.count()).where(CaseRow.imported.in_(numbers))
    for number, state, amount in session.execute(chosen.group_by(CaseRow.imported, CaseRow.state)):
        found[number or 0][State(state)] = amount
    return found


def _import(row: ImportRow, states: Counter[State]) -> Import:
    return Import(
        number=row.number,
        begun=row.begun,
        begun_by=row.begun_by,
        touched=row.touched,
        finished=row.finished,
        position=row.position,
        last_line=row.last_line,
        new=row.new,
        known=row.known,
        skipped=row.skipped,
        states=states,
    )
