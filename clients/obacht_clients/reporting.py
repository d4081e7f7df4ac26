"""Reporting an incident to the safety office: sealed at once, sent when there is a network, taken once.

A report is sealed before anything else is done with it, and lies sealed in the home until the office has answered.
What is sent again is the same bytes, by which the office knows that it has them: it gives the same receipt number.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx2

from obacht_clients.department import system_clock
from obacht_clients.device import DeviceKey
from obacht_clients.errors import ReportingError, TransportError, TrustError
from obacht_clients.home import Home, default_home
from obacht_clients.transport import Clock, Transport
from obacht_clients.trust import Trust
from obacht_clients.waiting import Waiting
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import MessageError, ReportError
from obacht_protocol.reports import MAX_STATUS_LENGTH, MEDIA_TYPE, PATH, Report, Status


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that could not be sent: it waits on this device, sealed.

    Attributes:
        reason: Why, one of :data:`obacht_clients.errors.REASONS` or a refusal of the office.
    """

    reason: str


class Reporting:
    """The way from this device to the safety office; one task at a time may use it."""

    def __init__(
        self,
        home: Path | None = None,
        *,
        clock: Clock = system_clock,
        network: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Open the home; nothing is asked yet.

        Args:
            home: The folder that ``obacht init`` made; the usual one of this user if None.
            clock: Unix seconds.
            network: Stands in for the network in tests.

        Raises:
            HomeError: This client is not set up, or its home cannot be read.
        """
        self._clock = clock
        self._home = Home(default_home() if home is None else home)
        try:
            device = DeviceKey.load(self._home.device_key)
            self._transport = Transport(device, clock, proxy=self._home.pins().proxy, network=network)
            self._trust = Trust(self._home, self._transport, clock)
        except BaseException:
            self._home.close()
            raise
        self._waiting = Waiting(self._home.path / "reports")

    async def __aenter__(self) -> Self:
        """Give itself, to be closed at the end of the block."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close connections and files."""
        await self._transport.aclose()
        self._home.close()

    async def prepare(self) -> None:
        """Fetch the newest descriptor if there is a network, and see that reports are taken at all.

        Raises:
            ReportingError: ``no-reports``: this deployment takes none.
            TrustError: ``descriptor-expired``: nothing may be sealed by the descriptor that is here.
            HomeError: The home cannot be read or written.
        """
        with suppress(TransportError, TrustError):  # without a network the descriptor that is here must do
            await self._trust.current()
        self._descriptor()

    async def send(self, report: Report) -> Status | Kept:
        """Seal a report, keep it, and send it if that is possible now.

        Args:
            report: What to tell the office.

        Returns:
            The office's answer, with the receipt number; or why the report has to wait.

        Raises:
            ReportingError: As :meth:`prepare` raises it; nothing was kept.
            TrustError: The same.
            HomeError: The report could not be kept, and was not sent.
        """
        descriptor = self._descriptor()
        try:
            sealed = report.seal(descriptor.report)
        except ReportError as error:
            raise TrustError("descriptor-form") from error
        return await self._deliver(self._waiting.add(sealed, self._clock()), sealed, descriptor)

    async def send_waiting(self) -> list[Status | Kept]:
        """Send what waits, the oldest first; give what became of each, in order.

        Raises:
            ReportingError: As :meth:`prepare` raises it.
            TrustError: The same.
            HomeError: The home cannot be read or written.
        """
        done = []
        for path in self._waiting.all():
            sealed = self._waiting.read(path)
            if sealed is not None:
                done.append(await self._deliver(path, sealed, self._descriptor()))
        return done

    def waiting(self) -> int:
        """Count the reports that wait."""
        return len(self._waiting.all())

    async def status(self, receipt: str) -> Status:
        """Ask how far a report is that this device has sent.

        Args:
            receipt: Its receipt number, as machines write it.

        Raises:
            ReportingError: ``no-reports``, or ``report-answer``: the office's answer is malformed.
            TransportError: The office could not be asked, or refused: a number it does not know from this device is
                ``refused-not-found``.
            TrustError: As :meth:`prepare` raises it.
        """
        answer = await self._transport.get_signed(
            self._descriptor().reports, f"{PATH}/{receipt}", limit=MAX_STATUS_LENGTH
        )
        return _read(answer)

    async def _deliver(self, path: Path, sealed: bytes, descriptor: Descriptor) -> Status | Kept:
        try:
            answer = await self._transport.upload(
                "POST", descriptor.reports, PATH, [sealed], media_type=MEDIA_TYPE, limit=MAX_STATUS_LENGTH
            )
            status = _read(answer)
        except (TransportError, ReportingError) as error:
            return Kept(error.reason)
        self._waiting.remove(path)
        return status

    def _descriptor(self) -> Descriptor:
        descriptor = self._trust.descriptor
        if self._clock() >= descriptor.expires:
            raise TrustError("descriptor-expired")
        if not descriptor.reports:
            raise ReportingError("no-reports")
        return descriptor


def _read(answer: bytes) -> Status:
    try:
        return Status.parse(answer)
    except MessageError as error:
        raise ReportingError("report-answer") from error
