"""The auditor's run: an honest log passes, and every lie of a client or an office is found, without a name shown."""

import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PublicKey, SealedBox

from auditing import ANNA, BORIS, NAMES, Auditor, cheap_locks, department
from deployment import signing_key
from log_office import Client, Log, base_of, signature, with_logs
from obacht_clients.audit import workers
from obacht_protocol import notes, oprf
from obacht_protocol.checkpoints import WitnessSigner
from obacht_protocol.entries import REFUSED, URGENT
from obacht_protocol.identity import Address, Person
from obacht_protocol.messages import ENROLMENT, EvaluationRequest
from town import NOW, person, reply


def not_a_receipt(auditor: Auditor) -> bytes:
    months = {key.month: key.public_key for key in auditor.town.deployment.descriptor.receipts}
    return SealedBox(PublicKey(months["2027-01"])).encrypt(b"\x00\x05hello".ljust(976, b"\0"))


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_locks(monkeypatch)


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


def test_an_honest_log_passes_and_is_counted_without_names(auditor: Auditor, tmp_path: Path) -> None:
    auditor.logs.urgent = True
    auditor.log.cosigners.append(WitnessSigner("witness.example", bytes(32)))
    with department(auditor, tmp_path / "desk") as desk:
        for subject in (ANNA, BORIS, person("Muellersohn", "Annegret", "07.03.1980")):
            desk.check(subject, purpose="visit", user="k")
        desk.check(Address("50667", "Domplatz", "1"), purpose="desk", user="l", urgent="Drohung am Telefon")
        desk.check_list([ANNA, Address("50667", "Domplatz", "1")], purpose="visit", user="l")
    auditor.log.event("share-accepted", "epoch 1")
    told = auditor.audited()
    assert told["passed"], told
    assert (told["questions"], told["persons"], told["canaries"]) == (6, 6, 1)
    assert [user["persons"] for user in told["users"]] == [2, 2], "the same sound is the same person"
    assert told["departments"] == [{"department": "Bürgeramt", "persons": 3}]
    assert [one["reason"] for one in told["urgent"]] == ["Drohung am Telefon"]
    assert [one["code"] for one in told["events"]] == ["share-accepted"]
    assert told["cosigners"] == {"verified": [], "unknown": ["witness.example"], "missing": [], "wrong": []}
    words = auditor.run("receipts", "--all")
    assert words.exit_code == 0, words.output
    assert "Key office 1: BESTANDEN" in words.output
    assert "Drohung am Telefon" in words.output
    assert not any(name in words.output for name in NAMES)


def test_an_empty_log_passes(auditor: Auditor) -> None:
    assert auditor.audited()["passed"]


def test_a_client_that_seals_another_person_is_found(auditor: Auditor) -> None:
    elements, _ = auditor.client.part(ANNA)
    _, receipt = auditor.client.part(BORIS)
    auditor.ask((elements, receipt))
    assert auditor.faults() == ["elements"]


def test_a_client_that_seals_another_person_with_the_blinds_of_the_first_is_found(auditor: Auditor) -> None:
    elements, receipt = auditor.client.part(ANNA)
    auditor.ask((elements, replace(receipt, subject=BORIS)))
    assert auditor.faults() == ["elements"]


def test_a_client_that_seals_other_blinds_is_found(auditor: Auditor) -> None:
    elements, receipt = auditor.client.part(ANNA)
    other = (receipt.blinds[1], receipt.blinds[0], *receipt.blinds[2:])
    auditor.ask((elements, replace(receipt, blinds=other)))
    assert auditor.faults() == ["elements"]


def test_a_blind_that_is_no_scalar_is_found(auditor: Auditor) -> None:
    elements, receipt = auditor.client.part(ANNA)
    auditor.ask((elements, replace(receipt, blinds=(bytes(32),) * 4)))
    assert auditor.faults() == ["elements"]


