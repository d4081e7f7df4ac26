"""Reading bodies: of the right kind, within the limit, within the time."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest
from starlette.requests import Request
from starlette.types import Message

from obacht_service import requests as module
from obacht_service.errors import RefusalError
from obacht_service.requests import check_body, read_body, stream_body

JSON = b"application/json"


def request(
    headers: Iterable[tuple[bytes, bytes]] = (), messages: Iterable[Message] = (), *, hang: bool = False
) -> Request:
    coming = iter(messages)

    async def receive() -> Message:
        if (message := next(coming, None)) is not None:
            return message
        if hang:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    return Request({"type": "http", "headers": list(headers)}, receive)


def piece(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([(b"content-length", b"5")], "media-type"),
        ([(b"content-type", b"text/plain"), (b"content-length", b"5")], "media-type"),
        ([(b"content-type", JSON + b"; charset=utf-8"), (b"content-length", b"5")], "media-type"),
        ([(b"content-type", JSON), (b"content-type", JSON), (b"content-length", b"5")], "media-type"),
        ([(b"content-type", JSON)], "length"),
        ([(b"content-type", JSON), (b"content-length", b"5"), (b"content-length", b"5")], "length"),
        ([(b"content-type", JSON), (b"content-length", b"+5")], "length"),
        ([(b"content-type", JSON), (b"content-length", b"1_0")], "length"),
        ([(b"content-type", JSON), (b"content-length", b"")], "length"),
        ([(b"content-type", JSON), (b"content-length", b"9" * 5000)], "length"),
        ([(b"content-type", JSON), (b"content-length", b"101")], "too-large"),
    ],
)
def test_a_body_is_refused_by_its_headers(headers: list[tuple[bytes, bytes]], code: str) -> None:
    with pytest.raises(RefusalError, match=code):
        check_body(request(headers), "application/json", 100)


def test_a_body_within_the_limit_is_taken() -> None:
    headers = [(b"content-type", b"Application/JSON"), (b"content-length", b"100")]
    assert check_body(request(headers), "application/json", 100) == 100


def test_a_body_is_read_whole_and_no_further() -> None:
    assert asyncio.run(read_body(request(messages=[piece(b"ab"), piece(b""), piece(b"cd", more=False)]), 4)) == b"abcd"
    assert asyncio.run(read_body(request(hang=True), 0)) == b""


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [piece(b"abc")],
        [piece(b"abc", more=False)],
        [piece(b"abcde")],
        [piece(b"abcde", more=False)],
    ],
)
def test_a_body_of_another_length_is_incomplete(messages: list[Message]) -> None:
    with pytest.raises(RefusalError, match="incomplete"):
        asyncio.run(read_body(request(messages=messages), 4))


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    with pytest.raises(RefusalError, match="incomplete"):
        asyncio.run(read_body(request(messages=[piece(b"ab")], hang=True), 4))


def test_a_large_body_is_handed_on_piece_by_piece() -> None:
    async def collect() -> list[bytes]:
        pieces: AsyncIterator[bytes] = stream_body(request(messages=[piece(b"ab"), piece(b"cd")]), 4)
        return [one async for one in pieces]

    assert asyncio.run(collect()) == [b"ab", b"cd"]
