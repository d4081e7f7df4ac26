"""``obacht audit init`` and ``obacht audit sign``: the auditor's root key, and its signature under descriptors."""

import os
import sys
from pathlib import Path

import click

from obacht_clients.audit import keyfile, review, summary
from obacht_clients.cli.console import Console, is_interactive, say
from obacht_clients.errors import AuditError, ClientError
from obacht_clients.home import make_folder
from obacht_protocol.errors import NoteError

_MAX_FILE = 2 * 1024 * 1024
_FILE = click.Path(path_type=Path, dir_okay=False)
_key_file = click.option("--key-file", type=_FILE, help="The auditor's key; auditor.key in the home by default.")
_passphrase_file = click.option(
    "--passphrase-file", type=_FILE, help="Whose first line is the passphrase; asked for if it is not given."
)


@click.group()
def audit() -> None:
    """The auditor's commands."""


@audit.command("init")
@click.option("--name", required=True, help="Name of the key, such as auditor.example.org.")
@_key_file
@_passphrase_file
@click.pass_obj
def init(console: Console, *, name: str, key_file: Path | None, passphrase_file: Path | None) -> None:
    """Make the auditor's root key, locked by a passphrase, and print its public half.

    Exit codes: 0 done, 1 refused (and why), 2 usage.
    """
    try:
        make_folder(console.home)
        passphrase = _passphrase(console, passphrase_file, again=True)
        key = keyfile.create(_key_path(console, key_file), name, passphrase)
    except NoteError as error:
        raise click.BadParameter(str(error), param_hint="--name") from error
    except ClientError as error:
        console.fail(error)
    say([console.text("audit-key"), str(key)])


@audit.command("sign")
@click.argument("file", type=_FILE)
@click.option("--output", type=_FILE, help="Where the signed descriptor goes; into FILE itself by default.")
@click.option("--previous", type=_FILE, help="The descriptor before; the one signed last with this key by default.")
@click.option("--yes", is_flag=True, help="Sign without asking.")
@_key_file
@_passphrase_file
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
    path = _key_path(console, key_file)
    last = path.with_suffix(".last")
    try:
        previous_note = _read(previous) if previous else _read(last) if last.exists() else None
        reviewed = review.review(
            _read(file), keyfile.public_half(path), now=console.clock(), previous_note=previous_note
        )
        _show(console, reviewed)
        if not yes and not (is_interactive() and click.confirm(console.text("audit-confirm"))):
            say([console.text("audit-refused")], err=True)
            sys.exit(1)
        note = reviewed.sign(keyfile.unlock(path, _passphrase(console, passphrase_file)))
        _write(output or file, note)
        _write(last, note)
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


def _key_path(console: Console, key_file: Path | None) -> Path:
    return console.home / "auditor.key" if key_file is None else key_file


def _passphrase(console: Console, file: Path | None, *, again: bool = False) -> str:
    if file is not None:
        lines = _read(file).decode(errors="replace").splitlines()
        return lines[0] if lines else ""
    first: str = click.prompt(console.text("passphrase"), hide_input=True)
    if again and click.prompt(console.text("passphrase-again"), hide_input=True) != first:
        raise click.UsageError(console.text("passphrase-differs"))
    return first


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MAX_FILE)
    except OSError as error:
        raise AuditError("note-file") from error


def _write(file: Path, data: bytes) -> None:
    draft = file.with_name(f"{file.name}.{os.urandom(4).hex()}")
    try:
        draft.write_bytes(data)
        draft.replace(file)
    except OSError as error:
        raise AuditError("note-file") from error
