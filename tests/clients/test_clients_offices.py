"""Answers of key offices that must not be used."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployment import signing_key
from obacht_clients.answers import NoCheck, NoEntry
from obacht_clients.department import Department
from obacht_clients.device import DeviceKey
from obacht_clients.offices import Offices
from obacht_clients.transport import Transport
from obacht_protocol import group, oprf
from obacht_protocol.messages import ENROLMENT, EvaluationRequest, EvaluationResponse
from town import Record, Town, make_department, make_town, person, problem, reply

ANNA = person("Müller", "Anna", "07.03.1980")
STRANGER = person("Fremd", "Erik", "09.09.1999")


@pytest.fixture
def town() -> Town:
    return make_town([Record(ANNA)])


@pytest.fixture
def department(town: Town, tmp_path: Path) -> Iterator[Department]:
    with make_department(town, tmp_path) as department:
        assert department.check(STRANGER, purpose="visit") == NoEntry()
        yield department


def answering(town: Town, change: Callable[[EvaluationResponse], EvaluationResponse]) -> None:
    town.instead = {"/v1/evaluations": lambda request: reply(change(town.evaluate(request)).encode())}


def reason(department: Department) -> str:
    answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck), answer
    return answer.reason


def test_an_answer_made_with_another_share_is_refused(department: Department, town: Town) -> None:
    wrong = {1: oprf.derive_key_pair(hashlib.sha256(b"thief").digest(), b"")[0]}
    town.deployment = replace(town.deployment, shares=wrong)
    assert reason(department) == "office-proof"


@pytest.mark.parametrize("place", range(4))
def test_every_altered_element_is_noticed(department: Department, town: Town, place: int) -> None:
    def alter(answer: EvaluationResponse) -> EvaluationResponse:
        evaluated = list(answer.evaluated)
        evaluated[place] = group.multiply_base(group.scalar_random())
        return replace(answer, evaluated=tuple(evaluated))

    answering(town, alter)
    assert reason(department) == "office-proof"


def test_swapped_elements_and_an_altered_proof_are_noticed(department: Department, town: Town) -> None:
    answering(town, lambda answer: replace(answer, evaluated=answer.evaluated[::-1]))
    assert reason(department) == "office-proof"
    answering(town, lambda answer: replace(answer, proof=answer.proof[32:] + answer.proof[:32]))
    assert reason(department) == "office-proof"


@pytest.mark.parametrize("element", [bytes(32), b"\xff" * 32, bytes(31) + b"\x80"])
def test_elements_that_are_none_are_refused(department: Department, town: Town, element: bytes) -> None:
    answering(town, lambda answer: replace(answer, evaluated=(element,) * 4))
    assert reason(department) == "office-proof"


@pytest.mark.parametrize(
    "change",
    [{"question": bytes(16)}, {"epoch": 2}, {"evaluated": ()}, {"proof": b""}],
    ids=lambda change: next(iter(change)),
)
def test_an_answer_to_another_question_is_refused(
    department: Department, town: Town, change: dict[str, object]
) -> None:
    answering(town, lambda answer: replace(answer, **change))  # type: ignore[arg-type] # whatever is wrong
    assert reason(department) == "office-answer"


def test_one_element_too_few_or_too_many_is_refused(department: Department, town: Town) -> None:
    answering(town, lambda answer: replace(answer, evaluated=answer.evaluated[:3]))
    assert reason(department) == "office-answer"
    answering(town, lambda answer: replace(answer, evaluated=answer.evaluated + answer.evaluated[:1]))
    assert reason(department) == "office-answer"


def test_an_office_with_a_log_must_have_logged(tmp_path: Path) -> None:
    town = make_town([Record(ANNA)])
    office = replace(town.deployment.descriptor.offices[0], log=str(signing_key("log").verify_key))
    town.deployment = town.deployment.revised(offices=[office])
    town.note = town.deployment.note()
    town.published = town.published.renewed(descriptor=town.deployment.digest)
    with make_department(town, tmp_path) as department:
        assert reason(department) == "office-log"


def test_a_refusal_keeps_its_reason(department: Department, town: Town) -> None:
    town.instead = {"/v1/evaluations": lambda _: problem("device")}
    assert reason(department) == "refused-device"
    town.instead = {"/v1/evaluations": lambda _: problem("signature-time")}
    assert reason(department) == "clock"


def test_an_answer_beyond_its_size_is_refused(department: Department, town: Town) -> None:
    town.instead = {"/v1/evaluations": lambda _: reply(bytes(64 * 1024 + 1))}
    assert reason(department) == "too-large"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 2**16), change=st.integers(1, 255))
def test_an_answer_with_any_byte_changed_is_no_check(department: Department, town: Town, at: int, change: int) -> None:
    def alter(request: httpx2.Request) -> httpx2.Response:
        body = bytearray(town.evaluate(request).encode())
        body[at % len(body)] ^= change
        return reply(bytes(body))

    town.instead = {"/v1/evaluations": alter}
    assert isinstance(department.check(ANNA, purpose="visit"), NoCheck)


def test_one_office_of_two_that_fails_is_no_check(tmp_path: Path) -> None:
    offices = ("http://127.0.0.1:8201", "http://127.0.0.1:8202")
    town = make_town([Record(ANNA)], key_offices=offices, needed=2)

    def second_is_down(request: httpx2.Request) -> httpx2.Response:
        if request.url.port == 8202:
            raise httpx2.ConnectError("no")
        return town.truth(request)

    town.instead = {"/v1/evaluations": second_is_down}
    with make_department(town, tmp_path) as department:
        assert reason(department) == "unreachable"


def test_the_office_enrols_through_the_same_door(town: Town) -> None:
    inputs = [b"key %d" % number for number in range(512)]

    async def run() -> list[bytes]:
        async with Transport(DeviceKey(bytes(32)), town.clock, network=town.network) as way:
            descriptor = town.deployment.descriptor
            offices = Offices(way, descriptor, descriptor.epoch)
            return await offices.evaluate(inputs, purpose=ENROLMENT, user=bytes(16))

    outputs = asyncio.run(run())
    assert len(outputs) == len(set(outputs)) == 512
    secret = town.deployment.secret
    scalar, element = oprf.blind(inputs[7])
    evaluated, _ = oprf.blind_evaluate(secret, [element])
    assert outputs[7:8] == oprf.unblind(inputs[7:8], [scalar], evaluated)


def test_a_question_shows_the_key_office_nothing(department: Department, town: Town) -> None:
    town.requests.clear()
    department.check(ANNA, purpose="visit", reference="AZ 7", user="clerk-17")
    department.check(ANNA, purpose="visit", reference="AZ 7", user="clerk-17")
    first, second = (EvaluationRequest.parse(request.content) for request in town.requests if request.method == "POST")
    assert first.question != second.question
    assert not set(first.elements) & set(second.elements)
    assert len(first.elements) == 4
    assert first.user == second.user
    assert first.receipts == ()
    for request in town.requests:
        assert b"clerk" not in request.content
        assert b"AZ 7" not in request.content
