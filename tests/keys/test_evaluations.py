"""What a key office answers, and in which order it refuses."""

import secrets
import time

import pytest

from bad_questions import BAD, altered, body, inputs, signed
from key_office import EPOCH, Office, add_device, code, log_key, question
from obacht_keys.http import EVALUATIONS
from obacht_keys.registry import Registry
from obacht_keys.settings import Home
from obacht_protocol import oprf
from obacht_protocol.encoding import base64url
from obacht_protocol.messages import EvaluationRequest, EvaluationResponse
from signing import Signer


def test_an_answer_carries_a_proof_that_holds(office: Office, desk: Signer) -> None:
    asked = question()
    response = office.ask(desk, asked)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = EvaluationResponse.parse(response.content)
    assert (answer.question, answer.epoch) == (asked.question, EPOCH)
    assert answer.logged is not None
    answer.logged.verify(log_key(office.home).verify_key, asked.question)
    oprf.verify_proof(office.custody.facts.public_share, list(asked.elements), list(answer.evaluated), answer.proof)


def test_a_day_list_and_a_batch_of_enrolment_are_answered(office: Office, home: Home, desk: Signer) -> None:
    assert office.ask(desk, question(160)).status_code == 200
    enroller = add_device(home, "Sicherheitsstelle", office=True)
    assert office.ask(enroller, question(65, purpose="enrolment")).status_code == 200


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_its_code_and_no_echo(office: Office, desk: Signer, name: str) -> None:
    make, status, expected = BAD[name]
    sent = make(desk)
    response = office.send(sent.body, sent.headers, sent.path)
    assert (response.status_code, code(response)) == (status, expected)
    told = response.text + str(response.headers)
    assert not [word for word in inputs(sent) if word in told]


def test_a_request_counts_once(office: Office, desk: Signer) -> None:
    sent = signed(desk, question().encode())
    assert office.send(sent.body, sent.headers).status_code == 200
    again = office.send(sent.body, sent.headers)
    assert (again.status_code, code(again)) == (409, "replay")


def test_a_nonce_counts_once_whatever_it_signs(office: Office, desk: Signer) -> None:
    nonce = base64url(secrets.token_bytes(16))
    assert office.ask(desk.but(nonce=nonce), question()).status_code == 200
    assert code(office.ask(desk.but(nonce=nonce, skew=1), question())) == "replay"


def test_the_same_nonce_of_two_devices_is_no_replay(office: Office, home: Home, desk: Signer) -> None:
    nonce = base64url(secrets.token_bytes(16))
    other = add_device(home)
    assert office.ask(desk.but(nonce=nonce), question()).status_code == 200
    assert office.ask(other.but(nonce=nonce), question()).status_code == 200


def test_a_replay_is_told_so_before_its_content_is_judged(office: Office, desk: Signer) -> None:
    sent = signed(desk, body(purpose="enrolment"))
    assert code(office.send(sent.body, sent.headers)) == "purpose"
    assert code(office.send(sent.body, sent.headers)) == "replay"


def test_of_one_request_sent_many_times_at_once_one_is_answered(office: Office, desk: Signer) -> None:
    sent = signed(desk, question().encode())
    responses = office.ask_many([(sent.body, sent.headers)] * 8)
    assert sorted(response.status_code for response in responses) == [200] + [409] * 7


def test_many_requests_at_once_are_each_answered(office: Office, desk: Signer) -> None:
    asked = [question() for _ in range(20)]
    responses = office.ask_many([(one.encode(), desk.headers("POST", EVALUATIONS, one.encode())) for one in asked])
    assert [EvaluationResponse.parse(response.content).question for response in responses] == [
        one.question for one in asked
    ]


def test_a_revoked_device_is_a_stranger_at_once(office: Office, home: Home, desk: Signer) -> None:
    assert office.ask(desk, question()).status_code == 200
    with Registry(home.registry) as registry:
        registry.revoke_device(desk.device)
    assert code(office.ask(desk, question())) == "device"


def test_a_disabled_department_is_refused_at_once(office: Office, home: Home, desk: Signer) -> None:
    with Registry(home.registry) as registry:
        registry.disable_department("Jugendamt")
    refused = office.ask(desk, question())
    assert (refused.status_code, code(refused)) == (403, "department")


def test_the_safety_office_cannot_ask(office: Office, home: Home) -> None:
    enroller = add_device(home, "Sicherheitsstelle", office=True)
    assert code(office.ask(enroller, question())) == "purpose"


def test_what_a_request_says_about_its_host_does_not_count(office: Office, desk: Signer) -> None:
    asked = question().encode()
    headers = desk.headers("POST", EVALUATIONS, asked)
    spoofed = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert office.send(asked, headers | spoofed).status_code == 200
    headers = desk.but(authority="evil.example").headers("POST", EVALUATIONS, asked)
    assert code(office.send(asked, headers | spoofed)) == "signature"


def test_other_methods_are_refused_and_the_right_one_named(office: Office) -> None:
    response = office.send(b"", {}, method="GET")
    assert (response.status_code, code(response), response.headers["allow"]) == (405, "method", "POST")


def test_a_locked_registry_is_no_answer(office: Office, home: Home, desk: Signer) -> None:
    with Registry(home.registry) as registry:
        registry.connection.execute("BEGIN EXCLUSIVE")
        begin = time.monotonic()
        refused = office.ask(desk, question())
        assert (refused.status_code, code(refused), refused.headers["retry-after"]) == (503, "unavailable", "1")
        assert time.monotonic() - begin < 2
        registry.connection.execute("ROLLBACK")
    assert office.ask(desk, question()).status_code == 200


def test_the_document_names_every_answer(office: Office) -> None:
    document = office.send(b"", {}, "/openapi.json", "GET").json()
    operation = document["paths"][EVALUATIONS]["post"]
    assert set(operation["responses"]) == {
        *("200", "400", "401", "403", "404", "405", "408", "409", "411", "413", "415", "429", "500", "503")
    }
    assert operation["requestBody"]["content"]["application/json"]["schema"]["additionalProperties"] is False
    assert not office.send(b"", {}, "/docs", "GET").is_success


def test_a_request_parses_only_what_was_signed(office: Office, desk: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(_: bytes) -> EvaluationRequest:
        raise AssertionError

    monkeypatch.setattr(EvaluationRequest, "parse", parse)
    sent = altered(desk)
    assert code(office.send(sent.body, sent.headers)) == "digest"
    sent = signed(Signer(desk.origin), question().encode())
    assert code(office.send(sent.body, sent.headers)) == "device"
    assert code(office.ask(desk, question())) == "internal"
