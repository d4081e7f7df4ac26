"""A file of records is taken in whole or not at all, and every bad line is told in words."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment import columns, importing, words
from obacht_enrollment.columns import Fault
from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.importing import Rules
from obacht_enrollment.records import Place, Record
from obacht_protocol.identity import Person
from postgres import BOTH
from safety_office import HEADER, NOW, Site, address_line, person_line, table

DATABASES = BOTH

LANGUAGES: tuple[words.Language, ...] = ("de", "en")
RULES = Rules("test-town", {1, 7}, 7, NOW)


def faults(*lines: str) -> list[tuple[int, str, str]]:
    _, found = importing.check(table(*lines), RULES)
    for fault in found:
        assert words.fault(fault, "de").startswith("Zeile ")
        assert words.fault(fault, "en").startswith("Line ")
    return [(fault.line, fault.field, fault.code) for fault in found]


def records(*lines: str, header: str = HEADER) -> list[Record]:
    found, wrong = importing.check("\n".join([header, *lines]).encode(), RULES)
    assert not wrong
    return found


def test_persons_and_addresses_are_read() -> None:
    person, address = records(
        "Müller-Lüdenscheidt; Anna-Lena Marie ;Schäfer;7.3.1984;;;;;3;1;31.12.2027;Strafantrag;1 Js 1/26",
        ";;;;50825;Venloer Str.;12-16;gerade;2;;01.02.2028;hausverbot;2 Js 2/26",
    )
    assert isinstance(person.subject, Person)
    assert (person.subject.given_names, person.subject.birth_name) == ("Anna-Lena Marie", "Schäfer")
    assert (person.subject.birth_date, person.level, person.contact) == (dt.date(1984, 3, 7), 3, 1)
    assert (person.ground, person.file_number) == ("application", "1 Js 1/26")
    assert dt.datetime.fromtimestamp(person.valid_until, dt.UTC) == dt.datetime(2027, 12, 31, 21, 59, 59, tzinfo=dt.UTC)
    assert isinstance(address.subject, Place)
    assert (address.subject.side, address.contact, address.ground) == ("even", 7, "house-ban")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_spreadsheets_ways_of_writing_a_file_are_read(mark: bytes, end: bytes) -> None:
    data = mark + end.join(line.encode() for line in (HEADER + ";;", person_line() + ";;", ";" * 14, ""))
    found, wrong = importing.check(data, RULES)
    assert (len(found), wrong) == (1, [])


def test_commas_divide_as_well_and_quotes_protect_them() -> None:
    (record,) = records(
        '"Meyer","Jörg",14.05.1971,2,31.12.2027,Strafanzeige,"1 Js 1/26, ""neu"""',
        header="Familienname,Vornamen,Geburtsdatum,Stufe,Gültig bis,Grund,Aktenzeichen",
    )
    assert record.file_number == '1 Js 1/26, "neu"'


