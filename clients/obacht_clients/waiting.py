"""Sealed reports that wait to be sent: each a file of its own in the home, which only the safety office can open."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from obacht_clients.errors import HomeError
from obacht_clients.home import make_folder

_SUFFIX: Final = ".sealed"


class Waiting:
    """The folder of reports that have not been sent yet."""

    def __init__(self, folder: Path) -> None:
        """Know the folder, which is made when it is needed."""
        self._folder = folder

    def add(self, sealed: bytes, now: int) -> Path:
        """Keep a sealed report; it is on the disk when this returns.

        Args:
            sealed: The report.
            now: Unix seconds, for the order in which reports are sent.

        Raises:
            HomeError: ``home-full``.
        """
        make_folder(self._folder)
        path = self._folder / f"{now:012}-{hashlib.sha256(sealed).hexdigest()[:16]}{_SUFFIX}"
        unfinished = path.with_suffix(f".{os.getpid()}")
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(descriptor)
            unfinished.replace(path)
        except OSError as error:
            raise HomeError("home-full") from error
        return path

    def all(self) -> Sequence[Path]:
        """List the files, the oldest first."""
        return sorted(self._folder.glob(f"*{_SUFFIX}"))

    def read(self, path: Path) -> bytes | None:
        """Give a sealed report; None if another process has sent it meanwhile.

        Raises:
            HomeError: ``home-broken``.
        """
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HomeError("home-broken") from error

    def remove(self, path: Path) -> None:
        """Remove a report that was sent; ``HomeError`` (``home-full``) if it cannot be."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise HomeError("home-full") from error
