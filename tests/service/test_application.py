"""The frame around every handler: one table of answers, and no request without a line in the log."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from obacht_protocol.errors import MessageError
from obacht_protocol.problems import PROBLEMS
from obacht_service import application, logs, openapi, problems
from obacht_service.application import new_app
from obacht_service.errors import RefusalError

SECRET = "Mustermann"


async def answers(_: Request) -> Response:
    return Response(b"fine")


async def refuses(request: Request) -> Response:
    raise RefusalError(request.path_params["code"], retry_after=7)


async def misreads(_: Request) -> Response:
    raise MessageError("epoch")


async def breaks(_: Request) -> Response:
    raise ValueError(SECRET)


async def teapot(_: Request) -> Response:
    raise HTTPException(418, SECRET)


async def waits(_: Request) -> Response:
    await asyncio.sleep(0.1)
    return Response(b"late")


async def breaks_off(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"begun"
        raise ValueError(SECRET)

    return StreamingResponse(pieces())


@pytest.fixture
def app() -> FastAPI:
    made = new_app("Test", "1")
    for path, handler in (
        *(("/answers", answers), ("/refuses/{code}", refuses), ("/misreads", misreads), ("/breaks", breaks)),
        *(("/teapot", teapot), ("/waits", waits), ("/breaks-off", breaks_off)),
    ):
        made.add_api_route(path, handler, methods=["GET"])
    return made


def get(app: FastAPI, *paths: str, method: str = "GET") -> list[httpx2.Response]:
    async def ask() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return list(await asyncio.gather(*(client.request(method, path) for path in paths)))

    return asyncio.run(ask())


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_refusal_is_a_problem_of_one_form(app: FastAPI, code: str) -> None:
    (response,) = get(app, f"/refuses/{code}")
    assert response.status_code == PROBLEMS[code].status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["retry-after"] == "7"
    assert response.json() == {
        "type": f"urn:obacht:problem:{code}",
        "title": PROBLEMS[code].title,
        "status": PROBLEMS[code].status,
        "code": code,
    }


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/misreads", "epoch"),
        ("/breaks", "internal"),
        ("/teapot", "internal"),
        (f"/{SECRET}", "not-found"),
        ("/answers/", "not-found"),
    ],
)
def test_whatever_happens_the_answer_echoes_nothing(app: FastAPI, path: str, code: str) -> None:
    (response,) = get(app, path)
    assert response.json()["code"] == code
    assert SECRET not in response.text


def test_another_method_is_told_which_one_is_right(app: FastAPI) -> None:
    (response,) = get(app, "/answers", method="DELETE")
    assert (response.json()["code"], response.headers["allow"]) == ("method", "GET")


def test_an_answer_that_has_begun_is_cut_off(app: FastAPI, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    (response,) = get(app, "/breaks-off")
    assert response.status_code == 200
    assert "request-failed" in capsys.readouterr().err


def test_health_is_answered_and_not_logged(app: FastAPI, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    (response,) = get(app, "/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert capsys.readouterr().err == ""


def test_a_request_is_logged_by_its_route_and_code_alone(app: FastAPI, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    get(app, f"/{SECRET}?name={SECRET}", "/refuses/replay", f"/answers?name={SECRET}")
    written = capsys.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    assert [(line.get("route"), line["status"], line.get("code")) for line in lines] == [
        (None, 404, "not-found"),
        ("/refuses/{code}", 409, "replay"),
        ("/answers", 200, None),
    ]
    assert SECRET not in written


def test_too_many_requests_at_once_are_told_to_come_back(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "MAX_IN_FLIGHT", 2)
    responses = get(app, *["/waits"] * 3)
    assert sorted(response.status_code for response in responses) == [200, 200, 503]
    assert get(app, "/answers")[0].status_code == 200


def test_a_failure_at_the_start_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()

    @asynccontextmanager
    async def fails(_: FastAPI) -> AsyncIterator[None]:
        int(SECRET)
        yield

    async def start() -> None:
        app = new_app("Test", "1", fails)
        async with app.router.lifespan_context(app):
            raise AssertionError

    with pytest.raises(ValueError, match=SECRET):
        asyncio.run(start())
    written = capsys.readouterr().err
    assert "lifespan-failed" in written
    assert SECRET not in written


def test_no_pages_but_the_document(app: FastAPI) -> None:
    assert [response.status_code for response in get(app, "/docs", "/redoc", "/openapi.json")] == [404, 404, 200]


def test_the_document_groups_problems_by_status() -> None:
    described = openapi.answers("json", "epoch", "replay", s204={"description": "Taken."})
    assert set(described) == {204, 400, 409}
    schema = described[409]["content"]["application/problem+json"]["schema"]
    assert schema["properties"]["code"] == {"enum": ["epoch", "replay"]}
    assert schema["properties"]["status"] == {"const": 409}


def test_a_refusal_needs_a_code_of_the_protocol() -> None:
    with pytest.raises(AssertionError):
        RefusalError(SECRET)
    assert json.loads(problems.body("epoch"))["code"] == "epoch"
