"""Connections: a head of bounded size, in bounded time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from obacht_service import connections as module
from obacht_service.application import new_app
from obacht_service.connections import MAX_HEAD, BoundedProtocol

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


class Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def run(work: Callable[[BoundedProtocol, Transport], Coroutine[None, None, None]]) -> Transport:
    transport = Transport()

    async def within() -> None:
        config = uvicorn.Config(new_app("Test", "1"), http=BoundedProtocol, ws="none", log_config=None)
        config.load()
        protocol = BoundedProtocol(config, ServerState(), {})
        protocol.connection_made(transport)
        await work(protocol, transport)
        protocol.connection_lost(ConnectionResetError())

    asyncio.run(within())
    return transport


def sending(*pieces: bytes, wait: float = 0.05) -> Transport:
    async def work(protocol: BoundedProtocol, transport: Transport) -> None:
        for one in pieces:
            if not transport.closed:
                protocol.data_received(one)
        await asyncio.sleep(wait)

    return run(work)


def test_requests_of_usual_size_are_answered_one_after_the_other() -> None:
    transport = sending(HEAD + b"\r\n", HEAD + b"X: " + b"a" * (MAX_HEAD - 200) + b"\r\n\r\n")
    assert transport.written.count(b"HTTP/1.1 200") == 2
    assert not transport.closed


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
