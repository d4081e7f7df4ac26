from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import addresses
from obacht_protocol.errors import IdentityError


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Venloer Straße", "Venloerstr."),
        ("Venloer Str.", "VENLOER STRASSE"),
        ("Konrad-Adenauer-Straße", "Konrad Adenauer Str"),
        ("Straße des 17. Juni", "Str. des 17.Juni"),
        ("St.-Apern-Straße", "Sankt Apernstr."),
        ("Dr.-Simons-Str.", "Doktor-Simons-Straße"),
        ("Prof.-Neu-Allee", "Professor-Neu-Allee"),
        ("Gr. Sandkaul", "Große Sandkaul"),
        ("Großer Griechenmarkt", "Gr. Griechenmarkt"),
        ("Kl. Budengasse", "Kleine Budengasse"),
        ("An der Alten Mauer", "An Alten Mauer"),
        ("Fürst-Pückler-Straße", "Fuerst-Pueckler-Str."),
    ],
)
def test_one_street_is_written_in_many_ways(one: str, other: str) -> None:
    assert addresses.street(one) == addresses.street(other)
    assert addresses.street_sound(one) == addresses.street_sound(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Venloer Straße", "Venloer Weg"),
        ("I. Hagen", "II. Hagen"),
        ("Straße des 17. Juni", "Straße des 18. Juni"),
        ("C4", "S4"),
        ("05315", "05316"),
    ],
)
def test_different_streets_stay_apart_in_writing_and_in_sound(one: str, other: str) -> None:
    assert addresses.street(one) != addresses.street(other)
    assert addresses.street_sound(one) != addresses.street_sound(other)


def test_a_misheard_street_sounds_the_same() -> None:
    assert addresses.street("Wenloher Straße") != addresses.street("Venloer Straße")
    assert addresses.street_sound("Wenloher Straße") == addresses.street_sound("Venloer Straße")


@pytest.mark.parametrize(
    ("text", "street"),
    [("Straße des 17. Juni", "str17juni"), ("II. Hagen", "iihagen"), ("Das", "das"), ("05315", "05315")],
)
def test_a_street_keeps_what_names_it(text: str, street: str) -> None:
    assert addresses.street(text) == street


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", (12, 12, ("",))),
        (" 0012 ", (12, 12, ("",))),
        ("12a", (12, 12, ("a",))),
        ("12 A", (12, 12, ("a",))),
        ("12/1", (12, 12, ("/1",))),
        ("12 1/2", (12, 12, (" 1/2",))),
        ("12½", (12, 12, (" 1/2",))),
        ("12-16", (12, 16, ("",))),
        ("12 – 16", (12, 16, ("",))),
        ("12a-c", (12, 12, ("a", "b", "c"))),
        ("12 A - 12 C", (12, 12, ("a", "b", "c"))),
        ("9999", (9999, 9999, ("",))),
    ],
)
def test_house_numbers_are_read_as_they_are_written(text: str, numbers: tuple[Any, ...]) -> None:
    assert addresses.house_numbers(text) == numbers


@pytest.mark.parametrize(
    "text", ["0", "10000", "16-12", "12c-a", "12a-13c", "12-14a", "a12", "12²", "١٢", "12\n", "12ä", "12+14", "-12"]
)
def test_other_house_numbers_are_refused(text: str) -> None:
    with pytest.raises(IdentityError, match="house_number: format"):
        addresses.house_numbers(text)


def test_a_house_number_is_needed() -> None:
    with pytest.raises(IdentityError, match="house_number: empty"):
        addresses.house_numbers(" ")


def test_a_range_is_even_odd_or_whole_as_stated() -> None:
    numbers = addresses.house_numbers("12-16")
    assert numbers.numbers("even") == [12, 14, 16]
    assert numbers.numbers("odd") == [13, 15]
    assert numbers.numbers("all") == [12, 13, 14, 15, 16]


def test_a_single_number_is_on_every_side() -> None:
    for text in ("12", "12-12", "12a-c"):
        assert addresses.house_numbers(text).numbers("odd") == [12]


def test_a_side_that_is_none_is_refused() -> None:
    side: Any = "left"
    with pytest.raises(IdentityError, match="house_number: side"):
        addresses.house_numbers("12-16").numbers(side)


@given(st.text(alphabet="0123456789abc -/", max_size=10))
def test_any_text_is_house_numbers_or_refused(text: str) -> None:
    try:
        numbers = addresses.house_numbers(text)
    except IdentityError:
        return
    assert 1 <= numbers.first <= numbers.last <= 9999
    assert numbers.suffixes


def test_a_postcode_is_five_digits_with_or_without_spaces_around() -> None:
    assert addresses.postcode(" 01067 ") == "01067"
