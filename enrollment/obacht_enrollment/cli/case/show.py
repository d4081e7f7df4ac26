"""``obacht-office case show``: everything about a case."""

import json

import click

from obacht_enrollment.cases import fields, service
from obacht_enrollment.cases.obstacle_words import obstacles
from obacht_enrollment.cases.states import State
from obacht_enrollment.cases.words import ACTS, ORIGINS
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case import telling
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.plain import plain
from obacht_enrollment.language import pick


@click.command("show")
@click.argument("number", type=int)
@click.option("--why", required=True, help="Warum; wird festgehalten. / Why; that is put on record.")
@click.option("--json", "as_json", is_flag=True, help="Als Dokument zum Ändern. / As a document to be edited.")
@acting
@click.pass_obj
def show(context: Context, *, number: int, why: str, as_json: bool, credentials: Credentials) -> None:
    """Zeigt einen Fall, mit dem, was fehlt. / Show a case, with what is missing."""
    now = context.clock()
    with signed_in(context, credentials) as (office, user):
        view = service.look(office, user, number, why, now)
        missing = service.obstacles_of(office, view, now)
    case = view.case
    if as_json:
        click.echo(json.dumps(fields.to_json(case.content), ensure_ascii=False, indent=2))
        return
    language = context.language
    click.echo(telling.line(context, view.summary))
    context.say(f"Fassung {view.summary.version}", f"Version {view.summary.version}")
    click.echo(pick(ORIGINS[case.origin], language))
    for line in telling.document(context, case.content):
        click.echo(plain(line))
    if case.proposal is not None:
        act = pick(ACTS[case.proposal.act], language)
        context.say(f"Zur Freigabe: {act}", f"Awaiting approval: {act}")
        for line in filter(None, [case.proposal.reason, *_changes(case.content.changes(case.proposed))]):
            click.echo(plain(f"  {line}"))
    if case.state in {State.DRAFT, State.AWAITING} or case.proposal is not None:
        for line in obstacles(missing, language, case.proposed.ground.kind):
            click.echo(line)


def _changes(changes: dict[str, list[object]]) -> list[str]:
    return [f"{name}: {json.dumps(after, ensure_ascii=False)}" for name, (_, after) in changes.items()]
