"""Where in the database and in the folder something lies under the office key: whoever adds to it says so here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from obacht_enrollment import keyring, publication
from obacht_enrollment.accounts import single_sign_on
from obacht_enrollment.accounts.tables import FailureRow, UserRow
from obacht_enrollment.cases import ledger as cases
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.cases.tables import CallRow, RequestRow
from obacht_enrollment.errors import VaultError
from obacht_enrollment.home import SINGLE_SIGN_ON
from obacht_enrollment.imports.tables import ImportRow
from obacht_enrollment.inbox.tables import ReportRow
from obacht_enrollment.tables import PublicationRow, RecordRow
from obacht_enrollment.vault import WRAPPED_LENGTH, Vault

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A column of keys that the office key wraps.

    Attributes:
        key: The column; a key of another length than a wrapped one is gone.
        identity: What the key is bound to.
        sealed: Columns beside it that are sealed with the key, each bound to its own name.
    """

    key: Column
    identity: Column
    sealed: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of what the office key itself seals, by :meth:`obacht_enrollment.vault.Vault.seal_file`.

    Attributes:
        column: The column.
        part: What its name for the vault is made of.
        naming: Makes the name.
    """

    column: Column
    part: Column
    naming: Callable[[bytes], str]


WRAPPED: Final = (
    Wrapped(RecordRow.wrapped_key, RecordRow.id, (RecordRow.subject, RecordRow.ground, RecordRow.file_number)),
    Wrapped(CaseRow.wrapped_key, CaseRow.id, (CaseRow.content, CaseRow.proposal)),
    Wrapped(RequestRow.wrapped_key, RequestRow.id),
    Wrapped(CallRow.wrapped_key, CallRow.id),
    Wrapped(ReportRow.wrapped_key, ReportRow.id, (ReportRow.answer,)),
    Wrapped(UserRow.wrapped_key, UserRow.handle, (UserRow.name,)),
)
SEALED: Final = (
    Sealed(PublicationRow.seed, PublicationRow.salt, publication.seed_name),
    Sealed(CaseRow.facts, CaseRow.id, cases.facts_name),
)
FINGERPRINTS: Final = (RecordRow.fingerprint, CaseRow.fingerprint, ImportRow.digest, FailureRow.subject)
"""What :meth:`obacht_enrollment.vault.Vault.fingerprint` gave."""
FILES: Final = {**{keyring.file_of(name): name for name in keyring.NAMES}, SINGLE_SIGN_ON: single_sign_on.SECRET}
"""What the office key seals in the office's folder: the files, and their names for the vault."""


def open_all(session: Session, vault: Vault) -> int:
    """Open all that the office key wraps or seals in a database, and what lies under the keys that it wraps.

    Returns:
        How many records and cases could be opened.

    Raises:
        VaultError: ``tampered``, with table and row: something does not open.
    """
    count = 0
    for wrapped in WRAPPED:
        table = wrapped.key.table
        for row in session.execute(select(*table.primary_key, wrapped.identity, wrapped.key, *wrapped.sealed)):
            with telling(table.name, row[0]):
                count += _open(vault, wrapped, *row[1:]) and wrapped.key.class_ in {RecordRow, CaseRow}
    for sealed in SEALED:
        table = sealed.column.table
        for row in session.execute(select(*table.primary_key, sealed.part, sealed.column)):
            with telling(table.name, row[0]):
                if row[2]:
                    vault.open_file(sealed.naming(row[1]), row[2])
    return count


@contextmanager
def telling(table: str, number: object) -> Iterator[None]:
    """Tell in which row something could not be opened."""
    try:
        yield
    except VaultError as error:
        raise VaultError("tampered", table=table, number=number) from error


def _open(vault: Vault, wrapped: Wrapped, identity: bytes, key: bytes, *sealed: bytes) -> bool:
    if len(key) != WRAPPED_LENGTH:
        return False
    own = vault.record_key(identity, key)
    for column, value in zip(wrapped.sealed, sealed, strict=True):
        if value:
            own.open(column.name, value)
    return True
