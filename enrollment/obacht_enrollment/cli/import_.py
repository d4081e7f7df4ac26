"""``obacht-office import``: take in a file of records."""

from pathlib import Path

import click

from obacht_enrollment import importing, words
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.columns import MAX_FILE_LENGTH
from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.importing import Rules


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@passphrase_option
@click.pass_obj
def import_(context: Context, file: Path, passphrase_file: Path | None) -> None:
    r"""Nimmt eine CSV-Datei auf, ganz oder gar nicht. / Take in a CSV file, all of it or nothing.

    \b
    Spalten / columns (UTF-8, ; oder ,):
      Person:     Familienname, Vornamen, Geburtsname, Geburtsdatum (TT.MM.JJJJ, JJJJ)
      Anschrift:  PLZ, Straße, Hausnummer, Seite (gerade, ungerade, alle)
      beide:      Stufe (2, 3), Kontakt, Gültig bis (TT.MM.JJJJ),
                  Grund (Hausverbot, Strafanzeige, Strafantrag), Aktenzeichen
    """
    with context.office(passphrase_file) as office:
        rules = Rules(
            office.settings.deployment,
            office.settings.contact_numbers,
            office.settings.default_contact,
            context.clock(),
        )
        result = importing.take_in(_read(file), rules, office.vault, office.store)
    if result.faults:
        for fault in result.faults:
            click.echo(words.fault(fault, context.language), err=True)
        lines = len({fault.line for fault in result.faults})
        context.progress(
            f"{lines} Zeilen sind fehlerhaft; nichts wurde aufgenommen.",
            f"{lines} lines are wrong; nothing was taken in.",
        )
        raise SystemExit(1)
    context.say(
        f"{result.new} neu aufgenommen, {result.known} waren schon da. Veröffentlichen mit: obacht-office publish",
        f"{result.new} taken in, {result.known} were there already. Publish them with: obacht-office publish",
    )


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_FILE_LENGTH + 1)
    except OSError as error:
        raise ImportFileError("csv-read", path=file) from error
