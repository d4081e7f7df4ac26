"""``obacht check-list``: ask about everybody of a round at once."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

import click

from obacht_clients import answers, words
from obacht_clients.answers import Answer, Finding, State
from obacht_clients.cli import day_list, subject
from obacht_clients.cli.check import EXIT_CODES, UNUSABLE_IDENTITY, own_fault, purposes_of, user_name
from obacht_clients.cli.console import Console, say
from obacht_clients.cli.day_list import DayListError, Fault, Line
from obacht_clients.department import Department
from obacht_clients.words import sentences
from obacht_protocol.errors import IdentityError

GRAVITY: Final = (State.ENTRY, State.POSSIBLE_ENTRY, State.NO_CHECK, State.NO_ENTRY)
"""The states, gravest first."""
_EPILOG: Final = """\b
Exit codes, the gravest of the list:
  10  an entry
  11  no entry, but a possible entry
  20  neither, and for at least one line no check was made
   0  no entry for any line (this is no all-clear)
   2  usage
   3  the file or a line of it cannot be used; nothing was asked"""


@click.command("check-list", epilog=_EPILOG)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--purpose", help="Identifier of one of the deployment's purposes.")
@click.option("--reference", default="", help="Reference of the file, for lines that name none.")
@click.option("--urgent", metavar="REASON", help="Ask over quota, for a reason that the auditor will read.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def check_list(
    console: Console, file: Path, *, purpose: str | None, reference: str, urgent: str | None, as_json: bool
) -> None:
    """Ask about up to 40 persons or addresses of a CSV file in one question; the gravest answers come first.

    Columns (UTF-8 or Windows-1252, divided by ; or ,): Familienname, Vornamen, Geburtsdatum and Geburtsname for a
    person, PLZ, Straße and Hausnummer for an address, Aktenzeichen for both. If one line is wrong, nothing is asked.
    """
    reason = subject.require_reason(console, urgent)
    try:
        lines = day_list.read(file, console, reference)
    except DayListError as error:
        _refuse(console, error.faults, as_json=as_json)
    with Department(console.home, clock=console.clock, network=console.network) as department:
        typed = {} if purpose is None else {"purpose": purpose}
        chosen = subject.choose_purpose(console, typed, purposes_of(department))
        try:
            found = _ask(console, department, lines, chosen, reason)
        except IdentityError as error:
            _refuse(console, [Fault(None, words.refused_identity(error, console.language))], as_json=as_json)
    ordered = sorted(zip(lines, found, strict=True), key=lambda pair: _rank(pair[1]))
    _show(console, ordered, as_json=as_json)
    sys.exit(EXIT_CODES[ordered[0][1].state])


def _ask(console: Console, department: Department, lines: Sequence[Line], purpose: str, reason: str) -> list[Answer]:
    def show(done: int, of: int) -> None:
        click.echo("\r" + console.text("list-progress", done, of), err=True, nl=done == of)

    try:
        return department.check_list(
            [line.subject for line in lines],
            purpose=purpose,
            references=[line.reference for line in lines],
            user=user_name(),
            urgent=reason,
            progress=show if is_watched() else None,
        )
    except IdentityError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must reach the desk as a state, with nothing typed in it
        return [own_fault(error)] * len(lines)


def is_watched() -> bool:
    """Tell whether somebody sees the progress: it is no part of what programs read."""
    return sys.stderr.isatty()


def _rank(answer: Answer) -> tuple[int, int]:
    level = answer.level if isinstance(answer, Finding) else 0
    return GRAVITY.index(answer.state), -level


def _refuse(console: Console, faults: Sequence[Fault], *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"faults": [{"line": fault.line, "text": fault.text} for fault in faults]}))
    else:
        say((_located(console, fault) for fault in faults), err=True)
        say([console.text("list-nothing")], err=True)
    sys.exit(UNUSABLE_IDENTITY)


def _located(console: Console, fault: Fault) -> str:
    return fault.text if fault.line is None else console.text("list-line", fault.line, fault.text)


def _show(console: Console, ordered: Sequence[tuple[Line, Answer]], *, as_json: bool) -> None:
    language = console.language
    if as_json:
        told = [
            {"line": line.number, "file_reference": line.reference}
            | answers.to_json(answer)
            | {"text": sentences.of(answer, language)}
            for line, answer in ordered
        ]
        click.echo(json.dumps({"answers": told}))
        return
    for line, answer in ordered:
        about = f"{line.typed} ({line.reference})" if line.reference else line.typed
        say([console.text("list-line", line.number, about)])
        say(f"  {sentence}" for sentence in sentences.without_warnings(answer, language))
    # All answers come out of one question, so what the key offices did is the same for all.
    say(sentences.warnings(ordered[0][1], language))
