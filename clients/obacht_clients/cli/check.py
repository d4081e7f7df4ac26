"""``obacht check``: ask about one person or address."""

import datetime as dt
import getpass
import json
import sys
from collections.abc import Sequence
from typing import Final

import click

from obacht_clients import answers, words
from obacht_clients.answers import Answer, NoCheck, State
from obacht_clients.cli import subject
from obacht_clients.cli.console import Console, is_interactive, say
from obacht_clients.department import Department
from obacht_clients.errors import ClientError
from obacht_clients.words import sentences
from obacht_protocol.descriptor import Purpose
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person

EXIT_CODES: Final = {State.NO_ENTRY: 0, State.ENTRY: 10, State.POSSIBLE_ENTRY: 11, State.NO_CHECK: 20}
UNUSABLE_IDENTITY: Final = 3
_EPILOG: Final = """\b
Exit codes:
   0  no entry (this is no all-clear)
  10  entry
  11  possible entry
  20  no check was made
   2  usage
   3  what was typed cannot be used as a person or an address; nothing was asked"""


@click.command(epilog=_EPILOG)
@click.option("--stdin-json", is_flag=True, help="Read a JSON object from standard input: the way for other programs.")
@click.option("--address", is_flag=True, help="Ask for an address on the terminal, not for a person.")
@click.option("--family-name")
@click.option("--given-names", help="All given names, separated by spaces.")
@click.option("--birth-date", help="DD.MM.YYYY, YYYY-MM-DD, or the year alone.")
@click.option("--birth-name")
@click.option("--postcode")
@click.option("--street")
@click.option("--house-number")
@click.option("--purpose", help="Identifier of one of the deployment's purposes.")
@click.option("--reference", help="Reference of the file that the question belongs to.")
@click.option("--urgent", metavar="REASON", help="Ask over quota, for a reason that the auditor will read.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def check(console: Console, /, *, stdin_json: bool, address: bool, as_json: bool, **options: str | None) -> None:
    """Ask whether there is a warning about a person or an address.

    Best without options: what is missing is asked for on the terminal. Programs pass a JSON object to --stdin-json,
    with any of family_name, given_names, birth_date, birth_name, postcode, street, house_number, purpose, reference,
    urgent. Names given as options end up in the shell's history and in the list of processes, where others see them.
    """
    typed = {name: text for name, text in options.items() if text is not None}
    if stdin_json:
        typed |= subject.read_json(console, sys.stdin.buffer.read(1024 * 1024))
    about_address = subject.is_address(console, typed, wanted=address)
    typed["urgent"] = subject.require_reason(console, typed.get("urgent"))
    try:
        with Department(console.home, clock=console.clock, network=console.network) as department:
            purposes = purposes_of(department)
            if is_interactive() and not stdin_json:
                typed = subject.ask(console, typed, purposes, address=about_address)
            subject.require(console, typed, address=about_address)
            typed["purpose"] = subject.choose_purpose(console, typed, purposes)
            today = dt.datetime.fromtimestamp(console.clock()).astimezone().date()
            about = subject.subject_of(typed, today, address=about_address, guess=True)
            answer = _ask(department, about, typed)
    except IdentityError as error:
        _refuse(console, error, as_json=as_json)
    _show(console, answer, as_json=as_json)
    sys.exit(EXIT_CODES[answer.state])


def purposes_of(department: Department) -> Sequence[Purpose]:
    """Give the deployment's purposes, or none if the client cannot tell."""
    try:
        return department.purposes()
    except ClientError:
        return ()  # the check will say what is wrong


def _ask(department: Department, about: Person | Address, typed: dict[str, str]) -> Answer:
    try:
        return department.check(
            about,
            purpose=typed["purpose"],
            reference=typed.get("reference", ""),
            user=user_name(),
            urgent=typed["urgent"],
        )
    except IdentityError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must reach the desk as a state, with nothing typed in it
        return own_fault(error)


def own_fault(error: Exception) -> NoCheck:
    """Make a state of a fault of this program, and say where it is: its own text could hold what was typed."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_globals.get('__name__')}:{place.tb_lineno}" if place else ""
    say([f"{type(error).__name__} {where}"], err=True)
    return NoCheck("internal")


def user_name() -> str:
    """Give the name of who runs this, or nothing where a computer has no names."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _refuse(console: Console, error: IdentityError, *, as_json: bool) -> None:
    text = words.refused_identity(error, console.language)
    if as_json:
        click.echo(json.dumps({"field": error.field, "code": error.code, "text": text}))
    else:
        say([text], err=True)
    sys.exit(UNUSABLE_IDENTITY)


def _show(console: Console, answer: Answer, *, as_json: bool) -> None:
    lines = sentences.of(answer, console.language)
    if as_json:
        click.echo(json.dumps(answers.to_json(answer) | {"text": lines}))
    else:
        say(lines)
