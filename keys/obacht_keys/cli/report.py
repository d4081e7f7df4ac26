"""``obacht-keys report``: who asked how much, and what was unusual about it."""

import datetime as dt
import json
from dataclasses import asdict

import click

from obacht_keys import report as reports
from obacht_keys.cli.context import in_words
from obacht_keys.log import opening
from obacht_keys.log.store import Tally
from obacht_keys.settings import Home, Settings


@click.command()
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="Days that end today.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def report(home: Home, *, days: int, as_json: bool) -> None:
    """Show persons, refusals and urgent questions by department and pseudonym, and every unusual day."""
    today = dt.datetime.now().astimezone().date()
    since = reports.first_day(today, days)
    with in_words():
        Settings.load(home)
        with opening.reach(home) as call:
            tallies = [Tally(*row) for row in call("tallies", reports.first_day(today, days + reports.MEMORY))]
    totals, unusual = reports.totals(tallies, since), reports.unusual(tallies, since)
    if as_json:
        found = {"since": since, "totals": [*map(asdict, totals)], "unusual": [*map(asdict, unusual)]}
        click.echo(json.dumps(found, default=lambda user: user.hex(), ensure_ascii=False))
        return
    click.echo(f"Since {since}: persons, refusals, urgent persons")
    for row in totals:
        click.echo(f"{row.department}  {_user(row.user)}  {row.persons}  {row.refusals}  {row.urgent}")
    click.echo(
        "Unusual days: persons, usual number, of them outside office hours" if unusual else "No day was unusual."
    )
    for one in unusual:
        whose = "whole department" if one.user is None else _user(one.user)
        click.echo(f"{one.day}  {one.department}  {whose}  {one.persons}  {one.usual:g}  {one.night}")


def _user(user: bytes) -> str:
    return user.hex() or "unread"
