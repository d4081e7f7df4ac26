"""``obacht-office doctor``: what is wrong, and which command mends it."""

from pathlib import Path

import click

from obacht_enrollment.checks import checks
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_service import doctor as doctors


@click.command()
@passphrase_option
@click.pass_context
def doctor(context: click.Context, passphrase_file: Path | None) -> None:
    """Sucht, was nicht stimmt, und nennt den Befehl, der es behebt. / Say what is wrong and how to mend it."""
    own: Context = context.obj
    with own.in_words():
        passphrase = None if passphrase_file is None else own.passphrase(passphrase_file)
    context.exit(doctors.examine(checks(own.home, passphrase, own.language, own.clock), click.echo))
