"""``obacht-office case template``: an empty case to be filled in."""

import json

import click

from obacht_enrollment.cases import fields
from obacht_enrollment.cases.content import Content, Incident, Name, Place


@click.command("template")
def template() -> None:
    """Gibt einen leeren Fall als JSON aus, für „new“. / Print an empty case as JSON, for `new`."""
    blank = Content(aliases=(Name(),), places=(Place(),), incidents=(Incident(),))
    click.echo(json.dumps(fields.to_json(blank), ensure_ascii=False, indent=2))
