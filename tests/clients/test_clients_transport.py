"""What the network may bring, and what is made of it: bounded, never followed, never unpacked, always a reason."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from obacht_clients import transport
from obacht_clients.device import DeviceKey
from obacht_clients.errors import REFUSALS, TransportError
from obacht_clients.transport import Transport
from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS
from town import NOW, date, problem

ORIGIN = "http://127.0.0.1:1"
Handler = Callable[[httpx2.Request], httpx2.Response]


def connect(handler: Handler) -> Transport:
    return Transport(DeviceKey(bytes(32)), lambda: NOW, network=httpx2.MockTransport(handler))


def get(handler: Handler, limit: int = 100) -> bytes:
    async def run() -> bytes:
        async with connect(handler) as way:
            return await way.get(ORIGIN, "/x", limit=limit)

    return asyncio.run(run())


def download(handler: Handler, length: int) -> bytes:
    got = bytearray()

    async def run() -> None:
        async with connect(handler) as way:
            await way.download(ORIGIN, "/x", got.extend, length=length)

    asyncio.run(run())
    return bytes(got)


def reason(handler: Handler) -> str:
    with pytest.raises(TransportError) as caught:
        get(handler)
    return caught.value.reason


def raising(error: Exception) -> Handler:
    def handler(_: httpx2.Request) -> httpx2.Response:
        raise error

    return handler


class Endless(httpx2.AsyncByteStream):
    """A body that never ends; it counts what was taken of it."""

    taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.taken += 10
            yield bytes(10)


class Breaking(httpx2.AsyncByteStream):
    """A body that breaks off."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"half"
        raise httpx2.ReadError("gone")


