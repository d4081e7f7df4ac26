"""A witness for tests: what it has seen of a log, kept in memory, asked by call or over HTTP."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from nacl.utils import random

from obacht_protocol.checkpoints import Checkpoint, WitnessKey, WitnessSigner
from obacht_protocol.errors import WitnessError
from obacht_protocol.notes import VerifyKey
from obacht_protocol.witness import Submitted


class Witness:
    """Cosigns the checkpoints of some logs."""

    def __init__(self, *logs: VerifyKey) -> None:
        self._signer = WitnessSigner("witness.example.org", random(32))
        self._logs: Mapping[str, VerifyKey] = {log.name: log for log in logs}
        self.seen: dict[str, Checkpoint] = {}
        self.bodies: list[bytes] = []

    @property
    def key(self) -> WitnessKey:
        return self._signer.key

    def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """Answer a submission, whatever the URL."""
        del url
        self.bodies.append(body)
        try:
            submitted = Submitted.parse(body, self._logs)
            origin = submitted.checkpoint.origin
            self.seen[origin] = submitted.judge(self.seen.get(origin))
        except WitnessError as error:
            return error.status, b"" if error.size is None else f"{error.size}\n".encode()
        return 200, f"{self._signer.cosign(submitted.submission.note, int(time.time()))}\n".encode()


@contextmanager
def over_http(witness: Witness) -> Iterator[str]:
    """Serve a witness on a free port of this machine, and give its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = witness.post(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status if self.path == "/w/add-checkpoint" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/w"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
