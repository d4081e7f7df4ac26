"""``obacht-office case history``: who did what with a case, who looked at it, and whether all of that is whole."""

import json

import click

from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import look_reasons, reading
from obacht_enrollment.cases.reading import Look
from obacht_enrollment.cases.words import DEEDS
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case import telling
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.plain import plain
from obacht_enrollment.language import pick
from obacht_enrollment.office import Office


@click.command("history")
@click.argument("number", type=int, required=False)
@click.option(
    "--looks", is_flag=True, help="Wer den Fall angesehen hat, oder alle Fälle. / Who looked at it, or at any."
)
@click.option("--verify", is_flag=True, help="Ob die ganze Historie unverändert ist. / Whether all of it is whole.")
@acting
@click.pass_obj
def history(context: Context, *, number: int | None, looks: bool, verify: bool, credentials: Credentials) -> None:
    """Zeigt, wer wann was mit einem Fall getan hat. / Show who did what with a case, and when."""
    if number is None and not (looks or verify):
        raise click.UsageError("NUMBER | --looks | --verify")
    with signed_in(context, credentials) as (office, user):
        if verify:
            count = reading.verify_history(office, user)
            context.say(f"{count} Einträge, unverändert.", f"{count} events, unchanged.")
            return
        for line in _looks(context, office, user, number) if looks else _events(context, office, user, number or 0):
            click.echo(plain(line))


def _events(context: Context, office: Office, user: User, number: int) -> list[str]:
    logins = _logins(office)
    return [
        "  ".join(
            part
            for part in (
                telling.time(event.at),
                logins.get(event.user or 0, "-"),
                pick(DEEDS[event.what], context.language),
                json.dumps(event.detail, ensure_ascii=False) if event.detail else "",
            )
            if part
        )
        for event in reading.events(office, user, number)
    ]


def _looks(context: Context, office: Office, user: User, number: int | None) -> list[str]:
    logins = _logins(office)
    case = pick(("Fall", "case"), context.language)
    return [
        f"{telling.time(look.at)}  {logins.get(look.user, '-')}  {case} {look.case}  {_why(look, context)}".rstrip()
        for look in reading.looks(office, user, number)
    ]


def _why(look: Look, context: Context) -> str:
    return look_reasons.told(look.why, context.language) if look.why else ""


def _logins(office: Office) -> dict[int, str]:
    return {account.user.id: account.user.login for account in users.all_users(office)}
