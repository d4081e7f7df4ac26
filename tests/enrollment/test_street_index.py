"""Streets are found by what people type: abbreviated, misheard, misspelled; and quickly, however long the list is."""

import random
from itertools import product

import jellyfish
import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.streets import index
from obacht_enrollment.streets.index import Resolved, Street, StreetIndex

TOWN = StreetIndex(
    [
        Street("Bahnhofstraße", "1001", ("50001", "50002")),
        Street("Bahnhofsvorplatz", "1002", ("50001",)),
        Street("Große Witschgasse", "1003", ("50001",)),
        Street("Hauptstraße", "1004", ("50001",)),
        Street("Hauptstraße", "1005", ("50009",)),
        Street("St.-Anna-Platz", "1006", ("50002",)),
        Street("Straße des 17. Juni", "1007", ("50002",)),
        Street("Venloer Straße", "1008", ("50003",)),
        Street("An der Alten Mühle", "1009"),
        Street("Philippstraße", "1010", ("50003",)),
        Street("Goetheweg", "1011", ("50003",)),
    ]
)


def long_list(count: int) -> list[Street]:
    """Invent street names as towns have them: many that begin alike, and nearly all that end alike."""
    first = (
        "Bahn",
        "Kirch",
        "Schul",
        "Garten",
        "Linden",
        "Eichen",
        "Rosen",
        "Goethe",
        "Mozart",
        "Berg",
        "Wald",
        "Feld",
    )
    second = ("", "hof", "haus", "platz", "blick", "grund", "rain", "born", "bach", "berg", "eck", "au", "tor", "furt")
    third = ("straße", "weg", "gasse", "allee", "ring", "damm", "ufer", "stieg", "pfad", "winkel")
    before = ("", "Am ", "An der ", "Alte ", "Große ", "Kleine ")
    names = [a + b + c + d for a, b, c, d in product(before, first, second, third)]
    random.Random(7).shuffle(names)
    assert len(set(names)) >= count
    return [Street(name) for name in names[:count]]


def complete(typed: str) -> list[str]:
    return [street.name for street in TOWN.complete(typed, 5)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("B", "Bahnhofstraße"),
        ("bahnhofs", "Bahnhofstraße"),
        ("Bahnhofstr.", "Bahnhofstraße"),
        ("BAHNHOFSTRASSE", "Bahnhofstraße"),
        ("Banhofstr", "Bahnhofstraße"),
        ("Bahnhoffstraße", "Bahnhofstraße"),
        ("Bahnofsvor", "Bahnhofsvorplatz"),
        ("Gr. Wit", "Große Witschgasse"),
        ("grosse w", "Große Witschgasse"),
        ("Witschg", "Große Witschgasse"),
        ("Sankt Anna", "St.-Anna-Platz"),
        ("st anna", "St.-Anna-Platz"),
        ("17. J", "Straße des 17. Juni"),
        ("Fenloer", "Venloer Straße"),
        ("Venlor Str", "Venloer Straße"),
        ("alten mü", "An der Alten Mühle"),
        ("alten mue", "An der Alten Mühle"),
        ("Filipp", "Philippstraße"),
        ("Göte", "Goetheweg"),
    ],
)
def test_the_street_that_is_meant_comes_first(typed: str, first: str) -> None:
    assert complete(typed)[0] == first


def test_what_begins_with_it_comes_before_what_is_like_it() -> None:
    assert complete("Haupt") == ["Hauptstraße", "Hauptstraße"]
    assert complete("straße")[0] == "Straße des 17. Juni"
    assert complete("Bahnhofs")[:2] == ["Bahnhofstraße", "Bahnhofsvorplatz"]


@pytest.mark.parametrize("typed", ["", " ", "-", "x", "Quux", "!", "東京"])
def test_nothing_is_suggested_for_nothing(typed: str) -> None:
    assert complete(typed) == []


