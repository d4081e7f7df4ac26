"""Doing something in a process of its own that is killed at a chosen moment."""

import os
import signal
import sqlite3
import tarfile
import traceback
from collections.abc import Callable
from typing import Any


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do ``work`` in a process of its own, which is killed where it would write to the disk for the ``step``-th time.

    Returns:
        Whether it came that far.
    """
    child = os.fork()
    if child == 0:
        remaining = step

        def dying(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **named: Any) -> Any:
                nonlocal remaining
                remaining -= 1
                if not remaining:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **named)

            return call

        for place, name in (
            *((os, name) for name in ("fsync", "replace", "rename", "mkdir", "link", "rmdir")),
            (tarfile.TarFile, "addfile"),
            (sqlite3, "connect"),
        ):
            setattr(place, name, dying(getattr(place, name)))
        try:
            work()
        except BaseException:  # noqa: BLE001 - the end of this process, whatever it was
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)
