"""The log over HTTP, and what a descriptor and an operator decide about who may ask."""

import secrets
import time

import pytest

from deployment import Deployment
from key_office import EPOCH, PURPOSE, Office, add_device, code, log_key, put_descriptor, question
from obacht_keys.http import DESCRIPTOR, EVALUATIONS
from obacht_keys.limits import Limits
from obacht_keys.registry import AUDITOR, Registry
from obacht_keys.settings import Home
from obacht_keys.trust import Trust
from obacht_protocol import entries, merkle, notes
from obacht_protocol.checkpoints import Checkpoint
from obacht_protocol.descriptor import Purpose, ReceiptKey
from obacht_protocol.entries import ANSWERED, EVENT, REFUSED, Entry, Logged
from obacht_protocol.messages import EvaluationRequest, EvaluationResponse
from signing import Signer

NOTE = {"Content-Type": "text/plain"}


def logged(office: Office, desk: Signer, asked: EvaluationRequest) -> Logged:
    response = office.ask(desk, asked)
    assert response.status_code == 200, response.text
    found = EvaluationResponse.parse(response.content).logged
    assert found is not None
    return found


def get(office: Office, path: str) -> bytes:
    response = office.send(b"", {}, path, "GET")
    assert response.status_code == 200, response.text
    return response.content


def hashes(data: bytes) -> list[bytes]:
    return [data[place : place + 32] for place in range(0, len(data), 32)]


def checkpoint(office: Office) -> Checkpoint:
    office.clerk.renew()
    return Checkpoint.verify(get(office, "/v1/log/checkpoint"), log_key(office.home).verify_key)


@pytest.fixture
def auditor(home: Home) -> Signer:
    return add_device(home, "Datenschutz", kind=AUDITOR)


def read(office: Office, signer: Signer, begin: int, end: int) -> list[bytes]:
    path = f"/v1/log/entries/{begin}/{end}"
    response = office.send(b"", signer.headers("GET", path), path, "GET")
    assert response.status_code == 200, response.text
    rest, found = response.content, []
    while rest:
        length = int.from_bytes(rest[:4], "big")
        found.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    return found


def test_an_answer_is_proved_to_be_under_a_later_checkpoint(office: Office, desk: Signer) -> None:
    promised = [logged(office, desk, question()) for _ in range(5)]
    before = checkpoint(office)
    promised += [logged(office, desk, question()) for _ in range(4)]
    after = checkpoint(office)
    for one in promised:
        proof = hashes(get(office, f"/v1/log/inclusion/{after.size}/{one.index}"))
        merkle.verify_inclusion(one.leaf, one.index, after.size, proof, after.root)
    proof = hashes(get(office, f"/v1/log/consistency/{before.size}/{after.size}"))
    merkle.verify_consistency(before.size, before.root, after.size, after.root, proof)
    assert merkle.root(hashes(get(office, f"/v1/log/leaves/0/{after.size}"))) == after.root


def test_an_auditor_reads_what_was_asked_and_what_was_refused(office: Office, desk: Signer, auditor: Signer) -> None:
    asked = question()
    place = logged(office, desk, asked)
    assert code(office.ask(desk, question(purpose="curiosity"))) == "purpose"
    found = read(office, auditor, 0, place.index + 2)
    for entry, leaf in zip(found, hashes(get(office, f"/v1/log/leaves/0/{len(found)}")), strict=True):
        assert entries.leaf(entry[:32], entry[32:]) == leaf
    parsed = [Entry.parse(entry[32:]) for entry in found]
    assert [one.kind for one in parsed] == [*[EVENT] * place.index, ANSWERED, REFUSED]
    answered, refused = parsed[-2:]
    assert EvaluationRequest.parse(answered.body) == asked
    assert (answered.department, answered.device) == ("Jugendamt", desk.public_key)
    desk.key.verify_key.verify(answered.base, answered.signature)
    assert (refused.code, refused.body) == ("purpose", b"")
    desk.key.verify_key.verify(refused.base, refused.signature)


def test_only_an_auditor_reads_details_and_each_request_counts_once(
    office: Office, home: Home, desk: Signer, auditor: Signer
) -> None:
    path = "/v1/log/entries/0/1"
    assert code(office.send(b"", desk.headers("GET", path), path, "GET")) == "department"
    assert code(office.send(b"", {}, path, "GET")) == "signature-missing"
    headers = auditor.headers("GET", path)
    assert office.send(b"", headers, path, "GET").status_code == 200
    assert code(office.send(b"", headers, path, "GET")) == "replay"
    assert code(office.send(b"", auditor.headers("GET", "/v1/log/entries/0/2"), path, "GET")) == "signature"
    with Registry(home.registry) as registry:
        registry.disable_department("Datenschutz")
    assert code(office.send(b"", auditor.headers("GET", path), path, "GET")) == "department"


def test_an_auditor_cannot_ask(office: Office, auditor: Signer) -> None:
    assert code(office.ask(auditor, question())) == "purpose"


@pytest.mark.parametrize(
    "path",
    [
        "leaves/0/1025",
        "leaves/1/1",
        "leaves/0/999",
        "leaves/-1/1",
        "leaves/00/1",
        "leaves/0/x",
        "inclusion/1/1",
        "inclusion/999/0",
        "consistency/2/1",
        "consistency/0/999",
        "nothing/0/1",
    ],
)
def test_what_the_log_does_not_have_is_not_found(office: Office, path: str) -> None:
    assert code(office.send(b"", {}, f"/v1/log/{path}", "GET")) == "not-found"


