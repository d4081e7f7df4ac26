"""The auditor's run over receipts: an honest log passes, and every lie of a client is found, without a name shown."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PublicKey, SealedBox

from auditing import ANNA, BORIS, NAMES, Auditor, cheap_locks, department
from deployment import signing_key
from obacht_clients.audit import workers
from obacht_protocol import notes, oprf
from obacht_protocol.checkpoints import WitnessSigner
from obacht_protocol.entries import REFUSED, URGENT
from obacht_protocol.identity import Address, Person
from obacht_protocol.messages import ENROLMENT, EvaluationRequest
from town import NOW, person


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


def test_a_descriptor_that_the_auditor_has_not_signed_is_refused(auditor: Auditor, tmp_path: Path) -> None:

    note = notes.sign(auditor.town.deployment.descriptor.encode(), [signing_key("stranger")])
    (tmp_path / "other").write_bytes(note)
    done = auditor.run("receipts", "--descriptor", str(tmp_path / "other"))
    assert done.exit_code == 1
    (auditor.home / "auditor.last").unlink()
    assert "zuletzt unterschriebene" in auditor.run("receipts").output


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
