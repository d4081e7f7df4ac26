"""``obacht-office migrate``: bring the database up to this version of the program."""

import click

from obacht_enrollment import database
from obacht_enrollment.cli.context import Context
from obacht_enrollment.office import read_settings, records_url


@click.command()
@click.pass_obj
def migrate(context: Context) -> None:
    """Bringt die Datenbank auf den Stand dieses Programms. / Bring the database up to this version of the program."""
    with context.in_words():
        before, after = database.migrate(records_url(context.home, read_settings(context.home)))
    if before == after:
        context.say(f"Die Datenbank ist schon auf Stand {after}.", f"The database is at revision {after} already.")
    else:
        context.say(f"Von Stand {before} auf Stand {after} gebracht.", f"From revision {before} to revision {after}.")
