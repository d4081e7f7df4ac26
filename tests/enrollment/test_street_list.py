"""The town's street list comes from a file, lies in the database, and is seen by all who look at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.database import Database
from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.imports.lines import Fault
from obacht_enrollment.streets import street_file
from obacht_enrollment.streets.index import Street
from obacht_enrollment.streets.service import Streets
from obacht_enrollment.streets.store import StreetStore
from postgres import BOTH
from safety_office import Site

DATABASES = BOTH


@pytest.fixture
def database(empty: Site) -> Database:
    return empty.office.store.database


def test_a_list_is_read_with_postcodes_and_keys() -> None:
    data = (
        "Schlüssel\tStraßenname\tPLZ\tStadtbezirk\n"
        "01001\tBahnhofstraße\t50001\tMitte\n"
        "01001\tBahnhofstraße\t50002\tNord\n"
        "01002\tGroße Witschgasse\t50003, 50001\n"
        "01003\tGoetheweg\t\tMitte\n"
    )
    found = street_file.read(data.encode("cp1252"))
    assert (found.sheet.encoding, found.sheet.separator) == ("Windows-1252", "\t")
    assert found.passed == ("Stadtbezirk",)
    assert found.columns == {"Straße": "Straßenname", "PLZ": "PLZ", "Schlüssel": "Schlüssel"}
    assert found.streets == (
        Street("Bahnhofstraße", "01001", ("50001", "50002")),
        Street("Goetheweg", "01003"),
        Street("Große Witschgasse", "01002", ("50001", "50003")),
    )
    assert found.faults == ()


def test_names_alone_are_a_list() -> None:
    assert street_file.read(b"street\nMain Street\n").streets == (Street("Main Street"),)


def test_wrong_lines_are_told() -> None:
    found = street_file.read(f"Name;PLZ;Key\n;50001;1\nAm Markt;5001;1\n☃;;{'9' * 41}\nGut;50001;1\n".encode())
    assert found.faults == (
        Fault(2, "Straße", "empty"),
        Fault(3, "PLZ", "format"),
        Fault(4, "Straße", "symbol"),
        Fault(4, "Schlüssel", "format"),
    )
    assert found.streets == (Street("Gut", "1", ("50001",)),)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv-empty"),
        (b"Name\n", "csv-empty"),
        (b"PLZ;Ort\n50001;x\n", "streets-header"),
        (b"Name;Bezeichnung\na;b\n", "csv-header-twice"),
        (b"Name\nMain\x00\n", "csv-encoding"),
    ],
)
def test_what_is_no_street_list_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        street_file.read(data)
    assert caught.value.code == code


def test_too_many_streets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(street_file, "MAX_STREETS", 1)
    with pytest.raises(ImportFileError, match="csv-lines most=1"):
        street_file.read(b"Name\na\nb\n")


@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=100).map(lambda text: f"Name;PLZ\n{text}".encode(errors="ignore"))
    )
)
def test_any_bytes_give_streets_or_an_error(data: bytes) -> None:
    said = ""
    try:
        found = street_file.read(data)
        assert found.streets or found.faults
    except ImportFileError as error:
        said = error.code
    assert said in {"", "csv-encoding", "csv-empty", "csv-form", "streets-header", "csv-header-twice"}


def test_a_new_list_takes_the_place_of_the_one_before_for_all_who_look(database: Database) -> None:
    streets = Streets(database)
    assert streets.complete("Bahn") == []
    store = StreetStore(database)
    first = [Street("Bahnhofstraße", "1", ("50001", "50002")), Street("Goetheweg")]
    store.replace(first)
    assert store.streets() == first
    assert streets.complete("Bahn") == first[:1]
    assert streets.index() is streets.index()
    store.replace([Street("Bahndamm")])
    assert streets.complete("Bahn") == [Street("Bahndamm")]
    store.replace([])
    assert (store.version(), streets.complete("Bahn")) == (0, [])
    store.replace([Street("Bahnsteig")])
    assert streets.complete("Bahn") == [Street("Bahnsteig")]
