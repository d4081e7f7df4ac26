"""How far files were taken in, in the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from obacht_enrollment.database import Database
from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.imports.tables import ImportRow


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction takes in of a file.

    Attributes:
        digest: Keyed hash of the file, 32 bytes.
        last_line: Number of the file's last line.
        after: Number of the last line that was dealt with before.
        position: Number of the last line that is dealt with now.
        new: Entries among them that are taken in.
        known: Entries that were there already.
        skipped: Faulty lines that are left out.
    """

    digest: bytes
    last_line: int
    after: int
    position: int
    new: int
    known: int
    skipped: int


class ImportStore:
    """Reads the table of imports; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        """Take the database, which other stores use beside this one."""
        self._database = database

    def imports(self) -> Sequence[ImportRow]:
        """List all imports, the newest first."""
        with self._database.reading() as session:
            return session.scalars(select(ImportRow).order_by(ImportRow.number.desc())).all()

    def unfinished(self, digest: bytes) -> ImportRow | None:
        """Find the import of this file (its keyed hash, 32 bytes) that was stopped."""
        with self._database.reading() as session:
            return _unfinished(session, digest)


def advance(session: Session, step: Step, user: int | None, now: int) -> int:
    """Put on record how far a file is taken in, in the transaction that takes it in.

    Args:
        session: Of the transaction, which writes.
        step: How far.
        user: Number of the user; None if it is the operator.
        now: Unix seconds.

    Returns:
        Number of the import.

    Raises:
        ImportFileError: ``import-overtaken``: somebody else takes in the same file at the same time.
    """
    row = _unfinished(session, step.digest)
    if step.after != (row.position if row else 0):
        raise ImportFileError("import-overtaken")
    if row is None:
        row = ImportRow(
            digest=step.digest,
            begun_by=user,
            begun=now,
            last_line=step.last_line,
            position=0,
            new=0,
            known=0,
            skipped=0,
        )
        session.add(row)
    row.position, row.touched = step.position, now
    row.new, row.known, row.skipped = row.new + step.new, row.known + step.known, row.skipped + step.skipped
    if step.position >= step.last_line:
        row.finished = now
    session.flush()
    return row.number


def _unfinished(session: Session, digest: bytes) -> ImportRow | None:
    return session.scalars(
        select(ImportRow)
        .where(ImportRow.digest == digest, ImportRow.finished == 0)
        .order_by(ImportRow.number.desc())
        .limit(1)
    ).one_or_none()
