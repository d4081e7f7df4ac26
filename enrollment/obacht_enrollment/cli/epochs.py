"""``obacht-office epochs``: how far each epoch is, and what was destroyed of those that are over."""

import datetime as dt

import click

from obacht_enrollment import rotation, words
from obacht_enrollment.cli.context import Context
from obacht_enrollment.office import descriptor_in_force, open_store
from obacht_enrollment.tables import Destruction


@click.command()
@click.pass_obj
def epochs(context: Context) -> None:
    """Zeigt, wie weit jede Epoche ist und was vernichtet wurde. / How far each epoch is, and what was destroyed."""
    with context.in_words():
        found = descriptor_in_force(context.home)
        with open_store(context.home) as store:
            standings = rotation.standings(store, found[0], context.clock()) if found else []
            destructions = store.destructions()
    for standing in standings:
        click.echo(words.standing(standing, context.language))
    for row in destructions:
        _tell(context, row)


def _tell(context: Context, row: Destruction) -> None:
    day = dt.datetime.fromtimestamp(row.ended or row.begun).astimezone().strftime("%d.%m.%Y %H:%M")
    if row.ended:
        context.say(
            f"Epoche {row.epoch}: Abgeleitetes aus {row.records} Einträgen vernichtet am {day}",
            f"epoch {row.epoch}: what was derived of {row.records} records was destroyed on {day}",
        )
    else:
        context.say(
            f"Epoche {row.epoch}: Vernichtung am {day} begonnen und nicht beendet; der Dienst beendet sie",
            f"epoch {row.epoch}: destruction began on {day} and has not ended; the service will end it",
        )
