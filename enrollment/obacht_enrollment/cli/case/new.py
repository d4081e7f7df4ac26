"""``obacht-office case new``: begin a case."""

from typing import BinaryIO

import click

from obacht_enrollment.cases import service
from obacht_enrollment.cases.obstacle_words import obstacles as in_words
from obacht_enrollment.cases.obstacles import obstacles
from obacht_enrollment.cases.transaction import rules
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.case.options import document_option, read_document
from obacht_enrollment.cli.context import Context


@click.command("new")
@document_option
@acting
@click.pass_obj
def new(context: Context, *, file: BinaryIO, credentials: Credentials) -> None:
    """Legt einen Entwurf an und sagt, was fehlt. / Begin a draft, and say what is missing."""
    now = context.clock()
    with signed_in(context, credentials) as (office, user):
        content = read_document(file)
        number = service.create_draft(office, user, content, now)
        missing = obstacles(content, rules(office, now))
    context.say(f"Fall {number} ist angelegt.", f"Case {number} is begun.")
    for line in in_words(missing, context.language, content.ground.kind):
        click.echo(line)
