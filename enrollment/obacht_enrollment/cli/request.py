"""``obacht-office request receive | list | show | assign | extend | decide``: what persons concerned ask for."""

import datetime as dt
from typing import TextIO

import click

from obacht_enrollment.cases import granting, requests
from obacht_enrollment.cases.requests import MAX_TEXT, Kind, Outcome, Request
from obacht_enrollment.cases.words import OUTCOMES, REQUESTS
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case import telling
from obacht_enrollment.cli.case.options import Day, reason_option
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.plain import plain
from obacht_enrollment.language import pick

_TEXT = click.option(
    "--text-file",
    "file",
    type=click.File(encoding="utf-8"),
    required=True,
    help="Der Text; - ist die Standardeingabe. / The text; - is the standard input.",
)


@click.group()
def request() -> None:
    """Anträge Betroffener, mit Frist. / Requests of persons concerned, with their deadlines."""


@request.command("receive")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@_TEXT
@click.option("--case", type=int, help="Welcher Fall. / Which case.")
@click.option("--received", type=Day(), help="Eingang, wenn nicht heute. / When it came in, if not today.")
@acting
@click.pass_obj
def receive(
    context: Context,
    *,
    kind: str,
    file: TextIO,
    case: int | None,
    received: dt.date | None,
    credentials: Credentials,
) -> None:
    """Nimmt einen Antrag auf. / Take a request down."""
    with signed_in(context, credentials) as (office, user):
        text, now = file.read(MAX_TEXT + 1), context.clock()
        number = requests.receive(office, user, Kind(kind), text, now, case=case, received=received)
    context.say(f"Antrag {number} ist aufgenommen.", f"Request {number} is taken down.")


@request.command("list")
@click.option("--open", "only_open", is_flag=True, help="Nur offene. / Only the open ones.")
@acting
@click.pass_obj
def list_(context: Context, *, only_open: bool, credentials: Credentials) -> None:
    """Zeigt die Anträge nach Frist. / List the requests by deadline."""
    with signed_in(context, credentials) as (office, user):
        found = requests.listed(office, user, only_open=only_open)
    for one in found:
        click.echo(_line(context, one))


@request.command("show")
@click.argument("number", type=int)
@click.option("--why", required=True, help="Warum; wird festgehalten. / Why; that is put on record.")
@acting
@click.pass_obj
def show(context: Context, *, number: int, why: str, credentials: Credentials) -> None:
    """Zeigt einen Antrag. / Show a request."""
    with signed_in(context, credentials) as (office, user):
        opened = requests.look(office, user, number, why, context.clock())
    click.echo(_line(context, opened.request))
    for text in filter(None, (opened.text, opened.answer)):
        click.echo(plain(text))


@request.command("assign")
@click.argument("number", type=int)
@click.argument("case", type=int)
@acting
@click.pass_obj
def assign(context: Context, *, number: int, case: int, credentials: Credentials) -> None:
    """Ordnet einen Antrag einem Fall zu. / Say which case a request is about."""
    with signed_in(context, credentials) as (office, user):
        done = requests.assign(office, user, number, case, context.clock())
    click.echo(_line(context, done))


@request.command("extend")
@click.argument("number", type=int)
@reason_option
@acting
@click.pass_obj
def extend(context: Context, *, number: int, reason: str, credentials: Credentials) -> None:
    """Verlängert die Frist einmal um zwei Monate. / Extend the deadline once, by two months."""
    with signed_in(context, credentials) as (office, user):
        done = requests.extend(office, user, number, reason, context.clock())
    click.echo(_line(context, done))


@request.command("decide")
@click.argument("number", type=int)
@click.argument("outcome", type=click.Choice([outcome.value for outcome in Outcome]))
@_TEXT
@acting
@click.pass_obj
def decide(context: Context, *, number: int, outcome: str, file: TextIO, credentials: Credentials) -> None:
    """Entscheidet; Gewährtes geschieht sofort. / Decide; what is granted is done at once."""
    with signed_in(context, credentials) as (office, user):
        answer = file.read(MAX_TEXT + 1)
        done = granting.decide(office, user, number, context.clock(), outcome=Outcome(outcome), answer=answer)
    click.echo(_line(context, done))


def _line(context: Context, one: Request) -> str:
    state = pick(OUTCOMES[one.outcome], context.language) if one.outcome else pick(("offen", "open"), context.language)
    kind = pick(REQUESTS[one.kind], context.language)
    case = pick((f"Fall {one.case}", f"case {one.case}"), context.language) if one.case else "-"
    due = pick((f"bis {telling.day(one.due)}", f"by {telling.day(one.due)}"), context.language)
    return f"{one.number:6}  {kind:16}  {case:12}  {due:14}  {state}"
