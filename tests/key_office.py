"""A key office for tests: its folder, the office inside the test's process, and the office as real processes."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2
import psutil
from click.testing import CliRunner, Result

from deployment import Deployment, make_deployment
from obacht_keys.cli import main
from obacht_keys.custody import Custody, PublicFacts
from obacht_keys.http import EVALUATIONS, create_app
from obacht_keys.log import opening
from obacht_keys.log.key import LogKey, log_name
from obacht_keys.log.writer import Writer
from obacht_keys.registry import DEPARTMENT, OFFICE, Registry
from obacht_keys.settings import Home, Settings
from obacht_keys.shares import Shares
from obacht_keys.trust import Roots, Trust
from obacht_protocol import oprf
from obacht_protocol.descriptor import Purpose
from obacht_protocol.messages import EvaluationRequest
from signing import Signer

PURPOSE = "home-visit"
PASSPHRASE = "correct horse battery staple"
EPOCH = 7


def run(*arguments: str | Path) -> Result:
    """Call the command."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def found(folder: Path, origin: str, deployment: str = "test-keys", name: str = "IT") -> Home:
    """Make an office that has no share yet, with the command, at the cheapest cost."""
    home = Home(folder / "keys")
    passphrase = folder / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text(PASSPHRASE)
    named = ("--deployment", deployment, "--origin", origin, "--name", name, "--lock", "CHEAPEST")
    result = run("--home", home.folder, "init", *named, "--passphrase-file", passphrase)
    assert result.exit_code == 0, result.output
    return home


def deal(out: Path, *homes: Home, needed: int = 1, epoch: int = EPOCH) -> Path:
    """Hold a ceremony for these offices, and give its folder."""
    options = ("--threshold", str(needed), "--epoch", str(epoch), "--out", out)
    result = run("ceremony", "deal", *options, *(home.card for home in homes))
    assert result.exit_code == 0, result.output
    return out


def accept(home: Home, dealt: Path, index: int = 1) -> Result:
    """Let an office take its share in."""
    passphrase = ("--lock", "CHEAPEST", "--passphrase-file", home.folder.parent / "passphrase")
    files = (dealt / "transcript.json", dealt / f"share-{index}.sealed")
    return run("--home", home.folder, "share", "accept", *passphrase, *files)


def whole_key(deployment: str = "test-keys", epoch: int = EPOCH) -> Custody:
    """Make a key and give its only share."""
    secret, public = oprf.derive_key_pair(secrets.token_bytes(32), b"test")
    return Custody(secret, PublicFacts(deployment, epoch, 1, 1, public, public))


def make_home(folder: Path, origin: str, deployment: str = "test-keys") -> Home:
    """Make an office that holds the whole key, one share of one, with the commands, at the cheapest cost."""
    home = found(folder, origin, deployment)
    result = accept(home, deal(folder / "dealt", home))
    assert result.exit_code == 0, result.output
    put_descriptor(home)
    return home


def add_device(home: Home, department: str = "Jugendamt", *, office: bool = False, kind: str = DEPARTMENT) -> Signer:
    """Register a new device; an office's may enrol as much as it likes."""
    signer = Signer(Settings.load(home).origin)
    with Registry(home.registry) as registry:
        if office:
            registry.release(EPOCH, 10_000)
        registry.add_department(department, OFFICE if office else kind)
        registry.add_device(department, signer.public_key, "desk 1")
    return signer


def question(elements: int = 4, **changes: object) -> EvaluationRequest:
    """Blind a few inputs."""
    fields = {
        "question": secrets.token_bytes(16),
        "epoch": EPOCH,
        "elements": tuple(oprf.blind(secrets.token_bytes(8))[1] for _ in range(elements)),
        "purpose": PURPOSE,
        "user": secrets.token_bytes(16),
    }
    return EvaluationRequest(**fields | changes)  # type: ignore[arg-type] # whatever a test wants to be wrong


def put_descriptor(home: Home, *, purposes: tuple[str, ...] = (PURPOSE,), **changes: Any) -> Deployment:
    """Pin roots of trust, and put a descriptor with these purposes in force; give its deployment."""
    settings = Settings.load(home)
    named = [Purpose(one, one) for one in purposes]
    town = make_deployment(settings.deployment, purposes=named, **changes)
    Roots(town.office.verify_key, town.auditor.verify_key).pin(home)
    Trust(home, settings.deployment).put(town.note(), int(time.time()))
    return town


