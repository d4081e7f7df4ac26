"""Letting one process of the office at a time do what two would do twice."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from typing import Final

from obacht_enrollment.errors import HomeError
from obacht_enrollment.home import Home

NEXT_EPOCH: Final = "next-epoch.lock"
BACKUP: Final = "backup.lock"
_IN_USE: Final = "in-use.lock"


@contextlib.contextmanager
def turn(home: Home, name: str) -> Iterator[bool]:
    """Hold the lock in a file for the length of a block, if nobody else does.

    Args:
        home: The office's folder.
        name: Of the file.

    Returns:
        Whether this process has the turn; it is over when the block ends, or the process.

    Raises:
        HomeError: The file cannot be made.
    """
    descriptor = _open(home, name)
    try:
        yield _lock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


class Use:
    """That a process works with the office, which until then is not changed under its hands."""

    def __init__(self, home: Home, *, alone: bool = False) -> None:
        """Begin to use the office.

        Args:
            home: The office's folder.
            alone: Whether nobody else may use it meanwhile.

        Raises:
            HomeError: ``office-in-use``: somebody uses it who would have to end first.
        """
        self._descriptor: int | None = _open(home, _IN_USE)
        if not _lock(self._descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH):
            self.end()
            raise HomeError("office-in-use", path=home.folder)

    def end(self) -> None:
        """Let others use it alone; a second time changes nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextlib.contextmanager
def in_use(home: Home, *, alone: bool = False) -> Iterator[None]:
    """Use the office for the length of a block; ``HomeError`` as :class:`Use` raises it."""
    use = Use(home, alone=alone)
    try:
        yield
    finally:
        use.end()


def _open(home: Home, name: str) -> int:
    path = home.path(name)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise HomeError("file-write", path=path) from error


def _lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
