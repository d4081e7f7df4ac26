"""Deployment descriptors: drafted from settings and a key ceremony, signed by the root key, put in force by two."""

import datetime as dt
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from nacl.public import PrivateKey

from obacht_enrollment import epochs, ledger
from obacht_enrollment import home as homes
from obacht_enrollment.errors import DescriptorDraftError, MatcherError
from obacht_enrollment.home import Home
from obacht_enrollment.keyring import Keyring, PublicKeys
from obacht_enrollment.office import descriptor_in_force, verify_own
from obacht_enrollment.outside import Outside
from obacht_enrollment.settings import Settings
from obacht_protocol import notes
from obacht_protocol.descriptor import MAX_EPOCH_SECONDS, Descriptor, Epoch, KeyOffice, ReceiptKey
from obacht_protocol.encoding import canonical_json, parse_json, unbase64url
from obacht_protocol.errors import ProtocolError, TranscriptError
from obacht_protocol.notes import VerifyKey
from obacht_protocol.transcript import Transcript

_MAX_EPOCHS: Final = 2
_MONTH: Final = re.compile("20[0-9]{2}-(?:0[1-9]|1[0-2])")


def read_transcript(data: bytes) -> Transcript:
    """Read and verify the transcript of a ceremony; ``DescriptorDraftError`` (``transcript``) if it is not right."""
    try:
        return Transcript.parse(data)
    except TranscriptError as error:
        raise DescriptorDraftError("transcript", reason=error) from error


def read_receipt_keys(data: bytes) -> list[ReceiptKey]:
    """Read the auditor's ``receipt-keys.json``; ``DescriptorDraftError`` (``receipt-keys``) if it is malformed."""
    try:
        listed = parse_json(data)
        if isinstance(listed, list):
            return [ReceiptKey(_month(key["month"]), unbase64url(key["public_key"], 32)) for key in listed]
    except (ProtocolError, TypeError, KeyError) as error:
        raise DescriptorDraftError("receipt-keys") from error
    raise DescriptorDraftError("receipt-keys")


def draft(
    settings: Settings,
    keys: PublicKeys,
    transcript: Transcript | None,
    auditor: VerifyKey,
    previous: tuple[Descriptor, bytes] | None,
    *,
    now: int,
    drop: Collection[int] = (),
    published: int | None = None,
    contacts_in_use: Mapping[int, Sequence[int]] | None = None,
    receipts: Sequence[ReceiptKey] | None = None,
) -> Descriptor:
    """Draft the next descriptor. Epochs of the one in force stay in it until they are dropped.

    Args:
        settings: Of the office.
        keys: Of the office.
        transcript: Of the ceremony that shared an epoch's key among the key offices; None for no new epoch.
        auditor: The auditor's key.
        previous: The descriptor in force and its note, or None.
        now: Unix seconds.
        drop: Numbers of epochs that are over.
        published: Number of the epoch of the newest register, if there is one.
        contacts_in_use: Contacts that valid records name, each with the records' numbers.
        receipts: The auditor's keys for receipts; None for those before. Months that are over are left out.

    Raises:
        DescriptorDraftError: The key is another deployment's (``transcript-deployment``), no epoch is left
            (``transcript-missing``), there would be three (``epochs-many``), the new one does not come last
            (``epoch-order``), the one to drop is unknown (``epoch-unknown``) or still published (``epoch-published``),
            records name a contact that is gone (``contact-in-use``), the canary cannot stand for a person
            (``canary``), there were keys for receipts, but none for a month to come (``receipts-over``), or the whole
            contradicts itself (``descriptor-form``).
    """
    ledger.canary_record(settings.canary, settings.default_contact)
    for contact, records in (contacts_in_use or {}).items():
        if contact not in settings.contact_numbers:
            # a row that names a contact nobody knows would be an entry without a telephone number
            raise DescriptorDraftError("contact-in-use", contact=contact, records=", ".join(map(str, records)))
    before = previous[0] if previous else None
    kept = _kept(before, drop, published)
    offices = {office.index: office for office in before.offices} if before else {}
    try:
        if transcript:
            kept = [*_before(kept, transcript.epoch), _epoch(settings, transcript, kept, now)]
            offices |= {seat.index: KeyOffice(seat.index, seat.name, seat.url, seat.log) for seat in transcript.offices}
        if not kept:
            raise DescriptorDraftError("transcript-missing")
        if len(kept) > _MAX_EPOCHS:
            raise DescriptorDraftError("epochs-many", oldest=kept[0].number)
        named = {index for epoch in kept for index in epoch.shares}
        return Descriptor(
            deployment=settings.deployment,
            version=previous[0].version + 1 if previous else 1,
            previous=notes.digest(previous[1]) if previous else bytes(32),
            issued=now,
            expires=max(epoch.ends for epoch in kept),
            office=keys.office,
            auditor=auditor,
            matcher=settings.matcher,
            offices=[offices[index] for index in sorted(named)],
            epochs=kept,
            head=keys.head,
            publisher=keys.publisher,
            contacts=settings.contacts,
            purposes=settings.purposes,
            canary=settings.canary,
            receipts=_receipts(before, receipts, now),
            report=keys.report,
            reports=settings.reports,
        )
    except ProtocolError as error:
        raise DescriptorDraftError("descriptor-form", reason=error) from error


