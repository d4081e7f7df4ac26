"""``obacht report``: tell the safety office about an incident, sealed so that nobody else can read it."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

import click

from obacht_clients.cli import report_form
from obacht_clients.cli.check import UNUSABLE_IDENTITY, own_fault
from obacht_clients.cli.console import Console, is_interactive, say
from obacht_clients.errors import ClientError, TransportError
from obacht_clients.reporting import Kept, Reporting
from obacht_clients.words import reports as words
from obacht_clients.words import why
from obacht_protocol.errors import ReportError
from obacht_protocol.receipt_numbers import read_receipt_number
from obacht_protocol.reports import Report, Status

KEPT: Final = 4
_STDIN: Final = "-"
_EPILOG: Final = """\b
Exit codes:
   0  the safety office has it
   4  it is sealed and kept on this device, and was not sent; send it with --send-waiting
   1  it was neither sent nor kept, and why
   2  usage
   3  what was written cannot be used; nothing was sent or kept

\b
A file (TOML, or JSON with the same names):
  [person]    family_name, given_names, birth_name, aliases, birth_date,
              postcode, street, house_number, town, description
  [incident]  time, place, kind, what
  [ground]    kind (house-ban, complaint, application), file_number, date
  [reporter]  office, name, phone"""


@click.command(epilog=_EPILOG)
@click.option("--file", type=click.Path(path_type=Path), help="Read the report from a file; - is standard input.")
@click.option("--send-waiting", is_flag=True, help="Send the sealed reports that could not be sent before.")
@click.option("--status", "number", metavar="NUMBER", help="How far is the report with this receipt number?")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def report(console: Console, *, file: Path | None, send_waiting: bool, number: str | None, as_json: bool) -> None:
    """Tell the safety office about an incident.

    Best without options: everything is asked for on the terminal, and nothing of it is left on this device but the
    sealed report, until it was sent. There are no options for names: they would end up in the shell's history.
    """
    if sum((file is not None, send_waiting, number is not None)) > 1:
        raise click.UsageError(console.text("report-one-thing"))
    try:
        receipt = None if number is None else read_receipt_number(number)
        code = asyncio.run(_walk(console, file, receipt, send_waiting=send_waiting, as_json=as_json))
    except ClientError as error:
        console.fail(error)
    except ReportError as error:
        _refuse(console, error, as_json=as_json)
    except (click.ClickException, click.Abort):
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not show what was written
        own_fault(error)
        code = 1
    sys.exit(code)


async def _walk(console: Console, file: Path | None, receipt: str | None, *, send_waiting: bool, as_json: bool) -> int:
    async with Reporting(console.home, clock=console.clock, network=console.network) as reporting:
        await reporting.prepare()
        if receipt is not None:
            return await _tell_status(console, reporting, receipt, as_json=as_json)
        if send_waiting:
            done = await reporting.send_waiting()
        else:
            done = [await reporting.send(_written(console, file))]
        waiting = reporting.waiting()
    if as_json:
        click.echo(json.dumps({"reports": [_plain(one) for one in done], "waiting": waiting}))
    else:
        _show(console, done, waiting)
        if file is not None and str(file) != _STDIN:
            say([console.text("report-file-left")], err=True)
    return KEPT if any(isinstance(one, Kept) for one in done) else 0


def _written(console: Console, file: Path | None) -> Report:
    if file is not None:
        return report_form.make(report_form.read(console, file), console.clock())
    if not is_interactive():
        raise click.UsageError(console.text("report-how"))
    typed = report_form.ask(console)
    yes, no = console.text("report-yes"), console.text("report-no")
    answers = click.Choice([yes, no], case_sensitive=False)
    if click.prompt(console.text("report-confirm"), type=answers, default=yes) == no:
        say([console.text("report-abandoned")], err=True)
        raise click.Abort
    return report_form.make(typed, console.clock())


async def _tell_status(console: Console, reporting: Reporting, receipt: str, *, as_json: bool) -> int:
    try:
        status = await reporting.status(receipt)
    except TransportError as error:
        if error.reason != "refused-not-found":
            raise
        say([console.text("report-unknown-number")], err=True)
        return 1
    if as_json:
        click.echo(json.dumps(_plain(status)))
    else:
        say([console.text("report-state", status.receipt, console.text(f"report-state-{status.state}"))])
    return 0


def _plain(one: Status | Kept) -> dict[str, str]:
    return {"kept": one.reason} if isinstance(one, Kept) else {"receipt": one.receipt, "state": one.state}


def _show(console: Console, done: Sequence[Status | Kept], waiting: int) -> None:
    for one in done:
        if isinstance(one, Kept):
            say([console.text("report-kept", why(one.reason, console.language))])
        else:
            say([console.text("report-sent", one.receipt), console.text("report-note-number")])
    if waiting:
        say([console.text("report-waiting", waiting)])
    elif not done:
        say([console.text("report-none-waiting")])


def _refuse(console: Console, error: ReportError, *, as_json: bool) -> NoReturn:
    text = words.refused(error, console.language) if error.field else console.text("report-number")
    if as_json:
        click.echo(json.dumps({"field": error.field, "code": error.code, "text": text}))
    else:
        say([text], err=True)
    sys.exit(UNUSABLE_IDENTITY)
