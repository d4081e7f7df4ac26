"""``obacht-office import``: look at a file of records, and take it in."""

from pathlib import Path
from typing import NoReturn

import click

from obacht_enrollment import importing
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.progress import Progress
from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.importing import Prepared
from obacht_enrollment.imports import preview_words, rejects
from obacht_enrollment.imports.sheets import MAX_FILE_LENGTH
from obacht_enrollment.imports.store import ImportStore
from obacht_enrollment.office import Office, open_store
from obacht_service import files
from obacht_service.errors import FileError

_INTERRUPTED = 130


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--yes", is_flag=True, help="Nicht fragen. / Do not ask.")
@click.option("--skip-faulty", is_flag=True, help="Fehlerhafte Zeilen weglassen. / Leave faulty lines out.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Fehlerhafte Zeilen in diese Datei. / Write faulty lines to this file.",
)
@click.option("--ignore-column", "ignored", multiple=True, help="Diese Spalte übergehen. / Pass this column over.")
@click.option("--show", is_flag=True, help="Fehlerhafte Zeilen zeigen. / Show what stands in faulty lines.")
@click.option("--status", is_flag=True, help="Wie weit die Importe sind. / How far imports are.")
@acting
@click.pass_obj
def import_(
    context: Context,
    file: Path | None,
    *,
    yes: bool,
    skip_faulty: bool,
    rejected: Path | None,
    ignored: tuple[str, ...],
    show: bool,
    status: bool,
    credentials: Credentials,
) -> None:
    r"""Zeigt, was eine CSV-Datei enthält, fragt, und nimmt sie auf. / Show what a CSV file holds, ask, and take it in.

    Unterbrochen macht derselbe Aufruf weiter. / Interrupted, the same command goes on.

    \b
    Spalten / columns (UTF-8, UTF-16, Windows-1252; ; , Tab; deutsch / English):
      Person:     Familienname, Vornamen, Geburtsname, Alias,
                  Geburtsdatum (31.12.1980, 1980-12-31, 12/1980, 1980)
      Anschrift:  PLZ, Straße, Hausnummer (12, 12a-c, 12-16 gerade), Seite
      beide:      Stufe (2, 3), Begründung, Kontakt, Gültig bis, Wiedervorlage,
                  Grund (Hausverbot, Strafanzeige, Strafantrag), Grund vom,
                  Aktenzeichen, Bemerkungen
    """
    if status:
        _show_status(context)
        return
    if file is None:
        raise click.UsageError("FILE")
    with signed_in(context, credentials) as (office, user):
        told = Progress(context)

        def checked(lines: int) -> None:
            told.tell(lines, f"{lines} Zeilen geprüft", f"{lines} lines checked")

        whole = rejected is not None
        prepared = importing.prepare(
            office, user, read_file(file), context.clock(), ignored=ignored, whole=whole, progress=checked
        )
        told.end()
        _show(context, prepared, show=show)
        if rejected is not None and prepared.preview.faulty:
            _write_rejected(context, prepared, rejected)
        if prepared.preview.faulty and not skip_faulty:
            _refuse(context)
        if prepared.preview.new and not yes and not _agrees(context):
            context.progress("Nichts wurde aufgenommen.", "Nothing was taken in.")
            raise SystemExit(1)
        _take_in(context, office, user, prepared, told)


def _take_in(context: Context, office: Office, user: User, prepared: Prepared, told: Progress) -> None:
    def taken_in(line: int, of: int) -> None:
        told.tell(line, f"aufgenommen bis Zeile {line} von {of}", f"taken in up to line {line} of {of}")

    try:
        done = importing.take_in(office, user, prepared, context.clock, progress=taken_in)
    except KeyboardInterrupt:
        told.end()
        context.progress(
            "Unterbrochen; derselbe Aufruf macht weiter, wo es aufgehört hat.",
            "Interrupted; the same command goes on where it stopped.",
        )
        raise SystemExit(_INTERRUPTED) from None
    told.end()
    context.say(
        f"{done.new} neu aufgenommen, {done.known} waren schon da, {done.skipped} übergangen.",
        f"{done.new} taken in, {done.known} were there already, {done.skipped} left out.",
    )
    if done.number is not None:
        context.say(
            f"Eine andere Person gibt sie frei: obacht-office case approve --import {done.number}",
            f"Somebody else approves them: obacht-office case approve --import {done.number}",
        )


def _show(context: Context, prepared: Prepared, *, show: bool) -> None:
    language = context.language
    for said in (
        *preview_words.sheet(prepared.table.sheet, language),
        *preview_words.columns_of(prepared.table, language),
        *preview_words.preview(prepared.preview, language, show=show),
    ):
        click.echo(said)


def _show_status(context: Context) -> None:
    with context.in_words(), open_store(context.home) as store:
        imports = ImportStore(store.database).imports()
    for row in imports:
        click.echo(preview_words.status(row, context.language))
    if not imports:
        context.say("Noch wurde keine Datei aufgenommen.", "No file was taken in yet.")


def _write_rejected(context: Context, prepared: Prepared, path: Path) -> None:
    data = rejects.encode(prepared.table, prepared.preview.faulty, context.language)
    try:
        files.write_new(path, data)
    except FileError as error:
        if not path.exists():
            raise ImportFileError("file-write", path=path) from error
        # the same command, run once more, goes on; what somebody has corrected meanwhile is not lost
        if files.read(path) != data:
            raise ImportFileError("rejected-exists", path=path) from error
    context.say(
        f"{len(prepared.preview.faulty)} fehlerhafte Zeilen stehen in {path}; nach dem Berichtigen dort importieren.",
        f"{len(prepared.preview.faulty)} wrong lines stand in {path}; correct them there, and import that file.",
    )


def _refuse(context: Context) -> NoReturn:
    context.progress(
        "Nichts wurde aufgenommen. Nur die fehlerfreien Zeilen aufnehmen: --skip-faulty; die anderen in eine Datei: "
        "--rejected DATEI",
        "Nothing was taken in. To take in only what is right: --skip-faulty; the rest to a file: --rejected FILE",
    )
    raise SystemExit(1)


def _agrees(context: Context) -> bool:
    return click.confirm("Aufnehmen?" if context.language == "de" else "Take them in?", err=True)


def read_file(file: Path) -> bytes:
    """Read a file as far as one may be long; ``ImportFileError`` (``csv-read``) if that is impossible."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_FILE_LENGTH + 1)
    except OSError as error:
        raise ImportFileError("csv-read", path=file) from error
