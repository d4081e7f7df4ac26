"""What every verb that writes a letter takes: the file, and whom the letter goes to."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cli.acting import Credentials, signed_in
from obacht_enrollment.cli.context import Context
from obacht_enrollment.letters.facts import Addressee
from obacht_enrollment.office import Office
from obacht_enrollment.writing import Envelope
from obacht_service import files

pdf_argument: Final[Callable[[Any], Any]] = click.argument("pdf", type=click.Path(dir_okay=False, path_type=Path))
english_option: Final[Callable[[Any], Any]] = click.option(
    "--english", is_flag=True, help="Die Übersetzung. / The translation."
)
_TO: Final[Callable[[Any], Any]] = click.option(
    "--to",
    "lines",
    multiple=True,
    required=True,
    help="Eine Zeile der Anschrift, zuerst der Name; mehrmals. / A line of the address, the name first; repeat it.",
)
_REPRESENTED: Final[Callable[[Any], Any]] = click.option(
    "--represented", is_flag=True, help="Geht an die gesetzliche Vertretung. / Goes to who represents them."
)


def enveloped(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options that say whom its letter goes to, and hand them to it as ``envelope``."""

    @functools.wraps(command)
    def called(
        *arguments: Any,  # noqa: ANN401 - whatever the verb takes
        lines: tuple[str, ...],
        represented: bool,
        english: bool,
        **named: Any,  # noqa: ANN401 - the same
    ) -> Any:  # noqa: ANN401 - whatever the verb gives
        envelope = Envelope(Addressee(lines[0], lines), "en" if english else "de", represented)
        return command(*arguments, envelope=envelope, **named)

    with_options: Callable[..., Any] = _TO(_REPRESENTED(english_option(called)))
    return with_options


def write(context: Context, credentials: Credentials, pdf: Path, make: Callable[[Office, User, int], bytes]) -> None:
    """Write to a new file what ``make`` gives (of the office, the user and the time in Unix seconds)."""
    with signed_in(context, credentials) as (office, user):
        # a reading out that was allowed is not used up for a file that cannot be written
        files.write_new(pdf, b"")
        try:
            made = make(office, user, context.clock())
        except BaseException:
            pdf.unlink()
            raise
        files.replace(pdf, made)
    context.say(
        f"{pdf} ist geschrieben. Die Datei enthält Namen: nach dem Druck löschen.",
        f"{pdf} is written. It holds names: delete it when it is printed.",
    )
