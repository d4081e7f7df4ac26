"""Asking servers over HTTP: bounded in time and size, with nothing followed, remembered, unpacked or sent along.

Requests go straight into httpx2's connection pool. Its client above the pool would keep cookies (a name for whoever
asks), and could follow redirects, unpack bodies, and read proxies and passwords from the environment.
"""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Final, Self, cast

import httpx2

from obacht_clients.device import DeviceKey
from obacht_clients.errors import TransportError
from obacht_clients.signatures import sign
from obacht_protocol.devices import content_digest
from obacht_protocol.encoding import parse_json
from obacht_protocol.errors import EncodingError
from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS

TIMEOUT: Final = 20.0
"""Seconds for one exchange, and above that one second for every :data:`SLOWEST` bytes sent or received."""
SLOWEST: Final = 32 * 1024
MAX_SKEW: Final = 300
"""Seconds by which this machine's clock may differ from a server's before a question of time is blamed on it."""

_MAX_PROBLEM: Final = 4096
_TOO_MANY: Final = 429
_STEP: Final = 64 * 1024
_TIMEOUTS: Final = {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 10.0}
# Shorter than the five seconds after which uvicorn closes an idle connection.
_LIMITS: Final = httpx2.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=4.0)

Clock = Callable[[], int]
"""Gives Unix seconds."""


