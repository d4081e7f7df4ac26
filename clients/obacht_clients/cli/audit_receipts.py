"""``obacht audit receipts``: verify the key offices' logs, and open every receipt on them."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from obacht_clients import canary
from obacht_clients.audit.examining import examine
from obacht_clients.audit.known import Known
from obacht_clients.audit.months import Months
from obacht_clients.audit.report import Report
from obacht_clients.audit.seen import Seen
from obacht_clients.audit.setting import Setting
from obacht_clients.audit.sources import Folder, Office, Saving, Source
from obacht_clients.audit.tree import Log
from obacht_clients.audit.verifying import ENROLLER
from obacht_clients.cli.audit_device import FILE as DEVICE
from obacht_clients.cli.auditor import (
    descriptor_option,
    key_file_option,
    look_log,
    moment,
    passphrase_option,
    read_descriptor,
    read_passphrase,
)
from obacht_clients.cli.console import Console, say
from obacht_clients.device import DeviceKey
from obacht_clients.errors import ClientError
from obacht_clients.receipts import month_of
from obacht_clients.transport import Transport
from obacht_clients.words import why
from obacht_protocol import matching
from obacht_protocol.checkpoints import WitnessKey
from obacht_protocol.descriptor import Descriptor, KeyOffice
from obacht_protocol.encoding import base64url

_FOLDER = click.Path(path_type=Path, file_okay=False)
_SECRET_LENGTH = 32
_DAY = 24 * 3600
save_option = click.option("--save", type=_FOLDER, help="Keep what is downloaded in this folder.")
from_option = click.option("--from", "saved", type=_FOLDER, help="Read what was kept in this folder; ask nobody.")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run over all logs works with.

    Attributes:
        descriptor: Signed by the auditor.
        settings: By the office's index.
        destroyed: Months whose keys were destroyed.
        witnesses: The witnesses' keys that are known.
    """

    descriptor: Descriptor
    settings: Mapping[int, Setting]
    destroyed: frozenset[str]
    witnesses: Sequence[WitnessKey]

    @classmethod
    def prepare(cls, console: Console, descriptor: Path | None, key_file: Path | None, passphrase: str) -> "Run":
        """Read the descriptor, remember its publisher, and unlock the month keys; ``ClientError`` if that fails."""
        read = read_descriptor(console, descriptor, key_file)
        known = Known(console.home)
        known.add_publisher(read.publisher)
        publishers = known.publishers()
        gone = look_log(console, key_file).read().destroyed
        keys = Months(console.home).unlock(passphrase, month_of(console.clock() + _DAY))
        secret = os.urandom(_SECRET_LENGTH)
        invented = matching.question_keys(canary.person_of(read))
        settings = {
            office.index: Setting.of(
                deployment=read.deployment,
                origin=office.url,
                publishers=publishers,
                keys=keys,
                destroyed=gone,
                secret=secret,
                canary=invented,
            )
            for office in read.offices
        }
        return cls(read, settings, gone, known.witnesses())

    @property
    def offices(self) -> Sequence[KeyOffice]:
        """The key offices that keep a log."""
        return [office for office in self.descriptor.offices if office.log]


