"""The machine on which is measured, and how much of it others used meanwhile."""

import ctypes
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import psutil

from bench.figures import Fact
from obacht_protocol import group

_T = TypeVar("_T")
_IDLE: Final = frozenset({"idle", "iowait", "guest", "guest_nice"})


def cores() -> int:
    """Give the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on one core, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def spare(number: int) -> None:
    """Keep this process on a core of its own, the ``number``-th of those it may use, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {allowed[number % len(allowed)]})


def waits(processes: Iterable[psutil.Process] | None = None) -> float:
    """Give the seconds for which threads were ready and others had the cores; 0 where the system cannot tell.

    Args:
        processes: Whose threads; this thread alone if None.
    """
    threads = [Path("/proc/thread-self")]
    if processes is not None:
        threads = [thread for one in processes for thread in Path(f"/proc/{one.pid}/task").glob("*")]
    return sum(_waited(thread / "schedstat") for thread in threads)


def _waited(thread: Path) -> float:
    try:
        return int(thread.read_text().split()[1]) / 1e9
    except OSError:  # another system, or a thread that has ended
        return 0.0


def cpu_seconds(process: psutil.Process) -> float:
    """Give the CPU time that a process and its living children have used, user and system."""
    return sum(
        times.user + times.system for times in (one.cpu_times() for one in (process, *process.children(recursive=True)))
    )


class Watch:
    """Watches, from now on, what other programs than this one and its children take of the machine."""

    def __init__(self) -> None:
        self._this = psutil.Process()
        self._begin = time.monotonic()
        self._before = self._busy()

    def others(self) -> float:
        """Give the share of all cores' time that other programs have taken."""
        return self._taken() / (cores() * (time.monotonic() - self._begin))

    def offered(self) -> float:
        """Give the core seconds that were left for this program and its children."""
        return cores() * (time.monotonic() - self._begin) - self._taken()

    def _taken(self) -> float:
        return max(0.0, self._busy() - self._before)

    def _busy(self) -> float:
        ended = self._this.cpu_times()
        return _busy() - cpu_seconds(self._this) - ended.children_user - ended.children_system


def calm(rounds: int, measure: Callable[[], _T]) -> list[_T]:
    """Measure so many rounds, and give the results of the half in which other programs took least of the machine."""
    watched = []
    for _ in range(rounds):
        watch = Watch()
        result = measure()
        watched.append((watch.others(), result))
    watched.sort(key=lambda one: one[0])
    return [result for _, result in watched[: (rounds + 1) // 2]]


def facts() -> list[Fact]:
    """Describe the machine."""
    return [
        Fact("cores", str(cores())),
        Fact("processor", _processor()),
        Fact("system", platform.system()),
        Fact("Python", platform.python_version()),
        Fact("libsodium", _libsodium()),
    ]


def _busy() -> float:
    times = psutil.cpu_times()._asdict()
    return float(sum(seconds for kind, seconds in times.items() if kind not in _IDLE))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _libsodium() -> str:
    version = group._LIBRARY.sodium_version_string
    version.restype = ctypes.c_char_p
    return str(version().decode())
