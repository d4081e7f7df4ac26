"""The auditor's run over the logs: every lie of an office is found, and what was seen once is held against it later."""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditing import ANNA, BORIS, Auditor, cheap_locks, department
from log_office import Client, Log, base_of, signature, with_logs
from obacht_protocol import notes
from town import NOW, reply


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_locks(monkeypatch)


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


STRANGER = Client(Log.of("http://127.0.0.1:8200", "test-town")).public_key


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"device": STRANGER}, "base"), ({"signature": bytes(64)}, "signature"), ({"base": b"nothing"}, "base"),
        ({"base": b"\xff"}, "base"), ({"time": NOW + 61}, "time"), ({"time": NOW - 61}, "time"),
        ({"body": b"{}"}, "body"), ({"body": b""}, "body"), ({"time": 2**40}, "entry"), ({"time": 0}, "entry"),
    ],
    ids=lambda value: str(next(iter(value))) if isinstance(value, dict) else value,
)  # fmt: skip
def test_an_office_that_logs_something_else_than_was_signed_is_found(
    auditor: Auditor, changes: dict[str, Any], fault: str
) -> None:
    auditor.ask(auditor.client.part(ANNA))
    auditor.log.change(0, rehash=True, **changes)
    assert auditor.faults() == [fault]


@pytest.mark.parametrize("path", ["/v1/reports", "/v1/log/entries/0/1"])
def test_a_signature_under_another_request_is_no_question(auditor: Auditor, path: str) -> None:
    client = auditor.client
    auditor.ask(client.part(ANNA), client=client)
    body = auditor.log.entry(0).body
    request = client.signed(body, path=path)
    auditor.log.log(request, client.public_key)
    assert auditor.faults() == ["base"]


def test_a_request_to_another_office_is_not_this_ones(auditor: Auditor) -> None:
    elsewhere = Client(Log.of("http://127.0.0.1:8299", "test-town"))
    part = elsewhere.part(ANNA)
    elsewhere.ask(part, sealed=[auditor.seal(part[1])])
    auditor.log.add(elsewhere.log.entry(0))
    assert auditor.faults() == ["base"]


def test_a_body_that_is_no_request_is_found(auditor: Auditor) -> None:
    client = auditor.client
    auditor.ask(client.part(ANNA), client=client)
    request = client.signed(b"{}")
    auditor.log.change(0, rehash=True, base=base_of(request), signature=signature(request), body=b"{}")
    assert auditor.faults() == ["body"]


