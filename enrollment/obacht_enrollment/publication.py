"""One publication from beginning to end: enrol who is missing, build, hand to the matcher, remember."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from obacht_clients.transport import Clock
from obacht_enrollment import enrolling, epochs, ledger, publishing, rotation
from obacht_enrollment.cases import contents
from obacht_enrollment.enrolling import Progress
from obacht_enrollment.errors import DescriptorDraftError, EnrollingError, MatcherError, PublishingError
from obacht_enrollment.office import Office, descriptor_in_force
from obacht_enrollment.outside import Outside, Warned
from obacht_enrollment.tables import PublicationRow, RecordRow
from obacht_protocol import head as heads
from obacht_protocol import notes, register
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import DescriptorError, ProtocolError
from obacht_protocol.head import Head
from obacht_protocol.register import Register
from obacht_protocol.rows import SALT_LENGTH, Publication

Step = Callable[[str, int], None]
"""Told what is done next (``build``, ``send``), and with how many records or rows."""

_ATTEMPTS: Final = 3
_OVERTAKEN: Final = "sequence"
_DESCRIPTOR_UNKNOWN: Final = frozenset({"no-descriptor", "head"})


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a publication.

    Attributes:
        sequence: Its number; 0 for a trial.
        epoch: The number of its epoch.
        records: Records in it, without the canary.
        real_rows: Rows that stand for records or for the canary.
        missing: Records left out because they are not enrolled yet; only ever in a trial.
        register: Its shape and root.
    """

    sequence: int
    epoch: int
    records: int
    real_rows: int
    missing: int
    register: Register


def current_descriptor(office: Office, now: int) -> tuple[Descriptor, bytes]:
    """Give the descriptor in force and its note.

    Raises:
        DescriptorDraftError: There is none (``descriptor-none``), or it has expired (``descriptor-expired``).
    """
    found = descriptor_in_force(office.home)
    if found is None:
        raise DescriptorDraftError("descriptor-none")
    descriptor, note = found
    try:
        descriptor.check_current(now)
    except DescriptorError as error:
        raise DescriptorDraftError("descriptor-expired") from error
    return descriptor, note


async def publish(
    office: Office,
    outside: Outside,
    clock: Clock,
    *,
    enrolled: Progress = lambda _done, _remaining: None,
    step: Step = lambda _name, _count: None,
    warned: Warned = lambda _index, _warning: None,
) -> Published:
    """Enrol who is missing, build a register of all valid records, and put it in force.

    It is one of the newest epoch that has begun and for which every valid record is enrolled; while none is, of the
    epoch that was published last. If the key offices cannot be asked, a register without those who are not enrolled is
    put in force where something changed: what has ended must not stand there until they can. The error is raised then
    as well. But where one of them stands for what a case in force was found by until now, nothing is published:
    somebody about whom there is a warning would not be found at all.

    Args:
        office: Unlocked.
        outside: The way to key offices and matcher.
        clock: Gives Unix seconds.
        enrolled: Told after each batch of enrolment.
        step: Told what is done next.
        warned: Told of key offices that did not do their part.

    Raises:
        DescriptorDraftError: No descriptor or no epoch is in force.
        EnrollingError: The key offices could not be asked.
        PublishingError: The rows cannot be made, or others published or corrected at the same time again and again.
        MatcherError: The matcher could not be reached, or refused.
    """
    for _ in range(_ATTEMPTS):
        try:
            return await _publish_once(office, outside, clock, enrolled=enrolled, step=step, warned=warned)
        except MatcherError as error:
            if error.code != _OVERTAKEN:
                raise
        except _CorrectedError:
            continue
    raise PublishingError("overtaken")


class _CorrectedError(Exception):
    """Somebody was corrected while the register was made, and would stand in it under neither name."""


async def _publish_once(
    office: Office, outside: Outside, clock: Clock, *, enrolled: Progress, step: Step, warned: Warned
) -> Published:
    now = clock()
    descriptor, note = current_descriptor(office, now)
    keep_canary(office, descriptor, now)
    epoch = rotation.choose(office.store, descriptor, now)
    evaluate = outside.evaluator(descriptor, epoch, warned)
    epoch_id = epochs.identify(descriptor.deployment, epoch)
    failed: EnrollingError | None = None
    try:
        # once more after the last: records may have come in meanwhile
        while await enrolling.enrol(
            office.store, office.vault, descriptor.deployment, epoch, evaluate, now=now, progress=enrolled
        ):
            pass
    except EnrollingError as error:
        if not _has_changed(office, epoch_id, now) or _would_lose(office, epoch_id, now):
            raise
        failed = error
    publication = Publication(epoch.number, os.urandom(SALT_LENGTH))
    seed = os.urandom(register.SEED_LENGTH)
    row = PublicationRow(
        started=now,
        epoch=publication.epoch,
        epoch_id=epoch_id,
        salt=publication.salt,
        seed=office.vault.seal_file(seed_name(publication.salt), seed),
        changed=office.store.register_changes(),  # what changes while the records are read is published once more
    )
    # taken before the records are read: a later number never holds an older state of them
    sequence = office.store.begin_publication(row, await _next_sequence(office, outside))
    built = build(office, epoch_id, publication, seed, now=now, step=step)
    if _would_lose(office, epoch_id, now):  # corrected since the last was enrolled
        raise _CorrectedError
    issued = clock()
    head = heads.of_register(
        built.register,
        publication,
        deployment=descriptor.deployment,
        sequence=sequence,
        issued=issued,
        descriptor=notes.digest(note),
        lifetime=office.settings.head_lifetime,
    ).sign(office.keys.head)
    office.store.update_publication(sequence, head=head, real_rows=built.real_rows, next_expiry=built.next_expiry)
    step("send", built.register.bucket_rows << built.register.bits)
    await with_descriptor(outside, note, lambda: outside.put_register(sequence, head, built.register))
    office.store.update_publication(sequence, published=issued)
    if failed:
        raise failed
    return Published(sequence, epoch.number, built.records, built.real_rows, 0, built.register)


