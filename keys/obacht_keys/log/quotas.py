"""Quotas in persons over moving windows, in memory: what was answered lately, by user, device, department and all.

A question about one person is single, one about several is a list; each kind is counted apart. An urgent question that
is over its quota is answered all the same, and counted once more in a window of its own, which is small.
"""

from collections import deque
from typing import Final, NamedTuple

from obacht_keys.limits import Limits

DAY: Final = 24 * 3600
BURST: Final = 600
"""Seconds of the short window."""
URGENT: Final = 3
"""Persons about whom a user may ask urgently over quota, within a day."""
DEVICE: Final = 5
DEPARTMENT: Final = 20
DEPLOYMENT: Final = 400
"""How many times what a user may ask may be asked with one device, by one department, and by all."""


class Use(NamedTuple):
    """Who asks, and about how many persons.

    Attributes:
        time: Unix seconds.
        user: Pseudonym, 16 bytes.
        device: Its id.
        department: Its name.
        persons: How many.
    """

    time: int
    user: bytes
    device: str
    department: str
    persons: int


class _Window:
    """What was answered within so many seconds."""

    __slots__ = ("_seconds", "_total", "_uses")

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._uses: deque[tuple[int, int]] = deque()
        self._total = 0

    def wait(self, now: int, persons: int, limit: int) -> int:
        """Give the seconds until so many persons more are within the limit; 0 if they are."""
        uses = self._uses
        while uses and uses[0][0] <= now - self._seconds:
            self._total -= uses.popleft()[1]
        total = self._total + persons
        if total <= limit:
            return 0
        for time, leaving in uses:
            total -= leaving
            if total <= limit:
                return time + self._seconds - now
        return self._seconds  # more than could ever be asked about at once

    def add(self, now: int, persons: int) -> None:
        self._uses.append((now, persons))
        self._total += persons

    def idle(self, now: int) -> bool:
        return not self._uses or self._uses[-1][0] <= now - self._seconds


_Key = tuple[str, object]
_SINGLE: Final = (("day", DAY), ("burst", BURST))
_LIST: Final = (("list", DAY),)
_URGENT: Final = (("urgent", DAY),)


class Quotas:
    """What counts against the quotas at the moment; whoever uses it rebuilds it from the store when it starts."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._windows: dict[_Key, _Window] = {}

    def wait(self, use: Use, limits: Limits, deployment: Limits) -> int:
        """Give the seconds until the next free slot; 0 if there is one now.

        Args:
            use: The question.
            limits: Of a user of its department.
            deployment: Of a user of any department that has no limits of its own.
        """
        if use.persons == 1:
            own, every = limits[:2], deployment[:2]
            return self._wait(use, _SINGLE, own, every)
        return self._wait(use, _LIST, limits[2:], deployment[2:])

    def wait_urgently(self, use: Use) -> int:
        """Give the seconds until the user, the device, the department and all may again ask urgently over quota."""
        return self._wait(use, _URGENT, (URGENT,), (URGENT,))

    def add(self, use: Use) -> None:
        """Count an answered question."""
        self._add(use, _SINGLE if use.persons == 1 else _LIST)

    def add_urgent(self, use: Use) -> None:
        """Count an answered question that was over its quota."""
        self._add(use, _URGENT)

    def forget(self, now: int) -> None:
        """Drop the windows in which nothing counts any more."""
        self._windows = {key: window for key, window in self._windows.items() if not window.idle(now)}

    def _wait(self, use: Use, kinds: tuple[tuple[str, int], ...], own: tuple[int, ...], every: tuple[int, ...]) -> int:
        longest = 0
        for (name, seconds), limit, of_all in zip(kinds, own, every, strict=True):
            bounds = (limit, limit * DEVICE, limit * DEPARTMENT, of_all * DEPLOYMENT)
            for key, bound in zip(_keys(name, use), bounds, strict=True):
                window = self._windows.get(key)
                if window is not None:
                    longest = max(longest, window.wait(use.time, use.persons, bound))
                elif use.persons > bound:  # and nothing is remembered of whoever is only refused
                    longest = max(longest, seconds)
        return longest

    def _add(self, use: Use, kinds: tuple[tuple[str, int], ...]) -> None:
        for name, seconds in kinds:
            for key in _keys(name, use):
                window = self._windows.get(key)
                if window is None:
                    window = self._windows[key] = _Window(seconds)
                window.add(use.time, use.persons)


def _keys(name: str, use: Use) -> tuple[_Key, _Key, _Key, _Key]:
    # A pseudonym is the client's choice: in another department it is somebody else's.
    return (name, (use.department, use.user)), (name, use.device), (name, (use.department,)), (name, None)
