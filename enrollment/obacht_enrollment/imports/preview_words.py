"""What a look at a file found, in words: counts, columns and numbers of lines, and nothing that stands in them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from obacht_enrollment.imports import columns, sheets, words
from obacht_enrollment.imports.lines import Table
from obacht_enrollment.imports.previewing import Preview
from obacht_enrollment.imports.sheets import Sheet
from obacht_enrollment.imports.tables import ImportRow
from obacht_enrollment.language import Language, Words, pick

_FIRST: Final = 10
"""So many faulty lines, and numbers of lines, are named."""
_SEPARATORS: Final[dict[str, Words]] = {
    ";": ("Semikolon", "semicolons"),
    ",": ("Komma", "commas"),
    "\t": ("Tabulator", "tabs"),
}
_ENCODINGS: Final[dict[str, Words]] = {
    sheets.UTF_8: ("UTF-8", "UTF-8"),
    sheets.UTF_8_MARKED: ("UTF-8 mit Kennung", "UTF-8 with a mark"),
    sheets.UTF_16: ("UTF-16", "UTF-16"),
    sheets.WINDOWS_1252: ("Windows-1252", "Windows-1252"),
}


def sheet(of: Sheet, language: Language) -> list[str]:
    """Say how a file is written."""
    encoding, separator = pick(_ENCODINGS[of.encoding], language), pick(_SEPARATORS[of.separator], language)
    said = [
        pick(
            (
                f"Geschrieben in {encoding}, Felder getrennt durch {separator}.",
                f"Written in {encoding}, fields divided by {separator}.",
            ),
            language,
        )
    ]
    if of.encoding == sheets.WINDOWS_1252:
        said.append(
            pick(
                (
                    f"Diese Zeichen kommen vor: {of.letters} (sind falsche dabei: bitte als „CSV UTF-8“ speichern)",
                    f"These characters occur: {of.letters} (if wrong ones are among them, save it as “CSV UTF-8”)",
                ),
                language,
            )
        )
    return said


def columns_of(table: Table, language: Language) -> list[str]:
    """Say what stands where."""
    said = [pick(("Spalten:", "Columns:"), language)]
    for name, field in zip(table.columns.header, table.columns.fields, strict=True):
        if field is None:
            meant = pick(("wird übergangen", "is passed over"), language)
            said.append(f"  {columns.shown(name)}: {meant}")
        else:
            said.append(f"  {columns.shown(name)} = {field}")
    return said


def preview(of: Preview, language: Language, *, show: bool = False) -> list[str]:
    """Say what was found.

    Args:
        of: The preview.
        language: To say it in.
        show: Whether the content of faulty lines is shown as well.
    """
    return [*_counts(of, language), *_faults(of, language, show=show), *_doubts(of, language), *_hints(of, language)]


def _counts(of: Preview, language: Language) -> Iterator[str]:
    if of.after:
        yield pick(
            (
                f"Bis Zeile {of.after} ist die Datei schon aufgenommen.",
                f"Up to line {of.after} it is taken in already.",
            ),
            language,
        )
    counts = (of.lines, len(of.new), len(of.known), len(of.repeated), len(of.faulty))
    yield pick(
        (
            "{} Zeilen: {} neu, {} schon da, {} doppelt in der Datei, {} fehlerhaft.",
            "{} lines: {} new, {} there already, {} twice in the file, {} wrong.",
        ),
        language,
    ).format(*counts)


def _faults(of: Preview, language: Language, *, show: bool) -> Iterator[str]:
    if not of.faulty:
        return
    yield pick(("Fehler nach Art:", "Faults by kind:"), language)
    yield from _by_kind(of.faults, language)
    yield pick(("Die ersten fehlerhaften Zeilen:", "The first lines that are wrong:"), language)
    for checked in of.faulty[:_FIRST]:
        for fault in checked.faults:
            yield f"  {words.fault(fault, language)}"
        if show:
            yield f"    {' | '.join(checked.line.row)}"


def _doubts(of: Preview, language: Language) -> Iterator[str]:
    if of.doubtful:
        yield pick(("Bitte prüfen (wird trotzdem aufgenommen):", "Please check (is taken in all the same):"), language)
        yield from _by_kind(of.doubts, language)
        for doubt in of.doubtful[:_FIRST]:
            yield f"  {words.fault(doubt, language)}"


def _hints(of: Preview, language: Language) -> Iterator[str]:
    for found, said in (
        (
            [line for line, _ in of.similar],
            ("vielleicht schon bekannt (gleich oder ähnlich)", "perhaps known already (same or similar)"),
        ),
        (
            [line for line, _ in of.alike],
            (
                "vielleicht dieselbe Person oder Anschrift wie in einer früheren Zeile",
                "perhaps the same person or address as in an earlier line",
            ),
        ),
        ([line for line, _ in of.repeated], ("dasselbe wie in einer früheren Zeile", "the same as an earlier line")),
    ):
        if found:
            yield f"{len(found)} {pick(said, language)}: {_numbers(found, language)}"
    if of.official:
        yield pick(
            (
                f"{of.official} Straßen bekommen ihren amtlichen Namen oder ihre Postleitzahl.",
                f"{of.official} streets get their official name or postcode.",
            ),
            language,
        )
    if of.kept_addresses:
        yield pick(
            (
                f"{of.kept_addresses} Anschriften von Personen bleiben in der Akte und werden nicht veröffentlicht.",
                f"{of.kept_addresses} addresses of persons stay in the file and are not published.",
            ),
            language,
        )


def _by_kind(counted: Counter[tuple[str, str]], language: Language) -> Iterable[str]:
    return (f"  {count} x {words.reason(field, code, language)}" for (field, code), count in counted.most_common())


def _numbers(lines: Sequence[int], language: Language) -> str:
    more = " ..." if len(lines) > _FIRST else ""
    return f"{pick(('Zeile', 'line'), language)} {', '.join(map(str, lines[:_FIRST]))}{more}"


def status(of: ImportRow, language: Language) -> str:
    """Say how far an import is."""
    day = dt.datetime.fromtimestamp(of.begun).astimezone().strftime("%d.%m.%Y %H:%M")
    if language == "de":
        state = "fertig" if of.finished else f"unterbrochen oder im Gang nach Zeile {of.position} von {of.last_line}"
        counts = f"{of.new} neu, {of.known} schon da, {of.skipped} übergangen"
        return f"Import {of.number}, begonnen {day}: {state}; {counts}"
    state = "finished" if of.finished else f"stopped or under way after line {of.position} of {of.last_line}"
    return f"import {of.number}, begun {day}: {state}; {of.new} new, {of.known} there already, {of.skipped} left out"
