"""Opening the log: for the service, which has its key, and for an operator's command, beside a service or without."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from obacht_keys.errors import LogError
from obacht_keys.log import desk as desks
from obacht_keys.log.checkpoints import Checkpoints
from obacht_keys.log.desk import Desk
from obacht_keys.log.frames import Frames, pack
from obacht_keys.log.key import LogKey
from obacht_keys.log.ledger import Ledger
from obacht_keys.log.place import Lock, connect, listen
from obacht_keys.log.requests import Event
from obacht_keys.log.store import Store
from obacht_keys.log.witnesses import ForkError, compare
from obacht_keys.registry import Registry
from obacht_keys.settings import Home
from obacht_keys.watchers import Watchers

PATIENCE: Final = 15.0
"""Seconds for which a service that is ending is waited for: longer than its processes take to finish."""
_ASKING: Final = 10.0
_PIECE: Final = 1 << 16

Call = Callable[..., Any]
"""Takes an operation of :class:`obacht_keys.log.desk.Desk` and its arguments, and gives the result; ``LogError``."""


def open_desk(home: Home, key: LogKey) -> Desk:
    """Open the log whose lock this process holds, and check it against its newest checkpoint.

    Raises:
        LogError: It is missing, or not the log whose checkpoint is kept with it.
        StoreError: The database cannot be opened.
    """
    return Desk(*_open(home, key))


def _open(home: Home, key: LogKey) -> tuple[Ledger, Checkpoints]:
    ledger = _ledger(home, key)
    try:
        return ledger, Checkpoints(ledger, key, int(time.time()))
    except BaseException:
        ledger.close()
        raise


def _ledger(home: Home, key: LogKey | None) -> Ledger:
    if not home.log.exists():
        raise LogError(f"{home.log} is missing: put the newest copy back, or make a new office")
    return Ledger(lambda: Store(home.log), key)


@dataclass(frozen=True, slots=True)
class Opened:
    """The log of an office that is about to serve: locked, compared with its witnesses, and closed again.

    Attributes:
        listener: Where the office's processes will find the one that writes.
        lock: Held until all of them have ended.
        unheard: What witnesses said that did not cosign, in words.
    """

    listener: socket.socket
    lock: Lock
    unheard: list[str]


def prepare(home: Home, key: LogKey) -> Opened:
    """Make sure that the log may be written on, before any process is started that does.

    Raises:
        LogError: Another service of this office runs, or the log is not the one that its checkpoint or a witness saw.
        StoreError: The database is damaged, or cannot be opened.
    """
    lock = Lock(home.log_lock)
    if not lock.take(PATIENCE):
        raise LogError(f"the log is open in another process: obacht-keys serve runs already for {home.folder}")
    try:
        with Registry(home.registry) as registry:
            watchers = Watchers(registry).all()
        ledger, checkpoints = _open(home, key)
        try:
            unheard = asyncio.run(compare(watchers, ledger, checkpoints)) if watchers else []
        finally:
            ledger.close()
        return Opened(listen(home.log_socket), lock, unheard)
    except ForkError as error:
        lock.release()
        raise LogError(
            f"{error}. The log was cut, altered or restored from a backup, so nothing is answered from it; "
            "see docs/operations.md, section 'If it refuses to start'"
        ) from error
    except BaseException:
        lock.release()
        raise


@contextmanager
def reach(home: Home) -> Iterator[Call]:
    """Give the way to the log, for an operator's command: through the service if it runs, otherwise straight.

    Raises:
        LogError: The service does not answer.
        StoreError: The database cannot be opened.
    """
    lock = Lock(home.log_lock)
    if lock.take():
        try:
            ledger = _ledger(home, None)
            try:
                yield Desk(ledger).call
            finally:
                ledger.close()
        finally:
            lock.release()
        return
    connection = connect(home.log_socket)
    try:
        connection.settimeout(_ASKING)
        yield lambda operation, *arguments: _ask(connection, operation, arguments)
    finally:
        connection.close()


def make(home: Home, words: str) -> None:
    """Make the log of a new office, whose first entry says so; ``StoreError`` if the database cannot be made."""
    ledger = Ledger(lambda: Store(home.log), key=None)
    try:
        ledger.take([Event(int(time.time()), "office-made", words)])
    finally:
        ledger.close()


def record(home: Home, code: str, words: str) -> None:
    """Put an act of the operator on the log.

    Args:
        home: The office's folder.
        code: What was done, in lower-case words joined by hyphens.
        words: The facts, for people.

    Raises:
        LogError: The service does not answer.
        StoreError: The database fails.
    """
    with reach(home) as call:
        call(desks.EVENT, int(time.time()), code, words)


def _ask(connection: socket.socket, operation: str, arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401 - as many results as operations
    frames = Frames()
    try:
        connection.sendall(pack([(0, operation, arguments)]))
        while not (answers := frames.feed(connection.recv(_PIECE) or _ended())):
            pass
    except OSError as error:
        raise LogError("the process that writes the log does not answer") from error
    ((_, code, result),) = answers
    if code:
        raise LogError(f"the log refuses this: {code}")
    return result


def _ended() -> bytes:
    raise ConnectionResetError
