"""What a file would do, before anything is written: how much of it is new, known, faulty, doubtful, or there twice."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from obacht_enrollment.cases.comparing import Compared
from obacht_enrollment.cases.crowd import Crowd
from obacht_enrollment.imports.columns import STREET
from obacht_enrollment.imports.entries import Checked, Entry, Rules, check
from obacht_enrollment.imports.lines import Fault, Table
from obacht_enrollment.streets.index import StreetIndex

_EVERY: Final = 1000
"""After so many lines progress is told."""


@dataclass(slots=True, repr=False)
class Preview:
    """What was found in the lines of a file. It does not show their content when printed.

    Attributes:
        after: Number of the line behind which the look began; 0 for the whole file.
        lines: So many lines were looked at.
        last_line: Number of the last one.
        new: What is to be taken in, with the fingerprint of each.
        known: Lines that were taken in before.
        faulty: The faulty lines.
        doubtful: The lines in which something may be wrong.
        repeated: Lines that say exactly what an earlier one says, with the number of that one.
        alike: Lines about somebody, or some address, that an earlier line is about, with the number of that one.
        similar: Lines about somebody, or some address, that may be known, with the numbers of those cases.
        kept_addresses: So many persons' addresses are kept and not published.
        official: So many streets are spelled in the official way, and were not in the file.
    """

    after: int
    lines: int = 0
    last_line: int = 0
    new: list[tuple[Entry, bytes]] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    faulty: list[Checked] = field(default_factory=list)
    doubtful: list[Fault] = field(default_factory=list)
    repeated: list[tuple[int, int]] = field(default_factory=list)
    alike: list[tuple[int, int]] = field(default_factory=list)
    similar: list[tuple[int, list[int]]] = field(default_factory=list)
    kept_addresses: int = 0
    official: int = 0

    @property
    def faults(self) -> Counter[tuple[str, str]]:
        """How often there is which fault, by column and code."""
        return Counter((fault.field, fault.code) for checked in self.faulty for fault in checked.faults)

    @property
    def doubts(self) -> Counter[tuple[str, str]]:
        """The same for doubts."""
        return Counter((doubt.field, doubt.code) for doubt in self.doubtful)


def look(
    table: Table,
    rules: Rules,
    streets: StreetIndex,
    *,
    fingerprint: Callable[[bytes], bytes],
    known: Collection[bytes],
    likely: Callable[[Compared], Sequence[int]] = lambda _: (),
    after: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> Preview:
    """Look through a file.

    Args:
        table: The file.
        rules: What its lines are measured by.
        streets: The town's street list.
        fingerprint: Gives the keyed hash by which an entry is known again.
        known: The hashes of all that were taken in.
        likely: Gives the numbers of the cases that may be about the same person or address.
        after: Number of the line behind which the look begins.
        progress: Called with the number of lines looked at, every now and then.

    Raises:
        ImportFileError: As :meth:`.lines.Table.lines` says.
    """
    looking = _Looking(Preview(after), fingerprint, known)
    for line in table.lines(after):
        looking.take(check(line, rules, streets))
        if looking.preview.lines % _EVERY == 0:
            progress(looking.preview.lines)
    _compare(looking.preview, likely, progress)
    return looking.preview


def _compare(preview: Preview, likely: Callable[[Compared], Sequence[int]], progress: Callable[[int], None]) -> None:
    """Tell who may be known, and who may stand in an earlier line; all lines are there before any is compared."""
    lines = {entry.line: Compared.of(entry.content) for entry, _ in preview.new}
    among = Crowd()
    for line, compared in lines.items():
        among.put(line, compared)
    for done, (line, compared) in enumerate(lines.items(), 1):
        if done % _EVERY == 0:
            # all are looked at, but whoever is told may want to stop
            progress(preview.lines)
        similar, alike = likely(compared), among.likely(compared, before=line)
        if similar:
            preview.similar.append((line, list(similar)))
        if alike:
            preview.alike.append((line, alike[0]))


class _Looking:
    """A look on its way through the lines."""

    def __init__(self, preview: Preview, fingerprint: Callable[[bytes], bytes], known: Collection[bytes]) -> None:
        self.preview = preview
        self._fingerprint = fingerprint
        self._known = known
        self._lines: dict[bytes, int] = {}

    def take(self, checked: Checked) -> None:
        preview, line = self.preview, checked.line.number
        preview.lines += 1
        preview.last_line = line
        preview.doubtful += checked.doubts
        if checked.entry is None:
            preview.faulty.append(checked)
            return
        mark = self._fingerprint(checked.entry.canonical())
        first = self._lines.setdefault(mark, line)
        if first != line:
            preview.repeated.append((line, first))
        elif mark in self._known:
            preview.known.append(line)
        else:
            preview.new.append((checked.entry, mark))
            self._count_places(checked.entry, checked.line.fields.get(STREET, ""))

    def _count_places(self, entry: Entry, street: str) -> None:
        preview, content = self.preview, entry.content
        preview.kept_addresses += any(not place.publish for place in content.places)
        preview.official += any(place.street != street for place in content.places)
