"""``obacht-office case edit``: change what a case says."""

from typing import BinaryIO

import click

from obacht_enrollment.cases import service
from obacht_enrollment.cases.states import State
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case.options import document_option, read_document
from obacht_enrollment.cli.context import Context


@click.command("edit")
@click.argument("number", type=int)
@document_option
@click.option("--version", type=int, required=True, help="Welche Fassung geändert wird. / Which version is changed.")
@click.option("--reason", default="", help="Warum; nötig, wenn eine zweite Person zustimmen muss. / Why.")
@acting
@click.pass_obj
def edit(context: Context, *, number: int, file: BinaryIO, version: int, reason: str, credentials: Credentials) -> None:
    """Ändert einen Fall: „show --json“, bearbeiten, „edit“. / Change a case: `show --json`, edit, `edit`."""
    with signed_in(context, credentials) as (office, user):
        content = read_document(file)
        done = service.edit(office, user, number, content, context.clock(), version=version, reason=reason)
    if done.state is State.ACTIVE and done.awaiting is not None:
        context.say(
            f"Die Änderung von Fall {number} wartet auf eine zweite Person.",
            f"The change of case {number} awaits a second person.",
        )
    else:
        context.say(f"Fall {number} ist geändert.", f"Case {number} is changed.")
