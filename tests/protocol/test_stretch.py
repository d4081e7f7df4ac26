import hashlib
import hmac
import json
from contextlib import suppress
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from hypothesis import given
from hypothesis import strategies as st
from nacl.exceptions import RuntimeError as NaClRuntimeError
from nacl.pwhash import argon2id

from obacht_protocol import stretch
from obacht_protocol.errors import EncodingError, ProtocolError, StretchError

OURS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "oprf.json").read_text())
SETS = (stretch.INTERACTIVE, stretch.HARDENED, stretch.CHEAPEST)


@pytest.mark.parametrize("known", SETS, ids=lambda known: known.name)
def test_the_stretch_is_argon2id_between_two_hkdf_inputs(known: stretch.StretchSet) -> None:
    output = hashlib.sha512(b"output").digest()
    hardened = hash_secret_raw(
        output,
        bytes(16),
        time_cost=known.passes,
        memory_cost=known.memory,
        parallelism=1,
        hash_len=64,
        type=Type.ID,
    )
    prk = stretch.stretch(output, known)
    assert prk == hmac.digest(b"", output + hardened, "sha512")
    assert stretch.expand(prk, b"row", 64) == HKDF(SHA512(), 64, None, b"row").derive(output + hardened)


@pytest.mark.parametrize("vector", OURS["stretch"], ids=lambda vector: vector["set"])
def test_the_sets_are_frozen_as_in_the_vectors(vector: dict[str, Any]) -> None:
    known = stretch.by_name(vector["set"])
    assert (known.memory, known.passes, 1) == (vector["memory_kib"], vector["passes"], vector["lanes"])
    assert known.for_tests_only == vector["for_tests_only"]
    assert stretch.stretch(bytes.fromhex(vector["output"]), known).hex() == vector["prk"]
    with pytest.raises(FrozenInstanceError):
        known.passes = 1  # type: ignore[misc] # that it is refused is what is tested


def test_only_the_cheapest_set_is_for_tests() -> None:
    assert [known for known in SETS if known.for_tests_only] == [stretch.CHEAPEST]


@pytest.mark.parametrize("name", ["", "interactive", "INTERACTIVE ", "MODERATE"])
def test_an_unknown_set_is_refused(name: str) -> None:
    with pytest.raises(StretchError):
        stretch.by_name(name)


@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_other_than_64_bytes_are_not_stretched(length: int) -> None:
    with pytest.raises(EncodingError):
        stretch.stretch(bytes(length), stretch.CHEAPEST)


def test_a_machine_without_the_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise NaClRuntimeError("Key derivation failed")

    monkeypatch.setattr(argon2id, "kdf", fail)
    with pytest.raises(StretchError, match="memory"):
        stretch.stretch(bytes(64), stretch.HARDENED)


def test_expand_gives_the_known_answer_for_the_inputs_of_rfc_5869_a_1_under_sha_512() -> None:
    prk = bytes.fromhex(
        "665799823737ded04a88e47e54a5890bb2c3d247c7a4254a8e61350723590a26"
        "c36238127d8661b88cf80ef802d57e2f7cebcf1e00e083848be19929c61b4237"
    )
    okm = "832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c1481579338da362cb8d9f925d7cb"
    assert stretch.expand(prk, bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"), 42).hex() == okm


@given(st.binary(min_size=64, max_size=64), st.binary(max_size=200), st.integers(1, 16_320))
def test_expand_agrees_with_another_implementation_at_every_length(prk: bytes, info: bytes, length: int) -> None:
    assert stretch.expand(prk, info, length) == HKDFExpand(SHA512(), length, info).derive(prk)


@pytest.mark.parametrize(("key", "length"), [(63, 64), (65, 64), (64, 0), (64, -1), (64, 16_321)])
def test_expand_refuses_other_keys_and_lengths(key: int, length: int) -> None:
    with pytest.raises(EncodingError):
        stretch.expand(bytes(key), b"", length)


@given(st.binary(max_size=80), st.binary(max_size=80), st.integers(-10, 20_000), st.text(max_size=20))
def test_arbitrary_input_raises_nothing_but_the_packages_errors(
    key: bytes, info: bytes, length: int, name: str
) -> None:
    for function in (
        lambda: stretch.stretch(key, stretch.CHEAPEST),
        lambda: stretch.expand(key, info, length),
        lambda: stretch.by_name(name),
    ):
        with suppress(ProtocolError):
            function()
