"""``obacht-office letter notice``: letters to persons concerned, as PDF."""

from pathlib import Path

import click

from obacht_enrollment import writing
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.context import Context
from obacht_enrollment.letters.facts import Addressee
from obacht_service import files


@click.group()
def letter() -> None:
    """Briefe an betroffene Personen. / Letters to persons concerned."""


@letter.command("notice")
@click.argument("number", type=int)
@click.argument("pdf", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--to",
    "lines",
    multiple=True,
    required=True,
    help="Eine Zeile der Anschrift, zuerst der Name; mehrmals. / A line of the address, the name first; repeat it.",
)
@click.option("--represented", is_flag=True, help="Geht an die gesetzliche Vertretung. / Goes to who represents them.")
@click.option("--english", is_flag=True, help="Die Übersetzung. / The translation.")
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
