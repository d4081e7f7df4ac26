"""A spreadsheet's file is read as it was written: encoding and separator are found out, or the file is refused."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.imports import sheets
from obacht_enrollment.imports.sheets import Sheet

HEADER = "Familienname;Straße"
GERMAN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZäöüß0123456789 .,;/'\"()-\t"
CODECS = {
    sheets.UTF_8: "utf-8",
    sheets.UTF_8_MARKED: "utf-8-sig",
    sheets.UTF_16: "utf-16",
    sheets.WINDOWS_1252: "cp1252",
}


def read(data: bytes) -> Sheet:
    return sheets.read(data, {"Familienname", "Straße"}.__contains__)


def refused(data: bytes) -> str:
    with pytest.raises(ImportFileError) as caught:
        read(data)
    return str(caught.value)


def written(rows: list[list[str]], separator: str, quoting: int, end: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


@given(
    rows=st.lists(st.tuples(st.text(GERMAN, min_size=1), st.text(GERMAN)), min_size=1, max_size=8),
    encoding=st.sampled_from(sorted(CODECS)),
    separator=st.sampled_from(sheets.SEPARATORS),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_a_spreadsheet_writes_is_what_is_read(
    rows: list[tuple[str, str]], encoding: str, separator: str, quoting: int, end: str
) -> None:
    wanted = [list(row) for row in rows if any(field.strip() for field in row)]
    text = written([["Familienname", "Straße"], *wanted], separator, quoting, end)
    sheet = read(text.encode(CODECS[encoding]))
    assert (sheet.encoding, sheet.separator) == (encoding, separator)
    assert sheet.header == ("Familienname", "Straße")
    assert [row for _, row in sheet.rows()] == wanted


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_both_byte_orders_are_read(codec: str) -> None:
    sheet = read(f"\ufeff{HEADER}\nMüller;x\n".encode(codec))
    assert (sheet.encoding, list(sheet.rows())) == (sheets.UTF_16, [(2, ["Müller", "x"])])


def test_windows_1252_is_taken_where_words_come_out_and_shows_its_letters() -> None:
    text = f"{HEADER}\nGrößler;Gaststätte „Zum Strauß“ – d’Île 3½\nÉmile São João;ÄRGER 12€\n"
    sheet = read(text.encode("cp1252"))
    assert sheet.encoding == sheets.WINDOWS_1252
    assert sheet.letters == "".join(sorted("öß„“–’Î½ÉãÄä€"))
    assert [row[0] for _, row in sheet.rows()] == ["Größler", "Émile São João"]


def test_letters_are_shown_of_no_encoding_that_is_certain() -> None:
    assert read(f"{HEADER}\nMüller;x\n".encode()).letters == ""


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (f"{HEADER}\nMüller;x\n".encode("cp850"), 2),
        (f"{HEADER}\nMüller;x\n".encode("mac-roman"), 1),
        (b"Familienname;x\nW\xb3odzimierz;x\n", 2),  # Windows-1250
        (b"Familienname;x\nWi\x8cniewski;x\n", 2),  # the same
        (b"Familienname;x\nDvo\x81;x\n", 2),  # undefined in Windows-1252
        (b"Familienname;x\nM\xfcller;x\nM\xc3\xbcller;x\n", 3),  # both
        (b"Familienname;x\nM\xc3\xbcller;x\nM\xfcller;x\n", 3),
        (b"Familienname;x\nM\xfcller\x07;x\n", 2),
        (b"Familienname;x\n\nM\x00eyer;x\n", 3),
        (f"{HEADER}\nMüller;x\n".encode("utf-16-le"), 1),
        (f"{HEADER}\nMüller;x\n".encode("utf-16")[:-1], 2),
        (f"{HEADER}\nMüller;x\n".encode("utf-32"), 1),
        (b"\xef\xbb\xbfFamilienname;x\r\nM\xfcller;x\n", 2),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 1),
        (b"PK\x03\x04\x14\x00\x06\x00\x08", 1),
    ],
)
def test_what_cannot_be_told_for_certain_is_refused_with_the_line(data: bytes, line: int) -> None:
    assert refused(data) == f"csv-encoding line={line}"


def test_a_file_that_names_its_separator_is_believed() -> None:
    sheet = read(b"sep=,\r\nFamilienname,Stra\xc3\x9fe;x\r\nMeyer,a\r\n")
    assert (sheet.separator, sheet.header) == (",", ("Familienname", "Straße;x"))
    assert list(sheet.rows()) == [(3, ["Meyer", "a"])]


def test_the_separator_that_makes_known_columns_is_taken() -> None:
    assert read(b'Familienname,"a;b;c;d"\n').separator == ","
    assert read(b"a;b,c;d\n").separator == ";"
    assert read(b"a\n").separator == ";"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    sheet = read(b'\n\nFamilienname;x\n\n"Me\nyer";x\n;;\n ; \nSchulz;x\n')
    assert [number for number, _ in sheet.rows()] == [5, 9]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "csv-empty"),
        (b"\n\r\n", "csv-empty"),
        (b"\xef\xbb\xbf", "csv-empty"),
        (b'"Familienname\n', "csv-form line=1"),
        (b"x" * 200_000, "csv-form line=1"),
        (b"x" * (sheets.MAX_FILE_LENGTH + 1), "csv-large most=64"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, said: str) -> None:
    assert refused(data) == said


def test_quotation_marks_that_do_not_match_are_told_with_their_line() -> None:
    sheet = read(b'Familienname;x\nMeyer;x\n"Schulz;x\n')
    with pytest.raises(ImportFileError, match="csv-form line=3"):
        list(sheet.rows())


def test_a_sheet_does_not_show_its_content_when_printed() -> None:
    assert "Meyer" not in repr(read(b"Familienname;x\nMeyer;x\n"))


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda data: b"Familienname;x\n" + data)))
def test_any_bytes_give_rows_or_an_error_in_words(data: bytes) -> None:
    said = ""
    try:
        for number, row in read(data).rows():
            assert number > 1
            assert row
    except ImportFileError as error:
        said = error.code
    assert said in {"", "csv-encoding", "csv-empty", "csv-form"}
