"""``obacht-office user add | list | roles | disable | enable | reset | password``: who may work here."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.accounts.users import Account
from obacht_enrollment.cli.acting import read_secret
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.language import Words, pick
from obacht_enrollment.office import Office

_ROLES: Final[Mapping[Role, Words]] = {
    Role.CASE_WORKER: ("Sachbearbeitung", "case worker"),
    Role.APPROVER: ("Freigabe", "approver"),
    Role.HEAD: ("Leitung", "head"),
    Role.AUDITOR: ("Aufsicht", "auditor"),
    Role.OPERATOR: ("Betrieb", "operator"),
}
_ROLE = click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in Role]),
    multiple=True,
    required=True,
    help="Mehrmals für mehrere. / Repeat it for several.",
)


@click.group()
def user() -> None:
    """Wer hier arbeiten darf. / Who may work here."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Wie andere die Person kennen. / What others know them by.")
@_ROLE
@passphrase_option
@click.pass_obj
def add(context: Context, *, login: str, name: str, roles: tuple[str, ...], passphrase_file: Path | None) -> None:
    """Legt eine Person an; mit dem Code setzt sie ihr Passwort. / Add somebody; with the code they set a password."""
    with context.office(passphrase_file) as office:
        added = users.add(office, None, login=login, name=name, roles=roles, now=context.clock())
    _tell_code(context, added.user.login, added.code)


@user.command("list")
@passphrase_option
@click.pass_obj
def list_(context: Context, *, passphrase_file: Path | None) -> None:
    """Zeigt alle und ihre Rollen. / List everybody and their roles."""
    with context.office(passphrase_file) as office:
        accounts = users.all_users(office)
    for account in accounts:
        roles = ", ".join(pick(_ROLES[role], context.language) for role in Role if role in account.user.roles)
        click.echo(f"{account.user.login:20}  {account.user.name}  {roles}  {_state(context, account)}".rstrip())


@user.command("roles")
@click.argument("login")
@_ROLE
@passphrase_option
@click.pass_obj
def roles_(context: Context, *, login: str, roles: tuple[str, ...], passphrase_file: Path | None) -> None:
    """Gibt einer Person andere Rollen. / Give somebody other roles."""
    with _found(context, login, passphrase_file) as (office, found):
        users.set_roles(office, None, found.id, roles, context.clock())
    context.say(f"{found.login} hat diese Rollen.", f"{found.login} has these roles.")


@user.command("disable")
@click.argument("login")
@passphrase_option
@click.pass_obj
def disable(context: Context, *, login: str, passphrase_file: Path | None) -> None:
    """Lässt eine Person nicht mehr herein. / Let somebody in no more."""
    with _found(context, login, passphrase_file) as (office, found):
        users.disable(office, None, found.id, context.clock())
    context.say(f"{found.login} ist gesperrt.", f"{found.login} is disabled.")


@user.command("enable")
@click.argument("login")
@passphrase_option
@click.pass_obj
def enable(context: Context, *, login: str, passphrase_file: Path | None) -> None:
    """Lässt eine gesperrte Person wieder herein. / Let somebody in again."""
    with _found(context, login, passphrase_file) as (office, found):
        users.enable(office, None, found.id, context.clock())
    context.say(f"{found.login} ist nicht mehr gesperrt.", f"{found.login} is enabled.")


@user.command("reset")
@click.argument("login")
@passphrase_option
@click.pass_obj
def reset(context: Context, *, login: str, passphrase_file: Path | None) -> None:
    """Nimmt das Passwort weg und gibt einen neuen Code. / Take the password away, and give a new code."""
    with _found(context, login, passphrase_file) as (office, found):
        code = users.reset(office, None, found.id, context.clock())
    _tell_code(context, found.login, code)


@user.command("password")
@click.argument("login")
@click.option(
    "--code-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Die erste Zeile ist der Code; sonst Eingabe. / Its first line is the code; otherwise a prompt.",
)
@click.option(
    "--password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ebenso das neue Passwort. / The same for the new password.",
)
@passphrase_option
@click.pass_obj
def password(
    context: Context,
    *,
    login: str,
    code_file: Path | None,
    password_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Setzt mit dem Code das eigene Passwort, wie die Seite /invitation. / Set one's own password with the code."""
    with context.office(passphrase_file) as office:
        code = read_secret(context, code_file, ("Code", "Code"), "--code-file")
        new = read_secret(context, password_file, ("Neues Passwort", "New password"), "--password-file", twice=True)
        found = users.redeem(office, login, code, new, context.clock())
    context.say(f"{found.login} hat ein Passwort.", f"{found.login} has a password.")


@contextmanager
def _found(context: Context, login: str, passphrase_file: Path | None) -> Iterator[tuple[Office, User]]:
    with context.office(passphrase_file) as office:
        yield office, users.find(office, login)


def _tell_code(context: Context, login: str, code: str) -> None:
    context.say(
        f"Code für {login}, drei Tage gültig, für niemanden sonst: {code}",
        f"Code for {login}, good for three days, for nobody else: {code}",
    )


def _state(context: Context, account: Account) -> str:
    if account.disabled:
        day = dt.datetime.fromtimestamp(account.disabled).astimezone().strftime("%d.%m.%Y")
        return pick((f"gesperrt {day}", f"disabled {day}"), context.language)
    if account.awaits_code:
        return pick(("Code noch nicht benutzt", "code not used yet"), context.language)
    return ""
