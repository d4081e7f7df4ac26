"""A line becomes what a case says, by the same rules as any other case, or is refused with every reason."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imported import BOTH, COLUMNS, RULES, address_row, checked, row
from obacht_enrollment.cases.content import Content, Name, Place
from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.cases.obstacles import obstacles
from obacht_enrollment.cases.states import Origin
from obacht_enrollment.imports import columns, words
from obacht_enrollment.imports.entries import Entry
from obacht_enrollment.imports.lines import Fault
from obacht_enrollment.language import Language
from obacht_enrollment.streets.index import Street, StreetIndex

LANGUAGES: tuple[Language, ...] = ("de", "en")
TOWN = StreetIndex([Street("Venloer Straße", "", ("50825",)), Street("Goetheweg", "", ("50003",))])


def entry(fields: dict[str, str], streets: StreetIndex | None = None) -> Entry:
    (found,) = checked(fields, streets=streets)
    assert found.entry is not None, found.faults
    return found.entry


def content(fields: dict[str, str]) -> Content:
    return entry(fields).content


def faults(fields: dict[str, str]) -> set[tuple[str, str]]:
    (found,) = checked(fields)
    assert found.entry is None
    for fault in found.faults:
        assert words.fault(fault, "de").startswith("Zeile 2: ")
        assert words.fault(fault, "en").startswith("Line 2: ")
    return {(fault.field, fault.code) for fault in found.faults}


def test_a_line_about_a_person_says_all_that_a_case_needs_of_it() -> None:
    said = content(
        row(
            Geburtsname="Schäfer",
            Alias="Maier, Georg | Kalle",
            Begründung="hat gedroht",
            Kontakt="1",
            Wiedervorlage="2027-06-30",
            Grund="Strafantrag",
            Grund_vom="1.9.2026",
            Bemerkung="steht in der Akte",
        )
    )
    assert said.name == Name("Meyer", "Jörg", "Schäfer")
    assert said.aliases == (Name("Maier", "Georg"), Name("Kalle"))
    assert said.birth == Birth(1971, 5, 14)
    assert (said.level, said.level_reason, said.contact) == (2, "hat gedroht", 1)
    assert (said.ground.kind, said.ground.file_number, said.ground.day) == (
        "application",
        "1 Js 1/26",
        dt.date(2026, 9, 1),
    )
    assert (said.review, said.end) == (dt.date(2027, 6, 30), dt.date(2027, 12, 31))
    assert said.remarks == "steht in der Akte"
    assert said.places == ()


def test_a_line_about_an_address_is_published_with_all_its_numbers() -> None:
    said = content(address_row(Hausnr="12-16 gerade, 13a-c, 20", Grund="House Ban"))
    assert said.places == (
        Place("50825", "Venloer Str.", "12-16", "even", publish=True),
        Place("50825", "Venloer Str.", "13a-c", "all", publish=True),
        Place("50825", "Venloer Str.", "20", "all", publish=True),
    )
    assert said.ground.kind == "house-ban"
    assert not said.name
    assert content(address_row(Hausnr="12-16", Seite="Ungerade")).places[0].side == "odd"


def test_a_persons_address_is_kept_and_not_published() -> None:
    (place,) = content(row(PLZ="50825", Straße="Venloer Str.", Hausnr="12 a")).places
    assert place == Place("50825", "Venloer Str.", "12 a", "all", publish=False)


def test_a_persons_address_that_cannot_be_read_is_kept_and_doubted() -> None:
    (found,) = checked(row(PLZ="B-4700", Straße="Rue Haute", Hausnr="12 Hinterhaus"))
    assert found.entry is not None
    assert found.entry.content.places == (Place("B-4700", "Rue Haute", "12 Hinterhaus", "all", publish=False),)
    assert found.doubts == (Fault(2, columns.POSTCODE, "format"), Fault(2, columns.HOUSE_NUMBER, "format"))


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        ("31.12.1980", Birth(1980, 12, 31)),
        ("1980-12-31", Birth(1980, 12, 31)),
        ("31/12/1980", Birth(1980, 12, 31)),
        ("31-12-1980", Birth(1980, 12, 31)),
        ("7. 3. 1984", Birth(1984, 3, 7)),
        ("12/1980", Birth(1980, 12)),
        ("12.1980", Birth(1980, 12)),
        ("1980-12", Birth(1980, 12)),
        ("XX.12.1980", Birth(1980, 12)),
        ("00.00.1980", Birth(1980)),
        ("1980", Birth(1980)),
        ("31.12.1980 00:00:00", Birth(1980, 12, 31)),
        ("1980-12-31T00:00:00.000", Birth(1980, 12, 31)),
    ],
)
def test_birth_dates_are_read_as_far_as_they_are_known(written: str, birth: Birth) -> None:
    assert content(row(Geb_Datum=written)).birth == birth


@pytest.mark.parametrize("written", ["31.12.2027", "2027-12-31", "31/12/2027", "31.12.2027 00:00"])
def test_whole_dates_are_read_as_people_and_spreadsheets_write_them(written: str) -> None:
    assert content(row(Gültig_bis=written)).end == dt.date(2027, 12, 31)


@pytest.mark.parametrize("level", ["3", "Stufe 3", "level 3"])
def test_the_level_may_be_called_one(level: str) -> None:
    assert content(row(Stufe=level)).level == 3


def test_a_line_that_names_no_contact_has_the_usual_one() -> None:
    assert content(row()).contact == 7


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        (row(Nachname=""), columns.FAMILY_NAME, "empty"),
        (row(Nachname="12345"), columns.FAMILY_NAME, "digits"),
        (row(Nachname="Ivанов"), columns.FAMILY_NAME, "script"),
        (row(Nachname="محمد"), columns.FAMILY_NAME, "script"),
        (row(Nachname="😀"), columns.FAMILY_NAME, "symbol"),
        (row(Nachname="-"), columns.FAMILY_NAME, "no_letters"),
        (row(Nachname="a" * 201), columns.FAMILY_NAME, "too_long"),
        (row(Nachname='"Me\nyer"'), columns.FAMILY_NAME, "control"),
        (row(Vorname="Me\x07yer"), columns.GIVEN_NAMES, "control"),
        (row(Geburtsname="5"), columns.BIRTH_NAME, "digits"),
        (row(Geb_Datum=""), columns.BIRTH_DATE, "empty"),
        (row(Geb_Datum="30.02.1971"), columns.BIRTH_DATE, "no_such_day"),
        (row(Geb_Datum="12/31/1980"), columns.BIRTH_DATE, "no_such_day"),
        (row(Geb_Datum="gestern"), columns.BIRTH_DATE, "format"),
        (row(Geb_Datum="31.12.80"), columns.BIRTH_DATE, "format"),
        (row(Geb_Datum="01.01.1899"), columns.BIRTH_DATE, "before_1900"),
        (row(Geb_Datum="01.01.2028"), columns.BIRTH_DATE, "future"),
        (row(Geb_Datum="01.01.2015"), columns.BIRTH_DATE, "child"),
        (row(Geb_Datum="2013"), columns.BIRTH_DATE, "child"),
        (row(Geb_Datum="01.01.2011", Gültig_bis="01.02.2028"), columns.VALID_UNTIL, "too_far_minor"),
        (row(Alias="Kalle Meyer"), columns.ALIAS, "alias_comma"),
        (row(Alias=", Kalle"), columns.ALIAS, "alias_comma"),
        (row(Alias="Meyer 2, Kalle"), columns.ALIAS, "digits"),
        (row(Gültig_bis=""), columns.VALID_UNTIL, "empty"),
        (row(Gültig_bis="12/2027"), columns.VALID_UNTIL, "format"),
        (row(Gültig_bis="00.12.2027"), columns.VALID_UNTIL, "format"),
        (row(Gültig_bis="31.11.2027"), columns.VALID_UNTIL, "no_such_day"),
        (row(Gültig_bis="14.01.2027"), columns.VALID_UNTIL, "past"),
        (row(Gültig_bis="16.01.2029"), columns.VALID_UNTIL, "too_far"),
        (row(Wiedervorlage="2027"), columns.REVIEW, "format"),
        (row(Wiedervorlage="01.02.2028", Gültig_bis="31.12.2027"), columns.REVIEW, "too_far"),
        (row(Wiedervorlage="01.12.2027", Gültig_bis="30.11.2027"), columns.REVIEW, "after_end"),
        (row(Wiedervorlage="01.12.2026"), columns.REVIEW, "past"),
        (row(Grund_vom="01.12.2027"), columns.GROUND_DAY, "future"),
        (row(Grund_vom="neulich"), columns.GROUND_DAY, "format"),
        (row(Stufe="1"), columns.LEVEL, "level"),
        (row(Stufe=""), columns.LEVEL, "empty"),
        (row(Kontakt="3"), columns.CONTACT, "contact"),
        (row(Kontakt="0221 1"), columns.CONTACT, "contact"),
        (row(Kontakt="0"), columns.CONTACT, "contact"),
        (row(Kontakt="9" * 30), columns.CONTACT, "contact"),
        (row(Grund="Beschwerde"), columns.GROUND, "ground"),
        (row(Grund=""), columns.GROUND, "empty"),
        (row(Az=""), columns.FILE_NUMBER, "empty"),
        (row(Begründung="x" * 2001), columns.LEVEL_REASON, "too_long_text"),
        (BOTH, "", "neither"),
        (BOTH | {"Seite": "alle"}, "", "neither"),
        (address_row(Hausnr=""), columns.HOUSE_NUMBER, "empty"),
        (address_row(Hausnr="zwölf"), columns.HOUSE_NUMBER, "format"),
        (address_row(Hausnr="1-99"), columns.HOUSE_NUMBER, "too_many_keys"),
        (
            address_row(Hausnr=" ".join(f"{one}," for one in range(1, 22)) + "30"),
            columns.HOUSE_NUMBER,
            "too_many_numbers",
        ),
        (address_row(PLZ="5082"), columns.POSTCODE, "format"),
        (address_row(PLZ=""), columns.POSTCODE, "empty"),
        (address_row(Straße=""), columns.STREET, "empty"),
        (address_row(Seite="links"), columns.SIDE, "side_word"),
        (address_row(Hausnr="12-16 gerade", Seite="ungerade"), columns.HOUSE_NUMBER, "side_twice"),
    ],
)
def test_each_fault_is_told_with_field_and_reason(fields: dict[str, str], field: str, code: str) -> None:
    assert faults(fields) == {(field, code)}


def test_all_faults_of_a_line_are_told_at_once() -> None:
    assert faults(row(Nachname="5", Geb_Datum="x", Stufe="9", Kontakt="3", Az="", Gültig_bis="14.01.2027")) == {
        (columns.FAMILY_NAME, "digits"),
        (columns.BIRTH_DATE, "format"),
        (columns.LEVEL, "level"),
        (columns.CONTACT, "contact"),
        (columns.FILE_NUMBER, "empty"),
        (columns.VALID_UNTIL, "past"),
    }


def test_a_name_of_too_many_parts_names_its_column() -> None:
    many = " ".join(f"{a}{b}ra" for a in "bdfgmlrs" for b in ("a", "ol", "am", "as"))
    assert faults(row(Vorname=many)) == {(columns.GIVEN_NAMES, "too_many_keys")}


def test_streets_get_their_official_name_and_doubts_keep_nobody_out() -> None:
    found = checked(
        address_row(),
        address_row(PLZ=""),
        address_row(Straße="Goethewg"),
        address_row(Straße="Goetheweg"),
        row(PLZ="50825", Straße="Unbekannter Weg", Hausnr="1"),
        streets=TOWN,
    )
    said = [one.entry.content.places[0] for one in found if one.entry]
    assert [(place.street, place.postcode) for place in said] == [
        ("Venloer Straße", "50825"),
        ("Venloer Straße", "50825"),
        ("Goethewg", "50825"),
        ("Goetheweg", "50825"),
        ("Unbekannter Weg", "50825"),
    ]
    assert [doubt for one in found for doubt in one.doubts] == [
        Fault(4, columns.STREET, "street_unknown"),
        Fault(5, columns.STREET, "street_postcode"),
        Fault(6, columns.STREET, "street_unknown"),
    ]


def test_a_line_is_known_again_however_its_street_is_abbreviated() -> None:
    first, second, other = (
        entry(address_row(Straße=street)) for street in ("Venloer Str.", "Venloerstraße", "Venloer Weg")
    )
    assert first.canonical() == second.canonical() != other.canonical()
    assert entry(address_row(), TOWN).canonical() == entry(address_row()).canonical()
    assert entry(row()).canonical() != entry(row(Stufe="3")).canonical()


def test_nothing_shows_its_content_when_printed() -> None:
    (found,) = checked(row())
    assert "Meyer" not in repr(found) + repr(found.entry)


FIELD = st.one_of(
    st.sampled_from([
        "", "Meyer", "12", "2", "3", "31.12.2027", "Hausverbot", "ß", "1980", "12/1980", "12-16 gerade", "50825",
        "Meyer, Karl | x", "gerade", "1 Js 1/26", "Venloer Str.", "31.12.2016", "31.12.2011",
    ]),
    st.text(max_size=12).filter(lambda text: not set(text) & set('";\r\n\x00')),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(COLUMNS), FIELD))
def test_whatever_a_line_holds_becomes_a_case_without_obstacles_or_faults_in_words(fields: dict[str, str]) -> None:
    for one in checked(BOTH | fields):
        assert (one.entry is None) == bool(one.faults)
        said = [words.fault(fault, language) for fault in (*one.faults, *one.doubts) for language in LANGUAGES]
        assert all("{" not in sentence for sentence in said)
        if one.entry:
            assert obstacles(one.entry.content, RULES.of_cases, Origin.IMPORT) == []
            assert Content.parse(one.entry.content.encode()) == one.entry.content
