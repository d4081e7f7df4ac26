"""``obacht-office case reject``: turn down what is proposed, or take it back."""

import click

from obacht_enrollment.cases import service
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case.options import version_option, version_seen
from obacht_enrollment.cli.context import Context


@click.command("reject")
@click.argument("number", type=int)
@version_option
@click.option("--reason", default="", help="Warum; nur beim eigenen Vorschlag entbehrlich. / Why.")
@acting
@click.pass_obj
def reject(context: Context, *, number: int, version: int | None, reason: str, credentials: Credentials) -> None:
    """Lehnt ab, was vorliegt, oder nimmt es zurück. / Turn down what is proposed, or take it back."""
    with signed_in(context, credentials) as (office, user):
        seen = version_seen(office, user, number, version)
        service.reject(office, user, number, context.clock(), version=seen, reason=reason)
    context.say(f"Der Vorschlag zu Fall {number} gilt nicht mehr.", f"What was proposed for case {number} is gone.")