def test_one_request_logged_twice_is_found(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    auditor.log.add(auditor.log.entry(0))
    assert auditor.faults() == ["replayed"]


def test_details_that_do_not_fit_their_leaf_are_found(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    auditor.log.change(0, department="Ordnungsamt")
    told = auditor.audited()
    assert [one["faults"] for one in told["failed"]] == [["leaf"]]


def test_deleted_details_are_counted_and_the_tree_still_holds(auditor: Auditor) -> None:
    for _ in range(5):
        auditor.ask(auditor.client.part(ANNA))
    auditor.log.data[0] = auditor.log.data[3] = b""
    told = auditor.audited()
    assert told["passed"]
    assert (told["kinds"], told["questions"]) == ({"pruned": 2, "answered": 3}, 3)


def test_a_cut_log_is_found(auditor: Auditor) -> None:
    for _ in range(5):
        auditor.ask(auditor.client.part(ANNA))
    assert auditor.audited()["passed"]
    del auditor.log.data[-1], auditor.log.leaves[-1]
    assert auditor.audited()["faults"] == ["log-cut"]


def test_a_log_cut_and_grown_again_is_found(auditor: Auditor) -> None:
    for _ in range(5):
        auditor.ask(auditor.client.part(ANNA))
    assert auditor.audited()["passed"]
    del auditor.log.data[-1], auditor.log.leaves[-1]
    for _ in range(3):
        auditor.ask(auditor.client.part(BORIS))
    assert auditor.audited()["faults"] == ["log-rewritten"]


def test_what_failed_is_not_remembered(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA), sealed=[])
    auditor.audited()
    assert auditor.audited()["since"] == 0
    del auditor.log.data[:], auditor.log.leaves[:]
    assert auditor.audited()["passed"], "nothing was kept of the run that failed"


def test_a_log_that_goes_on_is_followed(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    assert auditor.audited()["since"] == 0
    auditor.ask(auditor.client.part(ANNA))
    assert auditor.audited()["since"] == 1


def test_leaves_that_do_not_give_the_root_are_found(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    auditor.town.instead = {
        "/v1/log/leaves": lambda _: reply(secrets.token_bytes(32)),
        **auditor.logs.answers(),
    }
    assert auditor.audited()["faults"] == ["log-root"]


def test_a_checkpoint_of_another_key_is_found(auditor: Auditor) -> None:
    auditor.log.key = replace(auditor.log.key, seed=bytes(32))
    assert auditor.audited()["faults"] == ["log-signature"]


def test_a_checkpoint_of_another_log_is_found(auditor: Auditor) -> None:

    other = replace(auditor.log.checkpoint, origin="other").text[:-1]
    note = notes.sign(other, [auditor.log.key])
    auditor.town.instead = {"/v1/log/checkpoint": lambda _: reply(note), **auditor.logs.answers()}
    assert auditor.audited()["faults"] == ["log-form"]


@pytest.mark.parametrize("body", [b"", b"\0", b"\0\0\0\1x", b"\0\0\0\0" * 9, b"\xff\xff\xff\xff"])
def test_entries_that_are_none_end_the_run_in_words(auditor: Auditor, body: bytes) -> None:

    auditor.ask(auditor.client.part(ANNA))
    auditor.town.instead = {"/v1/log/entries": lambda _: reply(body), **auditor.logs.answers()}
    told = auditor.run("receipts")
    assert told.exit_code == 1
    assert "nicht geprüft" in told.output


def test_an_office_that_does_not_know_the_auditor_is_named(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    auditor.log.readers.clear()
    told = auditor.run("receipts")
    assert told.exit_code == 1
    assert "Key office 1: nicht geprüft. Dieses Gerät ist nicht zugelassen" in told.output


def test_several_offices_are_all_looked_at(tmp_path: Path) -> None:
    auditor = Auditor(tmp_path, key_offices=[f"http://127.0.0.1:{port}" for port in (8201, 8202)], needed=2)
    with department(auditor, tmp_path / "desk") as desk:
        desk.check(ANNA, purpose="visit")
    auditor.logs.logs[8202].change(1, department="x")
    done = auditor.run("receipts")
    assert done.exit_code == 1
    assert "Key office 1: BESTANDEN" in done.output
    assert "Key office 2: NICHT BESTANDEN" in done.output


def test_an_office_without_a_log_is_named(tmp_path: Path) -> None:
    auditor = Auditor(tmp_path, key_offices=[f"http://127.0.0.1:{port}" for port in (8201, 8202)])
    auditor.logs = with_logs(auditor.town)
    descriptor = auditor.town.deployment.descriptor
    offices = [descriptor.offices[0], replace(descriptor.offices[1], log="")]
    auditor.town.deployment = auditor.town.deployment.revised(offices=offices)
    (auditor.home / "auditor.last").write_bytes(auditor.town.deployment.note())
    assert "Key office 2: führt kein Protokoll." in auditor.run("receipts").output


def test_without_any_log_nothing_passes(auditor: Auditor) -> None:
    offices = [replace(auditor.town.deployment.descriptor.offices[0], log="")]
    (auditor.home / "auditor.last").write_bytes(auditor.town.deployment.revised(offices=offices).note())
    assert auditor.run("receipts").exit_code == 1


def test_damaged_memory_is_no_fresh_start(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    assert auditor.audited()["passed"]
    (kept,) = (auditor.home / "checkpoints").iterdir()
    kept.write_bytes(b"x")
    assert auditor.run("receipts").exit_code == 1
