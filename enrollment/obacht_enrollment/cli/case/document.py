"""``obacht-office case document add | list | get | remove``: the documents of a case."""

from pathlib import Path

import click

from obacht_enrollment.cases import documents
from obacht_enrollment.cases.documents import MAX_LENGTH, Upload
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case import telling
from obacht_enrollment.cli.case.options import reason_option
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.plain import plain
from obacht_service import files


@click.group()
def document() -> None:
    """Dokumente eines Falls, versiegelt in der Datenbank. / Documents of a case, sealed in the database."""


@document.command("add")
@click.argument("number", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acting
@click.pass_obj
def add(context: Context, *, number: int, file: Path, credentials: Credentials) -> None:
    """Fügt einem Fall eine Datei hinzu. / Add a file to a case."""
    with signed_in(context, credentials) as (office, user):
        with file.open("rb") as opened:
            upload = Upload.of_file(file.name, opened.read(MAX_LENGTH + 1))
        added = documents.add(office, user, number, upload, context.clock())
    context.say(f"Dokument {added} ist hinzugefügt.", f"Document {added} is added.")


@document.command("list")
@click.argument("number", type=int)
@click.option("--why", required=True, help="Warum; wird festgehalten. / Why; that is put on record.")
@acting
@click.pass_obj
def list_(context: Context, *, number: int, why: str, credentials: Credentials) -> None:
    """Zeigt die Dokumente eines Falls. / List the documents of a case."""
    with signed_in(context, credentials) as (office, user):
        found = documents.listed(office, user, number, why, context.clock())
    for one in found:
        click.echo(plain(f"{one.number:6}  {telling.time(one.at)}  {one.name}"))


@document.command("get")
@click.argument("document", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@acting
@click.pass_obj
def get(context: Context, *, document: int, file: Path, credentials: Credentials) -> None:
    """Schreibt ein Dokument in eine neue Datei; das steht im Verlauf. / Write a document to a new file."""
    with signed_in(context, credentials) as (office, user):
        _, data = documents.read(office, user, document, context.clock())
        files.write_new(file, data)
    context.say(f"{file} ist geschrieben.", f"{file} is written.")


@document.command("remove")
@click.argument("document", type=int)
@reason_option
@acting
@click.pass_obj
def remove(context: Context, *, document: int, reason: str, credentials: Credentials) -> None:
    """Löscht ein Dokument, das nicht zum Fall gehört. / Erase a document that does not belong to its case."""
    with signed_in(context, credentials) as (office, user):
        case = documents.remove(office, user, document, context.clock(), reason=reason)
    context.say(f"Dokument {document} von Fall {case} ist entfernt.", f"Document {document} of case {case} is removed.")
