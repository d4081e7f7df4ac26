"""What the office's service does in threads of its own: publishing, enrolling for the next epoch, opening cases."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Final

from obacht_clients.answers import OfficeWarning
from obacht_clients.transport import Clock
from obacht_enrollment import publication, rotation
from obacht_enrollment.cases.similar import Index
from obacht_enrollment.errors import PublishingError
from obacht_enrollment.office import Office
from obacht_enrollment.outside import Outside
from obacht_service import logs

TELL_EVERY: Final = 30.0
"""Seconds between two lines in the log about one enrolment."""
OPEN_EVERY: Final = 30.0
"""Seconds between two looks whether there are cases that are not open yet."""


class Background:
    """Work of seconds or hours, with connections of its own, so that the register is renewed meanwhile."""

    def __init__(self, office: Office, clock: Clock) -> None:
        """Begin nothing yet.

        Args:
            office: Unlocked.
            clock: Gives Unix seconds.
        """
        self._office = office
        self._clock = clock
        self._stopping = threading.Event()
        self._last_told = 0.0

    async def publish(self) -> None:
        """Publish all valid records; raises as :func:`obacht_enrollment.publication.publish` does."""

        async def work(outside: Outside) -> None:
            await publication.publish(
                self._office, outside, self._clock, enrolled=self._go_on, step=self._go_on, warned=_warn
            )

        await asyncio.to_thread(self._run, work)

    async def prepare(self) -> None:
        """Enrol for the next epoch whoever is not; raises as :func:`obacht_enrollment.rotation.prepare` does."""

        async def work(outside: Outside) -> None:
            descriptor, _ = publication.current_descriptor(self._office, self._clock())
            await rotation.prepare(self._office, outside, descriptor, self._clock, enrolled=self._told, warned=_warn)

        await asyncio.to_thread(self._run, work)

    async def keep_open(self, cases: Index) -> None:
        """Open all cases for comparing, and go on until cancelled, so that nobody has to wait for it who looks."""
        failing = False
        while True:
            try:
                await asyncio.to_thread(cases.refresh, self._office)
                failing = False
            except Exception as error:  # noqa: BLE001 - whoever looks is told, and the next case may be another one
                if not failing:
                    logs.failure("cases-not-opened", error)
                failing = True
            await asyncio.sleep(OPEN_EVERY)

    def stop(self) -> None:
        """Have what is under way end before its next batch: a thread cannot be cancelled, but asked."""
        self._stopping.set()

    def _run(self, work: Callable[[Outside], Awaitable[None]]) -> None:
        async def walk() -> None:
            office = self._office
            async with Outside.open(office.keys.publisher.seed, office.settings.matcher, self._clock) as outside:
                await work(outside)

        asyncio.run(walk())

    def _go_on(self, *_: object) -> None:
        if self._stopping.is_set():
            raise PublishingError("stopped")

    def _told(self, epoch: int, done: int, remaining: int) -> None:
        self._go_on()
        now = time.monotonic()
        if done and (not remaining or now - self._last_told >= TELL_EVERY):
            self._last_told = now
            logs.event("enrolling", epoch=epoch, count=done, remaining=remaining)


def _warn(index: int, warning: OfficeWarning) -> None:
    logs.event("key-office-warning", office=index, reason=warning.code)
