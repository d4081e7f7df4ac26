"""Faulty lines as a file of their own, to be corrected and imported again."""

import csv
import io
from collections.abc import Iterable

from obacht_enrollment.imports import columns, words
from obacht_enrollment.imports.entries import Checked
from obacht_enrollment.imports.lines import Table
from obacht_enrollment.language import Language


def encode(table: Table, faulty: Iterable[Checked], language: Language) -> bytes:
    """Write faulty lines as they stood in their file, each behind what is wrong with it.

    Args:
        table: Their file.
        faulty: The lines.
        language: Of what is said about them.

    Returns:
        CSV in UTF-8 with a mark, so that every spreadsheet shows its letters, with the file's own separator.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=table.sheet.separator, lineterminator="\r\n")
    header = table.columns.header
    # what an earlier run said stands there no longer
    kept = [place for place, name in enumerate(header) if columns.column_of(name) != columns.FAULT]
    writer.writerow([columns.FAULT, *(header[place] for place in kept)])
    for checked in faulty:
        row = checked.line.row
        said = " ".join(words.fault(fault, language) for fault in checked.faults)
        writer.writerow([said, *(row[place] for place in kept if place < len(row)), *row[len(header) :]])
    return text.getvalue().encode("utf-8-sig")
