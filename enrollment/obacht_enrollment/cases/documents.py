"""Documents of a case: a copy of the house ban, a letter that was sent. They are sealed, and go with the case.

All functions raise ``ForbiddenError`` if the user may not, ``CaseError`` with ``document-unknown``, ``case-unknown``,
``anonymised`` and the codes that they name, ``VaultError`` if something was tampered with, and ``StoreError`` if the
database failed.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy import func, select

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases.history import Deed
from obacht_enrollment.cases.tables import DocumentRow
from obacht_enrollment.cases.transaction import Held, Transaction, writing
from obacht_enrollment.errors import CaseError, VaultError
from obacht_enrollment.office import Office

MAX_LENGTH: Final = 10 * 1024 * 1024
MOST: Final = 100
"""Documents of one case."""
MAX_REASON: Final = 2000
_TYPES: Final = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "eml": "message/rfc822",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_ANY: Final = "application/octet-stream"
_MAX_NAME: Final = 200
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,70}")


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """A document as it stands in the list of a case's.

    Attributes:
        number: Of the document.
        name: As its file is called.
        media_type: Of the data.
        at: Unix seconds.
        user: Number of the user who added it.
    """

    number: int
    name: str
    media_type: str
    at: int
    user: int


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """A document that is to be added.

    Attributes:
        name: As its file is called, at most 200 printable characters.
        media_type: As ``application/pdf``.
        data: At most 10 MiB.
    """

    name: str
    media_type: str
    data: bytes

    def __post_init__(self) -> None:
        """Refuse what cannot be kept; ``CaseError``: ``document-name``, ``document-type``, ``document-large``."""
        if not 0 < len(self.name.strip()) <= _MAX_NAME or not self.name.isprintable():
            raise CaseError("document-name")
        if not _MEDIA_TYPE.fullmatch(self.media_type):
            raise CaseError("document-type")
        if not 0 < len(self.data) <= MAX_LENGTH:
            raise CaseError("document-large", most=MAX_LENGTH // 1024 // 1024)

    @classmethod
    def of_file(cls, name: str, data: bytes) -> Self:
        """Take a file as it is called; its type follows from its name, whatever somebody else says of it."""
        return cls(name, _TYPES.get(name.rpartition(".")[2].lower(), _ANY), data)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document lies, and nothing of what it says.

    Attributes:
        number: Of the document.
        case: Number of its case.
        at: Unix seconds at which it was added.
        user: Number of the user who added it.
    """

    number: int
    case: int
    at: int
    user: int


def add(office: Office, user: User, case: int, upload: Upload, now: int) -> int:
    """Add a document to a case, and give its number; ``CaseError`` (``documents-many``) if the case has too many."""
    require(user, Right.EDIT_CASES)
    with writing(office, now) as transaction:
        held = transaction.load(case)
        count = select(func.count()).where(DocumentRow.case == case)
        if (transaction.session.scalar(count) or 0) >= MOST:
            raise CaseError("documents-many", most=MOST)
        row = DocumentRow(
            case=case,
            user=user.id,
            at=now,
            name=held.key.seal("document-name", upload.name.encode()),
            media_type=upload.media_type,
            data=held.key.seal("document", upload.data),
        )
        transaction.note(held, user.id, Deed.DOCUMENT_ADDED, {"name": upload.name})
        transaction.session.add(row)
        transaction.session.flush()
        return row.number


def listed(office: Office, user: User, case: int, why: str, now: int) -> list[Document]:
    """List the documents of a case, the oldest first; their names are part of it, so the look is on record."""
    require(user, Right.READ_CASES)
    with writing(office, now) as transaction:
        held = transaction.load(case)
        transaction.look(held, user.id, why)
        return names(transaction, held)


def find(office: Office, user: User, number: int) -> Place:
    """Say where a document lies."""
    require(user, Right.READ_CASES)
    with office.store.database.reading() as session:
        row = _found(session.get(DocumentRow, number), number)
        return Place(row.number, row.case, row.at, row.user)


def names(transaction: Transaction, held: Held) -> list[Document]:
    """List the documents of a case that its reader has opened, the oldest first."""
    columns = (DocumentRow.number, DocumentRow.name, DocumentRow.media_type, DocumentRow.at, DocumentRow.user)
    rows = transaction.session.execute(
        select(*columns).where(DocumentRow.case == held.row.number).order_by(DocumentRow.number)
    )
    return [
        Document(number, held.key.open("document-name", name).decode(), media_type, at, by)
        for number, name, media_type, at, by in rows
    ]


def remove(office: Office, user: User, number: int, now: int, *, reason: str) -> int:
    """Remove a document that does not belong to its case, and give the case's number.

    Raises:
        CaseError: ``reason``: none is given, or one too long.
    """
    require(user, Right.EDIT_CASES)
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise CaseError("reason")
    with writing(office, now) as transaction:
        row = _found(transaction.session.get(DocumentRow, number), number)
        held = transaction.load(row.case)
        name = held.key.open("document-name", row.name).decode()
        transaction.note(held, user.id, Deed.DOCUMENT_REMOVED, {"name": name, "reason": reason})
        transaction.session.delete(row)
        return held.row.number


def read(office: Office, user: User, number: int, now: int) -> tuple[Document, bytes]:
    """Read a document; that is on the case's history."""
    require(user, Right.READ_CASES)
    with writing(office, now) as transaction:
        row = _found(transaction.session.get(DocumentRow, number), number)
        held = transaction.load(row.case)
        try:
            name = held.key.open("document-name", row.name).decode()
            data = held.key.open("document", row.data)
        except VaultError as error:
            raise VaultError("case", number=row.case) from error
        transaction.note(held, user.id, Deed.DOCUMENT_READ, {"name": name})
        return Document(row.number, name, row.media_type, row.at, row.user), data


def _found(row: DocumentRow | None, number: int) -> DocumentRow:
    if row is None:
        raise CaseError("document-unknown", number=number)
    return row
