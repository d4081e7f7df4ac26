"""Between records and their rows: sealing what is personal, and opening it again."""

import os
from typing import Final, Protocol

from obacht_enrollment.errors import DescriptorDraftError, VaultError
from obacht_enrollment.records import Record, Subject, decode_subject, encode_subject
from obacht_enrollment.tables import RecordRow
from obacht_enrollment.vault import Vault
from obacht_protocol.descriptor import Canary
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import LAST_DAY, Person, parse_birth_date
from obacht_protocol.rows import PRK_LENGTH

CANARY: Final = "canary"
CANARY_LEVEL: Final = 1
NEVER: Final = 2**32 - 1
"""Unix seconds until which a canary counts: the most that a row can hold."""
_ID_LENGTH: Final = 16


class SealedRecord(Protocol):
    """What of a row is needed to open it."""

    @property
    def number(self) -> int:
        """What staff call the record by."""

    @property
    def id(self) -> bytes:
        """Of the record, 16 bytes."""

    @property
    def wrapped_key(self) -> bytes:
        """The record's own key under the office key."""

    @property
    def subject(self) -> bytes:
        """Sealed."""


def seal(vault: Vault, record: Record, *, taken_in: int, kind: str = "") -> RecordRow:
    """Make the row of a record.

    Args:
        vault: Seals it.
        record: What to seal.
        taken_in: Unix seconds.
        kind: ``canary``; otherwise it follows from the subject.
    """
    record_id = os.urandom(_ID_LENGTH)
    key, wrapped = vault.new_record_key(record_id)
    return RecordRow(
        id=record_id,
        kind=kind or ("person" if isinstance(record.subject, Person) else "address"),
        fingerprint=vault.fingerprint(kind.encode() + b"|" + record.canonical()),
        level=record.level,
        contact=record.contact,
        valid_until=record.valid_until,
        wrapped_key=wrapped,
        subject=key.seal("subject", encode_subject(record.subject)),
        ground=key.seal("ground", record.ground.encode()),
        file_number=key.seal("file_number", record.file_number.encode()),
        taken_in=taken_in,
    )


def open_subject(vault: Vault, row: SealedRecord) -> Subject:
    """Open whom a row is about; ``VaultError`` (``record``, with its number) if it was tampered with."""
    try:
        return decode_subject(vault.record_key(row.id, row.wrapped_key).open("subject", row.subject))
    except VaultError as error:
        raise VaultError("record", number=row.number) from error


def open_grounds(vault: Vault, row: RecordRow) -> tuple[str, str]:
    """Open ground and file number of a row; both are empty where the record stands for a case, which says them.

    Raises:
        VaultError: ``record``, with its number: it was tampered with.
    """
    if row.case is not None:
        return "", ""
    try:
        key = vault.record_key(row.id, row.wrapped_key)
        return key.open("ground", row.ground).decode(), key.open("file_number", row.file_number).decode()
    except VaultError as error:
        raise VaultError("record", number=row.number) from error


def seal_prks(vault: Vault, row: SealedRecord, epoch_id: bytes, prks: list[bytes]) -> bytes:
    """Seal the derived keys of a record (64 bytes each) for its enrolment in one epoch."""
    key = vault.record_key(row.id, row.wrapped_key)
    return key.seal("prks/" + epoch_id.hex(), b"".join(prks))


def open_enrolled(vault: Vault, row: SealedRecord, epoch_id: bytes, sealed: bytes) -> tuple[Subject, list[bytes]]:
    """Open whom a row is about, and the derived keys of :func:`seal_prks`, at the price of one key.

    Raises:
        VaultError: ``record``, with its number: it was tampered with.
    """
    try:
        key = vault.record_key(row.id, row.wrapped_key)
        prks = key.open("prks/" + epoch_id.hex(), sealed)
        subject = decode_subject(key.open("subject", row.subject))
    except VaultError as error:
        raise VaultError("record", number=row.number) from error
    return subject, [prks[place : place + PRK_LENGTH] for place in range(0, len(prks), PRK_LENGTH)]


def canary_record(canary: Canary, contact: int) -> Record:
    """Make the record of a descriptor's canary; ``DescriptorDraftError`` if it cannot stand for a person."""
    try:
        date = parse_birth_date(canary.birth_date, LAST_DAY)
        person = Person(canary.family_name, canary.given_names, date).check_script()
    except IdentityError as error:
        raise DescriptorDraftError("canary", field=error.field) from error
    return Record(person, CANARY_LEVEL, contact, NEVER, "", "")
