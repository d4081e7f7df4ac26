"""The records, their enrolments and publications in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import URL, delete, func, or_, select, update

from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.states import State
from obacht_enrollment.database import Database
from obacht_enrollment.erasing import erase_enrolments
from obacht_enrollment.ledger import CANARY
from obacht_enrollment.tables import Destruction, Enrolment, OfficeKeyRow, PublicationRow, RecordRow, RegisterChange

_CHUNK: Final = 500
_ACTIVE: Final = select(CaseRow.number).where(CaseRow.state == State.ACTIVE, CaseRow.restricted.is_(False))
_PUBLISHABLE: Final = or_(RecordRow.kind == CANARY, RecordRow.case.in_(_ACTIVE))
"""A record of a case that is not in force is never published, whatever went wrong that it is still there."""


@dataclass(frozen=True, slots=True)
class EnrolledRecord:
    """What publishing needs of a record, everything personal still sealed."""

    number: int
    id: bytes
    kind: str
    level: int
    contact: int
    valid_until: int
    wrapped_key: bytes
    subject: bytes
    prks: bytes


class Store:
    """Reads and writes the tables; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        """Take a database, which other stores may use beside this one."""
        self.database = database

    @classmethod
    def create(cls, url: URL) -> Self:
        """Make the tables; ``StoreError`` as :meth:`obacht_enrollment.database.Database.create` raises it."""
        return cls(Database.create(url))

    @classmethod
    def open(cls, url: URL) -> Self:
        """Open the records; ``StoreError`` as :meth:`obacht_enrollment.database.Database.open` raises it."""
        return cls(Database.open(url))

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def office_key(self) -> OfficeKeyRow | None:
        """Give under which office key all is sealed; None if it never was another one."""
        with self.database.reading() as session:
            return session.scalars(select(OfficeKeyRow)).one_or_none()

    def records(self) -> list[RecordRow]:
        """List all records but canaries, by number."""
        with self.database.reading() as session:
            return list(session.scalars(select(RecordRow).where(RecordRow.kind != CANARY).order_by(RecordRow.number)))

    def keep_canary(self, row: RecordRow) -> None:
        """Make ``row`` the only canary, unless the same one is there already."""
        with self.database.writing() as session:
            session.execute(
                delete(RecordRow).where(RecordRow.kind == row.kind, RecordRow.fingerprint != row.fingerprint)
            )
            if (
                session.scalars(select(RecordRow.number).where(RecordRow.fingerprint == row.fingerprint)).first()
                is None
            ):
                session.add(row)

    def has(self, fingerprint: bytes) -> bool:
        """Tell whether there is a record with this fingerprint (32 bytes)."""
        with self.database.reading() as session:
            return (
                session.scalars(select(RecordRow.number).where(RecordRow.fingerprint == fingerprint)).first()
                is not None
            )

    def not_enrolled(self, epoch_id: bytes, now: int) -> Sequence[RecordRow]:
        """List the records valid at ``now`` that this epoch's key offices have not seen yet, by number."""
        enrolled = select(Enrolment.record).where(Enrolment.epoch_id == epoch_id)
        with self.database.reading() as session:
            return session.scalars(
                select(RecordRow)
                .where(_PUBLISHABLE, RecordRow.valid_until > now, RecordRow.number.not_in(enrolled))
                .order_by(RecordRow.number)
            ).all()

    def valid(self, now: int) -> int:
        """Count the records valid at ``now``, the canary among them."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).where(_PUBLISHABLE, RecordRow.valid_until > now)) or 0

    def missing(self, epoch_id: bytes, now: int) -> int:
        """Count what :meth:`not_enrolled` lists."""
        enrolled = select(Enrolment.record).where(Enrolment.epoch_id == epoch_id)
        with self.database.reading() as session:
            counted = select(func.count()).where(
                _PUBLISHABLE, RecordRow.valid_until > now, RecordRow.number.not_in(enrolled)
            )
            return session.scalar(counted) or 0

    def add_enrolments(self, epoch: int, epoch_id: bytes, prks: Mapping[int, bytes]) -> None:
        """Keep the sealed keys of a batch of records, by number; what another process kept meanwhile stays."""
        numbers = list(prks)
        with self.database.writing() as session:
            there: set[int] = set()
            present: set[int] = set()
            for place in range(0, len(numbers), _CHUNK):
                part = numbers[place : place + _CHUNK]
                there |= set(
                    session.scalars(
                        select(Enrolment.record).where(Enrolment.epoch_id == epoch_id, Enrolment.record.in_(part))
                    )
                )
                present |= set(session.scalars(select(RecordRow.number).where(RecordRow.number.in_(part))))
            session.add_all(
                Enrolment(record=number, epoch=epoch, epoch_id=epoch_id, prks=sealed)
                for number, sealed in prks.items()
                if number in present - there
            )

    def enrolled(self, epoch_id: bytes, now: int) -> list[EnrolledRecord]:
        """Give all records valid at ``now`` and enrolled in this epoch, as of one moment, by number."""
        columns = (
            RecordRow.number,
            RecordRow.id,
            RecordRow.kind,
            RecordRow.level,
            RecordRow.contact,
            RecordRow.valid_until,
            RecordRow.wrapped_key,
            RecordRow.subject,
            Enrolment.prks,
        )
        with self.database.reading() as session:
            rows = session.execute(
                select(*columns)
                .join(Enrolment, Enrolment.record == RecordRow.number)
                .where(_PUBLISHABLE, RecordRow.valid_until > now, Enrolment.epoch_id == epoch_id)
                .order_by(RecordRow.number)
            )
            return [EnrolledRecord(*row) for row in rows]

    def begin_publication(self, row: PublicationRow, at_least: int) -> int:
        """Take the next number, ``at_least`` or above, and keep the publication under it.

        Returns:
            The number, which no other publication has or will have.
        """
        with self.database.writing() as session:
            last = session.scalar(select(func.max(PublicationRow.sequence))) or 0
            row.sequence = max(last + 1, at_least)
            session.add(row)
            session.flush()
            return row.sequence

    def update_publication(self, sequence: int, **values: Any) -> None:  # noqa: ANN401 - columns of several types
        """Set columns of a publication."""
        with self.database.writing() as session:
            session.execute(update(PublicationRow).where(PublicationRow.sequence == sequence).values(**values))

    def latest_publication(self) -> PublicationRow | None:
        """Give the publication that the matcher had last, as far as is known here."""
        with self.database.reading() as session:
            return session.scalars(
                select(PublicationRow)
                .where(PublicationRow.published > 0)
                .order_by(PublicationRow.sequence.desc())
                .limit(1)
            ).one_or_none()

    def publication(self, sequence: int) -> PublicationRow | None:
        """Find a publication by its number."""
        with self.database.reading() as session:
            return session.get(PublicationRow, sequence)

    def enrolled_numbers(self, epoch_id: bytes) -> frozenset[int]:
        """Give the numbers of all records that are enrolled in this epoch."""
        with self.database.reading() as session:
            return frozenset(session.scalars(select(Enrolment.record).where(Enrolment.epoch_id == epoch_id)))

    def destroy_enrolments(self, kept: Collection[bytes], now: int) -> Sequence[Destruction]:
        """Destroy the derived keys of all epochs but those with these ids (16 bytes each), and put that on record.

        Nothing of them stays in the tables' files (:mod:`obacht_enrollment.erasing` tells what may stay elsewhere).
        Whoever is interrupted goes on where that was.

        Returns:
            The records of what was destroyed now.
        """
        with self.database.reading() as session:
            last = session.scalar(select(func.max(Destruction.key)).where(Destruction.ended > 0)) or 0
            begun = session.scalar(select(func.count()).where(Destruction.ended == 0))
            gone = session.scalar(select(Enrolment.key).where(Enrolment.epoch_id.not_in(kept)).limit(1))
        if not begun and gone is None:
            return []
        erase_enrolments(self.database, kept, now)
        return [row for row in self.destructions() if row.key > last]

    def destructions(self) -> Sequence[Destruction]:
        """List what was destroyed, the oldest first."""
        with self.database.reading() as session:
            return session.scalars(select(Destruction).order_by(Destruction.key)).all()

    def register_changes(self) -> int:
        """Tell how often what is to be published changed so far."""
        with self.database.reading() as session:
            return session.scalar(select(RegisterChange.count)) or 0

    def publications(self) -> Sequence[PublicationRow]:
        """List all publications, the newest first."""
        with self.database.reading() as session:
            return session.scalars(select(PublicationRow).order_by(PublicationRow.sequence.desc())).all()