class Hanging(httpx2.AsyncByteStream):
    """A body that comes in drops, for ever."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.01)
            yield b""


def test_an_answer_within_its_limit_is_given() -> None:
    assert get(lambda _: httpx2.Response(200, content=b"1" * 100)) == b"1" * 100


def test_a_longer_answer_is_refused_by_its_header_and_while_it_comes() -> None:
    assert reason(lambda _: httpx2.Response(200, content=b"1" * 101)) == "too-large"
    stated = Endless()
    assert reason(lambda _: httpx2.Response(200, stream=stated, headers={"Content-Length": "101"})) == "too-large"
    assert stated.taken == 0
    endless = Endless()
    assert reason(lambda _: httpx2.Response(200, stream=endless)) == "too-large"
    assert endless.taken <= 110


def test_a_problem_of_any_length_is_only_a_refusal() -> None:
    headers = {"Content-Type": MEDIA_TYPE}
    assert reason(lambda _: httpx2.Response(500, stream=Endless(), headers=headers)) == "too-large"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    requests = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return httpx2.Response(status, headers={"Location": ORIGIN + "/elsewhere"})

    assert reason(handler) == "redirect"
    assert len(requests) == 1


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip", "zstd"])
def test_packed_answers_are_refused_unread(encoding: str) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    # httpx2 would unpack what a Response is made of, so the body is handed over as a stream, as the network does.
    stream = httpx2.ByteStream(bomb)
    assert reason(lambda _: httpx2.Response(200, stream=stream, headers={"Content-Encoding": encoding})) == "compressed"


def test_cookies_are_never_sent_back() -> None:
    cookies = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        cookies.append(request.headers.get("cookie"))
        return httpx2.Response(200, headers={"Set-Cookie": "who=you; Path=/"})

    async def run() -> None:
        async with connect(handler) as way:
            for _ in range(2):
                await way.get(ORIGIN, "/x", limit=9)

    asyncio.run(run())
    assert cookies == [None, None]


def test_nothing_but_what_is_needed_is_sent() -> None:
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200)

    get(handler)
    assert sorted(seen[0].headers) == ["accept-encoding", "host"]


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_every_refusal_of_our_servers_is_understood(code: str) -> None:
    expected = "clock" if code == "signature-time" else f"refused-{code}"
    assert expected in REFUSALS | {"clock"}
    assert reason(lambda _: problem(code)) == expected


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"code":1}', b'{"code":"new"}', b'{"code":["json"]}', b"\xff", b"[" * 4000]
)
def test_refusals_of_other_servers_are_only_refusals(body: bytes) -> None:
    assert reason(lambda _: httpx2.Response(400, content=body, headers={"Content-Type": MEDIA_TYPE})) == "refused"
    assert reason(lambda _: httpx2.Response(502, content=b"<html>", headers={"Content-Type": "text/html"})) == "refused"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx2.ConnectError("no"), "unreachable"),
        (httpx2.ConnectTimeout("no"), "timeout"),
        (httpx2.ReadTimeout("no"), "timeout"),
        (httpx2.PoolTimeout("no"), "timeout"),
        (httpx2.ProxyError("no"), "proxy"),
        (httpx2.RemoteProtocolError("no"), "interrupted"),
        (httpx2.ReadError("no"), "interrupted"),
        (httpx2.LocalProtocolError("no"), "interrupted"),
        (httpx2.UnsupportedProtocol("no"), "interrupted"),
        (OSError("no"), "interrupted"),
        (httpx2.InvalidURL("no"), "unreachable"),
        (UnicodeError("label too long"), "unreachable"),
        (ExceptionGroup("no", [OverflowError("port")]), "unreachable"),
    ],
)
def test_every_failure_of_the_network_has_a_reason(error: Exception, expected: str) -> None:
    assert reason(raising(error)) == expected


def test_an_untrusted_certificate_is_told_from_a_dead_server() -> None:
    error = httpx2.ConnectError("no")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    assert reason(raising(error)) == "tls"


def test_a_kept_connection_that_was_closed_is_tried_once_more() -> None:
    answers: list[Exception] = [httpx2.RemoteProtocolError("server disconnected")]

    def handler(_: httpx2.Request) -> httpx2.Response:
        if answers:
            raise answers.pop()
        return httpx2.Response(200, content=b"fine")

    assert get(handler) == b"fine"
    answers += [httpx2.ReadError("1"), httpx2.ReadError("2")]
    assert reason(handler) == "interrupted"


def test_a_dead_server_is_not_tried_again() -> None:
    tries = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        tries.append(request)
        raise httpx2.ConnectError("no")

    assert reason(handler) == "unreachable"
    assert len(tries) == 1


def test_an_answer_that_breaks_off_is_interrupted() -> None:
    assert reason(lambda _: httpx2.Response(200, stream=Breaking())) == "interrupted"


def test_an_answer_in_drops_runs_out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 0.1)
    assert reason(lambda _: httpx2.Response(200, stream=Hanging())) == "timeout"


def test_a_download_has_exactly_its_length() -> None:
    assert download(lambda _: httpx2.Response(200, content=b"1234"), 4) == b"1234"
    with pytest.raises(TransportError, match="interrupted"):
        download(lambda _: httpx2.Response(200, content=b"123"), 4)
    with pytest.raises(TransportError, match="too-large"):
        download(lambda _: httpx2.Response(200, content=b"12345"), 4)
    with pytest.raises(TransportError, match="too-large"):
        download(lambda _: httpx2.Response(200, stream=Endless()), 4)


def test_the_difference_of_the_clocks_is_noticed() -> None:
    async def run(header: str) -> bool:
        async with connect(lambda _: httpx2.Response(200, headers={"Date": header})) as way:
            await way.get(ORIGIN, "/x", limit=9)
            return way.clock_is_off

    assert not asyncio.run(run(date(NOW - 299)))
    assert asyncio.run(run(date(NOW - 301)))
    assert asyncio.run(run(date(NOW + 90_000)))
    for nonsense in ("", "yesterday", "Mon, 99 Foo 2026 99:99:99 GMT"):
        assert not asyncio.run(run(nonsense))


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    way = Transport(DeviceKey(bytes(32)), lambda: NOW)
    assert "Proxy" not in type(way._network._pool).__name__  # type: ignore[attr-defined] # httpx2's own pool
    asyncio.run(way.aclose())
    way = Transport(DeviceKey(bytes(32)), lambda: NOW, proxy="http://127.0.0.1:9")
    assert "Proxy" in type(way._network._pool).__name__  # type: ignore[attr-defined] # as above
    asyncio.run(way.aclose())