def months_missing(descriptor: Descriptor) -> list[str]:
    """List the months in which the descriptor is good and clients will not be able to ask for want of a key."""
    if not descriptor.receipts:
        return []
    first, last = (dt.datetime.fromtimestamp(when, dt.UTC) for when in (descriptor.issued, descriptor.expires - 1))
    named = {key.month for key in descriptor.receipts}
    count = 12 * (last.year - first.year) + last.month - first.month
    months = [divmod(12 * first.year + first.month - 1 + step, 12) for step in range(count + 1)]
    return [month for month in (f"{year}-{place + 1:02}" for year, place in months) if month not in named]


def _month(month: object) -> str:
    if not isinstance(month, str) or not _MONTH.fullmatch(month):
        raise DescriptorDraftError("receipt-keys")
    return month


def _receipts(before: Descriptor | None, new: Sequence[ReceiptKey] | None, now: int) -> list[ReceiptKey]:
    known = (before.receipts if before else ()) if new is None else new
    month = dt.datetime.fromtimestamp(now, dt.UTC).strftime("%Y-%m")
    kept = [key for key in known if key.month >= month]
    if known and not kept:
        # without any, clients would seal no receipts, and every key office would refuse them
        raise DescriptorDraftError("receipts-over")
    return kept


def _kept(before: Descriptor | None, drop: Collection[int], published: int | None) -> list[Epoch]:
    known = epochs.in_order(before) if before else []
    unknown = set(drop) - {epoch.number for epoch in known}
    if unknown:
        raise DescriptorDraftError("epoch-unknown", epoch=min(unknown))
    if published in drop:
        raise DescriptorDraftError("epoch-published", epoch=published)
    return [epoch for epoch in known if epoch.number not in drop]


def _before(kept: Sequence[Epoch], number: int) -> list[Epoch]:
    if kept and kept[-1].number > number:
        raise DescriptorDraftError("epoch-order", epoch=number)
    return [epoch for epoch in kept if epoch.number != number]


def _epoch(settings: Settings, transcript: Transcript, known: Sequence[Epoch], now: int) -> Epoch:
    if transcript.deployment != settings.deployment:
        raise DescriptorDraftError("transcript-deployment")
    same = (epoch for epoch in known if (epoch.number, epoch.public_key) == (transcript.epoch, transcript.public_key))
    begins = next((epoch.begins for epoch in same), now)
    return Epoch(
        number=transcript.epoch,
        public_key=transcript.public_key,
        threshold=transcript.threshold,
        shares={office.index: office.public_share for office in transcript.offices},
        begins=begins,
        ends=begins + MAX_EPOCH_SECONDS,
        stretch=settings.stretch,
    )


def write_draft(home: Home, descriptor: Descriptor) -> None:
    """Write a draft to be read, and if need be changed, by people."""
    text = json.dumps(parse_json(descriptor.encode()), ensure_ascii=False, indent=2)
    home.replace(homes.DRAFT, text.encode() + b"\n")


def sign(home: Home, keyring: Keyring) -> Descriptor:
    """Sign the draft with the root key, for the auditor to sign after it.

    Raises:
        DescriptorDraftError: The draft is malformed (``descriptor-form``), names other keys than this office's
            (``descriptor-keys``), or does not follow the descriptor in force (``descriptor-order``).
    """
    try:
        descriptor = Descriptor.parse(canonical_json(parse_json(home.read(homes.DRAFT))))
    except ProtocolError as error:
        raise DescriptorDraftError("descriptor-form", reason=error) from error
    keys = PublicKeys(home)
    root = keyring.root
    report = bytes(PrivateKey(keyring.report).public_key)
    own = (root.verify_key, keyring.head.verify_key, keyring.publisher.public_key, report, keys.deployment)
    named = descriptor.office, descriptor.head, descriptor.publisher, descriptor.report, descriptor.deployment
    if named != own:
        raise DescriptorDraftError("descriptor-keys")
    _check_order(descriptor, descriptor_in_force(home))
    home.replace(homes.SIGNED, notes.sign(descriptor.encode(), [root]))
    return descriptor


async def put(home: Home, note: bytes, outside: Outside) -> Descriptor:
    """Put a descriptor in force that office and auditor signed: here first, then at the matcher.

    Raises:
        DescriptorDraftError: A signature is missing or wrong (``descriptor-signatures``; a change of the auditor needs
            the old and the new one), or it does not follow the one in force (``descriptor-order``).
        MatcherError: The matcher refused it or cannot be reached. It is in force here all the same, and the service
            goes on trying.
    """
    descriptor = verify_own(note, PublicKeys(home))
    previous = descriptor_in_force(home)
    if previous and notes.digest(previous[1]) != notes.digest(note):
        try:
            Descriptor.verify(note, previous[0].office, previous[0].auditor)
        except ProtocolError as error:
            raise DescriptorDraftError("descriptor-signatures") from error
        _check_order(descriptor, previous)
    home.replace(homes.IN_FORCE, note)
    try:
        await outside.put_descriptor(note)
    except MatcherError as error:
        there = await outside.descriptor() if error.code == "descriptor-order" else None
        if there is None or notes.digest(there) != notes.digest(note):
            raise
    return descriptor


def _check_order(descriptor: Descriptor, previous: tuple[Descriptor, bytes] | None) -> None:
    try:
        if previous:
            descriptor.check_successor(previous[0], notes.digest(previous[1]))
    except ProtocolError as error:
        raise DescriptorDraftError("descriptor-order") from error