def test_a_quota_is_told_with_the_seconds_to_the_next_free_slot(office: Office, desk: Signer) -> None:
    user = secrets.token_bytes(16)
    for _ in range(6):
        logged(office, desk, question(user=user))
    refused = office.ask(desk, question(user=user))
    assert (refused.status_code, code(refused)) == (429, "quota")
    assert 590 <= int(refused.headers["retry-after"]) <= 600
    for _ in range(3):
        logged(office, desk, question(user=user, urgent=True))
    assert code(office.ask(desk, question(user=user, urgent=True))) == "quota-urgent"


def test_a_quota_that_is_changed_is_in_force_at_once(office: Office, home: Home, desk: Signer) -> None:
    user = secrets.token_bytes(16)
    with Registry(home.registry) as registry:
        registry.set_limits(Limits(2, 1, 0), "Jugendamt")
    logged(office, desk, question(user=user))
    assert code(office.ask(desk, question(user=user))) == "quota"
    assert code(office.ask(desk, question(8, user=user))) == "quota"
    with Registry(home.registry) as registry:
        registry.set_limits(Limits(), "Jugendamt")
    logged(office, desk, question(user=user))


def test_enrolment_needs_released_match_keys_and_no_descriptor(office: Office, home: Home, desk: Signer) -> None:
    enroller = add_device(home, "Sicherheitsstelle", office=True)
    with Registry(home.registry) as registry:
        registry.release(EPOCH, -9_990)  # of those that were released for the test's office
    home.descriptor.unlink()
    assert office.ask(enroller, question(10, purpose="enrolment")).status_code == 200
    refused = office.ask(enroller, question(1, purpose="enrolment"))
    assert (refused.status_code, code(refused)) == (429, "budget")
    assert code(office.ask(desk, question())) == "no-descriptor"


def put(office: Office, note: bytes) -> str:
    response = office.send(note, NOTE, DESCRIPTOR, "PUT")
    return "" if response.status_code == 204 else code(response)


def signed(town: Deployment) -> bytes:
    return town.note()


def test_a_new_descriptor_says_at_once_for_what_may_be_asked(office: Office, home: Home, desk: Signer) -> None:
    first = put_descriptor_anew(home)
    second = first.revised(purposes=[Purpose("other", "other")])
    assert put(office, signed(second)) == ""
    assert code(office.ask(desk, question())) == "purpose"
    logged(office, desk, question(purpose="other"))
    assert put(office, signed(second)) == "", "once more changes nothing"
    assert put(office, signed(first)) == "descriptor-order"
    third = second.revised(previous=bytes(32))
    assert put(office, signed(third)) == "descriptor-order"


def put_descriptor_anew(home: Home) -> Deployment:
    home.descriptor.unlink()
    return put_descriptor(home)


def test_a_descriptor_needs_both_pinned_roots_and_the_offices_own_deployment(office: Office, home: Home) -> None:
    town = put_descriptor_anew(home)
    following = town.revised()
    alone = notes.sign(following.descriptor.encode(), [town.office])
    assert put(office, alone) == "note"
    assert put(office, b"nonsense") == "note"
    assert put(office, signed(town.revised(deployment="test-other"))) == "descriptor"
    assert put(office, signed(town.revised(expires=int(time.time()) - 1, issued=1))) == "descriptor"
    home.descriptor.unlink()
    home.roots.unlink()
    assert put(office, signed(following)) == "unavailable"


def test_an_expired_descriptor_admits_nobody(office: Office, home: Home, desk: Signer) -> None:
    home.descriptor.unlink()
    town = put_descriptor(home, expires=int(time.time()) + 2)
    assert Trust(home, town.name).at(town.descriptor.expires) is None
    logged(office, desk, question())
    time.sleep(2.1)
    assert code(office.ask(desk, question())) == "no-descriptor"


def test_receipts_are_needed_exactly_where_the_descriptor_names_keys_for_them(
    office: Office, home: Home, desk: Signer
) -> None:
    receipts = (bytes(1024),)
    assert code(office.ask(desk, question(receipts=receipts))) == "receipts"
    home.descriptor.unlink()
    put_descriptor(home, receipts=[ReceiptKey("2026-11", bytes(31) + b"\1")])
    assert code(office.ask(desk, question())) == "receipts"
    logged(office, desk, question(receipts=receipts))
    assert code(office.ask(desk, question(8, receipts=receipts))) == "receipts"
    logged(office, desk, question(8, receipts=receipts * 2))


def test_the_document_describes_every_address(office: Office) -> None:
    document = office.send(b"", {}, "/openapi.json", "GET").json()
    assert {path for path in document["paths"] if path.startswith("/v1/log/")} == {
        f"/v1/log/{path}"
        for path in (
            *("checkpoint", "leaves/{begin}/{end}", "inclusion/{size}/{index}", "consistency/{old}/{new}"),
            "entries/{begin}/{end}",
        )
    }
    assert document["paths"][EVALUATIONS]["post"]["responses"]["429"]
    assert PURPOSE in str(question().encode())
