"""Taking in a file of records: a look at all of it first, then step by step, so that it can be stopped and go on later.

How far a file was taken in is written in the same transaction as what was taken in of it, bound to a keyed hash of the
file. Whoever comes with the same file goes on behind that line; what was taken in before is known by its fingerprint.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import intake
from obacht_enrollment.cases.similar import Index
from obacht_enrollment.cases.transaction import rules, writing
from obacht_enrollment.imports import lines, previewing, store
from obacht_enrollment.imports.entries import Rules
from obacht_enrollment.imports.lines import Table
from obacht_enrollment.imports.previewing import Preview
from obacht_enrollment.imports.steps import steps
from obacht_enrollment.imports.store import ImportStore
from obacht_enrollment.office import Office
from obacht_enrollment.streets.service import Streets


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
    user: User,
    data: bytes,
    now: int,
    *,
    ignored: Collection[str] = (),
    whole: bool = False,
    index: Index | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Prepared:
    """Look through a file, and write nothing.

    Args:
        office: Unlocked.
        user: Who does it; what is said of a name gives away whether there is a case, so not everybody may.
        data: The file.
        now: Unix seconds.
        ignored: Names of columns that are to be passed over.
        whole: Whether also those lines of a stopped import are looked at again that were taken in.
        index: All cases, if this process holds them open.
        progress: Called with the number of lines looked at, every now and then.

    Raises:
        ForbiddenError: The user may not.
        VaultError: A case was tampered with.
        ImportFileError: It is no table of records at all.
        StoreError: The database failed.
    """
    require(user, Right.EDIT_CASES)
    database = office.store.database
    table = lines.read(data, ignored)
    index = index or Index()
    index.refresh(office)
    digest = office.vault.fingerprint(b"file|" + hashlib.sha256(data).digest())
    stopped = ImportStore(database).unfinished(digest)
    after = stopped.position if stopped else 0
    preview = previewing.look(
        table,
        Rules(rules(office, now), office.settings.default_contact),
        Streets(database).index(),
        fingerprint=lambda entry: office.vault.fingerprint(b"line|" + entry),
        known=intake.known(office),
        likely=index.likely,
        after=0 if whole else after,
        progress=progress,
    )
    return Prepared(table, preview, digest, after)


def take_in(
    office: Office,
    user: User,
    prepared: Prepared,
    clock: Callable[[], int],
    *,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Imported:
    """Take in what is new in a file as cases that await a second person; faulty lines are left out.

    Interrupted at any moment, it has taken in whole steps, and the next call with the same file goes on.

    Args:
        office: Unlocked.
        user: Who does it; they cannot approve it.
        prepared: Of :func:`prepare`.
        clock: Gives Unix seconds.
        progress: Called after each step with the number of the last line that was dealt with, and of the file's last.

    Raises:
        ForbiddenError: The user may not.
        ImportFileError: ``import-overtaken``: somebody else takes in the same file at the same time.
        CaseError: ``obstacles``: since the look, a case has become one that cannot be in force.
        StoreError: The database failed.
    """
    require(user, Right.EDIT_CASES)
    preview = prepared.preview
    number = None
    new = 0
    for step, batch in steps(preview, prepared.digest, prepared.after):
        now = clock()
        with writing(office, now) as transaction:
            # since the look, the same lines may have come with another file
            there = intake.known_of(transaction, [mark for _, mark in batch])
            missing = [(entry.content, mark) for entry, mark in batch if mark not in there]
            taken = replace(step, new=len(missing), known=step.known + len(there))
            number = store.advance(transaction.session, taken, user.id, now)
            intake.take_in(transaction, user, missing, number)
        new += len(missing)
        progress(step.position, step.last_line)
    known = len(preview.known) + len(preview.repeated) + len(preview.new) - new
    return Imported(number, new, known, len(preview.faulty))
