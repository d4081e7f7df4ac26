"""A worker's way to the process that writes the log: what arrives together goes together, and nobody waits for ever."""

import asyncio
from pathlib import Path
from typing import Any, Final

from obacht_keys.errors import LogError
from obacht_keys.log import desk
from obacht_keys.log.frames import Answer, Frames, Request, pack
from obacht_keys.log.place import connect
from obacht_keys.log.requests import Asked, Look
from obacht_protocol.entries import Logged
from obacht_service import logs
from obacht_service.errors import RefusalError

PATIENCE: Final = 1.9
"""Seconds after which a request is told that the service is unavailable."""
_RETRY: Final = 1


class Journal:
    """The log, for use in one event loop."""

    def __init__(self, path: Path) -> None:
        """Know the socket; it is connected when it is needed first, and anew after it broke."""
        self._path = path
        self._waiting: list[Request] = []
        self._futures: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._connecting = asyncio.Lock()
        self._connection: _Connection | None = None

    def close(self) -> None:
        """Close the connection."""
        self._break()

    async def admit(self, asked: Asked) -> Logged:
        """Put a question on the log; it is on the disk when this returns.

        Raises:
            RefusalError: The log says no, or does not say anything in time (``unavailable``).
        """
        return Logged(*await self.call(desk.ASK, *asked))

    async def look(self, look: Look) -> None:
        """Use a nonce of a request that only reads; ``RefusalError`` as above."""
        await self.call(desk.LOOK, *look)

    async def call(self, operation: str, *arguments: Any) -> Any:  # noqa: ANN401 - as many results as operations
        """Ask for anything that :class:`obacht_keys.log.desk.Desk` answers; ``RefusalError`` as above."""
        loop = asyncio.get_running_loop()
        if self._connection is None:
            await self._connect(loop)
        future: asyncio.Future[Any] = loop.create_future()
        self._number += 1
        self._futures[self._number] = future
        if not self._waiting:
            loop.call_soon(self._hand_over, loop)
        self._waiting.append((self._number, operation, arguments))
        return await future

    async def _connect(self, loop: asyncio.AbstractEventLoop) -> None:
        async with self._connecting:
            if self._connection is not None:
                return
            try:
                made = connect(self._path)
                _, self._connection = await loop.create_unix_connection(lambda: _Connection(self), sock=made)
            except (LogError, OSError) as error:
                logs.failure("log-unreachable", error)
                raise RefusalError("unavailable", _RETRY) from error

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """Send what came in this turn of the loop."""
        requests, self._waiting = self._waiting, []
        numbers = [number for number, _, _ in requests]
        if self._connection is None:  # it broke in this turn
            self._give_up(numbers)
            return
        self._connection.send(pack(requests))
        loop.call_later(PATIENCE, self._check, numbers)

    def answered(self, answers: list[Answer]) -> None:
        """Take answers that arrived."""
        for number, code, result in answers:
            future = self._futures.pop(number, None)
            if future is None or future.done():  # nobody waits for it any more
                continue
            if code:
                future.set_exception(RefusalError(code, result))
            else:
                future.set_result(result)

    def lost(self, connection: "_Connection") -> None:
        """Tell those who wait for a connection that broke."""
        if self._connection is connection:
            self._break()

    def _check(self, numbers: list[int]) -> None:
        late = sum(number in self._futures for number in numbers)
        if late:
            logs.event("log-late", count=late)
            self._break()  # what it has not read yet, it need not read: nobody waits for it

    def _break(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.abort()
        waiting = {number for number, _, _ in self._waiting}
        self._give_up([number for number in self._futures if number not in waiting])

    def _give_up(self, numbers: list[int]) -> None:
        for number in numbers:
            future = self._futures.pop(number)
            if not future.done():
                future.set_exception(RefusalError("unavailable", _RETRY))


class _Connection(asyncio.Protocol):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._frames = Frames()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment] # a stream's transport can be written to

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._journal.lost(self)

    def data_received(self, data: bytes) -> None:
        self._journal.answered(self._frames.feed(data))

    def send(self, frame: bytes) -> None:
        self._transport.write(frame)

    def abort(self) -> None:
        self._transport.abort()
