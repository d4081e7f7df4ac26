"""Keeping the register in force alive: its head signed anew every hour, all of it made anew when a case changes.

Beside that everybody is enrolled for the next epoch, while the one before it is in force, and cases whose time is over
are ended, and erased in the end.

Whatever fails is tried again, at first soon and then less often, until it succeeds: a head lives for days, so there is
time, but nobody else would do it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from obacht_clients.transport import Clock
from obacht_enrollment import epochs, rotation
from obacht_enrollment.cases import retaining
from obacht_enrollment.errors import OfficeError
from obacht_enrollment.inbox import service as inbox
from obacht_enrollment.office import Office
from obacht_enrollment.outside import Outside
from obacht_enrollment.publication import current_descriptor, has_canary, with_descriptor
from obacht_enrollment.tables import PublicationRow
from obacht_protocol import notes
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import ProtocolError
from obacht_protocol.head import Head
from obacht_service import logs

TICK: Final = 5.0
"""Seconds between two looks at what is due."""
_FIRST_PAUSE: Final = 5
_LONGEST_PAUSE: Final = 300
_MINUTE: Final = 60

Work = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Chore:
    """Something that is tried until it succeeds.

    Attributes:
        failing: Code of the last failure; empty after a success.
        since: Unix seconds at which it began to fail; 0 after a success.
        error: The last failure, if it can be told in words; None otherwise, and after a success.
        task: In which it is going on in the background.
    """

    failing: str = ""
    since: int = 0
    error: OfficeError | None = None
    task: asyncio.Task[None] | None = None
    _pause: int = 0
    _not_before: int = 0

    def may_run(self, now: int) -> bool:
        """Tell whether it is not going on, and the pause after the last failure is over."""
        return self.task is None and now >= self._not_before

    def succeeded(self) -> None:
        """Forget the failures."""
        self.failing, self.since, self.error, self._pause, self._not_before = "", 0, None, 0, 0

    def hurry(self) -> None:
        """Wait no longer after the last failure."""
        self._not_before = 0

    def failed(self, error: Exception, now: int) -> None:
        """Remember a failure, and wait twice as long as after the one before."""
        self.error = error if isinstance(error, OfficeError) else None
        code = self.error.code if self.error else "internal"
        self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
        self.failing, self.since, self._not_before = code, self.since or now, now + self._pause


class Renewer:
    """What the service does, hour after hour.

    Attributes:
        head: The head that was in force when it was last looked at or renewed; None before that.
        renewing: How renewal goes.
        publishing: How publishing goes.
        enrolling: How enrolling for the next epoch goes.
        retaining: How ending and erasing cases, and erasing reports, goes.
    """

    @property
    def chores(self) -> tuple[Chore, ...]:
        """All that it does, what matters most first."""
        return self.publishing, self.renewing, self.retaining, self.enrolling

    def __init__(self, office: Office, outside: Outside, clock: Clock, publish: Work, prepare: Work) -> None:
        """Do nothing yet.

        Args:
            office: Unlocked.
            outside: The way to the matcher.
            clock: Gives Unix seconds.
            publish: Makes and publishes the whole register.
            prepare: Enrols for the next epoch whoever is not.
        """
        self._office = office
        self._outside = outside
        self._clock = clock
        self._publish = publish
        self._prepare = prepare
        self._renewed_for = b""
        self._due = 0
        self._changes = 0
        self._must_publish = False
        self.head: Head | None = None
        self.renewing = Chore()
        self.publishing = Chore()
        self.enrolling = Chore()
        self.retaining = Chore()

    async def run(self) -> None:
        """Go on until cancelled."""
        try:
            while True:
                await self.tick()
                await asyncio.sleep(TICK)
        finally:
            for chore in (self.publishing, self.enrolling, self.retaining):
                if chore.task:
                    chore.task.cancel()

    async def tick(self) -> None:
        """Do what is due now; failures are remembered and logged, never raised."""
        now = self._clock()
        if self.retaining.may_run(now) and self._is_over(now):
            self.retaining.task = asyncio.create_task(self._retain_in_background())
        if self.renewing.may_run(now):
            try:
                await self._renew(now)
                self.renewing.succeeded()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next hour must come
                self._note(self.renewing, "renewal-failed", error, now)
        if self._must_publish and self.publishing.may_run(now):
            self.publishing.task = asyncio.create_task(self._publish_in_background())
        if self.enrolling.may_run(now) and self._is_awaited(now):
            self.enrolling.task = asyncio.create_task(self._prepare_in_background())

    async def settle(self) -> None:
        """Wait for what is under way."""
        for chore in (self.publishing, self.enrolling, self.retaining):
            if chore.task:
                await chore.task

    async def _renew(self, now: int) -> None:
        descriptor, note = current_descriptor(self._office, now)
        digest = notes.digest(note)
        latest = self._office.store.latest_publication()
        if self._is_outdated(latest, descriptor, now):
            self._must_publish = True
        changes = self._office.store.register_changes()
        if changes > self._changes:  # what may be an end does not wait for what failed before
            self._changes = changes
            self.publishing.hurry()
        if now < self._due and digest == self._renewed_for:
            return
        if latest is not None and self._office.store.missing(latest.epoch_id, now):
            self._must_publish = True  # it was put in force without some, because the key offices could not be asked
        head = await self._head_in_force()
        if head is None and latest is None:
            return  # nothing was ever published here or there
        if head is None or not self._is_ours(head, latest):
            self._must_publish = True
            return
        if head.issued < now:
            renewed = head.renewed(issued=now, descriptor=digest, lifetime=self._office.settings.head_lifetime)
            signed = renewed.sign(self._office.keys.head)
            await with_descriptor(self._outside, note, lambda: self._outside.post_head(signed))
            head = renewed
            logs.event("head-renewed", sequence=head.sequence)
        self.head = head
        for row in await asyncio.to_thread(rotation.forget, self._office.store, descriptor, now):
            logs.event("epoch-destroyed", epoch=row.epoch, count=row.records)
        self._renewed_for = digest
        self._due = now + self._office.settings.renew_minutes * _MINUTE

    async def _head_in_force(self) -> Head | None:
        """Fetch the head that the matcher serves; None if it has no register of ours."""
        there = await self._outside.head()
        if there is None:
            return None
        try:
            return Head.verify(there, self._office.keys.head.verify_key)
        except ProtocolError:
            return None

    def _is_ours(self, head: Head, latest: PublicationRow | None) -> bool:
        """Tell whether the matcher serves the newest publication that is known here."""
        if latest is not None and head.sequence < latest.sequence:
            return False
        row = self._office.store.publication(head.sequence)
        if row is None or not row.head:
            return False
        if Head.verify(row.head, self._office.keys.head.verify_key).register_facts != head.register_facts:
            return False
        if not row.published:  # whoever published it was interrupted before this could be written down
            self._office.store.update_publication(head.sequence, published=head.issued)
        return True

    def _is_outdated(self, latest: PublicationRow | None, descriptor: Descriptor, now: int) -> bool:
        """Tell whether a case changed or a record expired since, the canary is another one, or the epoch is."""
        changed = self._office.store.register_changes()
        if latest is None:
            return changed > 0
        if changed > latest.changed or 0 < latest.next_expiry <= now or not has_canary(self._office, descriptor):
            return True
        epoch = rotation.choose(self._office.store, descriptor, now)
        return latest.epoch_id != epochs.identify(descriptor.deployment, epoch)

    def _is_awaited(self, now: int) -> bool:
        """Tell whether there is somebody to enrol for the next epoch."""
        try:
            descriptor, _ = current_descriptor(self._office, now)
            return bool(rotation.awaiting(self._office.store, descriptor, now))
        except OfficeError:  # renewal has the same trouble, and says so
            return False

    def _is_over(self, now: int) -> bool:
        """Tell whether there is a case or a report whose time is over."""
        try:
            return retaining.is_due(self._office, now) or inbox.has_old(self._office, now)
        except OfficeError as error:
            self._note(self.retaining, "retention-failed", error, now)
            return False

    async def _publish_in_background(self) -> None:
        try:
            await self._publish()
            self.publishing.succeeded()
            self._must_publish = False
            self._due = 0
            logs.event("published")
        except Exception as error:  # noqa: BLE001 - as above
            self._note(self.publishing, "publication-failed", error, self._clock())
        finally:
            self.publishing.task = None

    async def _prepare_in_background(self) -> None:
        try:
            await self._prepare()
            self.enrolling.succeeded()
        except Exception as error:  # noqa: BLE001 - as above
            self._note(self.enrolling, "enrolment-failed", error, self._clock())
        finally:
            self.enrolling.task = None

    async def _retain_in_background(self) -> None:
        try:
            done = await asyncio.to_thread(retaining.run, self._office, self._clock())
            erased = await asyncio.to_thread(inbox.erase_old, self._office, self._clock())
            self.retaining.succeeded()
            logs.event("cases-ended", count=done.expired + done.dismissed)
            logs.event("cases-anonymised", count=done.anonymised)
            logs.event("reports-erased", count=erased)
        except Exception as error:  # noqa: BLE001 - as above
            self._note(self.retaining, "retention-failed", error, self._clock())
        finally:
            self.retaining.task = None

    def _note(self, chore: Chore, event: str, error: Exception, now: int) -> None:
        chore.failed(error, now)
        logs.failure(event, error, seconds=now - chore.since)
