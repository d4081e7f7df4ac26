"""``obacht-office call record | list | show | find``: calls by staff about a hit."""

from typing import BinaryIO

import click

from obacht_enrollment.cases import calls, fields
from obacht_enrollment.cases.calls import Call, Told
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case import telling
from obacht_enrollment.cli.case.options import MAX_DOCUMENT
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.plain import plain
from obacht_enrollment.errors import CaseError, PublishingError
from obacht_enrollment.language import Words, pick
from obacht_enrollment.lookup import read_reference
from obacht_protocol.encoding import parse_json
from obacht_protocol.errors import EncodingError

_PERSONS: dict[str, bool | None] = {"right": True, "wrong": False, "open": None}
_SAID: dict[bool | None, Words] = {
    True: ("richtige Person", "right person"),
    False: ("falsche Person", "wrong person"),
    None: ("offen geblieben", "stayed open"),
}
_LABELS: dict[str, Words] = {
    "caller": ("Anrufer", "Caller"),
    "department": ("Dienststelle", "Department"),
    "told": ("Auskunft", "Told"),
    "remarks": ("Bemerkungen", "Remarks"),
}


@click.group()
def call() -> None:
    """Rückfragen am Telefon. / Calls about hits."""


@call.command("record")
@click.option(
    "--file",
    "file",
    type=click.File("rb"),
    required=True,
    help='JSON mit "caller", "department", "told", "remarks"; - ist die Standardeingabe. / JSON; - is standard input.',
)
@click.option("--case", type=int, help="Welcher Fall. / Which case.")
@click.option(
    "--person",
    type=click.Choice(list(_PERSONS)),
    default="open",
    show_default=True,
    help="War es die richtige Person? / Was it the right person?",
)
@acting
@click.pass_obj
def record(context: Context, *, file: BinaryIO, case: int | None, person: str, credentials: Credentials) -> None:
    """Hält fest, wer anrief und was gesagt wurde. / Put on record who called, and what was told."""
    with signed_in(context, credentials) as (office, user):
        told = _read(file)
        number = calls.record(office, user, told, context.clock(), case=case, right_person=_PERSONS[person])
    context.say(f"Anruf {number} ist festgehalten.", f"Call {number} is on record.")


@call.command("list")
@click.option("--case", type=int, help="Nur zu diesem Fall. / Only about this case.")
@acting
@click.pass_obj
def list_(context: Context, *, case: int | None, credentials: Credentials) -> None:
    """Zeigt die Anrufe, ohne Inhalt. / List the calls, and nothing of what was told."""
    with signed_in(context, credentials) as (office, user):
        found = calls.listed(office, user, case=case)
    for one in found:
        click.echo(_line(context, one))


@call.command("show")
@click.argument("number", type=int)
@click.option("--why", required=True, help="Warum; wird festgehalten. / Why; that is put on record.")
@acting
@click.pass_obj
def show(context: Context, *, number: int, why: str, credentials: Credentials) -> None:
    """Zeigt, was bei einem Anruf gesagt wurde. / Show what was told in a call."""
    with signed_in(context, credentials) as (office, user):
        one, told = calls.look(office, user, number, why, context.clock())
    click.echo(_line(context, one))
    for name, label in _LABELS.items():
        text = getattr(told, name)
        if text:
            click.echo(plain(f"{pick(label, context.language)}: {text}"))


@call.command("find")
@click.argument("reference")
@acting
@click.pass_obj
def find(context: Context, *, reference: str, credentials: Credentials) -> None:
    """Findet zu einer vorgelesenen Kennung den Fall. / Find the case of a reference that is read out."""
    with signed_in(context, credentials) as (office, user):
        case = calls.case_of_reference(office, user, read_reference(reference))
        if case is None:
            raise PublishingError("reference-unknown")
    context.say(f"Fall {case}", f"Case {case}")


def _read(file: BinaryIO) -> Told:
    try:
        return fields.from_json(Told, parse_json(file.read(MAX_DOCUMENT)))
    except EncodingError as error:
        raise CaseError("content-form") from error


def _line(context: Context, one: Call) -> str:
    case = pick((f"Fall {one.case}", f"case {one.case}"), context.language) if one.case else "-"
    return f"{one.number:6}  {telling.time(one.at)}  {case:12}  {pick(_SAID[one.right_person], context.language)}"
