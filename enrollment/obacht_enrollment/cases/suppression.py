"""Hiding small counts in a table, so that nobody is recognised by them.

A count from 1 to 4 is hidden, and with it as many others of its table as it takes that nobody can compute it from the
total: at least one more, and until each of those hidden could be anything from 1 to 4. A total from 1 to 4 is hidden
with all its counts. A table is a list of counts with one total, never crossed with another, so that no other sum leads
to a hidden one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

SMALL: Final = 5
"""Counts below this one are hidden, but for zero."""


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of one kind, and their total.

    Attributes:
        name: Which table this is.
        rows: What is counted, and how often it was there; None where that is hidden.
        total: None where it is hidden.
    """

    name: str
    rows: tuple[tuple[str, int | None], ...]
    total: int | None


def suppressed(name: str, found: Iterable[str], known: Iterable[str]) -> Table:
    """Count what was found, and hide what is small.

    Args:
        name: Of the table.
        found: Each thing that is counted.
        known: What has a row also where nothing was found, in the order of the rows.
    """
    counted = Counter(found)
    counts = {one: counted[one] for one in dict.fromkeys([*known, *sorted(counted)])}
    shown, total = hide_small(counts)
    return Table(name, tuple(shown.items()), total)


def hide_small(counts: Mapping[str, int]) -> tuple[dict[str, int | None], int | None]:
    """Hide small counts, and what would tell them.

    Returns:
        The counts and their total; None for those that are hidden.
    """
    total = sum(counts.values())
    if 0 < total < SMALL:
        return dict.fromkeys(counts, None), None
    hidden = {name for name, count in counts.items() if 0 < count < SMALL}
    others = sorted((count, name) for name, count in counts.items() if count >= SMALL)
    while hidden and not _hides(hidden, counts) and others:
        hidden.add(others.pop(0)[1])
    shown = {name: None if name in hidden else count for name, count in counts.items()}
    return shown, total if not hidden or _hides(hidden, counts) else None


def _hides(hidden: Iterable[str], counts: Mapping[str, int]) -> bool:
    """Tell whether each of the hidden counts, none of which is 0, could be from 1 to 4 for all their sum says."""
    values = [counts[name] for name in hidden]
    return len(values) > 1 and sum(values) >= len(values) + SMALL - 2
