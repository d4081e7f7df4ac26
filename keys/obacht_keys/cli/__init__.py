"""The command ``obacht-keys``: one file per verb."""

from pathlib import Path

import click

from obacht_keys.cli.ceremony import ceremony
from obacht_keys.cli.context import DEFAULT_HOME
from obacht_keys.cli.department import department
from obacht_keys.cli.device import device
from obacht_keys.cli.doctor import doctor
from obacht_keys.cli.enrolment import enrolment
from obacht_keys.cli.init import init
from obacht_keys.cli.log import log
from obacht_keys.cli.quota import quota
from obacht_keys.cli.report import report
from obacht_keys.cli.rotate import rotate
from obacht_keys.cli.serve import serve
from obacht_keys.cli.share import share
from obacht_keys.cli.trust import trust
from obacht_keys.cli.witness import witness
from obacht_keys.settings import Home


@click.group()
@click.option(
    "--home",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="OBACHT_KEYS_HOME",
    default=DEFAULT_HOME,
    show_default=True,
    help="The office's folder.",
)
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """Run a key office: it holds one share of the key without which nobody can ask."""
    context.obj = Home(folder)


_COMMANDS = (
    *(init, ceremony, share, trust, serve, rotate, department, device, quota, enrolment),
    *(log, witness, report, doctor),
)
for command in _COMMANDS:
    main.add_command(command)
