"""What counts for a while only: remembered in the order in which it came, and forgotten in that order."""

from collections import deque
from typing import Generic, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")


class Recent(Generic[_K, _V]):
    """A memory of things that expire."""

    __slots__ = ("_found", "_order")

    def __init__(self) -> None:
        """Remember nothing."""
        self._found: dict[_K, tuple[int, _V]] = {}
        self._order: deque[tuple[int, _K]] = deque()

    def __len__(self) -> int:
        """Count what is remembered."""
        return len(self._found)

    def get(self, key: _K, now: int) -> _V | None:
        """Give what is remembered under a key and has not expired by ``now`` (Unix seconds)."""
        found = self._found.get(key)
        return found[1] if found is not None and found[0] > now else None

    def add(self, key: _K, value: _V, expires: int) -> None:
        """Remember it until then (Unix seconds)."""
        self._found[key] = (expires, value)
        self._order.append((expires, key))

    def forget(self, now: int) -> None:
        """Drop what has expired."""
        order, found = self._order, self._found
        while order and order[0][0] <= now:
            expires, key = order.popleft()
            if found.get(key, (None,))[0] == expires:  # otherwise it was added once more
                del found[key]
