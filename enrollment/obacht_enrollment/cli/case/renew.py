"""``obacht-office case renew``: let a case last longer."""

import datetime as dt

import click

from obacht_enrollment.cases import service
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case.options import Day, reason_option, version_option, version_seen
from obacht_enrollment.cli.context import Context


@click.command("renew")
@click.argument("number", type=int)
@click.option("--end", type=Day(), required=True, help="Neues Enddatum. / The new end date.")
@click.option("--review", type=Day(), required=True, help="Nächste Überprüfung. / The next review.")
@reason_option
@version_option
@acting
@click.pass_obj
def renew(
    context: Context,
    *,
    number: int,
    end: dt.date,
    review: dt.date,
    reason: str,
    version: int | None,
    credentials: Credentials,
) -> None:
    """Schlägt einer zweiten Person vor, einen Fall zu verlängern. / Propose to let a case last longer."""
    with signed_in(context, credentials) as (office, user):
        seen = version_seen(office, user, number, version)
        service.renew(office, user, number, context.clock(), version=seen, end=end, review=review, reason=reason)
    context.say(
        f"Die Verlängerung von Fall {number} wartet auf eine zweite Person.",
        f"The renewal of case {number} awaits a second person.",
    )
