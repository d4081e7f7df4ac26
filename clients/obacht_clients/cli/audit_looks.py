"""``obacht audit looks``: the auditor's own log, verified and shown."""

import json
from pathlib import Path

import click

from obacht_clients.audit.looks import WHO_ASKED
from obacht_clients.cli.auditor import key_file_option, look_log, moment
from obacht_clients.cli.console import Console, say
from obacht_clients.errors import ClientError


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@key_file_option
@click.pass_obj
def looks(console: Console, *, as_json: bool, key_file: Path | None) -> None:
    """Verify and show who looked at a person's questions, when and why, and which keys were destroyed.

    Exit codes: 0 the log is whole, 1 it is damaged, 2 usage.
    """
    try:
        found = look_log(console, key_file).read()
    except ClientError as error:
        console.fail(error)
    if as_json:
        click.echo(json.dumps({"looks": list(found.lines), "signed": found.signed}))
        return
    for number, line in enumerate(found.lines):
        when = moment(console, line["time"])
        if line["kind"] == WHO_ASKED:
            words = console.text("looks-asked", line["reason"], line["found"], ", ".join(line["keys"]))
        else:
            words = console.text("looks-destroyed", ", ".join(line["months"]))
        signed = "" if number < found.signed else f" {console.text('looks-unsigned')}"
        say([f"{when}: {words}{signed}"])
    say([console.text("looks-whole", len(found.lines))])