def log_key(home: Home) -> LogKey:
    """Unlock the office's log key."""
    settings = Settings.load(home)
    name = log_name(settings.origin, settings.deployment)
    return LogKey.unlock(name, home.log_key.read_bytes(), PASSPHRASE.encode())


class Clerk:
    """The process that writes the log, as a thread of this process."""

    def __init__(self, home: Home, key: LogKey) -> None:
        opened = opening.prepare(home, key)
        self._lock = opened.lock

        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(home, key, opened.listener))
        self._thread.start()
        assert self._begun.wait(10)

    def _run(self, home: Home, key: LogKey, listener: socket.socket) -> None:
        self.desk = opening.open_desk(home, key)

        async def write() -> None:
            self._writer = Writer(self.desk)
            self._loop = asyncio.get_running_loop()
            self._begun.set()
            await self._writer.run(listener)

        asyncio.run(write())
        self.desk.ledger.close()

    def renew(self) -> None:
        """Make the next checkpoint now."""
        done = threading.Event()

        def make() -> None:
            assert self.desk.checkpoints is not None
            self.desk.checkpoints.renew(int(time.time()))
            done.set()

        self._loop.call_soon_threadsafe(make)
        assert done.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._writer.end)
        self._thread.join(20)
        self._lock.release()


class Office:
    """An office inside this process."""

    def __init__(self, home: Home) -> None:
        settings = Settings.load(home)
        self.home = home
        self.clerk = Clerk(home, log_key(home))
        self.shares = Shares.unlock(home.shares, settings.deployment, PASSPHRASE.encode())
        self.custody = self.shares[max(self.shares)]
        self._runner = asyncio.Runner()
        self._app = create_app(home, settings, self.shares)
        self._client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self._app, raise_app_exceptions=False), base_url=settings.origin
        )
        self._life = self._app.router.lifespan_context(self._app)
        self._runner.run(self._life.__aenter__())

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.run(self._life.__aexit__(None, None, None))
        self._runner.close()
        self.clerk.close()

    def send(
        self, content: bytes, headers: Mapping[str, str], path: str = EVALUATIONS, method: str = "POST"
    ) -> httpx2.Response:
        return self._runner.run(self._client.request(method, path, content=content, headers=dict(headers)))

    def ask(self, signer: Signer, request: EvaluationRequest) -> httpx2.Response:
        body = request.encode()
        return self.send(body, signer.headers("POST", EVALUATIONS, body))

    def ask_many(self, requests: list[tuple[bytes, dict[str, str]]]) -> list[httpx2.Response]:
        async def all_at_once() -> list[httpx2.Response]:
            return await asyncio.gather(
                *(self._client.post(EVALUATIONS, content=body, headers=headers) for body, headers in requests)
            )

        return self._runner.run(all_at_once())


class Server:
    """An office as real processes, stopped when the block ends."""

    def __init__(self, home: Home, *, workers: int = 1, options: tuple[str, ...] = ()) -> None:
        self._home = home
        self.origin = Settings.load(home).origin
        self._log = home.folder.parent / "server.log"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    Path(sys.executable).with_name("obacht-keys"),
                    *("--home", home.folder, "serve", "--workers", str(workers)),
                    *("--passphrase-file", home.folder.parent / "passphrase"),
                    *options,
                ],
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.stop()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """Kill every process of the office, as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def log(self) -> str:
        return self._log.read_text()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def writer(self) -> psutil.Process:
        """The process that writes the log."""
        path = str(self._home.log)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for child in self.children():
                with suppress(psutil.Error):
                    if path in {file.path for file in child.open_files()}:
                        return child
            time.sleep(0.01)
        raise AssertionError(self.log())

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        writer = self.writer()
        return [child for child in self.children() if child != writer]

    def ask(self, signer: Signer, request: EvaluationRequest) -> httpx2.Response:
        body = request.encode()
        return self.send(body, signer.headers("POST", EVALUATIONS, body))

    def send(self, content: bytes, headers: Mapping[str, str], path: str = EVALUATIONS) -> httpx2.Response:
        """Send over a new connection."""
        return httpx2.post(self.origin + path, content=content, headers=dict(headers), timeout=10)

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log()
            try:
                if httpx2.get(f"{self.origin}/healthz", timeout=2).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
        raise AssertionError(self.log())


def free_origin() -> str:
    """Find a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def code(response: httpx2.Response) -> str:
    """The code of a refusal, whose form is checked too."""
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem.keys() == {"type", "title", "status", "code"}
    assert problem["status"] == response.status_code
    found: str = problem["code"]
    return found
