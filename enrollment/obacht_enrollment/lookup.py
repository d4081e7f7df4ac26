"""From a case reference, as somebody reads it out on the telephone, back to the records behind the row."""

import re
from dataclasses import dataclass
from typing import Final

from obacht_enrollment import ledger
from obacht_enrollment.errors import PublishingError
from obacht_enrollment.office import Office
from obacht_enrollment.records import match_keys
from obacht_enrollment.tables import PublicationRow, RecordRow
from obacht_protocol.identity import Person
from obacht_protocol.matching import MAX_ENROLLMENT_KEYS

_REFERENCE: Final = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Case:
    """What a reference led to.

    Attributes:
        records: The record whose reference it is, and behind it those that share its row of an address.
        publication: In which it was published.
    """

    records: list[RecordRow]
    publication: PublicationRow


def read_reference(text: str) -> bytes:
    """Read a reference (8 bytes) as somebody writes it down who hears it; ``PublishingError`` (``reference-form``)."""
    digits = re.sub(r"[\s-]", "", text.lower())
    if not _REFERENCE.fullmatch(digits):
        raise PublishingError("reference-form")
    return bytes.fromhex(digits)


def find_case(office: Office, reference: bytes) -> Case | None:
    """Find whose row bore ``reference`` (8 bytes), the newest publications first; None if nobody's did.

    Raises:
        VaultError: A record was tampered with.
        StoreError: The records cannot be read.
    """
    rows = office.store.records()
    for publication in office.store.publications():
        for row in rows:
            for position in range(MAX_ENROLLMENT_KEYS):
                if reference in office.vault.references(publication.salt, row.id, position):
                    return Case([row, *_sharing(office, row, position, rows)], publication)
    return None


def _sharing(office: Office, row: RecordRow, position: int, rows: list[RecordRow]) -> list[RecordRow]:
    subject = ledger.open_subject(office.vault, row)
    if isinstance(subject, Person):
        return []
    key = match_keys(subject, office.settings.deployment)[position]
    return [
        other
        for other in rows
        if other.kind == row.kind
        and other.number != row.number
        and key in match_keys(ledger.open_subject(office.vault, other), office.settings.deployment)
    ]
