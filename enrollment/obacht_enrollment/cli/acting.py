"""Acting as one of the office's users: every verb that sees or decides says who does it, and has them prove it."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from obacht_enrollment.accounts.roles import User
from obacht_enrollment.accounts.signing_in import sign_in
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.office import Office
from obacht_service import passphrases

_LOGIN: Final = click.option("--user", "login", required=True, help="Anmeldekennung. / Login.")
_PASSWORD: Final = click.option(
    "--password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Die erste Zeile ist das Kennwort; sonst Eingabe. / Its first line is the password; otherwise a prompt.",
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was given to unlock the office and to sign in.

    Attributes:
        login: As typed.
        password_file: None for a prompt.
        passphrase_file: The same, for the office.
    """

    login: str
    password_file: Path | None
    passphrase_file: Path | None


def acting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options by which its user signs in, and hand them to it as ``credentials``."""

    @functools.wraps(command)
    def called(
        *arguments: Any,  # noqa: ANN401 - whatever the verb takes
        login: str,
        password_file: Path | None,
        passphrase_file: Path | None,
        **named: Any,  # noqa: ANN401 - the same
    ) -> Any:  # noqa: ANN401 - whatever the verb gives
        return command(*arguments, credentials=Credentials(login, password_file, passphrase_file), **named)

    with_options: Callable[..., Any] = _LOGIN(_PASSWORD(passphrase_option(called)))
    return with_options


@contextmanager
def signed_in(context: Context, credentials: Credentials) -> Iterator[tuple[Office, User]]:
    """Unlock the office and sign in, for the length of a block; what fails is said in words."""
    with context.office(credentials.passphrase_file) as office:
        password = _password(context, credentials.password_file)
        yield office, sign_in(office, credentials.login, password, "", context.clock())


def _password(context: Context, file: Path | None) -> str:
    if file is not None:
        return passphrases.read(file, lambda: "").decode()
    if not _is_watched():
        raise click.UsageError(
            "Hier kann niemand gefragt werden: Kennwort mit --password-file übergeben."
            if context.language == "de"
            else "There is no terminal to ask for the password: name a file with --password-file."
        )
    return str(click.prompt("Kennwort" if context.language == "de" else "Password", hide_input=True))


def _is_watched() -> bool:
    return sys.stdin.isatty()
