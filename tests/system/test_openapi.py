"""Whatever fits, or breaks, the OpenAPI documents: no server fails on it, and a refusal echoes nothing."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from nacl.signing import SigningKey
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from obacht_demo.deployment import DEPARTMENT, Deployment
from obacht_demo.servers import Server, command, run
from obacht_enrollment.office import Office
from obacht_protocol import reports
from obacht_protocol.encoding import base64url
from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS
from signing import Signer

pytestmark = [pytest.mark.slow, pytest.mark.sockets]

EXAMPLES = 60
schemathesis.serializer.alias(reports.MEDIA_TYPE, "application/octet-stream")


@pytest.fixture(scope="module")
def clerk(town: Deployment) -> Signer:
    """A registered device, so that what is wrong with a body is found out by the server and not by its signature."""
    signer = Signer(town.keys[0].url)
    keys = (command("obacht-keys"), "--home", town.folder / town.keys[0].name)
    run(*keys, "device", "add", DEPARTMENT, base64url(signer.public_key), "--label", "Test")
    return signer


@pytest.fixture(scope="module")
def reporter(town: Deployment) -> Signer:
    """The same at the safety office."""
    signer = Signer(town.office.url)
    office = (command("obacht-office"), "--home", town.folder / "office")
    run(*office, "device", "add", DEPARTMENT, base64url(signer.public_key), "--label", "Test")
    return signer


@pytest.fixture(scope="module")
def publisher(town: Deployment) -> Iterator[Signer]:
    office = Office.open(town.folder / "office", (town.folder / "passphrase").read_bytes())
    yield Signer(town.matcher.url, SigningKey(office.keys.publisher.seed))
    office.close()


def walk(server: Server, signer: Signer | None) -> dict[int, int]:
    """Call every operation with what fits and what does not; count the answers by status."""
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    statuses: dict[int, int] = {}

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if signer is not None:
            body = request.body or b""
            assert isinstance(body, str | bytes)
            raw = body.encode() if isinstance(body, str) else body
            path = urlsplit(str(request.url)).path
            media_type = str(request.headers.get("Content-Type", ""))
            request.headers.update(signer.headers(str(request.method), path, raw, media_type=media_type))
        return request

    def call(case: Case[Any]) -> None:
        answer = case.call(auth=sign)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, answer.status_code
        if answer.status_code >= 400:
            problem: dict[str, Any] = json.loads(answer.content)
            assert answer.headers["content-type"][0] == MEDIA_TYPE
            known = PROBLEMS[problem["code"]]
            assert (problem["status"], problem["title"]) == (known.status, known.title)
            assert problem.keys() == {"type", "title", "status", "code"}

    with_bounds = settings(
        max_examples=EXAMPLES, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        with_bounds(given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))(call))()
        with suppress(Unsatisfiable):  # an operation without any input cannot be called wrongly
            with_bounds(given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))(call))()
    return statuses


def test_the_key_office_refuses_and_never_fails(town: Deployment, clerk: Signer) -> None:
    statuses = walk(town.keys[0], clerk)
    assert statuses[400] > EXAMPLES, "bodies were looked at, not only signatures"


def test_the_key_office_refuses_what_is_not_signed(town: Deployment) -> None:
    assert walk(town.keys[0], None)[401] > 0


def test_the_matcher_refuses_and_never_fails(town: Deployment, publisher: Signer) -> None:
    statuses = walk(town.matcher, publisher)
    assert statuses[200] >= 3, "what is in force was read"
    assert statuses[400] >= EXAMPLES


def test_the_safety_office_refuses_and_never_fails(town: Deployment, reporter: Signer) -> None:
    statuses = walk(town.office, reporter)
    assert statuses[200] > 0
    assert statuses[400] > EXAMPLES / 2, "bodies were looked at, not only signatures"


def test_the_safety_office_refuses_what_is_not_signed(town: Deployment) -> None:
    assert walk(town.office, None)[401] > 0
