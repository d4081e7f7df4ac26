"""``obacht-keys log show | prune``: what the log of questions holds, and deleting details whose time is over."""

import datetime as dt
import time

import click

from obacht_keys.cli.context import in_words
from obacht_keys.log import opening
from obacht_keys.settings import Home, Settings

_RETENTION = 365


@click.group()
def log() -> None:
    """Look at the log of questions, or delete details whose time is over."""


@log.command()
@click.pass_obj
def show(home: Home) -> None:
    """Show how many entries there are."""
    with in_words():
        Settings.load(home)
        with opening.reach(home) as call:
            state = call("state")
    click.echo(f"{state['size']} entries")
    if state["checkpoint"] is not None:
        moment, size = state["checkpoint"]
        click.echo(f"The newest checkpoint is of {size} entries, {dt.datetime.fromtimestamp(moment).astimezone()}")
    if state["stopped"]:
        click.echo(f"Nothing is answered: {state['stopped']}")


@log.command()
@click.option(
    "--days", type=click.IntRange(30, 3650), default=_RETENTION, show_default=True, help="Keep details for so long."
)
@click.pass_obj
def prune(home: Home, *, days: int) -> None:
    """Delete the details of entries that are older. Every proof of the log still holds; nobody can read them again."""
    before = int(time.time()) - days * 24 * 3600
    day = dt.datetime.fromtimestamp(before).astimezone().date().isoformat()
    count = 0
    with in_words():
        Settings.load(home)
        with opening.reach(home) as call:
            while found := call("prune", before, day):
                count += found
            if count:
                words = f"of {count} entries from before {day}"
                call("event", int(time.time()), "details-deleted", words)
    click.echo(f"Deleted the details of {count} entries from before {day}. Backups still hold them; prune those too.")
