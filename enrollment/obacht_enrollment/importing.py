"""Taking in a file of records: a look at all of it first, then step by step, so that it can be stopped and go on later.

How far a file was taken in is written in the same transaction as what was taken in of it, bound to a keyed hash of the
file. Whoever comes with the same file goes on behind that line; what was taken in before is known by its fingerprint.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from obacht_enrollment import ledger, records
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import transaction
from obacht_enrollment.cases.content import Content, Name, Place
from obacht_enrollment.cases.dates import Birth, last_second
from obacht_enrollment.imports import lines, previewing, store
from obacht_enrollment.imports.entries import Rules
from obacht_enrollment.imports.house_numbers import SIDES
from obacht_enrollment.imports.lines import Table
from obacht_enrollment.imports.previewing import Preview
from obacht_enrollment.imports.steps import Marked, steps
from obacht_enrollment.imports.store import ImportStore
from obacht_enrollment.office import Office
from obacht_enrollment.records import Record, Subject
from obacht_enrollment.streets.service import Streets
from obacht_enrollment.tables import RecordRow
from obacht_enrollment.vault import Vault
from obacht_protocol.identity import Address, Person


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was looked through.

    Attributes:
        table: The file.
        preview: What was found in it.
        digest: Keyed hash of the file, 32 bytes.
        after: Number of the last line that was taken in before; 0 if none was.
    """

    table: Table
    preview: Preview
    digest: bytes
    after: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file in one run.

    Attributes:
        number: Of the import; None if there was nothing to take in.
        new: Entries taken in.
        known: Entries that were there already.
        skipped: Faulty lines that were left out.
    """

    number: int | None
    new: int
    known: int
    skipped: int


def prepare(
    office: Office,
    data: bytes,
    now: int,
    *,
    ignored: Collection[str] = (),
    whole: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Prepared:
    """Look through a file, and write nothing.

    Args:
        office: Unlocked.
        data: The file.
        now: Unix seconds.
        ignored: Names of columns that are to be passed over.
        whole: Whether also those lines of a stopped import are looked at again that were taken in.
        progress: Called with the number of lines looked at, every now and then.

    Raises:
        ImportFileError: It is no table of records at all.
        StoreError: The database failed.
    """
    database = office.store.database
    table = lines.read(data, ignored)
    digest = office.vault.fingerprint(b"file|" + hashlib.sha256(data).digest())
    stopped = ImportStore(database).unfinished(digest)
    after = stopped.position if stopped else 0
    with database.reading() as session:
        known = _known(session)
    preview = previewing.look(
        table,
        Rules(transaction.rules(office, now), office.settings.default_contact),
        Streets(database).index(),
        fingerprint=lambda entry: office.vault.fingerprint(b"line|" + entry),
        known=known,
        existing=_existing(office),
        after=0 if whole else after,
        progress=progress,
    )
    return Prepared(table, preview, digest, after)


def take_in(
    office: Office,
    prepared: Prepared,
    clock: Callable[[], int],
    *,
    user: User | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Imported:
    """Take in what is new in a file; faulty lines are left out.

    Interrupted at any moment, it has taken in whole steps, and the next call with the same file goes on.

    Args:
        office: Unlocked.
        prepared: Of :func:`prepare`.
        clock: Gives Unix seconds.
        user: Who does it; None is the operator at the command line.
        progress: Called after each step with the number of the last line that was dealt with, and of the file's last.

    Raises:
        ImportFileError: ``import-overtaken``: somebody else takes in the same file at the same time.
        StoreError: The database failed.
    """
    preview = prepared.preview
    number = None
    new = 0
    for step, batch in steps(preview, prepared.digest, prepared.after):
        now = clock()
        with office.store.database.writing() as session:
            # since the look, the same lines may have come with another file
            there = _known(session, [mark for _, mark in batch])
            missing = [marked for marked in batch if marked[1] not in there]
            taken = replace(step, new=len(missing), known=step.known + len(there))
            number = store.advance(session, taken, user.id if user else None, now)
            _write(session, office.vault, missing, now)
        new += len(missing)
        progress(step.position, step.last_line)
    known = len(preview.known) + len(preview.repeated) + len(preview.new) - new
    return Imported(number, new, known, len(preview.faulty))


def _known(session: Session, marks: Collection[bytes] | None = None) -> frozenset[bytes]:
    """Give those of ``marks`` that were taken in; without any, all there are."""
    chosen = select(RecordRow.fingerprint)
    return frozenset(session.scalars(chosen if marks is None else chosen.where(RecordRow.fingerprint.in_(marks))))


def _existing(office: Office) -> Iterator[tuple[int, Content]]:
    for row in office.store.records():
        yield row.number, _content(ledger.open_subject(office.vault, row))


def _content(subject: Subject) -> Content:
    if isinstance(subject, Person):
        date = subject.birth_date
        birth = Birth(date) if isinstance(date, int) else Birth(date.year, date.month, date.day)
        return Content(name=Name(subject.family_name, subject.given_names, subject.birth_name), birth=birth)
    address = subject.address
    return Content(places=(Place(address.postcode, address.street, address.house_number, subject.side, publish=True),))


def _write(session: Session, vault: Vault, batch: Sequence[Marked], now: int) -> None:
    for entry, mark in batch:
        content = entry.content
        end = last_second(content.end) if content.end else 0
        for place, subject in enumerate(_subjects(content)):
            of_ground = (content.ground.kind, content.ground.file_number)
            row = ledger.seal(vault, Record(subject, content.level, content.contact, end, *of_ground), taken_in=now)
            row.fingerprint = mark if place == 0 else vault.fingerprint(mark + bytes([place]))
            session.add(row)


def _subjects(content: Content) -> Iterator[Subject]:
    birth = content.birth
    if birth.year is not None:
        date = dt.date(birth.year, birth.month, birth.day) if birth.month and birth.day else birth.year
        for name in (content.name, *content.aliases):
            yield Person(name.family_name, name.given_names, date, name.birth_name)
    for place in content.places:
        if place.publish:
            yield records.Place(Address(place.postcode, place.street, place.house_number), SIDES[place.side])
