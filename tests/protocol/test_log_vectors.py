import json
from pathlib import Path
from typing import Any

import pytest

from obacht_protocol import entries, merkle
from obacht_protocol.checkpoints import Checkpoint, Submission, WitnessKey
from obacht_protocol.entries import Entry, Logged
from obacht_protocol.errors import ReceiptError
from obacht_protocol.notes import VerifyKey
from obacht_protocol.receipts import Receipt
from vectors.log_vectors import vectors

PATH = Path(__file__).parents[1] / "vectors" / "log.json"
OURS: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))


def test_the_committed_vectors_are_those_that_the_code_gives() -> None:
    assert vectors() == OURS


@pytest.mark.parametrize("vector", OURS["consistency"], ids=lambda vector: f"{vector['old']}-{vector['new']}")
def test_growth_is_proved(vector: dict[str, Any]) -> None:
    before, after = bytes.fromhex(vector["old_root"]), bytes.fromhex(vector["new_root"])
    proof = [bytes.fromhex(part) for part in vector["proof"]]
    assert merkle.verify_consistency(vector["old"], before, vector["new"], after, proof) == after


@pytest.mark.parametrize("vector", OURS["entries"], ids=lambda vector: vector["kind"])
def test_entries_are_read_and_stand_behind_their_leaves(vector: dict[str, Any]) -> None:
    details = bytes.fromhex(vector["details"])
    assert Entry.parse(details).code == vector["code"]
    assert entries.leaf(bytes.fromhex(vector["salt"]), details).hex() == vector["leaf"]


def test_the_promise_and_the_checkpoint_are_verified() -> None:
    promise, facts = OURS["promise"], OURS["checkpoint"]
    Logged.from_json(promise["logged"]).verify(VerifyKey.parse(promise["log"]), bytes.fromhex(promise["question"]))
    checkpoint = Checkpoint.verify(facts["cosigned"].encode(), VerifyKey.parse(facts["log"]))
    assert WitnessKey.parse(facts["witness"]).verify(facts["cosigned"].encode()) == 1_800_000_000
    submission = Submission.parse(facts["submission"].encode())
    before = merkle.root([merkle.leaf_hash(bytes([number])) for number in range(3)])
    merkle.verify_consistency(submission.old, before, checkpoint.size, checkpoint.root, submission.proof)


@pytest.mark.parametrize("vector", OURS["receipts"])
def test_receipts_are_about_their_elements(vector: dict[str, Any]) -> None:
    receipt = Receipt.decode(bytes.fromhex(vector["plain"]))
    elements = [bytes.fromhex(element) for element in vector["elements"]]
    receipt.check(elements, OURS["deployment"])
    with pytest.raises(ReceiptError):
        receipt.check(elements[::-1], OURS["deployment"])
