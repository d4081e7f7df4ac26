"""``obacht doctor``: try everything but a question, and say what to do where something fails."""

import asyncio
import datetime as dt
import sys
from collections.abc import AsyncIterator

import click

from obacht_clients.cli.console import Console, say
from obacht_clients.device import DeviceKey
from obacht_clients.errors import ClientError, TransportError
from obacht_clients.home import Home
from obacht_clients.receipts import month_of
from obacht_clients.registers import Registers
from obacht_clients.transport import Transport
from obacht_clients.trust import Trust
from obacht_clients.words import why
from obacht_protocol import reports
from obacht_protocol.head import MAX_LENGTH

Finding = tuple[str, str | None]
"""What was tried, and the reason why it failed."""


@click.command()
@click.pass_obj
def doctor(console: Console) -> None:
    """Try everything but a question. Exit codes: 0 all fine, 1 something failed, 2 usage."""
    findings = asyncio.run(_examine(console))
    for name, reason in findings:
        if reason is None:
            say([console.text("doctor-ok", name)])
        else:
            say([console.text("doctor-bad", name, why(reason, console.language))])
    sys.exit(int(any(reason is not None for _, reason in findings)))


async def _examine(console: Console) -> list[Finding]:
    findings: list[Finding] = []
    try:
        home = Home(console.home)
    except ClientError as error:
        return [(console.text("doctor-home"), error.reason)]
    try:
        device = DeviceKey.load(home.device_key)
        async with Transport(device, console.clock, proxy=home.pins().proxy, network=console.network) as transport:
            trust = Trust(home, transport, console.clock)
            findings.append((console.text("doctor-home"), None))
            findings += [finding async for finding in _servers(console, home, trust, transport)]
    except ClientError as error:
        findings.append((console.text("doctor-home"), error.reason))
    finally:
        home.close()
    return findings


async def _servers(console: Console, home: Home, trust: Trust, transport: Transport) -> AsyncIterator[Finding]:
    try:
        head = await trust.current()
        yield console.text("doctor-head"), None
        trust.epoch(head)
        await Registers(home.registers, transport).copy(head, trust.descriptor.matcher)
        yield console.text("doctor-register"), None
    except ClientError as error:
        yield console.text("doctor-register"), error.reason
    expires = dt.datetime.fromtimestamp(trust.descriptor.expires).astimezone()
    expired = console.clock() >= trust.descriptor.expires
    day = expires.strftime(console.language.texts["date"])
    yield console.text("doctor-descriptor", day), "descriptor-expired" if expired else None
    if trust.descriptor.receipts:
        named = {key.month for key in trust.descriptor.receipts}
        yield console.text("doctor-receipts"), None if month_of(console.clock()) in named else "receipt-key"
    for office in trust.descriptor.offices:
        yield console.text("doctor-office", office.name), await _reach(transport, office.url, "/v1/evaluations")
    if trust.descriptor.reports:
        yield console.text("doctor-reports"), await _reach(transport, trust.descriptor.reports, reports.PATH)
    yield console.text("doctor-clock"), "clock" if transport.clock_is_off else None


async def _reach(transport: Transport, origin: str, path: str) -> str | None:
    try:
        await transport.get(origin, path, limit=MAX_LENGTH)
    except TransportError as error:
        # No office takes a GET there; that it says so is enough.
        return None if error.reason in {"refused-method", "refused-not-found"} else error.reason
    return None
