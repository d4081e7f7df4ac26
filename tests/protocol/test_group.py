import json
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import group
from obacht_protocol.errors import GroupError, ProtocolError

VECTORS = Path(__file__).parents[1] / "vectors"
RFC9496: dict[str, Any] = json.loads((VECTORS / "rfc9496.json").read_text())
OURS: dict[str, Any] = json.loads((VECTORS / "oprf.json").read_text())

ONE = group.scalar_from_int(1)
MINUS_ONE = group.scalar_from_int(-1)
GENERATOR = group.multiply_base(ONE)

BAD_ELEMENTS = [bytes.fromhex(bad["encoding"]) for bad in RFC9496["invalid"]] + [
    bytes.fromhex(bad["element"]) for bad in OURS["bad_elements"]
]
BAD_SCALARS = [bytes.fromhex(bad["scalar"]) for bad in OURS["bad_scalars"]]

# Every function that takes an element, with the element in each of its places.
TAKING_ELEMENTS: dict[str, Callable[[bytes], object]] = {
    "check_element": group.check_element,
    "multiply": lambda element: group.multiply(ONE, element),
    "linear_combination": lambda element: group.linear_combination([ONE, ONE], [GENERATOR, element]),
    "add, first": lambda element: group.add(element, GENERATOR),
    "add, second": lambda element: group.add(GENERATOR, element),
    "subtract, first": lambda element: group.subtract(element, GENERATOR),
    "subtract, second": lambda element: group.subtract(GENERATOR, element),
}
TAKING_SCALARS: dict[str, Callable[[bytes], object]] = {
    "check_scalar": group.check_scalar,
    "multiply": lambda scalar: group.multiply(scalar, GENERATOR),
    "multiply_base": group.multiply_base,
    "linear_combination": lambda scalar: group.linear_combination([scalar], [GENERATOR]),
    "scalar_add, first": lambda scalar: group.scalar_add(scalar, ONE),
    "scalar_add, second": lambda scalar: group.scalar_add(ONE, scalar),
    "scalar_subtract, first": lambda scalar: group.scalar_subtract(scalar, ONE),
    "scalar_subtract, second": lambda scalar: group.scalar_subtract(ONE, scalar),
    "scalar_multiply, first": lambda scalar: group.scalar_multiply(scalar, ONE),
    "scalar_multiply, second": lambda scalar: group.scalar_multiply(ONE, scalar),
    "scalar_invert": group.scalar_invert,
}
TAKING_WIDE: dict[str, Callable[[bytes], object]] = {
    "from_hash": group.from_hash,
    "scalar_reduce": group.scalar_reduce,
}

numbers = st.integers(min_value=1, max_value=group.ORDER - 1)


@pytest.mark.parametrize("number", range(1, 16))
def test_small_multiples_of_the_generator_are_those_of_rfc_9496(number: int) -> None:
    expected = bytes.fromhex(RFC9496["multiples_of_the_generator"][number])
    scalar = group.scalar_from_int(number)
    assert group.multiply_base(scalar) == expected
    assert group.multiply(scalar, GENERATOR) == expected
    assert group.linear_combination([ONE] * number, [GENERATOR] * number) == expected
    assert group.check_element(expected) == expected


@pytest.mark.parametrize("vector", RFC9496["from_hash_of_sha512"], ids=lambda vector: vector["label"][:20])
def test_hash_to_group_gives_the_elements_of_rfc_9496(vector: dict[str, str]) -> None:
    assert group.from_hash(sha512(vector["label"].encode()).digest()).hex() == vector["element"]


@pytest.mark.parametrize("name", TAKING_ELEMENTS)
@pytest.mark.parametrize("element", BAD_ELEMENTS, ids=bytes.hex)
def test_a_bad_element_is_refused_wherever_one_is_taken(name: str, element: bytes) -> None:
    with pytest.raises(GroupError):
        TAKING_ELEMENTS[name](element)


@pytest.mark.parametrize("name", TAKING_SCALARS)
@pytest.mark.parametrize("scalar", BAD_SCALARS, ids=bytes.hex)
def test_a_bad_scalar_is_refused_wherever_one_is_taken(name: str, scalar: bytes) -> None:
    with pytest.raises(GroupError):
        TAKING_SCALARS[name](scalar)


@pytest.mark.parametrize("name", TAKING_WIDE)
@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_other_than_64_bytes_make_neither_element_nor_scalar(name: str, length: int) -> None:
    with pytest.raises(GroupError):
        TAKING_WIDE[name](bytes([1]) * length)


def test_a_hash_that_gives_the_identity_or_zero_is_refused() -> None:
    with pytest.raises(GroupError):
        group.from_hash(bytes(64))
    with pytest.raises(GroupError):
        group.scalar_reduce(bytes(64))
    with pytest.raises(GroupError):
        group.scalar_reduce(group.ORDER.to_bytes(64, "little"))


def test_no_function_gives_the_identity_or_zero() -> None:
    refused: tuple[Callable[[], object], ...] = (
        lambda: group.add(GENERATOR, group.multiply_base(MINUS_ONE)),
        lambda: group.subtract(GENERATOR, GENERATOR),
        lambda: group.linear_combination([ONE, MINUS_ONE], [GENERATOR, GENERATOR]),
        lambda: group.scalar_add(ONE, MINUS_ONE),
        lambda: group.scalar_subtract(ONE, ONE),
        lambda: group.scalar_from_int(group.ORDER),
    )
    for result in refused:
        with pytest.raises(GroupError):
            result()


def test_a_partial_sum_may_be_the_identity() -> None:
    assert group.linear_combination([ONE, MINUS_ONE, ONE], [GENERATOR] * 3) == GENERATOR


@given(numbers, numbers)
def test_scalars_are_the_integers_modulo_the_order(first: int, second: int) -> None:
    left, right = group.scalar_from_int(first), group.scalar_from_int(second)
    assert group.scalar_multiply(left, right) == group.scalar_from_int(first * second)
    assert group.scalar_invert(left) == group.scalar_from_int(pow(first, -1, group.ORDER))
    if (first + second) % group.ORDER:
        assert group.scalar_add(left, right) == group.scalar_from_int(first + second)
    if first != second:
        assert group.scalar_subtract(left, right) == group.scalar_from_int(first - second)


@given(st.binary(min_size=64, max_size=64).filter(any))
def test_64_bytes_are_reduced_modulo_the_order(data: bytes) -> None:
    assert group.scalar_reduce(data) == group.scalar_from_int(int.from_bytes(data, "little"))


@given(numbers, numbers)
def test_multiplication_distributes_over_addition(first: int, second: int) -> None:
    element = group.from_hash(sha512(b"any").digest())
    left = group.multiply(group.scalar_from_int(first), element)
    right = group.multiply(group.scalar_from_int(second), element)
    if (first + second) % group.ORDER:
        total = group.multiply(group.scalar_from_int(first + second), element)
        assert group.add(left, right) == total
        assert group.subtract(total, right) == left


def test_random_scalars_are_scalars_and_differ() -> None:
    drawn = {group.check_scalar(group.scalar_random()) for _ in range(100)}
    assert len(drawn) == 100


@given(st.one_of(st.binary(max_size=80), st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64)))
def test_arbitrary_bytes_raise_nothing_but_the_packages_errors(data: bytes) -> None:
    for function in (*TAKING_ELEMENTS.values(), *TAKING_SCALARS.values(), *TAKING_WIDE.values()):
        with suppress(ProtocolError):
            function(data)
