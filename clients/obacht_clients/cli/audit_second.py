"""``obacht audit second init``: the key of the second person, without whom nobody looks at a person's questions."""

from pathlib import Path

import click

from obacht_clients.audit import keyfile
from obacht_clients.cli.auditor import key_file_option, key_path, passphrase_option, read_passphrase
from obacht_clients.cli.console import Console, say
from obacht_clients.errors import AuditError, ClientError
from obacht_protocol.errors import NoteError

FILE = "second.key"


@click.group()
def second() -> None:
    """The second person who confirms a look at one person's questions."""


@second.command("init")
@click.option("--name", required=True, help="Name of the key, such as deputy.auditor.example.org.")
@key_file_option
@passphrase_option
@click.pass_obj
def init(console: Console, *, name: str, key_file: Path | None, passphrase_file: Path | None) -> None:
    """Make the second person's key, locked by a passphrase that the auditor does not know.

    Exit codes: 0 done, 1 refused (and why), 2 usage.
    """
    try:
        if keyfile.public_half(key_path(console, key_file)).name == name:
            raise AuditError("second-same")
        key = keyfile.create(
            console.home / FILE, name, read_passphrase(console, passphrase_file, again=True, prompt="passphrase-second")
        )
    except NoteError as error:
        raise click.BadParameter(str(error), param_hint="--name") from error
    except ClientError as error:
        console.fail(error)
    say([console.text("second-key"), str(key)])
