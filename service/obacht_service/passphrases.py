"""Where a passphrase comes from: a file, a systemd credential, or a hidden prompt; never argument or environment."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from obacht_service import files
from obacht_service.errors import FileError, PassphraseError

MIN_LENGTH: Final = 12
"""Letters that a new passphrase needs at least."""
_CREDENTIAL: Final = "passphrase"
_MAX_FILE: Final = 4096


def read(file: Path | None, ask: Callable[[], str], *, new: bool = False) -> bytes:
    """Get the passphrase.

    Args:
        file: Its first line is the passphrase. None looks for the systemd credential ``passphrase``, then asks.
        ask: Asks on the terminal, without echo.
        new: Whether it will lock something new, and so must be long enough.

    Raises:
        PassphraseError: There is none, its file cannot be read or is open to others, or a new one is too short.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if file is None and credentials and (Path(credentials) / _CREDENTIAL).is_file():
        file = Path(credentials) / _CREDENTIAL
    if file is not None:
        text = _first_line(file)
    elif sys.stdin.isatty():
        text = ask()
    else:
        raise PassphraseError("There is no terminal to ask for the passphrase: name a file with --passphrase-file.")
    if not text:
        raise PassphraseError("The passphrase is empty.")
    if new and len(text) < MIN_LENGTH:
        raise PassphraseError(f"A new passphrase needs {MIN_LENGTH} letters or more.")
    return text.encode()


def _first_line(file: Path) -> str:
    try:
        if files.open_to_others(file):
            raise PassphraseError(f"{file} can be read by others; close it first: chmod 600 {file}")
        return files.read(file)[:_MAX_FILE].decode().partition("\n")[0].rstrip("\r")
    except (FileError, UnicodeDecodeError) as error:
        raise PassphraseError(f"{file} cannot be read as a passphrase.") from error