def test_four_elements_of_four_persons_are_found(auditor: Auditor) -> None:
    client = auditor.client
    others = [person("Zwickelmann", "Borislav", f"{day:02}.11.1975") for day in range(1, 5)]
    elements = [client.part(other)[0][place] for place, other in enumerate(others)]
    auditor.ask((elements, client.part(others[0])[1]))
    assert auditor.faults() == ["elements"]


def test_a_dummy_that_is_somebody_elses_key_is_found(auditor: Auditor) -> None:
    otto = Person("Otto", "Otto", person("Otto", "Otto", "01.02.1950").birth_date)
    elements, receipt = auditor.client.part(otto)
    blind, element = oprf.blind(b"somebody else's key")
    blinds = (receipt.blinds[0], blind, *receipt.blinds[2:])
    auditor.ask(([elements[0], element, *elements[2:]], replace(receipt, blinds=blinds)))
    assert auditor.faults() == ["elements"]


@pytest.mark.parametrize(
    ("sealed", "fault"),
    [(lambda _: os.urandom(1024), "sealed"), (not_a_receipt, "form")],
    ids=["noise", "not-a-receipt"],
)
def test_garbage_in_the_place_of_a_receipt_is_found(
    auditor: Auditor, sealed: Callable[[Auditor], bytes], fault: str
) -> None:
    elements, receipt = auditor.client.part(ANNA)
    auditor.ask((elements, receipt), sealed=[sealed(auditor)])
    assert auditor.faults() == [fault]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"user": b"x" * 16}, "facts"), ({"purpose": "desk"}, "facts"), ({"question": b"x" * 16}, "facts"),
        ({"epoch": 2}, "facts"), ({"time": NOW - 301}, "facts"), ({"time": NOW + 301}, "facts"),
        ({"time": NOW - 299}, None), ({"time": NOW + 299}, None),
    ],
    ids=lambda value: str(next(iter(value.items()))) if isinstance(value, dict) else str(value),
)  # fmt: skip
def test_a_receipt_for_something_else_is_found(auditor: Auditor, changes: dict[str, Any], fault: str | None) -> None:
    auditor.ask(auditor.client.part(ANNA, **changes))
    assert auditor.faults() == ([fault] if fault else [])


def test_a_question_without_a_receipt_is_found(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA), sealed=[])
    assert auditor.faults() == ["missing"]


def test_a_receipt_about_somebody_not_yet_born_is_found(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(Person("Zukunft", "Kind", 2040)))
    assert auditor.faults() == ["subject"]


def test_one_lie_in_a_list_is_found(auditor: Auditor) -> None:
    client = auditor.client
    honest, (elements, receipt) = client.part(ANNA), client.part(BORIS)
    auditor.ask(honest, (elements, replace(receipt, subject=ANNA)), client=client)
    told = auditor.audited()
    assert [one["faults"] for one in told["failed"]] == [["elements"]]
    assert told["persons"] == 1


def test_an_urgent_question_needs_its_reason(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA), urgent=True, entry={"code": URGENT})
    auditor.ask(auditor.client.part(ANNA, reason="Not"), entry={"code": URGENT})
    auditor.ask(auditor.client.part(ANNA, reason="Not"), urgent=True, entry={"code": URGENT})
    assert auditor.faults() == ["reason", "reason"]


def test_enrolment_has_no_receipts_and_is_counted(auditor: Auditor) -> None:
    elements, receipt = auditor.client.part(ANNA)
    auditor.publisher.ask((elements[:3], receipt), sealed=[], purpose=ENROLMENT)
    told = auditor.audited()
    assert told["passed"]
    assert (told["enrolled"], told["questions"]) == (3, 0)


def test_refusals_are_counted_and_their_signatures_verified(auditor: Auditor) -> None:
    client = auditor.client
    refused = {"kind": REFUSED, "code": "quota", "body": b""}
    auditor.ask(client.part(ANNA), client=client)
    auditor.log.change(0, rehash=True, **refused)
    told = auditor.audited()
    assert told["passed"]
    assert told["refusals"] == {"quota": 1}


