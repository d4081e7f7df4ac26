"""Stretching on all cores.

Argon2id takes its memory from the system anew in every call, and the threads of one process wait for one another there:
two of them needed 7 % more time than two processes do. Few stretches are not worth starting processes for.
"""

import asyncio
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from obacht_clients.processes import cores, new_pool
from obacht_protocol.errors import StretchError
from obacht_protocol.stretch import StretchSet, stretch

_MANY: Final = 512
"""Stretches from which on processes are started."""
_AT_ONCE: Final = 4
"""Stretches that are handed over together: more would leave cores idle at the end of a run."""


class Stretchers:
    """As many as there are cores."""

    def __init__(self, parameters: StretchSet, expected: int) -> None:
        """Start none yet.

        Args:
            parameters: The epoch's stretch set.
            expected: How many stretches there will be, about.
        """
        self._parameters = parameters
        self._pool: Executor = (
            new_pool(_leave_interrupts) if expected >= _MANY else ThreadPoolExecutor(cores(), "stretch")
        )

    def stretch(self, outputs: Sequence[bytes]) -> asyncio.Task[list[bytes]]:
        """Begin at once to stretch outputs (64 bytes each) into ``prk`` values (64 bytes each), in their order.

        Raises:
            StretchError: There is not enough memory, or a process was killed (for want of memory, most often); here
                or when the result is waited for.
        """
        loop = asyncio.get_running_loop()
        parts = [outputs[first : first + _AT_ONCE] for first in range(0, len(outputs), _AT_ONCE)]
        with _translated():
            begun = [loop.run_in_executor(self._pool, _stretch, part, self._parameters) for part in parts]
        task = loop.create_task(_join(begun))
        task.add_done_callback(_seen)
        return task

    def stop(self) -> None:
        """Wait for what is being stretched, drop the rest, and end."""
        self._pool.shutdown(wait=True, cancel_futures=True)


async def _join(parts: Sequence[asyncio.Future[list[bytes]]]) -> list[bytes]:
    with _translated():
        return [prk for part in await asyncio.gather(*parts) for prk in part]


def _seen(task: asyncio.Task[list[bytes]]) -> None:
    """Look at a failure that nobody waits for any more, because another one ended the run: asyncio would report it."""
    if not task.cancelled():
        task.exception()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except BrokenExecutor as error:
        raise StretchError("a process that stretches was killed") from error


def _stretch(outputs: Sequence[bytes], parameters: StretchSet) -> list[bytes]:
    return [stretch(output, parameters) for output in outputs]


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
