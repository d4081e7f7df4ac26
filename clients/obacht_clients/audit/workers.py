"""Verifying on all cores, in processes: most of it is multiplications that hold the interpreter."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from typing import Final, Generic, TypeVar

from obacht_clients.errors import AuditError
from obacht_clients.processes import new_pool

_MANY: Final = 256
"""Entries from which on processes are started."""
_AT_ONCE: Final = 16
"""Entries that are handed over together."""

_One = TypeVar("_One")
_Found = TypeVar("_Found")
_Facts = TypeVar("_Facts")


class Workers(Generic[_Facts, _One, _Found]):
    """As many as there are cores, all with the same facts; nothing of those is written anywhere."""

    def __init__(self, work: Callable[[_One, _Facts], _Found], facts: _Facts, expected: int) -> None:
        """Start none yet.

        Args:
            work: A function of a module, which the processes import.
            facts: Its second argument, always.
            expected: How much there will be to do, about.
        """
        self._work = work
        self._facts = facts
        self._processes = new_pool(_begin, facts) if expected >= _MANY else None

    async def run(self, items: Sequence[_One]) -> list[_Found]:
        """Do the work for all of them, and give what came out in their order.

        Raises:
            AuditError: ``memory``: a process was killed, for want of memory most often.
        """
        if self._processes is None:
            return [self._work(item, self._facts) for item in items]
        loop = asyncio.get_running_loop()
        parts = [items[first : first + _AT_ONCE] for first in range(0, len(items), _AT_ONCE)]
        try:
            begun = [loop.run_in_executor(self._processes, _do, self._work, part) for part in parts]
            return [found for part in await asyncio.gather(*begun) for found in part]
        except BrokenExecutor as error:
            raise AuditError("memory") from error

    def stop(self) -> None:
        """End the processes, and drop what they have not begun."""
        if self._processes is not None:
            self._processes.shutdown(wait=True, cancel_futures=True)


_held: list[object] = []
"""The facts, in a process of the pool."""


def _do(work: Callable[[_One, _Facts], _Found], items: Sequence[_One]) -> list[_Found]:
    (facts,) = _held
    return [work(item, facts) for item in items]  # type: ignore[arg-type] # what _begin was given


def _begin(facts: object) -> None:
    _held[:] = [facts]
