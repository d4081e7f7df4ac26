"""``obacht-office letter``: letters to persons concerned, and the yearly report to the council, as PDF."""

from pathlib import Path
from typing import IO

import click

from obacht_enrollment import reporting, writing
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.enveloped import english_option, enveloped, pdf_argument, write
from obacht_enrollment.cli.reply import answer, decision, ending, lifting
from obacht_enrollment.office import Office
from obacht_enrollment.writing import Envelope
from obacht_service import files


@click.group()
def letter() -> None:
    """Briefe an betroffene Personen, und der Jahresbericht. / Letters to persons concerned, and the yearly report."""


@letter.command("notice")
@click.argument("number", type=int)
@pdf_argument
@enveloped
@click.option("--draft", is_flag=True, help="Zum Lesen, nicht zum Versand. / To be read, not sent.")
@acting
@click.pass_obj
def notice(
    context: Context, *, number: int, pdf: Path, envelope: Envelope, draft: bool, credentials: Credentials
) -> None:
    """Schreibt die Benachrichtigung zu einem Fall in eine neue Datei. / Write a case's notice to a new file."""

    def make(office: Office, user: User, now: int) -> bytes:
        return writing.notice(office, user, number, now, envelope=envelope, draft=draft)

    write(context, credentials, pdf, make)


@letter.command("report")
@click.argument("year", type=int)
@pdf_argument
@click.option(
    "--summary-file",
    type=click.File("r", encoding="utf-8"),
    help="Was die Stelle zum Jahr sagt. / What the office says of the year.",
)
@english_option
@acting
@click.pass_obj
def report(
    context: Context, *, year: int, pdf: Path, summary_file: IO[str] | None, english: bool, credentials: Credentials
) -> None:
    """Schreibt den Jahresbericht an den Rat in eine neue Datei. / Write the yearly report to the council to a file."""
    summary = summary_file.read() if summary_file else ""
    with signed_in(context, credentials) as (office, user):
        made = reporting.yearly_report(
            office, user, year, context.clock(), language="en" if english else "de", summary=summary
        )
        files.write_new(pdf, made)
    context.say(f"{pdf} ist geschrieben.", f"{pdf} is written.")


for command in (answer, decision, ending, lifting):
    letter.add_command(command)
