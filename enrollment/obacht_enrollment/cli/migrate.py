"""``obacht-office migrate``: bring the database up to this version of the program."""

import click

from obacht_enrollment import database
from obacht_enrollment.backing_up import SUFFIX, back_up
from obacht_enrollment.cli.context import Context
from obacht_enrollment.migrations import revisions
from obacht_enrollment.office import read_settings, records_url
from obacht_enrollment.turns import in_use


@click.command()
@click.option(
    "--without-backup", is_flag=True, help="Vorher nicht sichern, etwa weil der Platz fehlt. / Do not back up first."
)
@click.pass_obj
def migrate(context: Context, *, without_backup: bool) -> None:
    """Bringt die Datenbank auf den Stand dieses Programms. / Bring the database up to this version of the program.

    Sichert vorher in den Ordner der Stelle. / Backs up into the office's folder first.
    """
    with context.in_words():
        url = records_url(context.home, read_settings(context.home))
        before, after = database.revision_of(url), revisions()[-1]
        if before == after:
            context.say(f"Die Datenbank ist schon auf Stand {after}.", f"The database is at revision {after} already.")
            return
        if not without_backup:
            now = context.clock()
            path = context.home.path(f"before-{after}-{now}{SUFFIX}")
            back_up(context.home, path, now)
            context.say(f"Gesichert in {path}.", f"Backed up into {path}.")
        with in_use(context.home, alone=True):
            database.migrate(url)
    context.say(f"Von Stand {before} auf Stand {after} gebracht.", f"From revision {before} to revision {after}.")
