"""Private files: written whole or not at all, on the disk when the call returns, and closed to everybody else."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from obacht_service.errors import FileError

_OTHERS = 0o077


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may open, and return it.

    Raises:
        FileError: It cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise FileError(f"The folder {folder} cannot be made.") from error
    return folder


def write_new(path: Path, data: bytes) -> None:
    """Write a private file (0600) that is not there yet; what is there is never replaced.

    Raises:
        FileError: The file exists, or cannot be written.
    """
    temporary = _temporary(path)
    try:
        _write(temporary, data)
        # A link, unlike a rename, refuses to replace what is there, and does so in one step.
        os.link(temporary, path)
        sync_folder(path.parent)
    except FileExistsError as error:
        raise FileError(f"{path} exists already and is never overwritten.") from error
    except OSError as error:
        raise FileError(f"{path} cannot be written.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def replace(path: Path, data: bytes) -> None:
    """Write a private file (0600) in the place of the one that may be there: readers see the old one or the new one.

    Raises:
        FileError: It cannot be written.
    """
    temporary = _temporary(path)
    try:
        _write(temporary, data)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise FileError(f"{path} cannot be written.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def read(path: Path) -> bytes:
    """Read a file whole; ``FileError`` if that is impossible."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read.") from error


def open_to_others(path: Path) -> bool:
    """Tell whether anybody but the owner may read or change a file; ``FileError`` if it is not there."""
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError as error:
        raise FileError(f"{path} cannot be found.") from error


def sync_folder(folder: Path) -> None:
    """Put a folder's list of files on the disk; ``OSError`` if that fails."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
