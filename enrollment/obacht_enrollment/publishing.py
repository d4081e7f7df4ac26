"""Publishing: from records and their derived keys to the rows of a register, all of them new each time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from obacht_enrollment import ledger
from obacht_enrollment.errors import PublishingError
from obacht_enrollment.store import EnrolledRecord
from obacht_enrollment.vault import Vault
from obacht_protocol import sketch
from obacht_protocol.identity import Person
from obacht_protocol.rows import SKETCH_LENGTH, SLOTS, Entry, Publication, seal_encoded
from obacht_protocol.sketch import Elements

_NO_SKETCH: Final = bytes(SKETCH_LENGTH)


@dataclass(slots=True, repr=False)
class Listed:
    """A record, opened, as publishing needs it.

    Attributes:
        number: What staff call it by.
        id: 16 bytes.
        level: Risk level.
        contact: Number of the contact.
        valid_until: Unix seconds.
        elements: What its sketches are drawn from; None for an address.
        prks: 64 bytes for each match key.
    """

    number: int
    id: bytes
    level: int
    contact: int
    valid_until: int
    elements: Elements | None
    prks: Sequence[bytes] = field(default_factory=list)


def open_records(rows: Iterable[EnrolledRecord], vault: Vault, epoch_id: bytes) -> Iterator[Listed]:
    """Open records one after another; ``VaultError`` if one was tampered with."""
    for row in rows:
        subject, prks = ledger.open_enrolled(vault, row, epoch_id, row.prks)
        elements = sketch.elements(subject) if isinstance(subject, Person) else None
        yield Listed(row.number, row.id, row.level, row.contact, row.valid_until, elements, prks)


def build_rows(records: Iterable[Listed], publication: Publication, vault: Vault) -> list[bytes]:
    """Make the rows of a publication.

    Persons with one match key in common get one row each under it, in different slots, up to eight. Addresses with one
    match key in common share one row: of those with the highest level the one that lasts longest, flagged "several".

    Args:
        records: Opened records, each with its derived keys.
        publication: What the rows are bound to.
        vault: Derives the case references.

    Returns:
        Rows of 128 bytes, in no particular order.

    Raises:
        PublishingError: More than eight persons have a match key in common (``crowded``, with the records' numbers).
    """
    # Most match keys are one person's alone: a list for each of 10^5 would keep the collector of garbage busy.
    first: dict[bytes, int] = {}
    more: dict[bytes, list[int]] = {}
    places: dict[bytes, list[tuple[Listed, int]]] = {}
    rows = []
    for record in records:
        for position, prk in enumerate(record.prks):
            if record.elements is None:
                places.setdefault(prk, []).append((record, position))
                continue
            slot = 0
            if prk in first:
                numbers = more.setdefault(prk, [first[prk]])
                slot = len(numbers)
                numbers.append(record.number)
                if slot == SLOTS:
                    raise PublishingError("crowded", records=", ".join(map(str, numbers)))
            else:
                first[prk] = record.number
            tag, entry_key = publication.derive(prk, slot)
            entry = _entry(record, position, publication, vault, sketch.draw(record.elements, entry_key))
            rows.append(seal_encoded(publication.associated_data(tag), tag, entry_key, entry.encode()))
    rows += [_shared_row(prk, sharing, publication, vault) for prk, sharing in places.items()]
    return rows


def _shared_row(prk: bytes, sharing: list[tuple[Listed, int]], publication: Publication, vault: Vault) -> bytes:
    record, position = max(sharing, key=lambda place: (place[0].level, place[0].valid_until, -place[0].number))
    several = len({other.number for other, _ in sharing}) > 1
    tag, entry_key = publication.derive(prk, 0)
    entry = _entry(record, position, publication, vault, _NO_SKETCH, several=several)
    return seal_encoded(publication.associated_data(tag), tag, entry_key, entry.encode())


def _entry(
    record: Listed, position: int, publication: Publication, vault: Vault, drawn: bytes, *, several: bool = False
) -> Entry:
    return Entry(
        level=record.level,
        contact=record.contact,
        valid_until=record.valid_until,
        reference=vault.reference(publication.salt, record.id, position),
        sketch=drawn,
        address=record.elements is None,
        several=several,
    )
