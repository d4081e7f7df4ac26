"""Bars drawn as SVG: where each stands and how long it is, in percent of the width, so that text keeps its size."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LINE: Final = 20
"""Pixels from one line of text to the next."""
_BAR: Final = 18
_GAP: Final = 14
_LONGEST: Final = 80
"""Percent of the width; the rest is for the number behind the bar."""
_CHARACTERS: Final = 36
"""So many stand in one line on the narrowest screen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        lines: What it counts, broken into lines, each with its height above the picture's top, in pixels.
        top: Of the bar, in pixels.
        width: In percent.
        number: What stands behind it, in words where the count is hidden.
        baseline: Of the number, in pixels.
    """

    lines: tuple[tuple[int, str], ...]
    top: int
    width: float
    number: str
    baseline: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of counts.

    Attributes:
        bars: From top to bottom.
        height: In pixels.
        thickness: Of a bar, in pixels.
    """

    bars: tuple[Bar, ...]
    height: int
    thickness: int = _BAR


def draw(counts: Sequence[tuple[str, int | None, str]]) -> Chart:
    """Draw counts.

    Args:
        counts: What is counted, how often (None where that is hidden), and the number as it is written.
    """
    most = max([1, *(count for _, count, _ in counts if count is not None)])
    bars = []
    y = 0
    for label, count, number in counts:
        lines = []
        for line in textwrap.wrap(label, _CHARACTERS):
            y += _LINE
            lines.append((y - 5, line))
        width = round(_LONGEST * (count or 0) / most, 2)
        bars.append(Bar(tuple(lines), y, width, number, y + _BAR - 4))
        y += _BAR + _GAP
    return Chart(tuple(bars), y)
