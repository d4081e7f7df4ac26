"""``obacht-keys doctor``: look at everything."""

from pathlib import Path

import click

from obacht_keys.checks import checks
from obacht_keys.cli.context import ask, in_words, passphrase_file
from obacht_service import doctor as doctors
from obacht_service import passphrases


@click.command()
@passphrase_file
@click.pass_context
def doctor(context: click.Context, passphrase_file: Path | None) -> None:
    """Look at everything this office needs, and say how to mend what is wrong."""
    with in_words():
        passphrase = None if passphrase_file is None else passphrases.read(passphrase_file, ask)
    context.exit(doctors.examine(checks(context.obj, passphrase), click.echo))
