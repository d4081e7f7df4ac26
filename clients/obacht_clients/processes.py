"""A process for every core, for work that threads would do one after another, or would wait for one another in."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Any


def new_pool(begin: Callable[..., object] | None = None, *arguments: Any) -> ProcessPoolExecutor:  # noqa: ANN401 - begin's own
    """Make a pool whose processes end with this one, however it ends.

    Args:
        begin: Called in every process before it works; a function of a module.
        arguments: What it is called with; they are written nowhere.
    """
    # Spawned, because a forked process would take over the threads' locks as they happen to be.
    return ProcessPoolExecutor(cores(), multiprocessing.get_context("spawn"), _begin, (begin, arguments))


def cores() -> int:
    """Give the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # where a process may be kept to some of them
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin(begin: Callable[..., object] | None, arguments: tuple[Any, ...]) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()
    if begin is not None:
        begin(*arguments)


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
