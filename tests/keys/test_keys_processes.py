"""A key office as its operator runs it: real processes and sockets, killed and started again."""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest

from bad_questions import BAD, inputs, signed
from key_office import EPOCH, PASSPHRASE, Server, add_device, code, free_origin, log_key, make_home, question
from obacht_keys.custody import Custody
from obacht_keys.http import EVALUATIONS
from obacht_keys.registry import Registry
from obacht_keys.settings import Home, Settings
from obacht_protocol.encoding import base64url
from signing import Signer

pytestmark = pytest.mark.sockets


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path, free_origin())


@pytest.fixture
def desk(home: Home) -> Signer:
    return add_device(home)


def test_a_replay_is_refused_after_a_crash_and_a_restart(home: Home, desk: Signer) -> None:
    sent = signed(desk, question().encode())
    with Server(home) as server:
        assert server.send(sent.body, sent.headers).status_code == 200
        server.kill()
    with Server(home, workers=2) as server:
        assert [code(server.send(sent.body, sent.headers)) for _ in range(4)] == ["replay"] * 4
        server.kill()


def test_two_processes_share_what_counts_once_and_who_was_revoked(home: Home, desk: Signer) -> None:
    with Server(home, workers=2) as server:
        connections = [httpx2.Client(base_url=server.origin) for _ in range(16)]
        try:
            sent = signed(desk, question().encode())
            told = [client.post(EVALUATIONS, content=sent.body, headers=sent.headers) for client in connections]
            assert sorted(response.status_code for response in told) == [200] + [409] * 15
            with Registry(home.registry) as registry:
                registry.revoke_device(desk.device)
            for client in connections:
                late = signed(desk, question().encode())
                assert code(client.post(EVALUATIONS, content=late.body, headers=late.headers)) == "device"
        finally:
            for client in connections:
                client.close()
        assert len(serving(server, connections=0)) == 2


def serving(server: Server, connections: int) -> Counter[int]:
    """Count the connections of each process that serves."""
    found = {child.pid: len(child.net_connections("tcp")) - 1 for child in server.workers()}
    assert sum(found.values()) >= connections
    return Counter(found)


def test_connections_spread_over_the_processes(home: Home) -> None:
    with Server(home, workers=2) as server:
        host, port = urlsplit(server.origin).netloc.split(":")
        connections = [socket.create_connection((host, int(port))) for _ in range(40)]
        try:
            time.sleep(0.5)
            assert min(serving(server, connections=40).values()) >= 5
        finally:
            for connection in connections:
                connection.close()


def test_a_process_that_dies_is_replaced_and_a_killed_parent_takes_all_along(home: Home, desk: Signer) -> None:
    with Server(home, workers=2) as server:
        time.sleep(2.1)  # a process that dies sooner is taken for one that cannot start
        for victim in (server.workers()[0], server.writer()):
            replaced(server, victim)
        assert [server.ask(desk, question()).status_code for _ in range(8)] == [200] * 8
        children = server.children()
        server.process.kill()
        server.process.wait()
        until(lambda: not any(child.is_running() for child in children))


def replaced(server: Server, victim: psutil.Process) -> None:
    victim.kill()
    until(lambda: len(server.children()) == 3 and victim not in server.children())


def until(condition: object) -> None:
    deadline = time.monotonic() + 20
    while not condition():  # type: ignore[operator] # a lambda
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
def test_told_to_stop_it_finishes_and_ends_well(home: Home, desk: Signer, workers: int) -> None:
    with Server(home, workers=workers) as server:
        assert server.ask(desk, question()).status_code == 200
        assert server.stop() == 0
        assert '"event":"stopped"' in server.log()


