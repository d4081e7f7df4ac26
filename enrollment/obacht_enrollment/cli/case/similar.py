"""``obacht-office case similar``: who may be known already."""

import click

from obacht_enrollment.cases import service
from obacht_enrollment.cases import similar as comparing
from obacht_enrollment.cases.words import WHYS
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.context import Context
from obacht_enrollment.language import pick


@click.command("similar")
@click.argument("number", type=int)
@click.option("--why", required=True, help="Warum; wird festgehalten. / Why; that is put on record.")
@acting
@click.pass_obj
def similar(context: Context, *, number: int, why: str, credentials: Credentials) -> None:
    """Zeigt Fälle, die dieselbe Person meinen können, und warum. / Show who may be the same, and why."""
    with signed_in(context, credentials) as (office, user):
        content = service.look(office, user, number, why, context.clock()).case.proposed
        found = comparing.find(office, user, comparing.Index(), content, number)
    for one in found:
        said = ", ".join(pick(WHYS[reason], context.language) for reason in one.whys)
        degree = f" ({one.likeness} %, {one.slips})" if one.likeness else ""
        context.say(f"Fall {one.number}: {said}{degree}", f"Case {one.number}: {said}{degree}")
    if not found:
        context.say("Keine ähnlichen Fälle.", "No similar cases.")
