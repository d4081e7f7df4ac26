"""Taking records over from a version without cases: each becomes an active case, without an approval on record.

A record of somebody who is under 14, or may be, becomes a draft, which is published no more. One that was to last
longer than a new case may ends when that must: a later end is a renewal, with a reason and a second person.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Select, select

from obacht_enrollment import ledger as records
from obacht_enrollment.cases import ledger
from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.content import Content, Ground, Name, Place
from obacht_enrollment.cases.dates import Birth, day_of
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.obstacles import Rules, is_minor, obstacles
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import Origin, State
from obacht_enrollment.cases.transaction import Transaction, writing
from obacht_enrollment.ledger import CANARY
from obacht_enrollment.office import Office
from obacht_enrollment.records import Record, Subject
from obacht_enrollment.tables import RecordRow
from obacht_protocol.identity import Person

_AT_ONCE: Final = 500


def take_over(office: Office, now: int) -> int:
    """Make a case of every record that has none, and give how many there were. Interrupted, the next call goes on.

    Raises:
        VaultError: ``record``, with its number: it was tampered with.
        StoreError: The database failed.
    """
    count = 0
    while True:
        with office.store.database.reading() as session:
            if session.scalar(_left().limit(1)) is None:
                return count
        with writing(office, now) as transaction:
            rows = transaction.session.scalars(_left().order_by(RecordRow.number).limit(_AT_ONCE)).all()
            _take_over(transaction, rows)
        count += len(rows)


def _left() -> Select[RecordRow]:
    return select(RecordRow).where(RecordRow.case.is_(None), RecordRow.kind != CANARY)


def _take_over(transaction: Transaction, rows: Sequence[RecordRow]) -> None:
    vault, session = transaction.office.vault, transaction.session
    subjects = [records.open_subject(vault, row) for row in rows]
    cases = [
        _case(transaction.rules, row, subject, Ground(*records.open_grounds(vault, row)))
        for row, subject in zip(rows, subjects, strict=True)
    ]
    numbers = transaction.add([(case, {}) for case in cases], None, Deed.TAKEN_OVER)
    found = session.execute(select(CaseRow.number, CaseRow.id).where(CaseRow.number.in_(numbers)))
    ids = {number: case_id for number, case_id in found}  # noqa: C416 - rows are no tuples to a type checker
    for number, case, row, subject in zip(numbers, cases, rows, subjects, strict=True):
        if case.state is State.ACTIVE:
            record = Record(subject, row.level, row.contact, row.valid_until)
            row.case, row.fingerprint = number, ledger.record_fingerprint(vault, ids[number], record)
            row.ground = row.file_number = b""
            if case.content.end != day_of(row.valid_until):
                row.valid_until = case.ends
                transaction.change_register()
        else:
            session.delete(row)
            transaction.change_register()


def _case(rules: Rules, row: RecordRow, subject: Subject, ground: Ground) -> Case:
    end = day_of(row.valid_until)
    content = replace(_about(subject), ground=ground, level=row.level, contact=row.contact, end=end)
    minor = is_minor(content, rules.today)
    if row.valid_until > rules.now:
        end = min(end, rules.retention.last_end(rules.today, minor=minor))
    content = replace(content, end=end, review=min(rules.retention.last_review(rules.today, minor=minor), end))
    case = Case(State.ACTIVE, content, Origin.TAKEN_OVER, activated=row.taken_in, touched=rules.now)
    if row.valid_until <= rules.now:
        return replace(case, state=State.EXPIRED, closed=row.valid_until)
    if any(one.code == "child" for one in obstacles(content, rules, Origin.TAKEN_OVER)):
        return replace(case, state=State.DRAFT, activated=0)
    return case


def _about(subject: Subject) -> Content:
    if isinstance(subject, Person):
        date = subject.birth_date
        birth = Birth(date) if isinstance(date, int) else Birth(date.year, date.month, date.day)
        return Content(name=Name(subject.family_name, subject.given_names, subject.birth_name), birth=birth)
    address = subject.address
    return Content(places=(Place(address.postcode, address.street, address.house_number, subject.side, publish=True),))