@click.command()
@click.option(
    "--all",
    "whole",
    is_flag=True,
    help="Look at whole logs, not only at what was added since the last run that passed; implied by --save and --from.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@save_option
@from_option
@descriptor_option
@key_file_option
@passphrase_option
@click.pass_obj
def receipts(
    console: Console,
    *,
    whole: bool,
    as_json: bool,
    save: Path | None,
    saved: Path | None,
    descriptor: Path | None,
    key_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Verify every key office's log against what was seen before, and every entry and receipt that was added since.

    Whether they pass, what is wrong, and how many different persons each user and department asked about: nobody's
    identity. Exit codes: 0 all pass, 1 something fails or could not be looked at, 2 usage.
    """
    try:
        run = Run.prepare(console, descriptor, key_file, read_passphrase(console, passphrase_file))
        found = asyncio.run(_examine(console, run, save, saved, whole=whole))
    except ClientError as error:
        console.fail(error)
    offices = run.offices
    if as_json:
        reports = [
            one.to_json() if isinstance(one, Report) else {"office": office.name, "passed": False, "error": one}
            for office, one in zip(offices, found, strict=True)
        ]
        click.echo(json.dumps({"offices": reports}))
    else:
        for office, one in zip(offices, found, strict=True):
            say(words_of(console, one) if isinstance(one, Report) else failure(console, office, one))
        say(console.text("audit-no-log", office.name) for office in run.descriptor.offices if not office.log)
    passed = all(isinstance(one, Report) and one.passed for one in found)
    sys.exit(0 if passed and found else 1)


async def _examine(
    console: Console, run: Run, save: Path | None, saved: Path | None, *, whole: bool
) -> list[Report | str]:
    seen, found = Seen(console.home), list[Report | str]()
    async with transport_of(console) as transport:
        for office in run.offices:
            try:
                source = source_of(transport, office, save, saved)
                # What is saved is the whole log, for whoever looks into it without the office.
                proof = source.consistency if isinstance(source, Office) and not whole else None
                log = Log(office, source, seen, run.witnesses, proof)
                found.append(await examine(log, run.settings[office.index], progress(console, office.name)))
            except ClientError as error:
                found.append(error.reason)
    return found


def transport_of(console: Console) -> Transport:
    """Give the auditor's way to the key offices; ``HomeError`` if its device has no key."""
    device = DeviceKey.load_or_create(console.home / DEVICE)
    return Transport(device, console.clock, network=console.network)


def source_of(transport: Transport, office: KeyOffice, save: Path | None, saved: Path | None) -> Source:
    """Choose where an office's log comes from; ``ClientError`` if nothing can be saved there."""
    if saved is not None:
        return Folder(saved, office)
    source = Office(transport, office)
    return source if save is None else Saving(source, save, office)


def progress(console: Console, name: str) -> Any:  # noqa: ANN401 - a function of two numbers
    """Show on a terminal how far a log is looked at."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            click.echo("\r" + console.text("audit-progress", name, done, of), err=True, nl=done == of)

    return show


def failure(console: Console, office: KeyOffice, reason: str) -> list[str]:
    """Say why a log could not be looked at."""
    return [console.text("audit-unread", office.name, why(reason, console.language))]


def words_of(console: Console, report: Report) -> Iterator[str]:
    """Say what was found on a log."""
    text = console.text
    yield text("audit-pass" if report.passed else "audit-fail", report.office)
    yield "  " + text("audit-tree", report.size, base64url(report.root))
    yield "  " + _looked_at(console, report)
    yield from (f"  {line}" for line in _cosigners(console, report))
    for fault in report.faults:
        yield "  " + text(fault)
    for one in report.failed:
        where = text("audit-entry", one.index, moment(console, one.time), one.department or "?", one.device or "?")
        yield f"  {where}: " + " ".join(text(f"fault-{fault}") for fault in one.faults)
    if any(ENROLLER in one.faults for one in report.failed):
        yield "  " + text("audit-strange-enroller")
    if report.stretch is not None:
        yield from (f"  {line}" for line in _counts(console, report, *report.stretch))


def _looked_at(console: Console, report: Report) -> str:
    """Say from which entry to which one was looked."""
    if report.stretch is None:
        return console.text("audit-none")
    begin, end = report.stretch
    if begin == 0:
        words = console.text("audit-all")
    elif begin == end:
        words = console.text("audit-nothing")
    else:
        words = console.text("audit-added", begin, end - 1)
    if report.period is None:
        return words
    return console.text("audit-period", words, *(moment(console, time) for time in report.period))


def _cosigners(console: Console, report: Report) -> Iterator[str]:
    found, text = report.cosigners, console.text
    yield from (text("audit-cosigned", name) for name in found.verified)
    yield from (text("audit-cosigned-unknown", name) for name in found.unknown)
    yield from (text("audit-cosigned-missing", name) for name in found.missing)
    yield from (text("audit-cosigned-wrong", name) for name in found.wrong)


def _counts(console: Console, report: Report, begin: int, end: int) -> Iterator[str]:
    text = console.text
    yield text("audit-counts", report.questions, report.persons, report.canaries, report.enrolled)
    for device, keys in sorted(report.enrollers.items()):
        yield text("audit-enroller", device, keys)
    gone = (report.kinds["pruned"], report.destroyed)
    if any(gone):
        yield text("audit-gone", *gone)
    for code, count in sorted(report.refusals.items()):
        yield text("audit-refusals", code, count)
    for one in report.events:
        yield text("audit-event", moment(console, one.time), one.code, one.department)
    for one in report.urgent:
        yield text("audit-urgent", moment(console, one.time), one.department, base64url(one.user), one.reason)
    for department, persons in report.departments:
        yield text("audit-department-persons", department, begin, end - 1, persons)
    for department, user, persons in report.users:
        yield text("audit-user-persons", department, base64url(user), begin, end - 1, persons)
