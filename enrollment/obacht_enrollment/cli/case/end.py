"""``obacht-office case end``: end a case, or give up a draft."""

import click

from obacht_enrollment.cases import service
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case import telling
from obacht_enrollment.cli.case.options import reason_option
from obacht_enrollment.cli.context import Context


@click.command("end")
@click.argument("number", type=int)
@click.option(
    "--why",
    type=click.Choice([reason.value for reason in EndReason]),
    required=True,
    help="ground: Grund entfallen, objection: Widerspruch, error: Irrtum, erasure: Löschung verlangt, "
    "dismissed: Entwurf aufgegeben. / Why.",
)
@reason_option
@acting
@click.pass_obj
def end(context: Context, *, number: int, why: str, reason: str, credentials: Credentials) -> None:
    """Beendet einen Fall; seine Zeilen fehlen im nächsten Register. / End a case."""
    with signed_in(context, credentials) as (office, user):
        done = service.end(office, user, number, context.clock(), why=EndReason(why), reason=reason)
    click.echo(telling.line(context, done))
