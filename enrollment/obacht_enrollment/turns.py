"""Letting one process of the office at a time do what two would do twice."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from typing import Final

from obacht_enrollment.errors import HomeError
from obacht_enrollment.home import Home

NEXT_EPOCH: Final = "next-epoch.lock"


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
    path = home.path(name)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise HomeError("file-write", path=path) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = True
        except BlockingIOError:
            mine = False
        yield mine
    finally:
        os.close(descriptor)
