"""House numbers and ranges are read as people write them, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.imports import house_numbers
from obacht_enrollment.imports.faults import FieldError
from obacht_protocol import addresses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12", [("12", "all")]),
        ("12 a", [("12 a", "all")]),
        ("12/1", [("12/1", "all")]),
        ("Nr. 12½", [("12½", "all")]),
        ("12-16", [("12-16", "all")]),
        ("12-16 gerade", [("12-16", "even")]),
        ("12 – 16 (ungerade)", [("12 – 16", "odd")]),
        ("12-16 EVEN", [("12-16", "even")]),
        ("13-17 nur ungerade", [("13-17", "odd")]),
        ("12-16 odd", [("12-16", "odd")]),
        ("12-16 alle", [("12-16", "all")]),
        ("12-16 all", [("12-16", "all")]),
        ("12 bis 16 gerade Nummern", [("12-16", "even")]),
        ("12a to 12c", [("12a-12c", "all")]),
        ("12a-c", [("12a-c", "all")]),
        ("12 a - 12 c", [("12 a - 12 c", "all")]),
        ("12, 14, 18", [("12", "all"), ("14", "all"), ("18", "all")]),
        ("12 und 14 u. 16 & 18+20;22", [(str(number), "all") for number in range(12, 24, 2)]),
        ("12-16 gerade, 13-17 ungerade, 20 a", [("12-16", "even"), ("13-17", "odd"), ("20 a", "all")]),
        ("12, 12", [("12", "all")]),
    ],
)
def test_numbers_and_ranges_are_read(text: str, found: list[tuple[str, str]]) -> None:
    assert house_numbers.read(text) == found


def test_a_side_of_its_own_holds_for_all_ranges() -> None:
    assert house_numbers.read("12-16, 22-26 gerade", "Gerade") == [("12-16", "even"), ("22-26", "even")]


@pytest.mark.parametrize(
    ("text", "side", "code"),
    [
        ("", "", "empty"),
        ("", "gerade", "empty"),
        ("zwölf", "", "format"),
        ("12-", "", "format"),
        ("16-12", "", "format"),
        ("12a-13c", "", "format"),
        ("gerade", "", "format"),
        ("12, ", "", "format"),
        ("12-16 links", "", "format"),
        ("12-16 gerade ungerade", "", "format"),
        ("12und14", "", "format"),
        ("12-16", "links", "side_word"),
        ("12-16 gerade", "ungerade", "side_twice"),
        (",".join(map(str, range(1, 22))), "", "too_many_numbers"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, side: str, code: str) -> None:
    with pytest.raises(FieldError) as caught:
        house_numbers.read(text, side)
    assert caught.value.code == code


@given(st.text("0123456789abc -–/,;&+½()gerdunlvio."), st.sampled_from(["", "alle", "odd", "x"]))
def test_whatever_is_written_comes_out_as_numbers_or_a_reason(text: str, side: str) -> None:
    found, code = [], ""
    try:
        found = house_numbers.read(text, side)
    except FieldError as error:
        code = error.code
    assert code in {"", "empty", "format", "side_word", "side_twice", "too_many_numbers"}
    assert bool(found) == (code == "")
    for number, _ in found:
        assert addresses.house_numbers(number).first > 0
