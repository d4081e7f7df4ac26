"""``obacht-office case approve``: be the second person, for a case or for a whole import."""

import click

from obacht_enrollment import words
from obacht_enrollment.cases import intake, opening, service
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case import telling
from obacht_enrollment.cli.case.options import version_option
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.progress import Progress


@click.command("approve")
@click.argument("number", type=int, required=False)
@version_option
@click.option("--import", "imported", type=int, help="Alle Fälle dieses Imports. / All cases of this import.")
@acting
@click.pass_obj
def approve(
    context: Context, *, number: int | None, version: int | None, imported: int | None, credentials: Credentials
) -> None:
    """Gibt frei, was ein anderer vorgelegt hat; ansehen geht vor. / Approve what others proposed; look at it before."""
    if (number is None) == (imported is None):
        raise click.UsageError("NUMBER | --import")
    with signed_in(context, credentials) as (office, user):
        if number is not None:
            seen = opening.version_to_approve(office, user, number) if version is None else version
            done = service.approve(office, user, number, context.clock(), version=seen)
            click.echo(telling.line(context, done))
            return
        told = Progress(context)

        def progress(count: int) -> None:
            told.tell(count, f"{count} Fälle bearbeitet", f"{count} cases dealt with")

        result = intake.approve(office, user, imported or 0, context.clock(), progress=progress)
        told.end()
    context.say(
        f"{result.active} Fälle sind in Kraft; der Dienst veröffentlicht sie, oder: obacht-office publish",
        f"{result.active} cases are in force; the service publishes them, or: obacht-office publish",
    )
    for waiting in result.waiting:
        context.say(f"Fall {waiting}: eine dritte Person fehlt noch.", f"Case {waiting}: a third person is needed.")
    for left, error in result.left:
        click.echo(f"{left}: {words.sentence(error, context.language)}", err=True)
    if result.left:
        raise SystemExit(1)
