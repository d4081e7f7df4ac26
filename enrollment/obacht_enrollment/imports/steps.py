"""A file cut into transactions: each takes in some entries, and says how far it came."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from obacht_enrollment.imports.entries import Entry
from obacht_enrollment.imports.previewing import Preview
from obacht_enrollment.imports.store import Step

AT_ONCE: Final = 500
"""So many entries are taken in by one transaction."""
Marked = tuple[Entry, bytes]
"""An entry, and the keyed hash by which it is known again."""


def steps(preview: Preview, digest: bytes, after: int) -> Iterator[tuple[Step, Sequence[Marked]]]:
    """Cut what a look found into transactions, in the order of the file's lines.

    Args:
        preview: Of the file, or of what of it remained.
        digest: Keyed hash of the file, 32 bytes.
        after: Number of the last line that was dealt with before; 0 if none was.
    """
    known = sorted([*preview.known, *(line for line, _ in preview.repeated)])
    faulty = [checked.line.number for checked in preview.faulty]
    remaining = [marked for marked in preview.new if marked[0].line > after]
    batches = [remaining[place : place + AT_ONCE] for place in range(0, len(remaining), AT_ONCE)]
    if after and not batches:
        batches = [[]]  # what was missing came with another file meanwhile
    for index, batch in enumerate(batches):
        position = batch[-1][0].line if index + 1 < len(batches) else preview.last_line
        there, skipped = (bisect_right(lines, position) - bisect_right(lines, after) for lines in (known, faulty))
        yield Step(digest, preview.last_line, after, position, len(batch), there, skipped), batch
        after = position
