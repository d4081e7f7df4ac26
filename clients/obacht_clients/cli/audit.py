"""``obacht audit init`` and ``obacht audit sign``: the auditor's root key, and its signature under descriptors."""

import sys
from pathlib import Path

import click

from obacht_clients.audit import keyfile, review, summary
from obacht_clients.audit.known import Known
from obacht_clients.audit.months import Months
from obacht_clients.cli.auditor import (
    FILE,
    key_file_option,
    key_path,
    last_path,
    passphrase_option,
    read,
    read_passphrase,
    write,
)
from obacht_clients.cli.console import Console, is_interactive, say
from obacht_clients.errors import ClientError
from obacht_clients.home import make_folder
from obacht_protocol.errors import NoteError


@click.group()
def audit() -> None:
    """The auditor's commands."""


@audit.command("init")
@click.option("--name", required=True, help="Name of the key, such as auditor.example.org.")
@key_file_option
@passphrase_option
@click.pass_obj
def init(console: Console, *, name: str, key_file: Path | None, passphrase_file: Path | None) -> None:
    """Make the auditor's root key, locked by a passphrase, and print its public half.

    Exit codes: 0 done, 1 refused (and why), 2 usage.
    """
    try:
        make_folder(console.home)
        passphrase = read_passphrase(console, passphrase_file, again=True)
        key = keyfile.create(key_path(console, key_file), name, passphrase)
    except NoteError as error:
        raise click.BadParameter(str(error), param_hint="--name") from error
    except ClientError as error:
        console.fail(error)
    say([console.text("audit-key"), str(key)])


@audit.command("sign")
@click.argument("file", type=FILE)
@click.option("--output", type=FILE, help="Where the signed descriptor goes; into FILE itself by default.")
@click.option("--previous", type=FILE, help="The descriptor before; the one signed last with this key by default.")
@click.option("--yes", is_flag=True, help="Sign without asking.")
@key_file_option
@passphrase_option
@click.pass_obj
def sign(
    console: Console,
    *,
    file: Path,
    output: Path | None,
    previous: Path | None,
    yes: bool,
    key_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Check a descriptor that the safety office has signed, show it in words, and add the auditor's signature.

    Exit codes: 0 signed, 1 refused (and why), 2 usage.
    """
    path = key_path(console, key_file)
    last = last_path(console, key_file)
    try:
        previous_note = read(previous) if previous else read(last) if last.exists() else None
        reviewed = review.review(
            read(file), keyfile.public_half(path), now=console.clock(), previous_note=previous_note
        )
        Months(console.home).check(reviewed.descriptor)
        _show(console, reviewed)
        if not yes and not (is_interactive() and click.confirm(console.text("audit-confirm"))):
            say([console.text("audit-refused")], err=True)
            sys.exit(1)
        note = reviewed.sign(keyfile.unlock(path, read_passphrase(console, passphrase_file)))
        for publisher in reviewed.publishers:
            Known(console.home).add_publisher(publisher)
        write(output or file, note)
        write(last, note)
    except ClientError as error:
        console.fail(error)
    say([console.text("audit-signed", output or file)])


def _show(console: Console, reviewed: review.Review) -> None:
    language = console.language
    facts = summary.facts(reviewed.descriptor, language)
    say([console.text("audit-says"), *(f"  {label}: {fact}" for label, fact in facts.items()), ""])
    if reviewed.previous is None:
        say([console.text("audit-first")])
        return
    changes = summary.changes(reviewed.previous, reviewed.descriptor, language)
    say([console.text("audit-changes"), *(f"  {change}" for change in changes)])
    before, after = reviewed.previous, reviewed.descriptor
    if (before.office, before.auditor) != (after.office, after.auditor):
        say([console.text("audit-roots")])
