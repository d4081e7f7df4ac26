"""Columns are found by the names that offices give them, and nothing is passed over in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.imports import columns, lines
from obacht_enrollment.imports.lines import Fault, Line

NEEDED = ["Familienname", "Vornamen", "Geburtsdatum", "Stufe", "Gültig bis", "Grund", "Aktenzeichen"]


def table(header: str, *rows: str, ignored: tuple[str, ...] = ()) -> list[Line]:
    return list(lines.read("\n".join([header, *rows]).encode(), ignored).lines())


def refused(header: list[str], *ignored: str) -> str:
    with pytest.raises(ImportFileError) as caught:
        columns.read(header, ignored)
    return str(caught.value)


def test_every_name_stands_for_one_column() -> None:
    letters = [(columns._letters(name), column) for column, names in columns.NAMES.items() for name in names]
    assert len({name for name, _ in letters}) == len(set(letters))
    assert set(columns.NAMES) == {*columns.OF_PERSON, *columns.OF_ADDRESS, *columns.OF_BOTH, columns.FAULT}


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Nachname", columns.FAMILY_NAME),
        ("SURNAME", columns.FAMILY_NAME),
        ("last_name", columns.FAMILY_NAME),
        ("Vorname(n)", columns.GIVEN_NAMES),
        ("Vorname 2", columns.GIVEN_NAMES),
        ("2. Vorname", columns.GIVEN_NAMES),
        ("Geb.-Datum", columns.BIRTH_DATE),
        (" geb. datum", columns.BIRTH_DATE),
        ("DateOfBirth", columns.BIRTH_DATE),
        ("Strasse", columns.STREET),
        ("Haus-Nr.", columns.HOUSE_NUMBER),
        ("Gueltig bis", columns.VALID_UNTIL),
        ("Az.", columns.FILE_NUMBER),
        ("Alias 3", columns.ALIAS),
        ("PLZ 2", None),
        ("Ort", None),
        ("", None),
    ],
)
def test_usual_names_are_known(name: str, column: str | None) -> None:
    assert columns.column_of(name) == column


@given(st.sampled_from([name for names in columns.NAMES.values() for name in names]), st.randoms())
def test_case_and_spaces_do_not_count(name: str, random: object) -> None:
    choose = random.choice  # type: ignore[attr-defined]  # hypothesis's own Random
    varied = "".join(choose([sign.lower(), sign.upper(), f" {sign}", f"{sign} "]) for sign in name)
    assert columns.column_of(varied) == columns.column_of(name)


def test_an_unknown_column_is_named_and_passed_over_only_when_told() -> None:
    assert refused([*NEEDED, "Ort", "Lieblingsfarbe"]) == "csv-header-unknown columns=„Ort“, „Lieblingsfarbe“"
    assert refused([*NEEDED, "Ort", "Lieblingsfarbe"], "ORT") == "csv-header-unknown columns=„Lieblingsfarbe“"
    found = columns.read([*NEEDED, "Ort"], ["ort "])
    assert found.header[-1] == "Ort"
    assert found.fields[-1] is None
    assert refused(NEEDED, "Stadt") == "csv-header-ignored columns=„Stadt“"


def test_a_column_that_stands_there_twice_is_named_as_it_stands_there() -> None:
    assert refused([*NEEDED, "Nachname", "Az"]) == (
        "csv-header-twice columns=„Familienname“, „Aktenzeichen“, „Nachname“, „Az“"
    )
    assert columns.read([*NEEDED, "Nachname"], ["Nachname"]).fields[-1] is None


def test_a_missing_column_is_named() -> None:
    assert refused(["Name", "Stufe", "Az."]) == ("csv-header-missing columns=Gültig bis, Grund, Vornamen, Geburtsdatum")
    assert refused(["PLZ", "Str.", *NEEDED[3:]]) == "csv-header-missing columns=Hausnummer"


def test_a_line_of_data_in_the_place_of_the_header_is_not_quoted() -> None:
    assert refused(["Meyer", "Jörg", "14.05.1971"]).startswith("csv-header-none columns=Familienname, Vornamen, ")
    assert "1971" not in refused(["Meyer, Jörg, geboren am 14. Mai 1971 in Köln", "Az"])
    assert refused(["Az", *map(str, range(100))]).count("„") == 12


def test_empty_columns_at_the_end_are_left_out() -> None:
    (line,) = table(";".join(NEEDED) + ";;", "Meyer;Jörg;1971;2;x;y;z;;;")
    assert line.fields["Familienname"] == "Meyer"
    assert not line.faults


def test_several_columns_for_one_thing_are_joined() -> None:
    header = "Nachname;Vorname;2. Vorname;Vorname 3;Alias 1;Alias 2;Geb.datum;Stufe;gültig bis;Grund;Az;Notes;Bemerkung"
    (line,) = table(header, "Meyer;Jörg;;Karl;;Kalle;1971;2;x;y;z;a;b")
    assert line.fields[columns.GIVEN_NAMES] == "Jörg Karl"
    assert line.fields[columns.ALIAS] == "Kalle"
    assert line.fields[columns.REMARKS] == "a\nb"


def test_what_rejected_lines_were_told_is_not_read_again() -> None:
    (line,) = table("Fehler;" + ";".join(NEEDED), "Zeile 2: Stufe fehlt.;Meyer;Jörg;1971;2;x;y;z")
    assert columns.FAULT not in line.fields
    assert line.fields["Familienname"] == "Meyer"


def test_the_form_of_every_line_is_looked_at() -> None:
    header = ";".join([*NEEDED, "Bemerkungen"])
    long, break_ = "x" * 201, '"a\nb"'
    found = table(
        header,
        f"{long};{break_};\x07;2;x;y;z;{'x' * 2001}",
        "Meyer;Jörg",
        f"Meyer;Jörg;1971;2;x;y;z;{break_}",
        "Meyer;Jörg;1971;2;x;y;z;\x07",
    )
    assert [fault for line in found for fault in line.faults] == [
        Fault(2, "Familienname", "too_long"),
        Fault(2, "Vornamen", "control"),
        Fault(2, "Geburtsdatum", "control"),
        Fault(2, "Bemerkungen", "too_long_text"),
        Fault(4, "", "fields"),
        Fault(7, "Bemerkungen", "control"),
    ]
    assert [line.number for line in found] == [2, 4, 5, 7]
    assert found[1].row == ("Meyer", "Jörg")


def test_lines_up_to_a_number_can_be_left_out() -> None:
    read = lines.read("\n".join([";".join(NEEDED), *["Meyer;Jörg;1971;2;x;y;z"] * 4]).encode())
    assert [line.number for line in read.lines(after=3)] == [4, 5]


def test_more_lines_than_an_import_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINES", 2)
    with pytest.raises(ImportFileError, match="csv-lines most=2"):
        table(";".join(NEEDED), *["Meyer;Jörg;1971;2;x;y;z"] * 3)


def test_a_file_without_lines_is_refused() -> None:
    with pytest.raises(ImportFileError, match="csv-empty"):
        table(";".join(NEEDED), ";;")


def test_a_line_does_not_show_its_content_when_printed() -> None:
    (line,) = table(";".join(NEEDED), "Meyer;Jörg;1971;2;x;y;z")
    assert "Meyer" not in repr(line)
