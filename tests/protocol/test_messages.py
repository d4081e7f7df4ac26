from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import messages, problems
from obacht_protocol.encoding import base64url, canonical_json, parse_json
from obacht_protocol.errors import MessageError

ELEMENT = base64url(bytes([1]) * 32)
REQUEST = messages.EvaluationRequest(
    question=bytes(16), epoch=1, elements=(bytes([1]) * 32,) * 4, purpose="hausbesuch", user=bytes(16)
)
RESPONSE = messages.EvaluationResponse(question=bytes(16), epoch=1, evaluated=(bytes(32),) * 4, proof=bytes(64))


def changed(message: messages.EvaluationRequest | messages.EvaluationResponse, **fields: object) -> bytes:
    return canonical_json({**parse_json(message.encode()), **fields})


@pytest.mark.parametrize(
    "request_",
    [
        REQUEST,
        replace(REQUEST, elements=(bytes(32),) * 160),
        replace(REQUEST, receipts=(bytes(1024),)),
        replace(REQUEST, purpose="enrolment", elements=(bytes(32),) * 7),
        replace(REQUEST, purpose="enrolment", elements=(bytes(32),) * 512),
    ],
)
def test_a_request_comes_back_as_it_went(request_: messages.EvaluationRequest) -> None:
    assert messages.EvaluationRequest.parse(request_.encode()) == request_


def test_the_largest_request_fits_the_limit() -> None:
    largest = replace(REQUEST, elements=(bytes(32),) * 160, receipts=(bytes(1024),) * 40)
    assert len(largest.encode()) < messages.MAX_REQUEST_LENGTH


def test_a_response_comes_back_as_it_went() -> None:
    assert messages.EvaluationResponse.parse(RESPONSE.encode()) == RESPONSE


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": "other"}, "json"),
        ({"more": 1}, "json"),
        ({"urgent": 0}, "json"),
        ({"question": "AAAA"}, "question"),
        ({"question": None}, "question"),
        ({"epoch": "1"}, "epoch"),
        ({"epoch": True}, "epoch"),
        ({"epoch": -1}, "epoch"),
        ({"epoch": 2**32}, "epoch"),
        ({"elements": ELEMENT}, "elements"),
        ({"elements": []}, "elements"),
        ({"elements": [ELEMENT] * 3}, "elements"),
        ({"elements": [ELEMENT] * 5}, "elements"),
        ({"elements": [ELEMENT] * 164}, "elements"),
        ({"elements": [ELEMENT] * 513, "purpose": "enrolment"}, "elements"),
        ({"elements": [], "purpose": "enrolment"}, "elements"),
        ({"elements": [ELEMENT] * 3 + ["AAAA"]}, "element"),
        ({"elements": [ELEMENT] * 3 + [ELEMENT + "="]}, "element"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "Haus Besuch"}, "purpose"),
        ({"purpose": "a" * 41}, "purpose"),
        ({"purpose": 5}, "purpose"),
        ({"user": "x"}, "user"),
        ({"receipts": ["AAAA"]}, "receipts"),
        ({"receipts": [base64url(bytes(1024))] * 2}, "receipts"),
        ({"receipts": [base64url(bytes(1024))], "purpose": "enrolment"}, "receipts"),
    ],
)
def test_a_malformed_request_is_refused_by_its_first_fault(fields: dict[str, object], code: str) -> None:
    with pytest.raises(MessageError) as caught:
        messages.EvaluationRequest.parse(changed(REQUEST, **fields))
    assert caught.value.code == code
    assert code in problems.PROBLEMS


@pytest.mark.parametrize(
    "fields",
    [
        {"epoch": "1"},
        {"logged": 0},
        {"logged": {}},
        {"proof": "AAAA"},
        {"evaluated": ["AAAA"]},
        {"question": ""},
        {"type": "x"},
    ],
)
def test_a_malformed_response_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(MessageError):
        messages.EvaluationResponse.parse(changed(RESPONSE, **fields))


@pytest.mark.parametrize("parse", [messages.EvaluationRequest.parse, messages.EvaluationResponse.parse])
def test_a_body_over_the_limit_is_refused(parse: type) -> None:
    with pytest.raises(MessageError) as caught:
        parse(b" " * (messages.MAX_REQUEST_LENGTH + 1))
    assert caught.value.code == "too-large"


@given(st.binary() | st.sampled_from([b"{}", b"[]", b"null"]))
def test_any_bytes_are_a_message_or_an_error_of_ours(body: bytes) -> None:
    for parse in (messages.EvaluationRequest.parse, messages.EvaluationResponse.parse):
        with pytest.raises(MessageError):
            parse(body)


def test_every_problem_is_an_error_of_http() -> None:
    assert all(400 <= problem.status < 600 and problem.title for problem in problems.PROBLEMS.values())
