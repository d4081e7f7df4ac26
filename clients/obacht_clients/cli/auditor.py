"""What the auditor's commands share: where keys and files are, and how a passphrase is asked for."""

import datetime as dt
import os
from pathlib import Path
from typing import Final

import click

from obacht_clients.audit import keyfile
from obacht_clients.audit.looks import LookLog
from obacht_clients.cli.console import Console
from obacht_clients.errors import AuditError
from obacht_protocol import notes
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import DescriptorError, NoteError

FILE: Final = click.Path(path_type=Path, dir_okay=False)
MAX_FILE: Final = 2 * 1024 * 1024

key_file_option = click.option("--key-file", type=FILE, help="The auditor's key; auditor.key in the home by default.")
passphrase_option = click.option(
    "--passphrase-file", type=FILE, help="Whose first line is the passphrase; asked for if it is not given."
)
descriptor_option = click.option(
    "--descriptor", type=FILE, help="A descriptor signed by the auditor; the one signed last by default."
)


def key_path(console: Console, key_file: Path | None) -> Path:
    """Give the path of the auditor's key."""
    return console.home / "auditor.key" if key_file is None else key_file


def last_path(console: Console, key_file: Path | None) -> Path:
    """Give the path of the descriptor that was signed last."""
    return key_path(console, key_file).with_suffix(".last")


def look_log(console: Console, key_file: Path | None) -> LookLog:
    """Give the auditor's own log; ``AuditError`` if there is no key."""
    return LookLog(console.home, keyfile.public_half(key_path(console, key_file)))


def read_descriptor(console: Console, descriptor: Path | None, key_file: Path | None) -> Descriptor:
    """Read a descriptor that the auditor has signed.

    Raises:
        AuditError: ``no-descriptor``, ``note-file``, ``note-form`` or ``note-auditor`` (not signed with this key).
    """
    path = last_path(console, key_file) if descriptor is None else descriptor
    if descriptor is None and not path.exists():
        raise AuditError("no-descriptor")
    key = keyfile.public_half(key_path(console, key_file))
    try:
        return Descriptor.parse(notes.verify(read(path), [key]))
    except NoteError as error:
        raise AuditError("note-auditor") from error
    except DescriptorError as error:
        raise AuditError("note-form") from error


def read_passphrase(console: Console, file: Path | None, *, again: bool = False, prompt: str = "passphrase") -> str:
    """Read a passphrase from a file's first line, or ask for it; twice if it is a new one."""
    if file is not None:
        lines = read(file).decode(errors="replace").splitlines()
        return lines[0] if lines else ""
    first: str = click.prompt(console.text(prompt), hide_input=True)
    if again and click.prompt(console.text("passphrase-again"), hide_input=True) != first:
        raise click.UsageError(console.text("passphrase-differs"))
    return first


def read(file: Path) -> bytes:
    """Read a file; ``AuditError`` (``note-file``) if that fails."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_FILE)
    except OSError as error:
        raise AuditError("note-file") from error


def write(file: Path, data: bytes) -> None:
    """Write a file in the place of the one before; ``AuditError`` (``note-file``) if that fails."""
    draft = file.with_name(f"{file.name}.{os.urandom(4).hex()}")
    try:
        draft.write_bytes(data)
        draft.replace(file)
    except OSError as error:
        raise AuditError("note-file") from error


def moment(console: Console, seconds: int) -> str:
    """Write a moment (Unix seconds) for people."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime(console.language.texts["date"] + " %H:%M UTC")
