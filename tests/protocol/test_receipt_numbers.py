"""Receipt numbers: short enough for the telephone, and what is misread or mistyped is found out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol.errors import ReportError
from obacht_protocol.receipt_numbers import (
    RANDOM_LENGTH,
    check_receipt_number,
    make_receipt_number,
    read_receipt_number,
)

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBERS = st.binary(min_size=RANDOM_LENGTH, max_size=RANDOM_LENGTH).map(make_receipt_number)


@given(NUMBERS)
def test_a_number_is_read_however_it_is_typed(number: str) -> None:
    assert len(number) == 14
    assert check_receipt_number(number) == number
    for typed in (number.lower(), number.replace("-", ""), f" {number.replace('-', ' ')} "):
        assert read_receipt_number(typed) == number
    assert read_receipt_number(number.replace("0", "o").replace("1", "l")) == number
    assert read_receipt_number(number.replace("1", "I")) == number


@given(NUMBERS, st.integers(0, 11), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_found_out(number: str, place: int, sign: str) -> None:
    text = number.replace("-", "")
    wrong = text[:place] + sign + text[place + 1 :]
    if wrong == text:
        return
    with pytest.raises(ReportError, match="number"):
        read_receipt_number(wrong)


@given(NUMBERS, st.integers(0, 11), st.integers(0, 11))
def test_two_signs_that_changed_places_are_found_out(number: str, first: int, second: int) -> None:
    signs = list(number.replace("-", ""))
    if signs[first] == signs[second]:
        return
    signs[first], signs[second] = signs[second], signs[first]
    with pytest.raises(ReportError, match="number"):
        read_receipt_number("".join(signs))


@pytest.mark.parametrize("typed", ["", "0000-0000-000", "0000-0000-00000", "U000-0000-0000", "ä000-0000-0000"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert read_receipt_number("0000-0000-0000") == "0000-0000-0000"
    with pytest.raises(ReportError, match="number"):
        read_receipt_number(typed)


@pytest.mark.parametrize("text", ["000000000000", "0000 0000 0000", "0000-0000-000O", None, 0])
def test_machines_write_a_number_in_one_way_alone(text: object) -> None:
    with pytest.raises(ReportError, match="number"):
        check_receipt_number(text)


def test_every_random_bit_but_one_counts() -> None:
    numbers = {make_receipt_number((1 << bit).to_bytes(RANDOM_LENGTH, "big")) for bit in range(8 * RANDOM_LENGTH)}
    assert len(numbers) == 8 * RANDOM_LENGTH
    assert "0000-0000-0000" in numbers