def test_decomposed_umlauts_in_header_and_names_are_composed() -> None:
    decomposed = HEADER.replace("ü", "u\u0308")
    (record,) = records(person_line("Mu\u0308ller"), header=decomposed)
    assert isinstance(record.subject, Person)
    assert record.subject.family_name == "Müller"


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (person_line(family=""), columns.FAMILY_NAME, "empty"),
        (person_line(family="12345"), columns.FAMILY_NAME, "digits"),
        (person_line(family="Ivанов"), columns.FAMILY_NAME, "script"),
        # Whoever types the Latin spelling would not find it.
        (person_line(family="الحسن"), columns.FAMILY_NAME, "script"),
        (person_line().replace("Jörg", "محمد"), columns.GIVEN_NAMES, "script"),
        (person_line().replace(";;14.05", ";علي;14.05"), columns.BIRTH_NAME, "script"),
        (person_line(family="😀"), columns.FAMILY_NAME, "symbol"),
        (person_line(family="-"), columns.FAMILY_NAME, "no_letters"),
        (person_line(family="a" * 201), columns.FAMILY_NAME, "too_long"),
        (person_line(family='"Me\nyer"'), columns.FAMILY_NAME, "control"),
        (person_line(family="Me\x07yer"), columns.FAMILY_NAME, "control"),
        (person_line(born=""), columns.BIRTH_DATE, "empty"),
        (person_line(born="30.02.1971"), columns.BIRTH_DATE, "no_such_day"),
        (person_line(born="gestern"), columns.BIRTH_DATE, "format"),
        (person_line(born="01.01.1899"), columns.BIRTH_DATE, "before_1900"),
        (person_line(born="01.01.2028"), columns.BIRTH_DATE, "future"),
        (person_line(until=""), columns.VALID_UNTIL, "empty"),
        (person_line(until="2027-12-31"), columns.VALID_UNTIL, "format"),
        (person_line(until="31.11.2027"), columns.VALID_UNTIL, "no_such_day"),
        (person_line(until="14.01.2027"), columns.VALID_UNTIL, "past"),
        (person_line(until="16.01.2029"), columns.VALID_UNTIL, "too_far"),
        (person_line(level=1), columns.LEVEL, "level"),
        (person_line(level=4), columns.LEVEL, "level"),
        (person_line().replace(";2;1;", ";2;3;"), columns.CONTACT, "contact"),
        (person_line().replace("Strafanzeige", "Beschwerde"), columns.GROUND, "ground"),
        (person_line().replace("Strafanzeige", ""), columns.GROUND, "empty"),
        (person_line().replace("1 Js 1/26", ""), columns.FILE_NUMBER, "empty"),
        (person_line().replace(";;;;;2", ";50825;Venloer Str.;12;;2"), "", "both"),
        (";;;;;;;;2;1;31.12.2027;Hausverbot;1 Js 1/26", "", "neither"),
        (person_line() + ";x", "", "fields"),
        ("Meyer;Jörg", "", "fields"),
        (address_line(house=""), columns.HOUSE_NUMBER, "empty"),
        (address_line(house="zwölf"), columns.HOUSE_NUMBER, "format"),
        (address_line(house="1-99"), columns.HOUSE_NUMBER, "too_many_keys"),
        (address_line().replace("50825", "5082"), columns.POSTCODE, "format"),
        (address_line(street=""), columns.STREET, "empty"),
        (address_line().replace(";12;;", ";12;links;"), columns.SIDE, "side_word"),
        (address_line().replace(";12;;", ";12-12;ungerade;"), columns.HOUSE_NUMBER, "side"),
    ],
)
def test_each_fault_is_told_with_line_field_and_reason(line: str, field: str, code: str) -> None:
    expected = [] if code == "side" else [(3, field, code)]  # 12-12 is one number, whatever the side
    assert faults(person_line(), line) == expected


def test_a_name_of_too_many_parts_names_its_line() -> None:
    many = " ".join(f"{a}{b}ra" for a in "bdfgmlrs" for b in ("a", "ol", "am", "as"))
    assert faults(person_line(), person_line(given=many)) == [(3, columns.GIVEN_NAMES, "too_many_keys")]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
@pytest.mark.parametrize("until", ["31.12.2027", "30.06.2027", "28.03.2027", "31.10.2027"])
def test_the_last_day_shows_as_it_was_written_in_summer_and_in_winter(until: str, zone: str) -> None:
    (record,) = records(person_line(until=until))
    assert f"{dt.datetime.fromtimestamp(record.valid_until, ZoneInfo(zone)):%d.%m.%Y}" == until


def test_the_last_lawful_day_is_two_years_ahead() -> None:
    assert faults(person_line(until="15.01.2029"), person_line(until="15.01.2027")) == []


