"""``obacht-office letter``: letters to persons concerned, and the yearly report to the council, as PDF."""

from pathlib import Path
from typing import IO

import click

from obacht_enrollment import reporting, writing
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.reply import (
    answer,
    decision,
    ending,
    english_option,
    lifting,
    represented_option,
    to_option,
)
from obacht_enrollment.letters.facts import Addressee
from obacht_service import files


@click.group()
def letter() -> None:
    """Briefe an betroffene Personen, und der Jahresbericht. / Letters to persons concerned, and the yearly report."""


@letter.command("notice")
@click.argument("number", type=int)
@click.argument("pdf", type=click.Path(dir_okay=False, path_type=Path))
@to_option
@represented_option
@english_option
@click.option("--draft", is_flag=True, help="Zum Lesen, nicht zum Versand. / To be read, not sent.")
@acting
@click.pass_obj
def notice(
    context: Context,
    *,
    number: int,
    pdf: Path,
    lines: tuple[str, ...],
    represented: bool,
    english: bool,
    draft: bool,
    credentials: Credentials,
) -> None:
    """Schreibt die Benachrichtigung zu einem Fall in eine neue Datei. / Write a case's notice to a new file."""
    with signed_in(context, credentials) as (office, user):
        made = writing.notice(
            office,
            user,
            number,
            context.clock(),
            addressee=Addressee(lines[0], lines),
            language="en" if english else "de",
            represented=represented,
            draft=draft,
        )
        files.write_new(pdf, made)
    context.say(
        f"{pdf} ist geschrieben. Die Datei enthält Namen: nach dem Druck löschen.",
        f"{pdf} is written. It holds names: delete it when it is printed.",
    )


@letter.command("report")
@click.argument("year", type=int)
@click.argument("pdf", type=click.Path(dir_okay=False, path_type=Path))
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
