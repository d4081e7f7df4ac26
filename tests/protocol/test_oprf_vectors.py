import json
from pathlib import Path
from typing import Any

import pytest

from obacht_protocol import group, oprf, stretch
from vectors.oprf_vectors import vectors

PATH = Path(__file__).parents[1] / "vectors" / "oprf.json"
OURS: dict[str, Any] = json.loads(PATH.read_text())


def test_the_committed_vectors_are_those_that_the_code_gives() -> None:
    assert vectors() == OURS


@pytest.mark.parametrize("vector", OURS["hash_to_group"], ids=lambda vector: vector["input"][:8] or "empty")
def test_hash_to_group_is_blinding_without_a_blind(vector: dict[str, str]) -> None:
    one = group.scalar_from_int(1)
    assert oprf.blind(bytes.fromhex(vector["input"]), one)[1].hex() == vector["element"]


@pytest.mark.parametrize("vector", OURS["expand"], ids=lambda vector: str(vector["length"]))
def test_a_shorter_expansion_is_the_beginning_of_a_longer_one(vector: dict[str, Any]) -> None:
    prk, info = bytes.fromhex(vector["prk"]), bytes.fromhex(vector["info"])
    assert stretch.expand(prk, info, 300).hex().startswith(vector["okm"])
    assert len(vector["okm"]) == 2 * vector["length"]