def test_all_faults_of_all_lines_are_told_at_once_and_nothing_is_taken_in(site: Site) -> None:
    data = table(person_line(), person_line(family="", until="x"), person_line(), person_line(level=9))
    result = importing.take_in(data, RULES, site.office.vault, site.office.store)
    assert result.faults == (
        Fault(3, columns.VALID_UNTIL, "format"),
        Fault(3, columns.FAMILY_NAME, "empty"),
        Fault(5, columns.LEVEL, "level"),
    )
    assert (result.new, site.office.store.records()) == (0, [])


def test_line_numbers_count_the_lines_of_the_file() -> None:
    two_lines = person_line(family='"Me\nyer"')
    assert [line for line, _, _ in faults(two_lines, person_line(level=9))] == [2, 4]


def test_taking_in_the_same_file_twice_changes_nothing(site: Site) -> None:
    data = table(person_line(), person_line(), address_line())
    first = importing.take_in(data, RULES, site.office.vault, site.office.store)
    numbers = [row.number for row in site.office.store.records()]
    second = importing.take_in(data, RULES, site.office.vault, site.office.store)
    assert (first.new, first.known, second.new, second.known) == (2, 1, 0, 3)
    assert [row.number for row in site.office.store.records()] == numbers


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv-empty"),
        (b"\n\n", "csv-empty"),
        (HEADER.encode() + b"\n", "csv-empty"),
        (table(person_line()).decode().encode("latin-1"), "csv-encoding"),
        (table(person_line()).decode().encode("utf-16"), "csv-encoding"),
        (table("a\x00b"), "csv-encoding"),
        (b"x" * (columns.MAX_FILE_LENGTH + 1), "csv-large"),
        (table('"Meyer"x;Jörg'), "csv-form"),
        (table('"Meyer;Jörg'), "csv-form"),
        (table("x" * 200_000), "csv-form"),
        (b"Familienname;Vornahmen\n", "csv-header-unknown"),
        (f"{HEADER};Stufe\n".encode(), "csv-header-twice"),
        (HEADER.replace("Aktenzeichen", "").encode(), "csv-header-missing"),
        (b"Familienname;Stufe;G\xc3\xbcltig bis;Grund;Aktenzeichen\n", "csv-header-missing"),
    ],
)
def test_what_is_no_table_of_records_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        importing.check(data, RULES)
    assert caught.value.code == code
    assert words.sentence(caught.value, "de") != words.sentence(caught.value, "en")


def test_a_line_of_data_in_the_place_of_the_header_is_not_quoted_in_full() -> None:
    with pytest.raises(ImportFileError) as caught:
        importing.check(("Meyer, Jörg, geboren am 14. Mai 1971 in Köln\n" + person_line()).encode(), RULES)
    assert "1971" not in str(caught.value)


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MAX_LINES", 2)
    with pytest.raises(ImportFileError, match="csv-lines"):
        importing.check(table(*[person_line()] * 3), RULES)


FIELD = st.one_of(
    st.sampled_from(["", "Meyer", "12", "2", "3", "31.12.2027", "Hausverbot", '"', "\n", ";", ",", "\x00", "ß", "É"]),
    st.text(max_size=12),
)


@given(st.one_of(st.binary(max_size=400), st.lists(st.lists(FIELD, max_size=15), max_size=6)))
def test_whatever_the_file_holds_the_answer_is_in_words(content: bytes | list[list[str]]) -> None:
    if isinstance(content, bytes):
        data = content
    else:
        lines = [HEADER, *(";".join(line) for line in content)]
        data = "\n".join(lines).encode("utf-8", "surrogatepass")
    data = data.replace(b"{", b"(")  # an unknown column is quoted: a brace below stands for a place left open
    said = []
    try:
        _, found = importing.check(data, RULES)
        said = [words.fault(fault, language) for fault in found for language in LANGUAGES]
    except ImportFileError as error:
        said = [words.sentence(error, language) for language in LANGUAGES]
    assert all("{" not in sentence for sentence in said)
