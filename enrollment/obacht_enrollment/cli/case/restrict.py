"""``obacht-office case restrict``: publish nothing of a case, or let that end."""

import click

from obacht_enrollment.cases import service
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case.options import reason_option
from obacht_enrollment.cli.context import Context


@click.command("restrict")
@click.argument("number", type=int)
@click.option("--lift", is_flag=True, help="Die Einschränkung soll enden. / The restriction is to end.")
@reason_option
@acting
@click.pass_obj
def restrict(context: Context, *, number: int, lift: bool, reason: str, credentials: Credentials) -> None:
    """Veröffentlicht von einem Fall nichts mehr (DSGVO, Artikel 18). / Publish nothing of a case."""
    with signed_in(context, credentials) as (office, user):
        if lift:
            service.lift(office, user, number, context.clock(), reason=reason)
        else:
            service.restrict(office, user, number, context.clock(), reason=reason)
    if lift:
        context.say(
            f"Dass Fall {number} wieder veröffentlicht wird, wartet auf eine zweite Person.",
            f"That case {number} is published again awaits a second person.",
        )
    else:
        context.say(f"Von Fall {number} wird nichts veröffentlicht.", f"Nothing of case {number} is published.")
