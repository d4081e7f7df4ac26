"""``obacht-office streets``: the town's street list."""

from pathlib import Path

import click

from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.import_ import read_file
from obacht_enrollment.imports import preview_words, words
from obacht_enrollment.imports.columns import shown
from obacht_enrollment.office import open_store
from obacht_enrollment.streets import street_file
from obacht_enrollment.streets.index import Street
from obacht_enrollment.streets.service import Streets
from obacht_enrollment.streets.store import StreetStore
from obacht_enrollment.streets.street_file import StreetFile

_FIRST = 10


@click.group()
def streets() -> None:
    """Das Straßenverzeichnis der Stadt. / The town's street list."""


@streets.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Nicht fragen. / Do not ask.")
@click.pass_obj
def import_(context: Context, file: Path, *, yes: bool) -> None:
    r"""Ersetzt das Straßenverzeichnis durch das einer Datei. / Replace the street list by that of a file.

    \b
    Spalten / columns: Straße (street, name), PLZ (postcode), Schlüssel (key);
    andere werden übergangen / others are passed over.
    """
    with context.in_words(), open_store(context.home) as store:
        found = street_file.read(read_file(file))
        kept = StreetStore(store.database)
        _show(context, found, frozenset(kept.streets()))
        if found.faults:
            context.progress("Nichts wurde aufgenommen.", "Nothing was taken in.")
            raise SystemExit(1)
        question = "Dieses Verzeichnis verwenden?" if context.language == "de" else "Use this list?"
        if not yes and not click.confirm(question, err=True):
            context.progress("Nichts wurde aufgenommen.", "Nothing was taken in.")
            raise SystemExit(1)
        kept.replace(found.streets)
    context.say(f"{len(found.streets)} Straßen aufgenommen.", f"{len(found.streets)} streets taken in.")


@streets.command("list")
@click.pass_obj
def list_(context: Context) -> None:
    """Zeigt das Verzeichnis. / Show the list."""
    with context.in_words(), open_store(context.home) as store:
        for street in StreetStore(store.database).streets():
            click.echo(_line(street))


@streets.command()
@click.argument("beginning")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Höchstens. / At most.")
@click.pass_obj
def complete(context: Context, beginning: str, limit: int) -> None:
    """Schlägt zu einem Anfang amtliche Namen vor. / Suggest official names for a beginning."""
    with context.in_words(), open_store(context.home) as store:
        for street in Streets(store.database).complete(beginning, limit):
            click.echo(_line(street))


def _show(context: Context, found: StreetFile, before: frozenset[Street]) -> None:
    for said in preview_words.sheet(found.sheet, context.language):
        click.echo(said)
    for column, name in found.columns.items():
        click.echo(f"  {shown(name)} = {column}")
    for name in found.passed:
        context.say(f"  {shown(name)}: wird übergangen", f"  {shown(name)}: is passed over")
    now = frozenset(found.streets)
    context.say(
        f"{len(now)} Straßen: {len(now - before)} neu oder geändert, {len(before - now)} fallen weg.",
        f"{len(now)} streets: {len(now - before)} new or changed, {len(before - now)} go.",
    )
    for fault in found.faults[:_FIRST]:
        click.echo(words.fault(fault, context.language), err=True)
    if len(found.faults) > _FIRST:
        context.progress(f"und {len(found.faults) - _FIRST} weitere", f"and {len(found.faults) - _FIRST} more")


def _line(street: Street) -> str:
    return "\t".join([street.name, " ".join(street.postcodes), street.key]).rstrip()
