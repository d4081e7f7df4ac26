"""Where the processes of an office meet about its log: a lock for the one that has it open, and its socket."""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from obacht_keys.errors import LogError

_STEP: Final = 0.05
_LONGEST_PATH: Final = 100
"""Bytes of a path that every system takes as a socket's address."""
_BACKLOG: Final = 128


class Lock:
    """The right to open the log. Processes that are forked meanwhile hold it too, until the last of them ends."""

    def __init__(self, path: Path) -> None:
        """Know its file; nothing is locked yet."""
        self._path = path
        self._file: int | None = None

    def take(self, patience: float = 0.0) -> bool:
        """Try for so many seconds; ``LogError`` if the file cannot be opened."""
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise LogError(f"{self._path} cannot be opened") from error
        deadline = time.monotonic() + patience
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            if time.monotonic() >= deadline:
                self.release()
                return False
            time.sleep(_STEP)

    def release(self) -> None:
        """Give it back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def listen(path: Path) -> socket.socket:
    """Listen where only the office's own user can connect; what lies there from before is removed.

    Raises:
        LogError: That is impossible.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            with _address(path) as address:
                listener.bind(address)
        finally:
            os.umask(mask)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise LogError(f"{path} cannot be made") from error
    return listener


def connect(path: Path) -> socket.socket:
    """Connect without waiting, and give the socket; ``LogError`` if nobody listens there, or too many wait already."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(0)
    try:
        with _address(path) as address:
            connection.connect(address)
    except OSError as error:
        connection.close()
        raise LogError("the process that writes the log does not listen") from error
    return connection


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """Give a path's socket address, which may have some hundred bytes only: a long one goes through its folder."""
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