def test_a_taken_port_is_said_in_words(home: Home) -> None:
    (other_folder := home.folder.parent / "other").mkdir()
    other = make_home(other_folder, Settings.load(home).origin)
    with Server(home):
        second = subprocess.run(
            [
                Path(sys.executable).with_name("obacht-keys"),
                *("--home", other.folder, "serve", "--passphrase-file", home.folder.parent / "passphrase"),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert second.returncode == 1
    assert "another program listens there" in second.stderr
    assert "Traceback" not in second.stderr


def test_no_input_reaches_the_log(home: Home, desk: Signer) -> None:
    seen: set[str] = set()
    with Server(home) as server:
        for make, status, expected in BAD.values():
            sent = make(desk)
            response = server.send(sent.body, sent.headers, sent.path)
            assert (response.status_code, code(response)) == (status, expected)
            seen |= inputs(sent)
        asked = signed(desk, question().encode())
        assert server.send(asked.body, asked.headers).status_code == 200
        seen |= inputs(asked)
        server.stop()
        log = server.log()
    assert '"code":"element"' in log
    assert log.count('"event":"request"') == len(BAD) + 1
    assert not [word for word in seen if word in log]
    assert "Mustermann" not in log


def test_share_and_log_key_are_in_no_argument_no_environment_and_no_file(home: Home) -> None:
    secrets = (
        Custody.unlock(home.share.read_bytes(), PASSPHRASE.encode())._secret,
        log_key(home).note_key.seed,
    )
    forms = [PASSPHRASE]
    for secret in secrets:
        forms += [secret.hex(), base64url(secret), base64.b64encode(secret).decode()]
    with Server(home, workers=2) as server:
        for process in [psutil.Process(server.process.pid), *server.children()]:
            told = " ".join(process.cmdline()) + " ".join(process.environ().values())
            assert not [form for form in forms if form in told]
    for path in home.folder.iterdir():
        data = path.read_bytes()
        assert not [secret for secret in secrets if secret in data]
        assert not [form for form in forms if form.encode() in data]
        assert path.stat().st_mode & 0o077 == 0


def raw(server: Server, data: bytes, *, hold: float = 0.0) -> bytes:
    host, port = urlsplit(server.origin).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(data)
        time.sleep(hold)
        received = b""
        while b"}" not in received and (piece := connection.recv(65_536)):
            received += piece
        return received


def test_what_is_not_http_is_told_so(home: Home, desk: Signer) -> None:
    asked = question().encode()
    sent = "\r\n".join(f"{name}: {value}" for name, value in desk.headers("POST", EVALUATIONS, asked).items())
    head = f"POST {EVALUATIONS} HTTP/1.1\r\nHost: x\r\n{sent}\r\n"
    with Server(home) as server:
        assert b'"code":"http"' in raw(server, b"Mustermann\r\n\r\n")
        assert b'"code":"http"' in raw(server, "GET /Müller HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        large = raw(server, b"GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + b"a" * 20_000 + b"\r\n\r\n")
        assert large.startswith(b"HTTP/1.1 431")
        assert b'"code":"headers"' in large
        chunked = f"{head}Transfer-Encoding: chunked\r\n\r\n{len(asked):x}\r\n".encode() + asked + b"\r\n0\r\n\r\n"
        assert b'"code":"length"' in raw(server, chunked)
        twice = f"{head}Content-Length: {len(asked)}\r\nContent-Length: {len(asked) + 1}\r\n\r\n".encode() + asked
        assert b'"code":"http"' in raw(server, twice)
        # an upload that breaks off is no question, and leaves the server as it was
        host, port = urlsplit(server.origin).netloc.split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(f"{head}Content-Length: {len(asked)}\r\n\r\n".encode() + asked[:50])
        assert server.ask(desk, question()).status_code == 200
        assert '"event":"request-failed"' not in server.log()


def test_another_epoch_of_the_office_is_told_so(home: Home, desk: Signer) -> None:
    with Server(home) as server:
        assert code(server.ask(desk, question(epoch=EPOCH + 1))) == "epoch"
        os.kill(server.process.pid, signal.SIGINT)
        assert server.process.wait(30) == 0
