"""The auditor's witness over HTTP (C2SP tlog-witness): one address, small bodies, little time, few at once."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from typing import Any, Final

from obacht_clients.errors import ClientError
from obacht_clients.transport import Clock
from obacht_clients.witnessing import PATH, Witness, answer_of
from obacht_protocol.checkpoints import MAX_SUBMISSION, SIZE_TYPE
from obacht_protocol.errors import WitnessError
from obacht_protocol.notes import VerifyKey

HEALTH: Final = "/healthz"
SECONDS: Final = 10.0
"""For a whole request."""
AT_ONCE: Final = 16
"""Requests; more are hung up on, and come again."""

Logs = Callable[[], Mapping[str, VerifyKey]]
"""Gives the keys of the logs that are witnessed now, by their names; ``ClientError`` if that cannot be told."""


class WitnessServer(ThreadingHTTPServer):
    """Listens until it is told to shut down."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness, logs: Logs, clock: Clock) -> None:
        """Listen there; ``OSError`` if that is impossible."""
        self.witness = witness
        self.logs = logs
        self.clock = clock
        self._places = threading.BoundedSemaphore(AT_ONCE)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library has it
        """Begin a thread, unless there are enough."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Answer, and make room for the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Say nothing: a client that hangs up is no news, and its words belong into no log."""


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer

    def setup(self) -> None:
        self._watch = threading.Timer(SECONDS, self._hang_up)
        self._watch.daemon = True
        self._watch.start()
        super().setup()

    def finish(self) -> None:
        self._watch.cancel()
        super().finish()

    def do_GET(self) -> None:
        self._answer(HTTPStatus.OK if self.path == HEALTH else HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        if self.path != PATH:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 10):
            self._answer(HTTPStatus.LENGTH_REQUIRED)
            return
        if int(length) > MAX_SUBMISSION:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(length))
        try:
            line = self.server.witness.cosign(body, self.server.logs(), self.server.clock())
        except WitnessError as error:
            self._answer(error.status, answer_of(error), "text/plain" if error.size is None else SIZE_TYPE)
        except ClientError:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._answer(HTTPStatus.OK, line)

    def log_message(self, *_: object) -> None:
        """Log nothing: what logs submit stands in their own checkpoints."""

    def version_string(self) -> str:
        return "obacht"

    def _answer(self, status: int, body: bytes = b"", kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        with suppress(OSError):  # it has hung up already
            self.connection.shutdown(SHUT_RDWR)
