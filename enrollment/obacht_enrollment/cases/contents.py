"""What all cases say, opened for the machine to compare: whoever is shown more than a number looks at a case."""

from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import select

from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import State
from obacht_enrollment.errors import CaseError, VaultError
from obacht_enrollment.office import Office

_CHUNK: Final = 500


def versions(office: Office) -> dict[int, int]:
    """Give the versions of all cases that are not anonymised, by number."""
    with office.store.database.reading() as session:
        rows = session.execute(select(CaseRow.number, CaseRow.version).where(CaseRow.state != State.ANONYMISED))
        return {number: version for number, version in rows}  # noqa: C416 - rows are no tuples to a type checker


def activated(office: Office, numbers: Collection[int]) -> dict[int, int]:
    """Give since when cases are in force (Unix seconds), by number."""
    wanted, found = sorted(numbers), dict[int, int]()
    for place in range(0, len(wanted), _CHUNK):
        chosen = select(CaseRow.number, CaseRow.activated).where(CaseRow.number.in_(wanted[place : place + _CHUNK]))
        with office.store.database.reading() as session:
            found |= {number: since for number, since in session.execute(chosen)}  # noqa: C416 - as above
    return found


def opened(office: Office, numbers: Collection[int]) -> Iterator[tuple[int, int, Content]]:
    """Open cases; those that are anonymised meanwhile are left out.

    Args:
        office: Unlocked.
        numbers: Of the cases.

    Yields:
        Number, version, and what the case says.

    Raises:
        VaultError: ``case``, with its number: it was tampered with.
    """
    wanted = sorted(numbers)
    for place in range(0, len(wanted), _CHUNK):
        with office.store.database.reading() as session:
            rows = session.execute(
                select(CaseRow.number, CaseRow.version, CaseRow.id, CaseRow.wrapped_key, CaseRow.content)
                .where(CaseRow.state != State.ANONYMISED, CaseRow.number.in_(wanted[place : place + _CHUNK]))
                .order_by(CaseRow.number)
            ).all()
        for row in rows:
            try:
                key = office.vault.record_key(row.id, row.wrapped_key)
                yield row.number, row.version, Content.parse(key.open("content", row.content))
            except (VaultError, CaseError) as error:
                raise VaultError("case", number=row.number) from error