class Transport:
    """Connections to the servers of a deployment, kept open between questions.

    Attributes:
        clock_is_off: Whether the last server's clock and this machine's differ so much that expiry says little. It
            only chooses words: whatever it says, what has expired is refused.
    """

    def __init__(
        self, device: DeviceKey, clock: Clock, *, proxy: str = "", network: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        """Open nothing yet.

        Args:
            device: Signs requests.
            clock: Unix seconds.
            proxy: URL of a proxy, or empty.
            network: Stands in for the network in tests.
        """
        self._device = device
        self._clock = clock
        self._network = (
            httpx2.AsyncHTTPTransport(trust_env=False, limits=_LIMITS, proxy=proxy or None)
            if network is None
            else network
        )
        self.clock_is_off = False

    async def __aenter__(self) -> Self:
        """Give the transport, to be closed at the end of the block."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._network.aclose()

    async def get(self, origin: str, path: str, *, limit: int) -> bytes:
        """Fetch what stands at ``path``, at most ``limit`` bytes; ``TransportError`` if that fails."""
        return await self._read(lambda: _get(origin + path), limit)

    async def get_signed(self, origin: str, path: str, *, limit: int) -> bytes:
        """Fetch as :meth:`get` does what only certain devices are given; the device signs."""

        def request() -> httpx2.Request:
            message = _get(origin + path)
            sign(message, b"", self._device, self._clock())
            return message

        return await self._read(request, limit)

    async def post(self, origin: str, path: str, body: bytes, *, limit: int) -> bytes:
        """Send JSON, signed by the device, and give the answer of at most ``limit`` bytes.

        A connection that breaks before the answer begins is tried once more, signed anew: whatever is sent here must
        bear being sent twice.

        Raises:
            TransportError: It failed, or the server refused.
        """

        def request() -> httpx2.Request:
            message = httpx2.Request(
                "POST", origin + path, headers=_HEADERS | {"Content-Type": "application/json"}, content=body
            )
            sign(message, body, self._device, self._clock())
            return message

        return await self._read(request, limit)

    async def upload(
        self, method: str, origin: str, path: str, pieces: Sequence[bytes], *, media_type: str, limit: int
    ) -> bytes:
        """Send a body of several pieces, signed by the device, without ever joining them; otherwise as :meth:`post`.

        Args:
            method: ``PUT`` or ``POST``.
            origin: The server's.
            path: Where it goes.
            pieces: The body.
            media_type: Of the body.
            limit: Bytes of the answer at most.

        Raises:
            TransportError: It failed, or the server refused.
        """
        length, digest = sum(map(len, pieces)), hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
        headers = _HEADERS | {
            "Content-Type": media_type,
            "Content-Length": str(length),
            "Content-Digest": content_digest(digest.digest()),
        }

        def request() -> httpx2.Request:
            message = httpx2.Request(method, origin + path, headers=headers, content=_stream(pieces))
            sign(message, None, self._device, self._clock())
            return message

        return await self._read(request, limit, sent=length)

    async def download(self, origin: str, path: str, write: Callable[[bytes], object], *, length: int) -> None:
        """Fetch what stands at ``path``, exactly ``length`` bytes, and hand it on piece by piece.

        Args:
            origin: The server's.
            path: Where it stands.
            write: Takes the pieces, before it is known whether all of them will come.
            length: Bytes in all.

        Raises:
            TransportError: It failed, or has another length (``too-large``, ``interrupted``).
        """
        missing = length
        async with _translated(length), self._open(lambda: _get(origin + path), length) as response:
            async for piece in _pieces(response):
                missing -= len(piece)
                if missing < 0:
                    raise TransportError("too-large")
                write(piece)
        if missing:
            raise TransportError("interrupted")

    async def _read(self, request: Callable[[], httpx2.Request], limit: int, *, sent: int = 0) -> bytes:
        async with _translated(limit + sent), self._open(request, limit) as response:
            return await _body(response, limit)

    @asynccontextmanager
    async def _open(self, request: Callable[[], httpx2.Request], limit: int) -> AsyncIterator[httpx2.Response]:
        try:
            response = await self._send(request())
        except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError):
            # A server may close a kept connection in the moment in which it is used again.
            response = await self._send(request())
        try:
            self._compare_clocks(response.headers.get("date", ""))
            if response.headers.get("content-encoding", "identity") != "identity":
                raise TransportError("compressed")
            if 300 <= response.status_code < 400:
                raise TransportError("redirect")
            if response.status_code not in {200, 204}:
                raise TransportError(await _refusal(response), self._again(response))
            if _stated_length(response) > limit:
                raise TransportError("too-large")
            yield response
        finally:
            await response.aclose()

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        request.extensions = {"timeout": _TIMEOUTS}
        try:
            return await self._network.handle_async_request(request)
        except (ValueError, OverflowError, ExceptionGroup) as error:
            # A host or a port that no resolver and no socket takes comes as whatever those raise.
            raise TransportError("unreachable") from error

    def _again(self, response: httpx2.Response) -> int | None:
        """Tell from when on a server takes more, by this machine's clock, if it has refused for want of quota."""
        # A server that is out of order states a moment too, but only guesses.
        seconds = response.headers.get("retry-after", "") if response.status_code == _TOO_MANY else ""
        return self._clock() + int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 8 else None

    def _compare_clocks(self, date: str) -> None:
        try:
            theirs = parsedate_to_datetime(date).timestamp()
        except (ValueError, TypeError, OverflowError):
            return
        self.clock_is_off = abs(theirs - self._clock()) > MAX_SKEW


_HEADERS: Final = {"Accept-Encoding": "identity"}


def _get(url: str) -> httpx2.Request:
    return httpx2.Request("GET", url, headers=_HEADERS)


async def _stream(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        for place in range(0, len(piece), _STEP):
            yield piece[place : place + _STEP]


@asynccontextmanager
async def _translated(size: int) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(TIMEOUT + size / SLOWEST):
            yield
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise TransportError("timeout") from error
    except httpx2.ConnectError as error:
        raise TransportError("tls" if _is_about_tls(error) else "unreachable") from error
    except httpx2.InvalidURL as error:
        raise TransportError("unreachable") from error
    except httpx2.ProxyError as error:
        raise TransportError("proxy") from error
    except (httpx2.HTTPError, OSError) as error:
        raise TransportError("interrupted") from error


def _is_about_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _pieces(response: httpx2.Response) -> httpx2.AsyncByteStream:
    """Give the body as it comes: the response's own readers would unpack it."""
    return cast("httpx2.AsyncByteStream", response.stream)


async def _body(response: httpx2.Response, limit: int) -> bytes:
    body = bytearray()
    async for piece in _pieces(response):
        body += piece
        if len(body) > limit:
            raise TransportError("too-large")
    return bytes(body)


def _stated_length(response: httpx2.Response) -> int:
    text = response.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


async def _refusal(response: httpx2.Response) -> str:
    """Give the reason for a refusal: the code that a server of ours states, or ``refused`` for anything else."""
    if response.headers.get("content-type", "") != MEDIA_TYPE:
        return "refused"
    try:
        problem = parse_json(await _body(response, _MAX_PROBLEM))
    except EncodingError:
        return "refused"
    code = problem.get("code") if isinstance(problem, dict) else None
    if code == "signature-time":
        return "clock"
    return f"refused-{code}" if isinstance(code, str) and code in PROBLEMS else "refused"
