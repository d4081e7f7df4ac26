"""The command ``obacht-office``: one file per verb."""

from pathlib import Path

import click

from obacht_enrollment.cli.backup import backup
from obacht_enrollment.cli.call import call
from obacht_enrollment.cli.case import case
from obacht_enrollment.cli.context import DEFAULT_HOME, Context
from obacht_enrollment.cli.descriptor import descriptor
from obacht_enrollment.cli.device import device
from obacht_enrollment.cli.doctor import doctor
from obacht_enrollment.cli.epochs import epochs
from obacht_enrollment.cli.import_ import import_
from obacht_enrollment.cli.inbox import inbox
from obacht_enrollment.cli.init import init
from obacht_enrollment.cli.letter import letter
from obacht_enrollment.cli.list_ import list_
from obacht_enrollment.cli.migrate import migrate
from obacht_enrollment.cli.publish import publish
from obacht_enrollment.cli.rekey import rekey
from obacht_enrollment.cli.request import request
from obacht_enrollment.cli.restore import restore
from obacht_enrollment.cli.retention import retention
from obacht_enrollment.cli.serve import serve
from obacht_enrollment.cli.single_sign_on import single_sign_on
from obacht_enrollment.cli.statistics import statistics
from obacht_enrollment.cli.streets import streets
from obacht_enrollment.cli.user import user
from obacht_enrollment.words import Language


@click.group()
@click.option(
    "--home",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="OBACHT_OFFICE_HOME",
    default=DEFAULT_HOME,
    show_default=True,
    help="Ordner der Sicherheitsstelle. / The office's folder.",
)
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Sprache. / Language."
)
@click.pass_context
def main(context: click.Context, folder: Path, language: Language) -> None:
    """Die zentrale Sicherheitsstelle: Einträge führen und veröffentlichen. / Keep entries and publish them."""
    context.obj = Context(folder, language)


for command in (
    init,
    descriptor,
    device,
    inbox,
    letter,
    import_,
    streets,
    case,
    request,
    call,
    statistics,
    retention,
    list_,
    publish,
    epochs,
    serve,
    single_sign_on,
    backup,
    restore,
    rekey,
    migrate,
    user,
    doctor,
):
    main.add_command(command)
