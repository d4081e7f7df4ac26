import json
from pathlib import Path
from typing import Any

import pytest

from obacht_protocol.encoding import u32
from obacht_protocol.errors import ReportError
from obacht_protocol.receipt_numbers import make_receipt_number, read_receipt_number
from obacht_protocol.reports import Report, Status
from vectors.reports_vectors import vectors

PATH = Path(__file__).parents[1] / "vectors" / "reports.json"
OURS: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))


def test_the_committed_vectors_are_those_that_the_code_gives() -> None:
    assert vectors() == OURS


@pytest.mark.parametrize("vector", OURS["reports"], ids=lambda vector: str(vector["length"]))
def test_sealed_reports_open(vector: dict[str, Any]) -> None:
    sealed = bytes.fromhex(vector["sealed"])
    assert len(sealed) == vector["length"]
    assert Report.open(sealed, bytes.fromhex(OURS["private_key"])).encode() == vector["content"].encode()


@pytest.mark.parametrize("vector", OURS["bad_contents"], ids=lambda vector: vector["reason"])
def test_what_is_no_report_is_refused(vector: dict[str, Any]) -> None:
    content = vector["content"].encode()
    framed = u32(len(content)) + content
    with pytest.raises(ReportError, match=r"^form$"):
        Report.decode(framed + bytes(-(len(framed) + 48) % 4096))


@pytest.mark.parametrize("vector", OURS["receipt_numbers"], ids=lambda vector: vector.get("typed") or vector["number"])
def test_receipt_numbers_as_the_vectors_have_them(vector: dict[str, str]) -> None:
    if "random" in vector:
        assert make_receipt_number(bytes.fromhex(vector["random"])) == vector["number"]
    elif "result" in vector:
        with pytest.raises(ReportError):
            read_receipt_number(vector["typed"])
    else:
        assert read_receipt_number(vector["typed"]) == vector["number"]


def test_the_answer_is_read() -> None:
    assert Status.parse(OURS["status"].encode()).state == "in-work"
