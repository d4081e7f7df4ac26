import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import locks
from obacht_protocol.encoding import canonical_json
from obacht_protocol.errors import LockError

KIND = "obacht/v1/share"
FILE = locks.lock(KIND, b"secret", b"passphrase", locks.CHEAPEST)


def unlock(file: bytes, passphrase: bytes = b"passphrase", kind: str = KIND) -> bytes:
    return locks.unlock(kind, file, passphrase)


def refusal(file: bytes, passphrase: bytes = b"passphrase", kind: str = KIND) -> str:
    with pytest.raises(LockError) as caught:
        unlock(file, passphrase, kind)
    return caught.value.code


@given(st.binary(max_size=100), st.binary(max_size=50))
def test_a_secret_comes_back_to_whoever_has_the_passphrase(secret: bytes, passphrase: bytes) -> None:
    file = locks.lock(KIND, secret, passphrase, locks.CHEAPEST)
    assert unlock(file, passphrase) == unlock(file + b"\n", passphrase) == secret
    assert refusal(file, passphrase + b"x") == "passphrase"


def test_a_file_of_one_kind_is_not_taken_for_another() -> None:
    assert refusal(FILE, kind="obacht/v1/office-key") == "form"
    renamed = FILE.replace(b"obacht/v1/share", b"obacht/v1/stare")
    assert refusal(renamed, kind="obacht/v1/stare") == "passphrase"


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_file_altered_anywhere_gives_nothing(place: int, difference: int) -> None:
    altered = bytearray(FILE)
    altered[place] ^= difference
    assert refusal(bytes(altered)) in {"form", "passphrase"}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_locked_file_or_an_error_of_ours(data: bytes) -> None:
    assert refusal(data) == "form"


@pytest.mark.parametrize(
    "cost", [{"memory": 2**40}, {"memory": 7}, {"passes": 0}, {"passes": 65}, {"lanes": 0}, {"lanes": 65}]
)
def test_a_file_cannot_ask_for_an_absurd_cost(cost: dict[str, int]) -> None:
    fields = json.loads(FILE)
    fields["cost"] |= cost
    assert refusal(canonical_json(fields)) == "form"


def test_what_cannot_be_had_from_argon2_is_an_error_of_ours() -> None:
    with pytest.raises(LockError, match="memory"):
        locks.lock(KIND, b"", b"", locks.Cost("too little", memory=1, passes=1, lanes=1))


def test_the_file_shows_its_cost_and_nothing_of_the_secret() -> None:
    assert json.loads(FILE)["cost"] == {"name": "CHEAPEST", "memory": 8, "passes": 1, "lanes": 1}
    assert b"secret" not in FILE
    assert (locks.RFC_9106_LOW_MEMORY.memory, locks.RFC_9106_LOW_MEMORY.passes) == (65_536, 3)
