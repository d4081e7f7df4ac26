"""``obacht-office letter answer | decision | ending | lifting``: what persons are answered and told, as PDF."""

import datetime as dt
from pathlib import Path

import click

from obacht_enrollment import informing, replies
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cli.acting import Credentials, acting
from obacht_enrollment.cli.case.options import Day
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.enveloped import enveloped, pdf_argument, write
from obacht_enrollment.office import Office
from obacht_enrollment.writing import Envelope


@click.command("answer")
@click.argument("request", type=int)
@pdf_argument
@enveloped
@acting
@click.pass_obj
def answer(context: Context, *, request: int, pdf: Path, envelope: Envelope, credentials: Credentials) -> None:
    """Schreibt die Auskunft auf einen Antrag in eine neue Datei. / Write the answer to an access request to a file."""

    def make(office: Office, user: User, now: int) -> bytes:
        return replies.answer(office, user, request, now, envelope=envelope)

    write(context, credentials, pdf, make)


@click.command("decision")
@click.argument("request", type=int)
@pdf_argument
@enveloped
@acting
@click.pass_obj
def decision(context: Context, *, request: int, pdf: Path, envelope: Envelope, credentials: Credentials) -> None:
    """Schreibt den Bescheid über einen Antrag in eine neue Datei. / Write the decision on a request to a new file."""

    def make(office: Office, user: User, now: int) -> bytes:
        return replies.decision(office, user, request, now, envelope=envelope)

    write(context, credentials, pdf, make)


@click.command("ending")
@click.argument("case", type=int)
@pdf_argument
@enveloped
@acting
@click.pass_obj
def ending(context: Context, *, case: int, pdf: Path, envelope: Envelope, credentials: Credentials) -> None:
    """Schreibt, dass ein Eintrag beendet ist, in eine neue Datei. / Write that an entry ended to a new file."""

    def make(office: Office, user: User, now: int) -> bytes:
        return informing.ending(office, user, case, now, envelope=envelope)

    write(context, credentials, pdf, make)


@click.command("lifting")
@click.argument("case", type=int)
@pdf_argument
@click.option("--from", "effective", type=Day(), required=True, help="Tag, an dem sie endet. / Day on which it ends.")
@enveloped
@acting
@click.pass_obj
def lifting(
    context: Context, *, case: int, pdf: Path, effective: dt.date, envelope: Envelope, credentials: Credentials
) -> None:
    """Schreibt, dass eine Einschränkung enden wird, in eine neue Datei. / Write that a restriction will end."""

    def make(office: Office, user: User, now: int) -> bytes:
        return informing.lifting(office, user, case, now, envelope=envelope, effective=effective)

    write(context, credentials, pdf, make)
