"""The parties' servers as separate processes: started, waited for, read along, stopped, killed."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

START_SECONDS: Final = 30
_STOP_SECONDS: Final = 15


class ServerError(Exception):
    """A command or a server of a party failed; what it said is the message."""


def command(name: str) -> str:
    """Give the path of a party's command, as installed beside this Python."""
    return str(Path(sys.executable).parent / name)


def run(*arguments: str | Path, stdin: str | None = None) -> str:
    """Run a party's command to its end and give what it printed; ``ServerError`` if it failed."""
    done = subprocess.run(  # the parties' own commands
        [str(argument) for argument in arguments], input=stdin, check=False, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        name = Path(str(arguments[0])).name
        raise ServerError(f"{name} ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def free_port(wanted: int) -> int:
    """Give ``wanted`` if nothing listens there, otherwise any free port of this machine."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerError("no port is free")


class Server:
    """One server process.

    Attributes:
        name: Of the party.
        port: Where it answers on 127.0.0.1.
        log: The file that its log goes to.
    """

    def __init__(self, name: str, port: int, log: Path, arguments: Sequence[str | Path]) -> None:
        """Know how to start it; nothing runs yet."""
        self.name = name
        self.port = port
        self.log = log
        self._arguments = [str(argument) for argument in arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """Its process, or None if it is not running."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers; ``ServerError`` with the end of its log if it does not."""
        # A group of its own: Ctrl-C at the terminal is for the demo, which then stops its servers in order.
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._arguments, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise ServerError(f"{self.name} did not start: {self.log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end, and wait for it; kill it if it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it and its workers at once, as a crash would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):  # it has ended already
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def new_log_lines(self) -> list[str]:
        """Give the lines that were logged since the last call."""
        with self.log.open("rb") as log:
            log.seek(self._read)
            lines = log.read()
        self._read += len(lines)
        return lines.decode("utf-8", "replace").splitlines()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()
