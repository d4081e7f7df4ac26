"""Hiding small counts in a table, so that nobody is recognised by them.

A count from 1 to 4 is hidden, and with it as many others of its table as it takes that nobody can compute it from the
total, not even who knows how this works: which others are hidden depends on their place and not on how large they are,
and the sum of those hidden is neither nearly the smallest nor nearly the largest that so many small counts can have.
Where there is no other count left, zeros are hidden as well. A total from 1 to 4 is hidden with all its counts; a
larger one never is, since the same cases are counted in other tables too.

Tables of what is there at a moment are rounded instead: what came and what went in a year stands beside them, and from
three exact numbers whoever holds two years together would compute the fourth.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SMALL: Final = 5
"""Counts below this one are hidden, but for zero."""
STEP: Final = 5
"""What is rounded is rounded to its multiples."""


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


def rounded(name: str, found: Iterable[str], known: Iterable[str]) -> Table:
    """Count what was found, and round each count and the total to the nearest multiple of :data:`STEP`."""
    counted = Counter(found)
    rows = tuple((one, _round(counted[one])) for one in dict.fromkeys([*known, *sorted(counted)]))
    return Table(name, rows, _round(counted.total()))


def _round(count: int) -> int:
    return (count + STEP // 2) // STEP * STEP


def hide_small(counts: Mapping[str, int]) -> tuple[dict[str, int | None], int | None]:
    """Hide small counts, and what would tell them.

    Returns:
        The counts and their total; None for those that are hidden.
    """
    total = sum(counts.values())
    if 0 < total < SMALL:
        return dict.fromkeys(counts, None), None
    hidden = {name for name, count in counts.items() if 0 < count < SMALL}
    others = [name for name, count in counts.items() if count >= SMALL]
    while hidden and not _hides([counts[name] for name in hidden]):
        hidden.update([others.pop(0)] if others else counts)
        if len(hidden) == len(counts):
            break
    return {name: None if name in hidden else count for name, count in counts.items()}, total


def _hides(values: Sequence[int]) -> bool:
    """Tell whether the sum of hidden counts, none of which is 0, leaves open what each of them is."""
    if max(values) < SMALL and sum(values) > len(values) * (SMALL - 1) - 2:
        return False
    return len(values) > 1 and sum(values) >= len(values) + SMALL - 2
