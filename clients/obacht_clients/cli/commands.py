"""The group of all verbs."""

from dataclasses import replace
from pathlib import Path

import click

from obacht_clients.cli.audit import audit
from obacht_clients.cli.audit_device import device
from obacht_clients.cli.audit_keys import keys
from obacht_clients.cli.audit_looks import looks
from obacht_clients.cli.audit_receipts import receipts
from obacht_clients.cli.audit_second import second
from obacht_clients.cli.audit_trust import trust
from obacht_clients.cli.audit_who_asked import who_asked
from obacht_clients.cli.audit_witness import witness
from obacht_clients.cli.check import check
from obacht_clients.cli.check_list import check_list
from obacht_clients.cli.console import Console, prepare_output
from obacht_clients.cli.doctor import doctor
from obacht_clients.cli.init import init
from obacht_clients.cli.report import report
from obacht_clients.words import LANGUAGES


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(path_type=Path), envvar="OBACHT_HOME", help="Folder of this client's state.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), envvar="OBACHT_LANGUAGE", help="de (default) or en.")
@click.version_option(package_name="obacht-clients")
@click.pass_context
def obacht(context: click.Context, home: Path | None, language: str | None) -> None:
    """Is there a warning about this person or address? Asked so that nobody along the way learns about whom."""
    prepare_output()
    console = context.obj if isinstance(context.obj, Console) else Console()
    if home is not None:
        console = replace(console, home=home)
    if language is not None:
        console = replace(console, language=LANGUAGES[language])
    context.obj = console


for verb in (keys, device, receipts, who_asked, second, looks, trust, witness):
    audit.add_command(verb)
for verb in (init, check, check_list, report, doctor, audit):
    obacht.add_command(verb)
