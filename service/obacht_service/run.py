"""Starting a server: uvicorn in as many processes as asked for, all on one port, ended by one signal.

Every process has a listening socket of its own on the same port (SO_REUSEPORT), so that the kernel spreads connections
over them; with one shared socket, whoever wakes first takes them all. The parent only waits. What it holds in memory
when it starts (a key share, say) its children hold too: nothing is handed over by files, arguments or environment.

A *companion* is a process beside them that answers nobody outside, and does for all of them what only one may do. It is
told to end when the last of them has ended, because until then they may need it.
"""

import asyncio
import errno
import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from obacht_service import logs
from obacht_service.connections import BoundedProtocol
from obacht_service.errors import AddressError

GRACE: Final = 10
"""Seconds that running requests are given when the server is told to stop."""
_KEEP_ALIVE: Final = 75
_MAX_CONNECTIONS: Final = 2_000
_SOON: Final = 2.0
"""Seconds: a process that ends by itself sooner than this will not do better at the next try."""
_PAUSE: Final = 0.1
"""Seconds before a process that was killed so soon is replaced, so that a machine without memory can breathe."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

CreateApp = Callable[[], ASGIApp]
Work = Callable[[int], None]
"""What a process of its own does, until SIGTERM or until this descriptor (a pipe) ends, as it does with the parent."""


def listen_address(origin: str, host: str | None = None, port: int | None = None) -> tuple[str, int]:
    """Choose where to listen: as told, otherwise where the origin says.

    Args:
        origin: The server's configured origin. For ``https``, TLS ends at a reverse proxy, and the server listens on
            this machine alone.
        host: Overrides the origin's host.
        port: Overrides the origin's port; needed with ``https``.

    Raises:
        AddressError: No port is named.
    """
    parts = urlsplit(origin)
    if parts.scheme == "https":
        if port is None:
            raise AddressError(f"{origin} is served by a reverse proxy: say with --port where it finds this server.")
        return host or "127.0.0.1", port
    return host or parts.hostname or "127.0.0.1", (parts.port or 80) if port is None else port


def serve(create_app: CreateApp, host: str, port: int, workers: int = 1, companion: Work | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is running and return.

    Args:
        create_app: Makes the application; called once in every process.
        host: Where to listen.
        port: The same; 0 lets the system choose.
        workers: Number of processes that serve.
        companion: What one more process does beside them; it ends last.

    Raises:
        AddressError: The address is taken or is not this machine's, or a process cannot start.
    """
    sockets = _listen(host, port, workers)
    logs.event("listening", port=sockets[0].getsockname()[1], count=workers)
    try:
        if workers == 1 and companion is None:
            _run(create_app, sockets[0])
        else:
            _supervise([_worker(create_app, listener) for listener in sockets], companion)
    finally:
        for listener in sockets:
            listener.close()
    logs.event("stopped")


def _listen(host: str, port: int, workers: int) -> list[socket.socket]:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        if port:
            # Alone first: sockets with SO_REUSEPORT would join those of another server of the same user silently.
            _bind(family, str(address[0]), port, share=False).close()
        sockets = [_bind(family, str(address[0]), port, share=workers > 1)]
        port = sockets[0].getsockname()[1]
        sockets += [_bind(family, str(address[0]), port, share=True) for _ in range(workers - 1)]
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: "another program listens there; stop it, or choose another --port",
            errno.EACCES: "ports below 1024 need root's rights; choose another --port",
        }
        reason = reasons.get(error.errno or 0, "this machine has no such address")
        raise AddressError(f"Cannot listen on {host} port {port}: {reason}.") from error
    for listener in sockets:
        listener.listen(1024)
    return sockets


def _bind(family: int, host: str, port: int, *, share: bool) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End gracefully at a signal, and leave it at that: uvicorn would raise the signal once more afterwards."""
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _run(create_app: CreateApp, listener: socket.socket, parent: int | None = None) -> None:
    """Serve in this process; if ``parent`` is given, a pipe that ends when the parent does, end with it."""
    server = _Server(
        uvicorn.Config(
            create_app(),
            http=BoundedProtocol,
            ws="none",
            loop="auto",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_MAX_CONNECTIONS,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=GRACE,
        )
    )

    async def run() -> None:
        if parent is not None:
            asyncio.get_running_loop().add_reader(parent, _stop, server)
        await server.serve(sockets=[listener])

    settle()
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(run())


def settle() -> None:
    """Say, once a process has all it needs, that what is there stays: the collector need not look again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)  # requests leave few cycles behind


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


def _worker(create_app: CreateApp, listener: socket.socket) -> Work:
    return lambda parent: _run(create_app, listener, parent)


@dataclass(frozen=True, slots=True)
class _Child:
    """A process that runs: what it does, since when (monotonic), and whether it is the companion."""

    work: Work
    since: float
    companion: bool


class _Family:
    """The processes of a server, each replaced when it dies."""

    def __init__(self) -> None:
        self._ends, self._end = (
            os.pipe()
        )  # nothing is ever written: the children read its end when this process is gone
        self._children: dict[int, _Child] = {}
        self._stopping = threading.Event()

    def start(self, work: Work, *, companion: bool) -> None:
        child = _fork(work, self._ends, self._end)
        self._children[child] = _Child(work, time.monotonic(), companion)
        if self._stopping.is_set():  # the signal came while the new process was not yet known
            self._dismiss()

    def stop(self, *_: object) -> None:
        self._stopping.set()
        self._dismiss()

    def watch(self) -> None:
        """Replace whoever dies, until all have ended after :meth:`stop`."""
        while self._children:
            process, status = os.wait()
            child = self._children.pop(process, None)
            if child is None:  # somebody else's, taken over by this process
                continue
            if self._stopping.is_set():
                self._dismiss()
                continue
            code = os.waitstatus_to_exitcode(status)
            logs.event("companion-died" if child.companion else "worker-died", status=code)
            if time.monotonic() - child.since < _SOON:
                if code != -signal.SIGKILL:
                    self.stop()
                    raise AddressError("A process of this server ends as soon as it starts; the log says where.")
                time.sleep(_PAUSE)
            self.start(child.work, companion=child.companion)

    def close(self) -> None:
        os.close(self._ends)
        os.close(self._end)

    def _dismiss(self) -> None:
        """Tell those who serve to end, and the companion once they have."""
        serving = [process for process, child in self._children.items() if not child.companion]
        for process in serving or list(self._children):
            with suppress(ProcessLookupError):  # it has ended, and its end is about to be noticed
                os.kill(process, signal.SIGTERM)


def _supervise(workers: list[Work], companion: Work | None) -> None:
    family = _Family()
    before = {number: signal.signal(number, family.stop) for number in _SIGNALS}
    try:
        if companion is not None:
            family.start(companion, companion=True)
        for work in workers:
            family.start(work, companion=False)
        family.watch()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        family.close()


def _fork(work: Work, ends: int, end: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.close(end)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        work(ends)
        code = 0
    except BaseException as error:  # noqa: BLE001 - a child must never return into its parent's code
        logs.failure("worker-failed", error)
    finally:
        sys.stderr.flush()
        os._exit(code)