def test_no_more_are_suggested_than_asked_for() -> None:
    towns = StreetIndex(long_list(500))
    for limit in (1, 3, 10):
        for typed in ("A", "am lin", "Lindn"):
            assert len(towns.complete(typed, limit)) == limit
            assert towns.complete(typed, limit) == towns.complete(typed, 20)[:limit]


@pytest.mark.parametrize(
    ("written", "official"),
    [("Bahnhofstr.", "Bahnhofstraße"), ("Gr. Witschgasse", "Große Witschgasse"), ("Venloerstr", "Venloer Straße")],
)
def test_an_abbreviation_is_the_official_name(written: str, official: str) -> None:
    assert {street.name for street in TOWN.find(written)} == {official}


def test_a_misspelled_name_is_no_official_one_but_gets_it_suggested() -> None:
    assert TOWN.find("Banhofstrasse") == []
    assert [street.name for street in TOWN.similar("Banhofstrasse", 1)] == ["Bahnhofstraße"]
    assert [street.name for street in TOWN.similar("Phillipstr", 1)] == ["Philippstraße"]
    assert TOWN.similar("Lindenallee", 3) == []
    assert TOWN.similar("x", 3) == []


@pytest.mark.parametrize(
    ("street", "postcode", "resolved"),
    [
        ("Bahnhofstr.", "50002", Resolved("Bahnhofstraße", "50002")),
        ("Bahnhofstr.", "", Resolved("Bahnhofstraße", "")),
        ("Venloer Str.", "", Resolved("Venloer Straße", "50003")),
        ("Venloer Str.", "50001", Resolved("Venloer Straße", "50001", "street_postcode")),
        ("Hauptstr.", "50009", Resolved("Hauptstraße", "50009")),
        ("Hauptstr.", "50005", Resolved("Hauptstraße", "50005", "street_postcode")),
        ("An d. alten Mühle", "50001", Resolved("An d. alten Mühle", "50001", "street_unknown")),
        ("an der alten Muehle", "50001", Resolved("An der Alten Mühle", "50001")),
        ("Lindenallee", "50001", Resolved("Lindenallee", "50001", "street_unknown")),
    ],
)
def test_an_address_is_checked_and_completed(street: str, postcode: str, resolved: Resolved) -> None:
    assert TOWN.resolve(street, postcode) == resolved


def test_without_a_list_nothing_is_doubted() -> None:
    assert StreetIndex(()).resolve("Bahnhofstr.", "50001") == Resolved("Bahnhofstr.", "50001")


def test_a_look_compares_few_names_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    towns = StreetIndex(long_list(10_000))
    compared: list[str] = []
    measure = jellyfish.damerau_levenshtein_distance

    def counted(one: str, other: str) -> int:
        compared.append(other)
        return measure(one, other)

    monkeypatch.setattr(jellyfish, "damerau_levenshtein_distance", counted)
    spoil = random.Random(3)
    for street in spoil.sample(towns.streets, 60):
        letters = list(street.name)
        letters[spoil.randrange(len(letters))] = spoil.choice("abcdefg")
        for end in (4, 8, len(letters)):
            compared.clear()
            towns.complete("".join(letters[:end]), 10)
            # each comparison takes about a microsecond, of 20 milliseconds that there are
            assert len(compared) <= 2 * index._COMPARED


def test_one_wrong_letter_still_finds_the_street_among_many() -> None:
    streets = long_list(10_000)
    towns = StreetIndex(streets)
    spoil = random.Random(4)
    found = 0
    for street in spoil.sample(streets, 100):
        letters = list(street.name)
        letters[spoil.randrange(1, len(letters))] = spoil.choice("abcdefg")
        found += street in towns.complete("".join(letters), 10)
    assert found >= 95


@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=20), st.integers(1, 5))
def test_whatever_is_typed_is_looked_for(names: list[str], typed: str, limit: int) -> None:
    town = StreetIndex(Street(name) for name in set(names))
    assert len(town.complete(typed, limit)) <= limit
    assert len(town.similar(typed, limit)) <= limit
    assert town.resolve(typed, "").postcode == ""
    for street in town.streets:
        assert street in town.find(street.name)
