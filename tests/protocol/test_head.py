from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import head, notes, register
from obacht_protocol.encoding import canonical_json, parse_json
from obacht_protocol.errors import HeadError, NoteError
from obacht_protocol.rows import Publication

KEY = notes.SigningKey("head.test", bytes(32))
NOW = 1_800_000_000
HEAD = head.Head(
    deployment="test-town",
    epoch=1,
    sequence=5,
    salt=bytes(range(32)),
    issued=NOW,
    expires=NOW + head.DEFAULT_LIFETIME,
    bits=0,
    rows=1024,
    root=bytes(32),
    descriptor=bytes(32),
)


def test_a_signed_head_comes_back_as_it_went() -> None:
    assert head.Head.verify(HEAD.sign(KEY), KEY.verify_key) == HEAD
    assert HEAD.publication == Publication(1, HEAD.salt)
    assert HEAD.bucket_length == 131_072


def test_a_head_signed_by_another_is_refused() -> None:
    with pytest.raises(NoteError):
        head.Head.verify(HEAD.sign(notes.SigningKey("head.test", bytes([1]) * 32)), KEY.verify_key)


def test_a_head_is_made_of_its_register() -> None:
    built = register.build([], bytes(32))
    made = head.of_register(
        built, HEAD.publication, deployment="test-town", sequence=5, issued=NOW, descriptor=bytes(32)
    )
    assert made == replace(HEAD, root=built.root)


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": 512},
        {"rows": 0},
        {"rows": 1025},
        {"rows": 262_144},
        {"bits": -1},
        {"bits": 13},
        {"epoch": -1},
        {"epoch": 2**32},
        {"sequence": 0},
        {"sequence": 2**53},
        {"issued": -1},
        {"expires": NOW},
        {"expires": NOW + head.MAX_LIFETIME + 1},
    ],
)
def test_values_that_no_head_has_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(HeadError):
        replace(HEAD, **changes)  # type: ignore[arg-type]  # only numbers are changed


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "obacht/v2/head"},
        {"salt": "AAAA"},
        {"root": None},
        {"epoch": "1"},
        {"epoch": True},
        {"deployment": 5},
        {"more": 1},
        {"issued": None},
    ],
)
def test_a_head_in_another_form_is_refused(changes: dict[str, object]) -> None:
    line = canonical_json({**parse_json(HEAD.encode()), **changes})
    with pytest.raises(HeadError):
        head.Head.verify(notes.sign(line, [KEY]), KEY.verify_key)


@pytest.mark.parametrize("line", [b"[]", b"5", b'{"type": "obacht/v1/head"}', b"{}"])
def test_another_line_than_a_head_is_refused(line: bytes) -> None:
    with pytest.raises(HeadError):
        head.Head.verify(notes.sign(line, [KEY]), KEY.verify_key)


@given(st.text(alphabet=st.characters(min_codepoint=32, codec="utf-8"), min_size=1))
def test_any_signed_line_is_a_head_or_an_error_of_ours(line: str) -> None:
    with pytest.raises(HeadError):
        head.Head.verify(notes.sign(line.encode(), [KEY]), KEY.verify_key)


def test_a_head_out_of_its_time_is_refused() -> None:
    assert HEAD.check_current(NOW - head.CLOCK_TOLERANCE) is HEAD
    assert HEAD.check_current(HEAD.expires - 1) is HEAD
    for now in (NOW - head.CLOCK_TOLERANCE - 1, HEAD.expires):
        with pytest.raises(HeadError):
            HEAD.check_current(now)


def test_a_head_never_goes_back() -> None:
    renewed = HEAD.renewed(issued=NOW + 3600, descriptor=bytes([1]) * 32)
    assert renewed.check_successor(HEAD) is renewed
    assert (renewed.descriptor, renewed.expires) == (bytes([1]) * 32, NOW + 3600 + head.DEFAULT_LIFETIME)
    later = replace(HEAD, sequence=6, root=bytes([1]) * 32)
    assert later.check_successor(renewed) is later
    for old, new in ((renewed, HEAD), (later, renewed), (HEAD, replace(HEAD, root=bytes([1]) * 32))):
        with pytest.raises(HeadError):
            new.check_successor(old)
