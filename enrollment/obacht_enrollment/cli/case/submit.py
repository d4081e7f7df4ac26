"""``obacht-office case submit``: ask a second person to put a draft in force."""

import click

from obacht_enrollment.cases import service
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case.options import version_option, version_seen
from obacht_enrollment.cli.context import Context


@click.command("submit")
@click.argument("number", type=int)
@version_option
@acting
@click.pass_obj
def submit(context: Context, *, number: int, version: int | None, credentials: Credentials) -> None:
    """Legt einen Entwurf einer zweiten Person vor. / Ask a second person to put a draft in force."""
    with signed_in(context, credentials) as (office, user):
        seen = version_seen(office, user, number, version)
        service.submit(office, user, number, context.clock(), version=seen)
    context.say(f"Fall {number} wartet auf eine zweite Person.", f"Case {number} awaits a second person.")
