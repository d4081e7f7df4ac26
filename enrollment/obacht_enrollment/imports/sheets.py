"""A CSV file (RFC 4180) as rows: found out are the encoding, and the sign between fields; both can be told.

Spreadsheets write UTF-8, with or without a byte order mark, UTF-16 with one, and Windows-1252. Only the last cannot be
recognised for certain: it is taken where the bytes are no UTF-8 and what comes out looks like words, and never where
both are mixed. Whoever sees which letters came out can tell whether that was right.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from obacht_enrollment.errors import ImportFileError

MAX_FILE_LENGTH: Final = 64 * 1024 * 1024
UTF_8: Final = "UTF-8"
UTF_8_MARKED: Final = "UTF-8-BOM"
UTF_16: Final = "UTF-16"
WINDOWS_1252: Final = "Windows-1252"
SEPARATORS: Final = (";", ",", "\t")
_MARKS: Final = (
    (codecs.BOM_UTF8, UTF_8_MARKED, "utf-8"),
    (codecs.BOM_UTF16_LE, UTF_16, "utf-16-le"),
    (codecs.BOM_UTF16_BE, UTF_16, "utf-16-be"),
)
_NAMED_SEPARATOR: Final = re.compile(r'"?sep=([;,\t])"?(\r\n|\r|\n)', re.IGNORECASE)
_LETTERS: Final = "A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽž"
_INSIDE: Final = "’´·\xad–—"
"""Signs that stand within words."""
_AROUND: Final = "\xa0€‚„…‘“”•‹›«»§°¼½¾ºª²³"
"""Signs that stand between words."""
_CONTINUING: Final = bytes(set(range(0x80, 0xC0)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252")
"""How Windows-1252 reads the second byte of a letter in UTF-8."""
_AFTER_CAPITALS: Final = "".join(sign for sign in _CONTINUING if sign not in "\xa0‚„…‘’“”–«»")
_STRANGE: Final = re.compile(
    # a letter in UTF-8; a capital before a quotation mark or a dash is none
    rf"Ã[{_CONTINUING}]|[ÄÅ][{_AFTER_CAPITALS}]"
    # neither a letter nor a sign that German writing has
    rf"|[^\t\n\r -~{_LETTERS}{_INSIDE}{_AROUND}]"
    # what other encodings make of a letter within a word: a sign, or a capital
    rf"|[{_LETTERS}][{_AROUND.strip()}][{_LETTERS}]"
    rf"|[{_LETTERS}][À-ÖØ-ÞŒŠŽ][a-zß-öø-ÿœšž]"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as rows.

    Attributes:
        encoding: One of the names above.
        separator: One of :data:`SEPARATORS`.
        letters: In Windows-1252, every letter and sign outside of ASCII once: what shows that the guess was right.
        header: The fields of the first row, without spaces around them.
    """

    encoding: str
    separator: str
    letters: str
    header: tuple[str, ...]
    _text: str = field(repr=False)
    _before: int = field(repr=False)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Give the rows after the header that are not empty, each with its line in the file, from 1.

        Raises:
            ImportFileError: ``csv-form`` (with the line): the quotation marks do not match.
        """
        rows = _rows(self._text, self.separator, self._before)
        next(rows)
        yield from rows


def read(data: bytes, known: Callable[[str], bool]) -> Sheet:
    """Find out how a file is written.

    Args:
        data: The file.
        known: Whether a field of the header names a column. The separator that makes most such names is taken; where
            it does not matter, the one that makes most fields, the semicolon first.

    Raises:
        ImportFileError: ``csv-large``, ``csv-encoding`` (with the line), ``csv-empty`` or ``csv-form`` (with the line).
    """
    if len(data) > MAX_FILE_LENGTH:
        raise ImportFileError("csv-large", most=MAX_FILE_LENGTH // 1024 // 1024)
    encoding, decoded = _decode(data)
    named = _NAMED_SEPARATOR.match(decoded)
    text = unicodedata.normalize("NFC", decoded[named.end() :] if named else decoded)
    before = 1 if named else 0
    separator, header = _header(text, (named[1],) if named else SEPARATORS, before, known)
    letters = "".join(sorted({sign for sign in text if not sign.isascii()})) if encoding == WINDOWS_1252 else ""
    return Sheet(encoding, separator, letters, header, text, before)


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding, codec in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :]
            try:
                return encoding, _without_nul(text.decode(codec))
            except UnicodeDecodeError as error:
                raise _unreadable(text[: error.start].decode(codec, "replace")) from None
    try:
        return UTF_8, _without_nul(data.decode())
    except UnicodeDecodeError as error:
        return WINDOWS_1252, _windows_1252(data, error.start)


def _windows_1252(data: bytes, not_utf_8: int) -> str:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _unreadable(data[: error.start].decode("cp1252")) from None
    strange = _STRANGE.search(text)
    if strange:
        raise _unreadable(text[: max(strange.start(), not_utf_8)])
    return text


def _without_nul(text: str) -> str:
    """Refuse what no text holds: UTF-16 without a mark is full of it."""
    if "\x00" in text:
        raise _unreadable(text[: text.index("\x00")])
    return text


def _unreadable(before: str) -> ImportFileError:
    return ImportFileError("csv-encoding", line=len(re.findall("\r\n|\r|\n", before)) + 1)


def _header(
    text: str, separators: tuple[str, ...], before: int, known: Callable[[str], bool]
) -> tuple[str, tuple[str, ...]]:
    found: list[tuple[int, int, str, tuple[str, ...]]] = []
    broken: ImportFileError | None = None
    for separator in separators:
        try:
            _, row = next(_rows(text, separator, before), (0, []))
        except ImportFileError as error:
            broken = error
            continue
        header = tuple(name.strip() for name in row)
        found.append((sum(map(known, header)), len(header), separator, header))
    if not found:
        raise broken or ImportFileError("csv-empty")
    _, _, separator, header = max(found, key=lambda one: one[:2])
    if not header:
        raise ImportFileError("csv-empty")
    return separator, header


def _rows(text: str, separator: str, before: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = before + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise ImportFileError("csv-form", line=number) from None
        if any(field.strip() for field in row):
            yield number, row