def _has_changed(office: Office, epoch_id: bytes, now: int) -> bool:
    """Tell whether anything changed or expired since the newest register, and whether that is of this epoch.

    For another epoch only some may be enrolled yet: without the others, nobody would be found any more.
    """
    latest = office.store.latest_publication()
    if latest is None or latest.epoch_id != epoch_id:
        return False
    return office.store.register_changes() > latest.changed or 0 < latest.next_expiry <= now


def _would_lose(office: Office, epoch_id: bytes, now: int) -> bool:
    """Tell whether who is not enrolled may stand in the newest register under what was corrected since."""
    since = {row.case: row.taken_in for row in office.store.not_enrolled(epoch_id, now) if row.case is not None}
    begun = contents.activated(office, since)
    return any(since[number] > begun[number] for number in begun)


@dataclass(frozen=True, slots=True)
class Built:
    """A register, and what went into it.

    Attributes:
        register: All of it.
        records: Records in it, without the canary.
        real_rows: Rows that stand for records or for the canary.
        next_expiry: Unix seconds at which the first of its records expires; 0 if it has none.
    """

    register: Register
    records: int
    real_rows: int
    next_expiry: int


def build(
    office: Office,
    epoch_id: bytes,
    publication: Publication,
    seed: bytes,
    *,
    now: int,
    step: Step = lambda _name, _count: None,
) -> Built:
    """Build the register of all records that are valid at ``now`` and enrolled in an epoch.

    Args:
        office: Unlocked.
        epoch_id: Of the epoch, 16 bytes.
        publication: What the rows are bound to.
        seed: Of the filler, 32 bytes.
        now: Unix seconds.
        step: Told what is done next.

    Raises:
        PublishingError: The rows cannot be made (``crowded``), or are too many for a register (``full``).
    """
    records = office.store.enrolled(epoch_id, now)
    step("build", len(records))
    rows = publishing.build_rows(publishing.open_records(records, office.vault, epoch_id), publication, office.vault)
    listed = [record.valid_until for record in records if record.kind != ledger.CANARY]
    try:
        built = register.build(rows, seed)
    except ProtocolError as error:
        raise PublishingError("full", rows=len(rows)) from error
    return Built(built, len(listed), len(rows), min(listed, default=0))


def trial(office: Office, clock: Clock) -> Published:
    """Build as :func:`publish` does, of what is enrolled already, and show it to nobody."""
    now = clock()
    descriptor, _ = current_descriptor(office, now)
    epoch = rotation.choose(office.store, descriptor, now)
    epoch_id = epochs.identify(descriptor.deployment, epoch)
    missing = office.store.not_enrolled(epoch_id, now)
    publication = Publication(epoch.number, os.urandom(SALT_LENGTH))
    built = build(office, epoch_id, publication, os.urandom(register.SEED_LENGTH), now=now)
    count = sum(1 for row in missing if row.kind != ledger.CANARY)
    return Published(0, epoch.number, built.records, built.real_rows, count, built.register)


def keep_canary(office: Office, descriptor: Descriptor, now: int) -> None:
    """Make the descriptor's canary the one canary among the records."""
    office.store.keep_canary(_canary(office, descriptor, now))


def has_canary(office: Office, descriptor: Descriptor) -> bool:
    """Tell whether the descriptor's canary is among the records."""
    return office.store.has(_canary(office, descriptor, 0).fingerprint)


def _canary(office: Office, descriptor: Descriptor, now: int) -> RecordRow:
    record = ledger.canary_record(descriptor.canary, descriptor.contacts[0].number)
    return ledger.seal(office.vault, record, taken_in=now, kind=ledger.CANARY)


async def with_descriptor(outside: Outside, note: bytes, send: Callable[[], Awaitable[None]]) -> None:
    """Send something to the matcher; if it does not know the descriptor in force, put that first.

    A matcher may have lost what it had, or an earlier attempt to put the descriptor may have failed.
    """
    try:
        await send()
    except MatcherError as error:
        if error.code not in _DESCRIPTOR_UNKNOWN:
            raise
        try:
            await outside.put_descriptor(note)
        except MatcherError as other:
            if other.code == "descriptor-order":  # it has this one or a later one: that was not it
                raise error from other
            raise
        await send()


async def _next_sequence(office: Office, outside: Outside) -> int:
    """Give the least number that the matcher will take, whatever the records say: they may come from a backup."""
    note = await outside.head()
    if note is None:
        return 1
    try:
        return Head.verify(note, office.keys.head.verify_key).sequence + 1
    except ProtocolError:
        return 1  # another key's head: the matcher will say what it thinks of ours


def seed_of(office: Office, row: PublicationRow) -> bytes:
    """Open the seed of a publication's filler, 32 bytes, for the auditor."""
    return office.vault.open_file(seed_name(row.salt), row.seed)


def seed_name(salt: bytes) -> str:
    """Name the seed of a publication's filler for the vault."""
    return f"filler/{salt.hex()}"
