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
from obacht_enrollment.accounts.signing_in import at_command_line
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.language import Words, pick
from obacht_enrollment.office import Office
from obacht_service import passphrases

_LOGIN: Final = click.option(
    "--user", "login", default="", envvar="OBACHT_OFFICE_USER", help="Anmeldekennung. / Login."
)
_PASSWORD: Final = click.option(
    "--password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Die erste Zeile ist das Passwort; sonst Eingabe. / Its first line is the password; otherwise a prompt.",
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
    if not credentials.login:
        raise click.UsageError(pick(("Wer sind Sie? --user KENNUNG", "Who are you? --user LOGIN"), context.language))
    with context.office(credentials.passphrase_file) as office:
        password = read_secret(context, credentials.password_file, ("Passwort", "Password"), "--password-file")
        yield office, at_command_line(office, credentials.login, password, context.clock())


def read_secret(context: Context, file: Path | None, question: Words, option: str, *, twice: bool = False) -> str:
    """Get a secret: the first line of a file, or what is typed without echo.

    Args:
        context: In whose language to ask.
        file: None asks on the terminal.
        question: What to ask for.
        option: The option that names the file, for those who have no terminal.
        twice: Whether what is typed must be typed again.

    Raises:
        click.UsageError: There is neither a file nor a terminal.
        PassphraseError: The file cannot be read, or is open to others.
    """
    if file is not None:
        return passphrases.read(file, lambda: "").decode()
    if not _is_watched():
        raise click.UsageError(
            pick(
                (
                    f"Hier kann niemand gefragt werden: mit {option} übergeben.",
                    f"There is no terminal to ask: name a file with {option}.",
                ),
                context.language,
            )
        )
    asked = pick(question, context.language)
    return str(click.prompt(asked, hide_input=True, confirmation_prompt=twice))


def _is_watched() -> bool:
    return sys.stdin.isatty()