def test_a_refusal_has_no_body(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    auditor.log.change(0, rehash=True, kind=REFUSED, code="quota")
    assert auditor.faults() == ["body"]


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


def test_without_a_key_of_the_month_nothing_passes(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    (auditor.home / "receipt-keys" / "2027-01.key").unlink()
    assert auditor.faults() == ["month"]


def test_receipts_whose_keys_were_destroyed_are_counted(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    done = auditor.run("keys", "destroy", "--before", "2027-02")
    assert done.exit_code == 0, done.output
    told = auditor.audited()
    assert told["passed"]
    assert (told["destroyed"], told["persons"]) == (1, 0)


def test_a_receipt_sealed_just_before_midnight_opens_with_the_month_before(auditor: Auditor) -> None:
    first = 1_798_761_600  # 2027-01-01 00:00:00 UTC
    client = auditor.client
    part = client.part(ANNA, time=first - 1)
    months = {key.month: key.public_key for key in auditor.town.deployment.descriptor.receipts}
    body = EvaluationRequest(
        bytes(16), 1, tuple(part[0]), "visit", client.user, (part[1].seal(months["2026-12"]),)
    ).encode()
    auditor.log.log(client.signed(body, created=first + 2), client.public_key, time=first + 2)
    assert auditor.faults() == []


def test_a_run_can_be_saved_and_repeated_without_anybody(auditor: Auditor, tmp_path: Path) -> None:
    for _ in range(7):
        auditor.ask(auditor.client.part(ANNA))
    auditor.log.data[2] = b""
    folder = tmp_path / "saved"
    online = auditor.audited("--save", str(folder))
    assert online["passed"]
    auditor.town.instead = {"/v1/": lambda _: pytest.fail("somebody was asked")}
    offline = auditor.audited("--from", str(folder))
    assert offline | {"since": 0, "users": []} == online | {"since": 0, "users": []}
    entries = folder / "1" / "entries"
    entries.write_bytes(entries.read_bytes()[:-1])
    assert auditor.run("receipts", "--from", str(folder)).exit_code == 1
    assert auditor.run("receipts", "--from", str(tmp_path / "none")).exit_code == 1


def test_many_entries_are_verified_in_processes_alike(auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_MANY", 4)
    client = auditor.client
    auditor.log.most = 5
    for _ in range(6):
        auditor.ask(client.part(ANNA), client=client)
    elements, receipt = client.part(ANNA)
    auditor.ask((elements, replace(receipt, subject=BORIS)), client=client)
    told = auditor.audited()
    assert [one["index"] for one in told["failed"]] == [6]
    assert told["users"][0]["persons"] == 1


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


def test_a_descriptor_that_the_auditor_has_not_signed_is_refused(auditor: Auditor, tmp_path: Path) -> None:

    note = notes.sign(auditor.town.deployment.descriptor.encode(), [signing_key("stranger")])
    (tmp_path / "other").write_bytes(note)
    done = auditor.run("receipts", "--descriptor", str(tmp_path / "other"))
    assert done.exit_code == 1
    (auditor.home / "auditor.last").unlink()
    assert "zuletzt unterschriebene" in auditor.run("receipts").output


def test_damaged_memory_is_no_fresh_start(auditor: Auditor) -> None:
    auditor.ask(auditor.client.part(ANNA))
    assert auditor.audited()["passed"]
    (kept,) = (auditor.home / "checkpoints").iterdir()
    kept.write_bytes(b"x")
    assert auditor.run("receipts").exit_code == 1


def test_nothing_about_anybody_is_left_on_the_disk(auditor: Auditor, tmp_path: Path) -> None:
    auditor.ask(auditor.client.part(ANNA))
    auditor.audited("--save", str(tmp_path / "saved"))
    auditor.ask(auditor.client.part(BORIS))
    assert auditor.audited()["begin"] == 1
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or not any(name.encode() in file.read_bytes() for name in NAMES[:-1]), file


def test_the_device_is_printed_for_the_key_offices(auditor: Auditor) -> None:
    done = auditor.run("device", secret=False)
    assert done.exit_code == 0
    assert "obacht-keys department add Aufsicht --auditor" in done.output
    assert auditor.run("device", secret=False).output == done.output
