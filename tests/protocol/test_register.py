import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import register
from obacht_protocol.errors import RegisterError

SEED = bytes(range(32))


def some_rows(count: int, seed: int = 0) -> list[bytes]:
    source = random.Random(seed)
    return [source.randbytes(128) for _ in range(count)]


def check(built: register.Register, index: int, bucket: bytes | None = None, **changes: object) -> bytes:
    facts = {"bits": built.bits, "bucket_rows": built.bucket_rows, "proof": built.proof(index), "root": built.root}
    return register.check_bucket(bucket or built.buckets[index], index=index, **{**facts, **changes})  # type: ignore[arg-type]  # checked by the test


@pytest.mark.parametrize(("count", "size"), [(0, 1024), (1, 1024), (1024, 1024), (1025, 2048), (3000, 4096)])
def test_a_register_is_padded_to_a_power_of_two(count: int, size: int) -> None:
    built = register.build(some_rows(count), SEED)
    assert (built.bits, built.bucket_rows, len(built.buckets[0])) == (0, size, size * 128)
    assert check(built, 0) == built.buckets[0]


def test_every_row_is_found_and_no_other() -> None:
    real = some_rows(1500)
    built = register.build(real, SEED)
    assert all(register.find(built.buckets, 0, row[:32]) == row for row in real)
    assert all(register.find(built.buckets, 0, row[:32]) is None for row in some_rows(100, seed=1))
    assert register.find(built.buckets, 0, b"\xff" * 32) is None
    assert register.find([memoryview(built.buckets[0])], 0, real[0][:32]) == real[0]


def test_the_auditor_can_account_for_every_row() -> None:
    real = some_rows(1000)
    bucket = register.build(real, SEED).buckets[0]
    filler = [hashlib.shake_256(SEED + number.to_bytes(4, "big")).digest(128) for number in range(24)]
    assert sorted(real + filler) == [bucket[place : place + 128] for place in range(0, len(bucket), 128)]


def test_large_registers_are_divided_by_the_first_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MAX_BUCKET_ROWS", 512)
    real, told = some_rows(1900), list[int]()
    built = register.build(real, SEED, told.append)
    assert (built.bits, built.bucket_rows, told) == (2, 512, [1, 2, 3, 4])
    for index in range(4):
        check(built, index)
    assert all(register.find(built.buckets, 2, row[:32]) == row for row in real)
    rows_in_all = {bucket[place : place + 128] for bucket in built.buckets for place in range(0, len(bucket), 128)}
    filler = {
        register.filler_row(SEED, number, 2, index)
        for index in range(4)
        for number in range(2048)
        if register.filler_row(SEED, number, 2, index) in rows_in_all
    }
    assert len(rows_in_all) == 2048 == len(filler | set(real))
    assert len(filler) == 148


def test_filler_keeps_all_bits_but_the_first() -> None:
    plain, placed = register.filler_row(SEED, 5), register.filler_row(SEED, 5, 3, 6)
    assert placed[0] >> 5 == 6
    assert (plain[0] & 31, plain[1:]) == (placed[0] & 31, placed[1:])


def test_more_rows_than_the_register_can_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MAX_BUCKET_ROWS", 1)
    monkeypatch.setattr(register, "MAX_BITS", 1)
    with pytest.raises(RegisterError):
        register.build(some_rows(5), SEED)


def test_two_rows_under_one_tag_are_refused() -> None:
    row = some_rows(1)[0]
    with pytest.raises(RegisterError):
        register.build([row, row[:32] + bytes(96)], SEED)


def test_rows_and_seeds_of_another_length_are_refused() -> None:
    with pytest.raises(RegisterError):
        register.build([bytes(127)], SEED)
    with pytest.raises(RegisterError):
        register.build([], bytes(31))


def test_a_bucket_that_is_not_whole_is_refused() -> None:
    built = register.build(some_rows(10), SEED)
    bucket = built.buckets[0]
    for wrong in (
        bucket[:-128],
        bucket + bytes(128),
        bucket[:-1] + bytes([bucket[-1] ^ 1]),
        bucket[128:] + bucket[:128],
    ):
        with pytest.raises(RegisterError):
            check(built, 0, wrong)
    with pytest.raises(RegisterError):
        check(built, 0, root=bytes(32))


def test_an_unsorted_or_doubled_bucket_is_refused() -> None:
    bucket = register.build(some_rows(10), SEED).buckets[0]
    rows = [bucket[place : place + 128] for place in range(0, len(bucket), 128)]
    for wrong in ([rows[1], rows[0], *rows[2:]], [rows[0], rows[0], *rows[2:]]):
        with pytest.raises(RegisterError):
            register.check_order(b"".join(wrong), index=0, bits=0)


def test_a_row_in_the_wrong_bucket_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MAX_BUCKET_ROWS", 512)
    built = register.build(some_rows(1000), SEED)
    for index, bucket in enumerate(built.buckets):
        register.check_order(bucket, index=index, bits=built.bits)
        with pytest.raises(RegisterError):
            register.check_order(bucket, index=index ^ 1, bits=built.bits)


@given(st.binary(max_size=600), st.integers(0, 3), st.integers(0, 2))
def test_any_bytes_in_the_place_of_a_bucket_are_refused(bucket: bytes, index: int, bits: int) -> None:
    with pytest.raises(RegisterError):
        register.check_bucket(bucket, index=index, bits=bits, bucket_rows=4, proof=[], root=bytes(32))
