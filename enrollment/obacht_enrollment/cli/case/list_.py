"""``obacht-office case list``: the cases of a queue."""

import click

from obacht_enrollment.cases import reading
from obacht_enrollment.cases.reading import Queue
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case import telling
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.plain import plain


@click.command("list")
@click.option(
    "--queue",
    "which",
    type=click.Choice([queue.value for queue in Queue]),
    default=Queue.ALL.value,
    show_default=True,
    help="drafts: Entwürfe, awaiting: für die zweite Person, due: fällig, active, closed. / Which cases.",
)
@click.option("--why", help="Auch die Namen; wird festgehalten. / Names as well; that is put on record.")
@acting
@click.pass_obj
def list_(context: Context, *, which: str, why: str | None, credentials: Credentials) -> None:
    """Zeigt Fälle: Nummer, Stufe, Stand, Daten. / List cases: number, level, state, dates."""
    now = context.clock()
    with signed_in(context, credentials) as (office, user):
        cases = reading.queue(office, user, Queue(which), now)
        names = None
        if why is not None:
            contents = reading.contents(office, user, [one.number for one in cases], why, now)
            names = {number: telling.who(content) for number, content in contents.items()}
    for line in telling.table(context, cases, names):
        click.echo(plain(line))
