"""HTTP connections in bounds: uvicorn with httptools bounds neither the size of a head nor the time it may take."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS
from obacht_service import problems

MAX_HEAD: Final = 16 * 1024
"""Bytes of the request line and the header fields at most."""
HEAD_SECONDS: Final = 20.0
"""Seconds from the opening of a connection, or the first byte of a request, to the end of its head."""


class HeadTooLargeError(Exception):
    """Stops the parser; nothing of it is shown."""


class BoundedProtocol(HttpToolsProtocol):
    """A connection that is closed when a head grows too large or comes too slowly."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - whatever uvicorn hands over
        """Take what uvicorn hands over."""
        super().__init__(*arguments, **named)
        self._head = 0
        self._code = "http"
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the parent does
        """Start the time for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time."""
        self._stop()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Start counting a head."""
        super().on_message_begin()
        self._head = 0
        if self._patience is None:
            self._wait()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a field."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Stop the time."""
        self._stop()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP with problem details instead of the parser's text, and hang up."""
        del msg
        body = problems.body(self._code)
        head = [
            STATUS_LINE[PROBLEMS[self._code].status],
            *(name + b": " + value + b"\r\n" for name, value in self.server_state.default_headers),
            f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode(),
        ]
        self.transport.write(b"".join(head) + body)
        self.transport.close()

    def _count(self, length: int) -> None:
        self._head += length
        if self._head > MAX_HEAD:
            self._code = "headers"
            raise HeadTooLargeError

    def _wait(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        self.transport.close()
