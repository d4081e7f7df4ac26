"""Entries of the log of questions, and the promise that goes with an answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import entries, merkle
from obacht_protocol.entries import Entry, Logged
from obacht_protocol.errors import EntryError
from obacht_protocol.notes import SigningKey

KEY = SigningKey("keys.town.example/town", bytes(31) + b"\1")
ENTRY = Entry("answered", 1_800_000_000, "", "Bürgeramt", bytes(32), b"base", bytes(64), b"{}")
EVENT = Entry("event", 1_800_000_000, "share-accepted", "2")


@given(
    st.builds(
        Entry,
        kind=st.sampled_from(["answered", "refused"]),
        time=st.integers(0, 2**63),
        code=st.text(),
        department=st.text(),
        device=st.binary(min_size=32, max_size=32),
        base=st.binary(),
        signature=st.binary(min_size=64, max_size=64),
        body=st.binary(),
    )
)
def test_an_entry_is_read_as_it_was_written(entry: Entry) -> None:
    assert Entry.parse(entry.encode()) == entry
    assert Entry.parse(EVENT.encode()) == EVENT


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ENTRY, kind="else").encode(),
        replace(ENTRY, device=b"").encode(),
        replace(ENTRY, signature=b"").encode(),
        replace(EVENT, device=bytes(32)).encode(),
        ENTRY.encode()[:-1],
        ENTRY.encode() + bytes(4),
        ENTRY.encode() + b"\0",
        ENTRY.encode().replace("ü".encode(), b"\xff\xff"),
        ENTRY.encode().replace(b"v1/entry", b"v2/entry"),
        bytes(256 * 1024 + 1),
        b"",
    ],
)
def test_what_is_no_entry_is_refused(wrong: bytes) -> None:
    with pytest.raises(EntryError):
        Entry.parse(wrong)


@given(st.binary())
def test_any_bytes_are_judged(data: bytes) -> None:
    with pytest.raises(EntryError):
        Entry.parse(data)


def test_a_commitment_hangs_on_salt_and_details() -> None:
    one = entries.leaf(bytes(32), b"details")
    assert one == merkle.leaf_hash(entries.commitment(bytes(32), b"details"))
    assert len({one, entries.leaf(bytes(31) + b"\1", b"details"), entries.leaf(bytes(32), b"Details")}) == 3
    with pytest.raises(EntryError):
        entries.commitment(b"", b"details")


def test_a_promise_is_for_one_question_at_one_place_of_one_log() -> None:
    logged = Logged.sign(KEY, bytes(16), 7, bytes(32))
    assert logged.verify(KEY.verify_key, bytes(16)) == logged
    assert Logged.from_json(logged.to_json()) == logged
    for wrong, question in (
        (replace(logged, index=8), bytes(16)),
        (replace(logged, leaf=bytes(31) + b"\1"), bytes(16)),
        (replace(logged, signature=bytes(64)), bytes(16)),
        (logged, bytes(15) + b"\1"),
    ):
        with pytest.raises(EntryError):
            wrong.verify(KEY.verify_key, question)
    with pytest.raises(EntryError):
        logged.verify(SigningKey("another", KEY.seed).verify_key, bytes(16))


@pytest.mark.parametrize(
    "wrong", [None, {}, {"index": -1}, {"index": True}, {"index": "1"}, {"leaf": "AAAA"}, {"signature": 7}]
)
def test_what_is_no_promise_is_refused(wrong: dict[str, object] | None) -> None:
    good: dict[str, object] = dict(Logged.sign(KEY, bytes(16), 7, bytes(32)).to_json())
    with pytest.raises(EntryError):
        Logged.from_json(wrong if not wrong else {**good, **wrong})
