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

WHOLE: Final = "obacht.whole"
"""Stands in the scope once the whole body has arrived."""
_ANSWER: Final = b"HTTP/1."
"""What the head of every answer begins with."""


class _HeadTooLargeError(Exception):
    """Stops the parser; nothing of it is shown."""


class _Joining:
    """A transport on which the head of an answer waits for the body: two pieces cost both sides twice the work."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif data.startswith(_ANSWER):
            self._head = data
            self._loop.call_soon(self._leave)  # if nothing follows in this turn of the loop
        else:
            self._transport.write(data)

    def close(self) -> None:
        self._leave()
        self._transport.close()

    def _leave(self) -> None:
        if self._head:
            self.write(b"")


class BoundedProtocol(HttpToolsProtocol):
    """A connection that is closed when a head grows too large or comes too slowly."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - whatever uvicorn hands over
        """Take what uvicorn hands over."""
        super().__init__(*arguments, **named)
        self._head: int | None = 0  # bytes of the head that is arriving
        self._piece = 0
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the parent does
        """Start the time for the first head."""
        super().connection_made(_Joining(transport, self.loop))  # type: ignore[arg-type] # in all that is used of it
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what arrives before a head is complete."""
        self._piece = len(data)
        if self._head is not None:
            self._head += self._piece
        super().data_received(data)
        if self._head is None or self.transport.is_closing():
            return
        if self._head > MAX_HEAD:
            self._refuse("headers")
        elif self._patience is None:
            self._wait()

    def on_message_begin(self) -> None:
        """Start a head: the first of the connection, or the next one."""
        super().on_message_begin()
        if self._head is None:
            self._head = self._piece

    def on_headers_complete(self) -> None:
        """End a head."""
        # The count may hold some of the body, so only a suspicious one is counted exactly.
        if self._head is not None and self._head > MAX_HEAD:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > MAX_HEAD:
                raise _HeadTooLargeError
        self._head = None
        self._stop()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Tell the application that nothing more is to come."""
        self.scope[WHOLE] = True  # type: ignore[typeddict-unknown-key] # of our own
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP with problem details instead of the parser's text, and hang up."""
        del msg
        self._refuse("headers" if self._head is not None and self._head > MAX_HEAD else "http")

    def _refuse(self, code: str) -> None:
        body = problems.body(code)
        head = [
            STATUS_LINE[PROBLEMS[code].status],
            *(name + b": " + value + b"\r\n" for name, value in self.server_state.default_headers),
            f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode(),
        ]
        self.transport.write(b"".join(head) + body)
        self.transport.close()

    def _wait(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        self.transport.close()
