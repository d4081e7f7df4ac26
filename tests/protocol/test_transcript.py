"""The transcript of a key ceremony: anybody verifies it, and nobody alters it."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import group, threshold, transcript
from obacht_protocol.encoding import base64url, canonical_json
from obacht_protocol.errors import ProtocolError, ThresholdError, TranscriptError
from obacht_protocol.notes import VerifyKey
from obacht_protocol.transcript import Card, Seat, Transcript

SECRET, SECOND = (group.scalar_reduce(hashlib.sha512(name).digest()) for name in (b"ceremony key", b"ceremony slope"))
NAMES = ("IT-Amt", "Datenschutz", "Personalrat")


def seats(coefficients: Sequence[bytes], indices: Sequence[int] = (1, 2, 3)) -> list[Seat]:
    shares = threshold.split(coefficients[0], len(coefficients), indices, coefficients[1:])
    return [
        Seat(
            index=index,
            name=NAMES[place],
            url=f"https://keys{index}.town.example",
            transport_key=bytes([index]) * 32,
            public_share=group.multiply_base(shares[index]),
            sealed=hashlib.sha256(bytes([index])).digest(),
            log=str(VerifyKey(f"keys{index}.town.example/test-town", bytes([index]) * 32)),
        )
        for place, index in enumerate(indices)
    ]


def make(
    coefficients: Sequence[bytes] = (SECRET, SECOND), offices: Sequence[Seat] | None = None, **changes: Any
) -> Any:
    facts: dict[str, Any] = {"deployment": "test-town", "epoch": 1}
    offices = seats(coefficients) if offices is None else offices
    return transcript.make(coefficients, offices, **facts | changes)


TRANSCRIPT: Transcript = make()


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    match value:
        case dict():
            return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
        case list():
            return [leaf for key, item in enumerate(value) for leaf in leaves(item, (*path, key))]
    return [path]


LEAVES = leaves(json.loads(TRANSCRIPT.encode()))
UNCOMMITTED = {"deployment", "epoch", "name", "url", "transport_key", "sealed", "log"}
"""Of these the commitments say nothing; offices see an alteration by the hash in their sealed shares."""


def altered(path: Sequence[str | int], value: object) -> bytes:
    fields = json.loads(TRANSCRIPT.encode())
    inner = fields
    for key in path[:-1]:
        inner = inner[key]
    assert inner[path[-1]] != value
    inner[path[-1]] = value
    return canonical_json(fields)


def test_what_a_dealer_makes_is_read_by_everybody() -> None:
    read = Transcript.parse(TRANSCRIPT.encode() + b"\n")
    assert read == TRANSCRIPT
    assert read.public_key == group.multiply_base(SECRET)
    assert read.digest == hashlib.sha256(TRANSCRIPT.encode()).digest()
    shares = {office.index: office.public_share for office in read.offices}
    assert threshold.check_polynomial(read.public_key, shares, read.threshold)


def test_one_of_one_and_indices_with_gaps_are_ceremonies_too() -> None:
    alone = make([SECRET], seats([SECRET], [7]))
    assert alone.offices[0].public_share == alone.public_key
    assert Transcript.parse(make(offices=seats((SECRET, SECOND), [2, 200, 255])).encode()).offices[1].index == 200


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(map(str, path)))
def test_a_transcript_with_any_altered_value_is_refused_or_gives_itself_away(path: tuple[str | int, ...]) -> None:
    fields = json.loads(TRANSCRIPT.encode())
    for key in path:
        fields = fields[key]
    others: list[object] = [fields + 1] if isinstance(fields, int) else [f"{fields}x", str(fields)[:-1]]
    if isinstance(fields, str) and len(fields) == 43:
        others += [base64url(group.multiply_base(SECOND)) if path[0] == "offices" else base64url(bytes(32))]
    for other in others:
        try:
            read = Transcript.parse(altered(path, other))
        except TranscriptError:
            continue
        assert path[-1] in UNCOMMITTED
        assert read.digest != TRANSCRIPT.digest
        assert (read.facts != TRANSCRIPT.facts) == (path[-1] != "sealed")


def test_offices_swapped_or_left_out_give_themselves_away() -> None:
    fields = json.loads(TRANSCRIPT.encode())
    first, second, third = fields["offices"]
    for offices in ([second, first, third], [first, second]):
        assert Transcript.parse(canonical_json(fields | {"offices": offices})).facts != TRANSCRIPT.facts
    for too_few in ([first], []):
        with pytest.raises(TranscriptError):
            Transcript.parse(canonical_json(fields | {"offices": too_few}))


def test_a_share_of_another_key_is_refused_when_the_transcript_is_made() -> None:
    right, wrong = seats((SECRET, SECOND)), seats((SECOND, SECRET))
    with pytest.raises(TranscriptError, match="office 3"):
        make(offices=[*right[:2], wrong[2]])


@pytest.mark.parametrize(
    "changes",
    [
        {"deployment": "Stadt Köln"},
        {"epoch": 0},
        {"epoch": 2**32},
        {"offices": []},
        {"offices": seats((SECRET, SECOND))[:1]},
        {"coefficients": [SECRET, SECRET], "offices": seats((SECRET, SECOND))},
    ],
)
def test_facts_that_do_not_fit_together_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        make(**changes)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (1, {"index": 1}),
        (1, {"name": "IT-Amt"}),
        (1, {"name": ""}),
        (1, {"name": "a\nb"}),
        (1, {"name": "x" * 101}),
        (1, {"url": "https://keys1.town.example"}),
        (1, {"url": "http://keys2.town.example"}),
        (1, {"transport_key": bytes([1]) * 32}),
        (1, {"transport_key": b"short"}),
        (1, {"sealed": b"short"}),
        (1, {"index": 0}),
    ],
)
def test_offices_that_no_descriptor_could_name_are_refused(place: int, change: dict[str, Any]) -> None:
    offices = seats((SECRET, SECOND))
    fields = {name: getattr(offices[place], name) for name in Seat.__slots__}
    offices[place] = Seat(**fields | change)
    with pytest.raises(ProtocolError):
        make(offices=offices)


def test_a_public_share_is_computed_from_commitments_alone() -> None:
    commitments = [group.multiply_base(scalar) for scalar in (SECRET, SECOND, SECRET)]
    shares = threshold.split(SECRET, 3, [1, 9, 255], [SECOND, SECRET])
    for index, share in shares.items():
        assert threshold.committed_share(commitments, index) == group.multiply_base(share)
    with pytest.raises(ThresholdError):
        threshold.committed_share(commitments, 0)
    with pytest.raises(ThresholdError):
        threshold.committed_share([], 1)


def test_a_card_says_who_an_office_is() -> None:
    card = Card("test-town", "IT-Amt", "https://keys.town.example", bytes(31) + b"\1")
    assert Card.parse(card.encode()) == card
    for wrong in (
        card.encode().replace(b"https", b"ftp"),
        card.encode().replace(b"IT-Amt", b""),
        card.encode().replace(b"AAAA", b"AA", 1),
        TRANSCRIPT.encode(),
        b"[]",
    ):
        with pytest.raises(TranscriptError):
            Card.parse(wrong)
    with pytest.raises(TranscriptError):
        Transcript.parse(card.encode())


@given(st.binary(max_size=200) | st.sampled_from([b"{}", b"null", b'{"type":"obacht/v1/ceremony"}']))
def test_whatever_a_file_holds_the_error_is_our_own(data: bytes) -> None:
    for kind in (Card, Transcript):
        with pytest.raises(TranscriptError):
            kind.parse(data)
