"""``obacht-office case export``: read out everything about a case, which takes two persons."""

from pathlib import Path

import click

from obacht_enrollment.cases import exports
from obacht_enrollment.cases.exports import Export
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case import telling
from obacht_enrollment.cli.context import Context
from obacht_enrollment.language import pick
from obacht_protocol.encoding import canonical_json
from obacht_service import files


@click.group()
def export() -> None:
    """Auskunft nach Artikel 15 DSGVO. / Access after GDPR, Article 15."""


@export.command("ask")
@click.argument("number", type=int)
@click.option("--why", required=True, help="Warum. / Why.")
@acting
@click.pass_obj
def ask(context: Context, *, number: int, why: str, credentials: Credentials) -> None:
    """Fordert die Auskunft zu einem Fall an. / Ask for an export of a case."""
    with signed_in(context, credentials) as (office, user):
        asked = exports.ask(office, user, number, why, context.clock())
    context.say(
        f"Auskunft {asked} wartet auf eine zweite Person.",
        f"Export {asked} awaits a second person.",
    )


@export.command("list")
@acting
@click.pass_obj
def list_(context: Context, *, credentials: Credentials) -> None:
    """Zeigt die Auskünfte. / List the exports."""
    with signed_in(context, credentials) as (office, user):
        found = exports.listed(office, user)
    for one in found:
        case = pick(("Fall", "case"), context.language)
        click.echo(f"{one.number:6}  {case} {one.case:6}  {telling.time(one.at)}  {_state(context, one)}")


@export.command("approve")
@click.argument("number", type=int)
@acting
@click.pass_obj
def approve(context: Context, *, number: int, credentials: Credentials) -> None:
    """Gibt eine Auskunft frei. / Approve an export."""
    with signed_in(context, credentials) as (office, user):
        exports.approve(office, user, number, context.clock())
    context.say(f"Auskunft {number} ist freigegeben.", f"Export {number} is approved.")


@export.command("read")
@click.argument("number", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@acting
@click.pass_obj
def read(context: Context, *, number: int, file: Path, credentials: Credentials) -> None:
    """Schreibt eine freigegebene Auskunft als JSON in eine neue Datei. / Write an approved export to a new file."""
    with signed_in(context, credentials) as (office, user):
        # what cannot be written must not count as read out
        files.write_new(file, b"")
        try:
            data = canonical_json(exports.read(office, user, number, context.clock()).document)
        except BaseException:
            file.unlink()
            raise
        files.replace(file, data + b"\n")
    context.say(
        f"{file} ist geschrieben. Die Datei enthält alles über den Fall: nach der Auskunft löschen.",
        f"{file} is written. It holds everything about the case: delete it once it was handed out.",
    )


def _state(context: Context, one: Export) -> str:
    if one.read:
        return pick(("ausgelesen", "read out"), context.language)
    if one.approved:
        return pick(("freigegeben", "approved"), context.language)
    return pick(("wartet", "waits"), context.language)
