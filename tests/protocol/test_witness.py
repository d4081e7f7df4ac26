"""A witness cosigns what goes on from what it has seen, and says with the right status why it does not."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import merkle, notes
from obacht_protocol.checkpoints import Checkpoint, Submission
from obacht_protocol.errors import WitnessError
from obacht_protocol.witness import Submitted

KEY = notes.SigningKey("keys.example/town", bytes(32))
LOGS = {KEY.name: KEY.verify_key}
LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(40)]


def checkpoint(size: int, leaves: list[bytes] = LEAVES) -> Checkpoint:
    return Checkpoint(KEY.name, size, merkle.root(leaves[:size]))


def submission(old: int, new: int, leaves: list[bytes] = LEAVES) -> bytes:
    return Submission(old, merkle.consistency_proof(leaves[:new], old), checkpoint(new, leaves).sign(KEY)).encode()


def status(body: bytes, seen: Checkpoint | None) -> tuple[int, int | None]:
    with pytest.raises(WitnessError) as refused:
        Submitted.parse(body, LOGS).judge(seen)
    return refused.value.status, refused.value.size


@given(sizes=st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted))
def test_what_goes_on_is_accepted(sizes: list[int]) -> None:
    old, new = sizes
    assert Submitted.parse(submission(old, new), LOGS).judge(checkpoint(old)) == checkpoint(new)


@pytest.mark.parametrize("size", [0, 1, 7])
def test_the_first_is_accepted_from_nothing(size: int) -> None:
    assert Submitted.parse(submission(0, size), LOGS).judge(None) == checkpoint(size)


@pytest.mark.parametrize(("old", "seen"), [(0, 5), (4, 5), (6, 5), (5, None)])
def test_who_does_not_know_the_size_is_told_it(old: int, seen: int | None) -> None:
    known = None if seen is None else checkpoint(seen)
    assert status(submission(old, 9), known) == (409, seen or 0)


def test_another_tree_of_the_same_size_is_refused() -> None:
    other = [merkle.leaf_hash(b"x"), *LEAVES[1:]]
    assert status(submission(5, 5, other), checkpoint(5)) == (409, 5)


def test_another_tree_that_grew_is_refused() -> None:
    other = [merkle.leaf_hash(b"x"), *LEAVES[1:]]
    assert status(submission(5, 9, other), checkpoint(5)) == (422, None)


def test_a_first_submission_has_no_proof() -> None:
    body = Submission(0, [bytes(32)], checkpoint(3).sign(KEY)).encode()
    assert status(body, None) == (422, None)


def test_a_log_that_shrank_is_malformed() -> None:
    body = Submission(9, [], checkpoint(5).sign(KEY)).encode()
    assert status(body, checkpoint(9)) == (400, None)


def test_an_unknown_log_is_told_so() -> None:
    stranger = notes.SigningKey("other.example/town", bytes(32))
    body = Submission(0, [], Checkpoint(stranger.name, 1, LEAVES[0]).sign(stranger)).encode()
    assert status(body, None) == (404, None)


@pytest.mark.parametrize("name", [KEY.name, "other"])
def test_what_the_log_did_not_sign_is_forbidden(name: str) -> None:
    thief = notes.SigningKey(name, hashlib.sha256(b"thief").digest())
    body = Submission(0, [], notes.sign(checkpoint(1).text[:-1], [thief])).encode()
    assert status(body, None) == (403, None)


@pytest.mark.parametrize("body", [b"", b"old 0\n\n", b"old 0\n\nnothing", b"\xff" * 9, b"old 0\n\na\nb\n\nc\n"])
def test_what_is_malformed_is_told_so(body: bytes) -> None:
    assert status(body, None) == (400, None)
