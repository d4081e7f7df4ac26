"""``obacht-office letter answer | decision | ending | lifting``: what persons are answered and told, as PDF."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from obacht_enrollment import informing, replies
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case.options import Day
from obacht_enrollment.cli.context import Context
from obacht_enrollment.letters.facts import Addressee
from obacht_enrollment.office import Office
from obacht_enrollment.replies import Envelope
from obacht_service import files

to_option: Final[Callable[[Any], Any]] = click.option(
    "--to",
    "lines",
    multiple=True,
    required=True,
    help="Eine Zeile der Anschrift, zuerst der Name; mehrmals. / A line of the address, the name first; repeat it.",
)
represented_option: Final[Callable[[Any], Any]] = click.option(
    "--represented", is_flag=True, help="Geht an die gesetzliche Vertretung. / Goes to who represents them."
)
english_option: Final[Callable[[Any], Any]] = click.option(
    "--english", is_flag=True, help="Die Übersetzung. / The translation."
)


@click.command("answer")
@click.argument("request", type=int)
@click.argument("pdf", type=click.Path(dir_okay=False, path_type=Path))
@to_option
@represented_option
@english_option
@acting
@click.pass_obj
def answer(
    context: Context,
    *,
    request: int,
    pdf: Path,
    lines: tuple[str, ...],
    represented: bool,
    english: bool,
    credentials: Credentials,
) -> None:
    """Schreibt die Auskunft auf einen Antrag in eine neue Datei. / Write the answer to an access request to a file."""
    envelope = Envelope(Addressee(lines[0], lines), "en" if english else "de", represented)

    def make(office: Office, user: User) -> bytes:
        return replies.answer(office, user, request, context.clock(), envelope=envelope)

    _write(context, credentials, pdf, make)


@click.command("decision")
@click.argument("request", type=int)
@click.argument("pdf", type=click.Path(dir_okay=False, path_type=Path))
@to_option
@represented_option
@english_option
@acting
@click.pass_obj
def decision(
    context: Context,
    *,
    request: int,
    pdf: Path,
    lines: tuple[str, ...],
    represented: bool,
    english: bool,
    credentials: Credentials,
) -> None:
    """Schreibt den Bescheid über einen Antrag in eine neue Datei. / Write the decision on a request to a new file."""
    envelope = Envelope(Addressee(lines[0], lines), "en" if english else "de", represented)

    def make(office: Office, user: User) -> bytes:
        return replies.decision(office, user, request, context.clock(), envelope=envelope)

    _write(context, credentials, pdf, make)


@click.command("ending")
@click.argument("case", type=int)
@click.argument("pdf", type=click.Path(dir_okay=False, path_type=Path))
@to_option
@represented_option
@english_option
@acting
@click.pass_obj
def ending(
    context: Context,
    *,
    case: int,
    pdf: Path,
    lines: tuple[str, ...],
    represented: bool,
    english: bool,
    credentials: Credentials,
) -> None:
    """Schreibt, dass ein Eintrag beendet ist, in eine neue Datei. / Write that an entry ended to a new file."""
    envelope = Envelope(Addressee(lines[0], lines), "en" if english else "de", represented)

    def make(office: Office, user: User) -> bytes:
        return informing.ending(office, user, case, context.clock(), envelope=envelope)

    _write(context, credentials, pdf, make)


@click.command("lifting")
@click.argument("case", type=int)
@click.argument("pdf", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "effective", type=Day(), required=True, help="Tag, an dem sie endet. / Day on which it ends.")
@to_option
@represented_option
@english_option
@acting
@click.pass_obj
def lifting(
    context: Context,
    *,
    case: int,
    pdf: Path,
    effective: dt.date,
    lines: tuple[str, ...],
    represented: bool,
    english: bool,
    credentials: Credentials,
) -> None:
    """Schreibt, dass eine Einschränkung enden wird, in eine neue Datei. / Write that a restriction will end."""
    envelope = Envelope(Addressee(lines[0], lines), "en" if english else "de", represented)

    def make(office: Office, user: User) -> bytes:
        return informing.lifting(office, user, case, context.clock(), envelope=envelope, effective=effective)

    _write(context, credentials, pdf, make)


def _write(context: Context, credentials: Credentials, pdf: Path, make: Callable[[Office, User], bytes]) -> None:
    with signed_in(context, credentials) as (office, user):
        # a reading out that was allowed is not used up for a file that cannot be written
        files.write_new(pdf, b"")
        try:
            made = make(office, user)
        except BaseException:
            pdf.unlink()
            raise
        files.replace(pdf, made)
    context.say(
        f"{pdf} ist geschrieben. Die Datei enthält Namen: nach dem Druck löschen.",
        f"{pdf} is written. It holds names: delete it when it is printed.",
    )
