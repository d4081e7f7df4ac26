"""Starting a server: uvicorn in as many processes as asked for, all on one port, ended by one signal.

Every process has a listening socket of its own on the same port (SO_REUSEPORT), so that the kernel spreads connections
over them; with one shared socket, whoever wakes first takes them all. The parent only waits. What it holds in memory
when it starts (a key share, say) its children hold too: nothing is handed over by files, arguments or environment.
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
from contextlib import contextmanager
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
"""Seconds: a process that lives shorter than this will not do better at the next try."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

CreateApp = Callable[[], ASGIApp]


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


def serve(create_app: CreateApp, host: str, port: int, workers: int = 1) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is running and return.

    Args:
        create_app: Makes the application; called once in every process.
        host: Where to listen.
        port: The same; 0 lets the system choose.
        workers: Number of processes.

    Raises:
        AddressError: The address is taken or is not this machine's, or a process cannot start.
    """
    sockets = _listen(host, port, workers)
    logs.event("listening", port=sockets[0].getsockname()[1], count=workers)
    try:
        if workers == 1:
            _run(create_app, sockets[0])
        else:
            _supervise(create_app, sockets)
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

    # What is there now stays, and requests leave few cycles behind: the collector need not look again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(run())


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


def _supervise(create_app: CreateApp, sockets: list[socket.socket]) -> None:
    ends, end = os.pipe()  # nothing is ever written: the children read its end when this process is gone
    begun = {_fork(create_app, listener, ends, end): (listener, time.monotonic()) for listener in sockets}
    stopping = threading.Event()

    def stop(*_: object) -> None:
        stopping.set()
        for child in begun:
            os.kill(child, signal.SIGTERM)

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        while begun:
            child, status = os.wait()
            if child not in begun:  # somebody else's, taken over by this process
                continue
            listener, since = begun.pop(child)
            if stopping.is_set():
                continue
            logs.event("worker-died", status=os.waitstatus_to_exitcode(status))
            if time.monotonic() - since < _SOON:
                stop()
                raise AddressError("A process of this server ends as soon as it starts; the log says where.")
            begun[_fork(create_app, listener, ends, end)] = listener, time.monotonic()
            if stopping.is_set():  # the signal came while the new process was not yet known
                stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(ends)
        os.close(end)


def _fork(create_app: CreateApp, listener: socket.socket, ends: int, end: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.close(end)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        _run(create_app, listener, ends)
        code = 0
    except BaseException as error:  # noqa: BLE001 - a child must never return into its parent's code
        logs.failure("worker-failed", error)
    finally:
        sys.stderr.flush()
        os._exit(code)
