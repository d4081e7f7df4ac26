"""The database of the records. Several processes may use it at once; none waits for another for ever."""

import contextlib
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, select, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from obacht_enrollment.erasing import erase_enrolments
from obacht_enrollment.errors import StoreError
from obacht_enrollment.tables import VERSION, About, Base, Destruction, Enrolment, PublicationRow, RecordRow

_BUSY_SECONDS: Final = 60
_WRITE: Final = "obacht_write"
_CHUNK: Final = 500


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

    def __init__(self, engine: Engine) -> None:
        """Take an engine whose database holds the tables."""
        self._reader = engine
        self._writer = engine.execution_options(**{_WRITE: True})

    @classmethod
    def create(cls, path: Path) -> "Store":
        """Make the tables in a SQLite file, which others may not read; one that is there is left as it is."""
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreError("database", path=str(path)) from error
        store = cls(_sqlite(path))
        with store._writing() as session:
            Base.metadata.create_all(session.connection())
            if session.get(About, VERSION) is None:
                session.add(About(version=VERSION))
        return store

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open a SQLite file; ``StoreError`` if it is missing, is none of ours, or of another version."""
        if not path.is_file():
            raise StoreError("database-missing", path=str(path))
        store = cls(_sqlite(path))
        with store._reading() as session:
            if session.scalars(select(About.version)).all() != [VERSION]:
                raise StoreError("database-version", path=str(path))
        return store

    def close(self) -> None:
        """Close all connections."""
        self._reader.dispose()

    def add_records(self, rows: Iterable[RecordRow]) -> tuple[int, int]:
        """Add records, all or none; those whose fingerprint is there are left as they are.

        Returns:
            How many are new, and how many were there.
        """
        new = known = 0
        with self._writing() as session:
            seen = set(session.scalars(select(RecordRow.fingerprint)))
            for row in rows:
                if row.fingerprint in seen:
                    known += 1
                else:
                    seen.add(row.fingerprint)
                    session.add(row)
                    new += 1
        return new, known

    def records(self) -> list[RecordRow]:
        """List all records but canaries, by number."""
        with self._reading() as session:
            return list(session.scalars(select(RecordRow).where(RecordRow.kind != "canary").order_by(RecordRow.number)))

    def keep_canary(self, row: RecordRow) -> None:
        """Make ``row`` the only canary, unless the same one is there already."""
        with self._writing() as session:
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
        with self._reading() as session:
            return (
                session.scalars(select(RecordRow.number).where(RecordRow.fingerprint == fingerprint)).first()
                is not None
            )

    def not_enrolled(self, epoch_id: bytes, now: int) -> Sequence[RecordRow]:
        """List the records valid at ``now`` that this epoch's key offices have not seen yet, by number."""
        enrolled = select(Enrolment.record).where(Enrolment.epoch_id == epoch_id)
        with self._reading() as session:
            return session.scalars(
                select(RecordRow)
                .where(RecordRow.valid_until > now, RecordRow.number.not_in(enrolled))
                .order_by(RecordRow.number)
            ).all()

    def valid(self, now: int) -> int:
        """Count the records valid at ``now``, the canary among them."""
        with self._reading() as session:
            return session.scalar(select(func.count()).where(RecordRow.valid_until > now)) or 0

    def missing(self, epoch_id: bytes, now: int) -> int:
        """Count what :meth:`not_enrolled` lists."""
        enrolled = select(Enrolment.record).where(Enrolment.epoch_id == epoch_id)
        with self._reading() as session:
            counted = select(func.count()).where(RecordRow.valid_until > now, RecordRow.number.not_in(enrolled))
            return session.scalar(counted) or 0

    def add_enrolments(self, epoch: int, epoch_id: bytes, prks: Mapping[int, bytes]) -> None:
        """Keep the sealed keys of a batch of records, by number; what another process kept meanwhile stays."""
        numbers = list(prks)
        with self._writing() as session:
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
        with self._reading() as session:
            rows = session.execute(
                select(*columns)
                .join(Enrolment, Enrolment.record == RecordRow.number)
                .where(RecordRow.valid_until > now, Enrolment.epoch_id == epoch_id)
                .order_by(RecordRow.number)
            )
            return [EnrolledRecord(*row) for row in rows]

    def begin_publication(self, row: PublicationRow, at_least: int) -> int:
        """Take the next number, ``at_least`` or above, and keep the publication under it.

        Returns:
            The number, which no other publication has or will have.
        """
        with self._writing() as session:
            last = session.scalar(select(func.max(PublicationRow.sequence))) or 0
            row.sequence = max(last + 1, at_least)
            session.add(row)
            session.flush()
            return row.sequence

    def update_publication(self, sequence: int, **values: Any) -> None:  # noqa: ANN401 - columns of several types
        """Set columns of a publication."""
        with self._writing() as session:
            session.execute(update(PublicationRow).where(PublicationRow.sequence == sequence).values(**values))

    def latest_publication(self) -> PublicationRow | None:
        """Give the publication that the matcher had last, as far as is known here."""
        with self._reading() as session:
            return session.scalars(
                select(PublicationRow)
                .where(PublicationRow.published > 0)
                .order_by(PublicationRow.sequence.desc())
                .limit(1)
            ).one_or_none()

    def publication(self, sequence: int) -> PublicationRow | None:
        """Find a publication by its number."""
        with self._reading() as session:
            return session.get(PublicationRow, sequence)

    def enrolled_numbers(self, epoch_id: bytes) -> frozenset[int]:
        """Give the numbers of all records that are enrolled in this epoch."""
        with self._reading() as session:
            return frozenset(session.scalars(select(Enrolment.record).where(Enrolment.epoch_id == epoch_id)))

    def destroy_enrolments(self, kept: Collection[bytes], now: int) -> Sequence[Destruction]:
        """Destroy the derived keys of all epochs but those with these ids (16 bytes each), and put that on record.

        Nothing of them stays in the database's files. Whoever is interrupted goes on where that was.

        Returns:
            The records of what was destroyed now.
        """
        with self._reading() as session:
            last = session.scalar(select(func.max(Destruction.key)).where(Destruction.ended > 0)) or 0
            begun = session.scalar(select(func.count()).where(Destruction.ended == 0))
            gone = session.scalar(select(Enrolment.key).where(Enrolment.epoch_id.not_in(kept)).limit(1))
        if not begun and gone is None:
            return []
        with _translated():
            erase_enrolments(Path(str(self._reader.url.database)), kept, now)
        return [row for row in self.destructions() if row.key > last]

    def destructions(self) -> Sequence[Destruction]:
        """List what was destroyed, the oldest first."""
        with self._reading() as session:
            return session.scalars(select(Destruction).order_by(Destruction.key)).all()

    def publications(self) -> Sequence[PublicationRow]:
        """List all publications, the newest first."""
        with self._reading() as session:
            return session.scalars(select(PublicationRow).order_by(PublicationRow.sequence.desc())).all()

    def check(self) -> None:
        """Let the database look for damage; ``StoreError`` if there is some."""
        with self._reading() as session:
            connection = session.connection()
            if connection.dialect.name == "sqlite":
                result = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
                if result != "ok":
                    raise StoreError("database-damaged")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Session]:
        with _translated(), Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Session]:
        with _translated(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        # SQLAlchemy's text quotes statements and parameters, which here are sealed, and still nobody's business
        raise StoreError("database-failed", kind=type(error).__name__) from None


def _sqlite(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": _BUSY_SECONDS},
        hide_parameters=True,
        insertmanyvalues_page_size=500,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # the driver's own way of beginning transactions leaves SELECTs and DDL outside of them
    connection.isolation_level = None
    cursor = connection.cursor()
    # a rollback journal: SQLite before 3.51.3 can damage a database in WAL mode when two connections checkpoint
    for pragma in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # a transaction that will write says so at once: one that finds out later cannot wait, it can only fail
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITE) else "BEGIN")
