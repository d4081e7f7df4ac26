"""Destroying the share of an epoch that is over: its file overwritten and removed, and the act put on record."""

import os
from collections.abc import Callable
from pathlib import Path

from obacht_keys.errors import CustodyError, SettingsError
from obacht_keys.settings import Home


def destroy(home: Home, epoch: int, record: Callable[[], None]) -> None:
    """Destroy an epoch's share.

    The file first loses its name, so that every process that holds the share unlocked gives it up; then it is
    overwritten; then the act is recorded; then it is removed. Whoever is interrupted in between starts again.

    Args:
        home: The office's folder.
        epoch: Whose share to destroy; not the newest one's.
        record: Puts the act on record, or raises.

    Raises:
        SettingsError: The office holds no share of this epoch.
        CustodyError: It is the newest one, or the disk does not do its part.
    """
    path = home.share_of(epoch)
    doomed = path.with_suffix(".destroyed")
    if not doomed.exists() and epoch not in home.shares:
        raise SettingsError(f"{home.folder} holds no share of epoch {epoch}")
    if path == home.share:
        raise CustodyError("the share of the newest epoch is the one that answers; it is not destroyed")
    try:
        if path.exists():
            path.replace(doomed)
            _sync(home.folder)
        _overwrite(doomed)
        record()
        doomed.unlink()
        _sync(home.folder)
    except OSError as error:
        raise CustodyError(f"{path} could not be destroyed; please try again") from error


def _overwrite(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
