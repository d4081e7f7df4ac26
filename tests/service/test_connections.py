"""Connections: a head of bounded size, in bounded time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from obacht_service import connections as module
from obacht_service.application import new_app
from obacht_service.connections import MAX_HEAD, BoundedProtocol

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


class Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed = False

    @property
    def written(self) -> bytes:
        return b"".join(self.pieces)

    def write(self, data: Any) -> None:
        self.pieces.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def run(
    work: Callable[[BoundedProtocol, Transport], Coroutine[None, None, None]], app: ASGIApp | None = None
) -> Transport:
    transport = Transport()

    async def within() -> None:
        config = uvicorn.Config(app or new_app("Test", "1"), http=BoundedProtocol, ws="none", log_config=None)
        config.load()
        protocol = BoundedProtocol(config, ServerState(), {})
        protocol.connection_made(transport)
        await work(protocol, transport)
        protocol.connection_lost(ConnectionResetError())

    asyncio.run(within())
    return transport


def sending(*pieces: bytes, wait: float = 0.05, app: ASGIApp | None = None) -> Transport:
    async def work(protocol: BoundedProtocol, transport: Transport) -> None:
        for one in pieces:
            if not transport.closed:
                protocol.data_received(one)
        await asyncio.sleep(wait)

    return run(work, app)


def test_requests_of_usual_size_are_answered_one_after_the_other() -> None:
    transport = sending(HEAD + b"\r\n", HEAD + b"X: " + b"a" * (MAX_HEAD - 200) + b"\r\n\r\n")
    assert transport.written.count(b"HTTP/1.1 200") == 2
    assert not transport.closed


def test_an_answer_leaves_in_one_piece() -> None:
    (answer,) = sending(HEAD + b"\r\n").pieces
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\nok\n")


@pytest.mark.parametrize(("method", "bodies"), [(b"GET", [b"ok"]), (b"HEAD", [])])
def test_a_head_does_not_wait_for_a_body_that_comes_late(method: bytes, bodies: list[bytes]) -> None:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await asyncio.sleep(0.01)
        await send({"type": "http.response.body", "body": b"ok"})

    head, *rest = sending(HEAD.replace(b"GET", method) + b"\r\n", app=app).pieces
    assert head.startswith(b"HTTP/1.1 200")
    assert head.endswith(b"\r\n\r\n")
    assert rest == bodies


def test_a_head_leaves_before_a_connection_is_closed() -> None:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})

    transport = sending(HEAD + b"\r\n", app=app)
    assert transport.written.startswith(b"HTTP/1.1 200")
    assert transport.closed


def test_the_bodies_do_not_count() -> None:
    body = b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + b"a" * 50_000
    assert sending(body).written.startswith(b"HTTP/1.1 405")


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"X: " + b"a" * MAX_HEAD + b"\r\n\r\n"],
        [HEAD + b"X: " + b"a" * MAX_HEAD],
        [HEAD, *[b"X: " + b"a" * 1000 + b"\r\n"] * 20],
        [b"GET /" + b"a" * MAX_HEAD + b" HTTP/1.1\r\nHost: x\r\n\r\n"],
        [HEAD + b"\r\n", HEAD + b"X: " + b"a" * MAX_HEAD],
    ],
)
def test_a_large_head_is_refused(pieces: list[bytes]) -> None:
    transport = sending(*pieces)
    assert b"HTTP/1.1 431" in transport.written
    assert b'"code":"headers"' in transport.written
    assert b"aaaa" not in transport.written
    assert transport.closed


def test_what_is_no_http_is_refused() -> None:
    transport = sending(b"Mustermann\r\n\r\n")
    assert transport.written.startswith(b"HTTP/1.1 400")
    assert b"Mustermann" not in transport.written
    assert transport.closed


def test_a_head_that_does_not_come_to_an_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEAD_SECONDS", 0.05)
    assert sending(HEAD, wait=0.2).closed
    assert sending(wait=0.2).closed
    assert sending(HEAD + b"\r\n", HEAD, wait=0.2).closed
    assert not sending(HEAD + b"\r\n", wait=0.2).closed
