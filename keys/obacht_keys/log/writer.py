"""The one process that writes the log: it takes all that waits into one transaction, and then answers it.

While a transaction is on its way to the disk, more arrives on the sockets; that is what the next one takes. The process
also makes the checkpoints, and brings them to the witnesses.
"""

import asyncio
import signal
import socket
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

import uvloop

from obacht_keys.errors import KeysError, LogError, StoreError
from obacht_keys.log.desk import Desk
from obacht_keys.log.frames import Answer, Frames, Request, pack
from obacht_service import logs
from obacht_service.run import settle

PATIENCE: Final = 12.0
"""Seconds for which those who are still connected are waited for at the end: longer than a worker takes to finish."""
_EVERY: Final = 1.0
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

Chore = Callable[[Desk], Coroutine[Any, Any, None]]
"""What goes on beside the answering until it is cancelled."""


class Writer:
    """Answers what the office's other processes ask of the log."""

    def __init__(self, desk: Desk, chores: tuple[Chore, ...] = ()) -> None:
        """Take the open log, and what goes on beside."""
        self._desk = desk
        self._chores = (*chores, tend)
        self._arrived: list[tuple[_Connection, Request]] = []
        self._ending = asyncio.Event()
        self._connections: set[_Connection] = set()
        self._left = asyncio.Event()
        self._left.set()

    async def run(self, listener: socket.socket, parent: int | None = None) -> None:
        """Answer until SIGTERM, or until ``parent``, a pipe, ends; then until nobody is connected any more."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS if parent is not None else ():
            loop.add_signal_handler(number, self.end)
        if parent is not None:
            loop.add_reader(parent, self.end)
        server = await loop.create_unix_server(lambda: _Connection(self), sock=listener)
        chores = [loop.create_task(chore(self._desk)) for chore in self._chores]
        await self._ending.wait()
        if parent is not None:
            loop.remove_reader(parent)
        server.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._left.wait()
        for connection in self._connections:
            connection.abort()
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)

    def end(self) -> None:
        """Begin to end."""
        self._ending.set()

    def came(self, connection: "_Connection") -> None:
        """Know a connection."""
        self._connections.add(connection)
        self._left.clear()

    def went(self, connection: "_Connection") -> None:
        """Know it no more."""
        self._connections.discard(connection)
        if not self._connections:
            self._left.set()

    def arrived(self, connection: "_Connection", requests: list[Request]) -> None:
        """Take requests in; they are answered once a turn of the loop has read all sockets."""
        if not self._arrived:
            asyncio.get_running_loop().call_soon(self._answer)
        self._arrived += [(connection, request) for request in requests]

    def _answer(self) -> None:
        arrived, self._arrived = self._arrived, []
        requests = [(place, operation, arguments) for place, (_, (_, operation, arguments)) in enumerate(arrived)]
        answers: dict[_Connection, list[Answer]] = {}
        for place, code, result in self._desk.answer(requests):
            connection, (number, _, _) = arrived[place]
            answers.setdefault(connection, []).append((number, code, result))
        for connection, told in answers.items():
            connection.tell(told)


class _Connection(asyncio.Protocol):
    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment] # a stream's transport can be written to
        self._writer.came(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._writer.went(self)

    def data_received(self, data: bytes) -> None:
        try:
            requests = self._frames.feed(data)
        except LogError as error:
            logs.failure("log-frame", error)
            self.abort()
            return
        if requests:
            self._writer.arrived(self, requests)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def tell(self, answers: list[Answer]) -> None:
        if self._transport is not None:  # otherwise nobody waits for it any more
            self._transport.write(pack(answers))


async def tend(desk: Desk) -> None:
    """Make checkpoints, and forget what nobody needs, once a second."""
    while True:
        await asyncio.sleep(_EVERY)
        now = int(time.time())
        try:
            desk.ledger.clean(now)
            if desk.checkpoints is not None:
                desk.checkpoints.renew(now)
        except StoreError as error:
            logs.failure("log-failed", error)


def run(open_desk: Callable[[], Desk], chores: tuple[Chore, ...], listener: socket.socket, parent: int) -> None:
    """Be the process that writes the log, until its parent says so or is gone.

    Args:
        open_desk: Opens the log, in this process.
        chores: What goes on beside.
        listener: Where the other processes connect.
        parent: A pipe that ends when the parent does.

    Raises:
        KeysError: The log cannot be opened.
    """
    try:
        desk = open_desk()
    except KeysError as error:
        logs.failure("log-unopened", error)
        raise

    async def write() -> None:
        await Writer(desk, chores).run(listener, parent)

    settle()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(write())
    desk.ledger.close()
