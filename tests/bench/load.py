"""Signed questions over 16 kept connections, from a process of its own, signed before the clock runs."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

import uvloop
from nacl.signing import SigningKey

from bench.multiplications import elements
from bench.parties import PURPOSE
from obacht_protocol.messages import QUESTION_LENGTH, RECEIPT_LENGTH, USER_LENGTH, EvaluationRequest
from signing import Signer

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PATH: Final = "/v1/evaluations"
CONNECTIONS: Final = 16


def question(device: Signer, asked: tuple[bytes, ...]) -> tuple[dict[str, str], bytes]:
    """Make a question with these elements and a receipt, signed by this device: header fields and body."""
    receipts = (os.urandom(RECEIPT_LENGTH),)
    body = EvaluationRequest(os.urandom(QUESTION_LENGTH), 1, asked, PURPOSE, os.urandom(USER_LENGTH), receipts).encode()
    fields = {"Host": urlsplit(device.origin).netloc, "Content-Length": str(len(body))}
    return fields | device.headers("POST", PATH, body), body


class Load:
    """A process that asks."""

    def __init__(self, device: Signer) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        # A key of libsodium's is handed to another process as its seed.
        self._process = context.Process(target=_ask, args=(theirs, device.origin, bytes(device.key)), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.send(0)
        self._process.join()
        self._pipe.close()

    def prepare(self, requests: int) -> None:
        """Sign so many requests."""
        self._pipe.send(requests)
        self._pipe.recv()

    def run(self) -> tuple[float, dict[int, int]]:
        """Send them all, wait for all answers, and give the seconds that took, and how many each connection got.

        The connections, new ones every time, are named by their ports.
        """
        self._pipe.send("go")
        seconds, answered = self._pipe.recv()
        return float(seconds), dict(answered)


def _ask(pipe: "Connection[object, object]", origin: str, seed: bytes) -> None:
    device, asked = Signer(origin, SigningKey(seed)), [elements() for _ in range(16)]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        while isinstance(count := pipe.recv(), int) and count:
            requests = [_wire(*question(device, asked[number % len(asked)])) for number in range(count)]
            connections = runner.run(_connect(origin))
            pipe.send("ready")
            pipe.recv()
            begin = time.monotonic()
            runner.run(_all(connections, requests))
            pipe.send((time.monotonic() - begin, {one.port: one.answered for one in connections}))
            runner.run(_close(connections))


def _wire(fields: dict[str, str], body: bytes) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


async def _connect(origin: str) -> "list[_Connection]":
    host, _, port = urlsplit(origin).netloc.rpartition(":")
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(_Connection, host, int(port)) for _ in range(CONNECTIONS)]
    return [connection for _, connection in made]


async def _close(connections: "list[_Connection]") -> None:
    for connection in connections:
        connection.close()
    await asyncio.sleep(0)


async def _all(connections: "list[_Connection]", requests: list[bytes]) -> None:
    rest = iter(requests)
    await asyncio.gather(*(connection.send(rest) for connection in connections))


class _Connection(asyncio.Protocol):
    """Sends a request when the answer to the one before is whole."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.port = int(transport.get_extra_info("sockname")[1])
        self.answered = 0

    def close(self) -> None:
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server hung up"))

    def send(self, requests: Iterator[bytes]) -> asyncio.Future[None]:
        """Send requests until there are none left."""
        self._requests = requests
        self._done = asyncio.get_running_loop().create_future()
        self._next()
        return self._done

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":-1")
        if not end or len(body) < int(length.partition(b":")[2]):
            return
        if not head.startswith(b"HTTP/1.1 200 "):
            self._done.set_exception(RuntimeError(f"an evaluation was refused: {body.decode()}"))
            return
        self.answered += 1
        self._next()

    def _next(self) -> None:
        self._received = b""
        request = next(self._requests, None)
        if request is None:
            self._done.set_result(None)
        else:
            self._transport.write(request)  # type: ignore[attr-defined] # it is one that writes
