"""``obacht-keys trust``: pin whose signatures a descriptor needs."""

import click

from obacht_keys.cli.context import in_words
from obacht_keys.settings import Home, Settings
from obacht_keys.trust import Roots


@click.command()
@click.option("--office", required=True, help="The safety office's verify key (vkey).")
@click.option("--auditor", required=True, help="The auditor's.")
@click.pass_obj
def trust(home: Home, *, office: str, auditor: str) -> None:
    """Pin the roots of trust. Only with a descriptor that both have signed can departments ask."""
    with in_words():
        Settings.load(home)
        Roots.parse(office.strip(), auditor.strip()).pin(home)
    click.echo("Both keys are pinned. Compare them with what safety office and auditor tell you themselves.")
