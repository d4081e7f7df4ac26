import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import encoding
from obacht_protocol.errors import EncodingError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet=st.characters(max_codepoint=127)), inner),
    max_leaves=20,
)


@given(st.binary())
def test_base64url_comes_back_as_it_went(data: bytes) -> None:
    assert encoding.unbase64url(encoding.base64url(data)) == data


@pytest.mark.parametrize("text", ["AA==", "AB", "A", "A+A=", "AA\n", "ÄÄ", "AAAA ", 5, None, ["AA"], b"AA"])
def test_base64url_in_another_form_is_refused(text: object) -> None:
    with pytest.raises(EncodingError):
        encoding.unbase64url(text)


@given(st.text("ABCQgwx_-EIMUYckos048", min_size=1, max_size=9))
def test_base64url_has_one_text_for_its_bytes(text: str) -> None:
    padded = text + "=" * (-len(text) % 4)
    try:
        decoded = encoding.unbase64url(text)
    except EncodingError:
        assert len(text) % 4 == 1 or encoding.base64url(base64.urlsafe_b64decode(padded)) != text
    else:
        assert encoding.base64url(decoded) == text


def test_base64url_of_another_length_is_refused() -> None:
    with pytest.raises(EncodingError):
        encoding.unbase64url("AAAA", 4)
    assert encoding.unbase64url("AAAA", 3) == bytes(3)


@given(JSON)
def test_canonical_json_comes_back_as_it_went(value: object) -> None:
    assert encoding.parse_canonical_json(encoding.canonical_json(value)) == value


def test_canonical_json_has_one_form() -> None:
    assert encoding.canonical_json({"b": [1, True], "a": "ä"}) == '{"a":"ä","b":[1,true]}'.encode()


@pytest.mark.parametrize("text", ['{"a": 1}', '{"b":1,"a":2}', '"\\u00e4"', "[1 ]", "01", "-0"])
def test_json_in_another_form_is_not_canonical(text: str) -> None:
    with pytest.raises(EncodingError):
        encoding.parse_canonical_json(text.encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff", b"1.5", b"1e3", b"NaN", b"Infinity", b'{"a":1,"a":2}', b"9007199254740992", b"[" * 100_000],
)
def test_json_that_others_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(EncodingError):
        encoding.parse_json(data)


@given(st.binary())
def test_any_bytes_are_json_or_an_error_of_ours(data: bytes) -> None:
    try:
        encoding.canonical_json(encoding.parse_json(data))
    except EncodingError:
        return
    assert json.loads(data) == encoding.parse_json(data)


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), {1: 2}, {"ä": 1}, b"x", {"a": {1}}, "\ud800"])
def test_values_without_a_portable_form_are_refused(value: object) -> None:
    with pytest.raises(EncodingError):
        encoding.canonical_json(value)


@given(st.lists(st.binary(max_size=9)), st.lists(st.binary(max_size=9)))
def test_prefixed_fields_cannot_be_divided_in_two_ways(left: list[bytes], right: list[bytes]) -> None:
    assert (encoding.prefixed(left) == encoding.prefixed(right)) == (left == right)


def test_what_does_not_fit_a_prefix_is_refused() -> None:
    with pytest.raises(EncodingError):
        encoding.prefixed([bytes(65_536)])
    with pytest.raises(EncodingError):
        encoding.u32(-1)
    assert (encoding.u16(258), encoding.u32(1)) == (b"\x01\x02", b"\0\0\0\x01")
