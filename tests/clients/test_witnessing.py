"""A witness never cosigns a tree that does not go on from what it cosigned, whoever races and whatever ends it."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner

import witnessing_process
from auditing import Auditor, cheap_locks
from obacht_clients.audit import witness_server
from obacht_clients.audit.witness_server import WitnessServer
from obacht_clients.cli.commands import obacht
from obacht_clients.cli.console import Console
from obacht_clients.errors import HomeError
from obacht_clients.witnessing import Witness, logs_of
from obacht_protocol import merkle, notes
from obacht_protocol.checkpoints import Checkpoint, Submission, WitnessKey
from obacht_protocol.errors import WitnessError
from witnessing_process import KEY, LEAVES, LOGS, SIGNER, submission

OTHER = [merkle.leaf_hash(b"other"), *LEAVES[1:]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "witness.sqlite"


def cosigned(witness: Witness, body: bytes) -> int:
    """Submit, check the cosignature, and give the size that was cosigned."""
    line = witness.cosign(body, LOGS, 1_800_000_000)
    note = Submission.parse(body).note + line
    assert witness.key.verify(note) == 1_800_000_000
    return Checkpoint.verify(note, KEY.verify_key).size


def status(witness: Witness, body: bytes) -> tuple[int, int | None]:
    with pytest.raises(WitnessError) as refused:
        witness.cosign(body, LOGS, 1)
    return refused.value.status, refused.value.size


def test_a_log_that_grows_is_followed_over_restarts(path: Path) -> None:
    assert cosigned(Witness(path, SIGNER), submission(0, 3)) == 3
    assert cosigned(Witness(path, SIGNER), submission(3, 7)) == 7
    assert cosigned(Witness(path, SIGNER), submission(7, 7)) == 7
    assert status(Witness(path, SIGNER), submission(3, 9)) == (409, 7)
    assert status(Witness(path, SIGNER), submission(7, 9, OTHER)) == (422, None)
    assert status(Witness(path, SIGNER), submission(7, 7, OTHER)) == (409, 7)


def test_what_is_refused_changes_nothing(path: Path) -> None:
    witness = Witness(path, SIGNER)
    cosigned(witness, submission(0, 3))
    for body in (submission(3, 9, OTHER), submission(4, 9), b"nonsense"):
        status(witness, body)
    assert cosigned(witness, submission(3, 4)) == 4


def test_logs_are_kept_apart(path: Path) -> None:
    witness = Witness(path, SIGNER)
    cosigned(witness, submission(0, 3))
    second = notes.SigningKey("other.example/town", bytes(range(32)))
    body = Submission(0, [], Checkpoint(second.name, 1, LEAVES[0]).sign(second)).encode()
    assert status(witness, body) == (404, None)
    witness.cosign(body, {second.name: second.verify_key}, 1)
    assert cosigned(witness, submission(3, 4)) == 4


def test_of_two_that_race_from_one_size_only_one_is_cosigned(path: Path) -> None:
    witness, size = Witness(path, SIGNER), 0
    for _ in range(15):
        bodies = [submission(size, size + step) for step in (1, 2, 3, 4)]
        with ThreadPoolExecutor(4) as threads:
            tried = [threads.submit(cosigned, witness, body) for body in bodies]
        done = [one.result() for one in tried if one.exception() is None]
        assert all(isinstance(one.exception(), WitnessError) for one in tried if one.exception() is not None)
        (size,) = done
    assert cosigned(witness, submission(size, size + 1)) == size + 1


def test_killed_at_any_moment_it_remembers_what_it_gave_out(path: Path) -> None:
    command = [sys.executable, witnessing_process.__file__, str(path)]
    size = 0
    for wanted in (1, 3, 2, 5, 1, 4):
        process = subprocess.Popen([*command, str(size)], stdout=subprocess.PIPE, encoding="ascii")
        assert process.stdout is not None
        for _ in range(wanted):
            size = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
        process.stdout.close()
        process.wait()
        size = int(rest[-1]) if rest else size
        witness = Witness(path, SIGNER)
        told, known = status(witness, submission(size, size + 1, OTHER))
        # One more may have been kept whose cosignature was not given out any more.
        assert (told, known) in {(422, None), (409, size + 1)}
        size = known or size


def test_what_cannot_be_kept_is_not_cosigned(path: Path) -> None:
    witness = Witness(path, SIGNER)
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(HomeError, match="witness-state"):
        witness.cosign(submission(0, 1), LOGS, 1)
    with pytest.raises(HomeError, match="witness-state"):
        Witness(path.parent / "none" / "x", SIGNER)


@pytest.fixture
def server(path: Path) -> Iterator[WitnessServer]:
    server = WitnessServer(("127.0.0.1", 0), Witness(path, SIGNER), lambda: LOGS, lambda: 7)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def connected(server: WitnessServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.server_port))


def post(server: WitnessServer, body: bytes, path: str = "/add-checkpoint", **headers: str) -> httpx2.Response:
    url = f"http://127.0.0.1:{server.server_port}{path}"
    return httpx2.post(url, content=body, headers=headers, trust_env=False)


@pytest.mark.sockets
def test_it_answers_as_the_specification_says(server: WitnessServer) -> None:
    done = post(server, submission(0, 3))
    assert done.status_code == 200
    assert SIGNER.key.verify(Submission.parse(submission(0, 3)).note + done.content) == 7
    conflict = post(server, submission(0, 5))
    assert (conflict.status_code, conflict.headers["content-type"], conflict.content) == (
        409,
        "text/x.tlog.size",
        b"3\n",
    )
    assert post(server, submission(3, 5, OTHER)).status_code == 422
    assert post(server, b"old 9\n\n").status_code == 400
    stranger = notes.SigningKey("other.example/town", bytes(32))
    body = Submission(0, [], Checkpoint(stranger.name, 1, LEAVES[0]).sign(stranger)).encode()
    assert post(server, body).status_code == 404
    thief = notes.SigningKey(KEY.name, bytes(range(32)))
    body = Submission(3, [], Checkpoint(KEY.name, 4, LEAVES[0]).sign(thief)).encode()
    assert post(server, body).status_code == 403
    assert post(server, submission(0, 3), "/").status_code == 404
    assert post(server, b"x" * (64 * 1024 + 1)).status_code == 413
    for path, expected in (("/add-checkpoint", 404), ("/healthz", 200)):
        assert httpx2.get(f"http://127.0.0.1:{server.server_port}{path}", trust_env=False).status_code == expected


@pytest.mark.sockets
def test_whoever_sends_slowly_or_states_no_length_is_hung_up_on(
    server: WitnessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness_server, "SECONDS", 0.2)
    with connected(server) as slow:
        slow.sendall(b"POST /add-checkpoint HTTP/1.0\r\nContent-Length: 10\r\n\r\nold")
        slow.settimeout(5)
        assert b"200" not in slow.recv(100)
    monkeypatch.setattr(witness_server, "SECONDS", 10.0)
    for length in (b"", b"Content-Length: -1\r\n", b"Content-Length: 1_0\r\n"):
        with connected(server) as one:
            one.sendall(b"POST /add-checkpoint HTTP/1.0\r\n" + length + b"\r\n")
            assert b" 411 " in one.recv(100)


@pytest.mark.sockets
def test_with_all_places_taken_others_are_hung_up_on(server: WitnessServer) -> None:
    held = [connected(server) for _ in range(witness_server.AT_ONCE)]
    for one in held:
        one.sendall(b"POST /add-checkpoint HTTP/1.0\r\n")
    with connected(server) as more:
        more.settimeout(5)
        assert more.recv(1) == b""
    for one in held:
        one.close()


@pytest.fixture
def auditor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Auditor:
    cheap_locks(monkeypatch)
    return Auditor(tmp_path)


def test_the_witness_key_is_made_once(auditor: Auditor) -> None:
    first = auditor.run("witness", "--key")
    assert first.exit_code == 0, first.output
    assert WitnessKey.parse(first.output.strip()).name == "test-town/auditor/witness"
    assert auditor.run("witness", "--key").output == first.output
    auditor.secret.write_text("wrong horse battery", "utf-8")
    assert auditor.run("witness", "--key").exit_code == 1
    assert auditor.run("witness", "--listen", "nowhere").exit_code == 2


def test_the_logs_are_those_of_the_descriptor(auditor: Auditor) -> None:
    descriptor = auditor.town.deployment.descriptor
    assert logs_of(descriptor) == {auditor.log.key.name: auditor.log.key.verify_key}
    (auditor.home / "auditor.last").unlink()
    assert auditor.run("witness").exit_code == 1


@pytest.mark.sockets
def test_the_command_serves_what_the_descriptor_names(auditor: Auditor) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        taken = auditor.run("witness", "--listen", f"127.0.0.1:{port}")
        assert taken.exit_code == 1
        assert "belegt" in taken.output
    options = ("--listen", f"127.0.0.1:{port}", "--passphrase-file", str(auditor.secret))
    command = [str(Path(sys.executable).with_name("obacht")), "--home", str(auditor.home), "audit", "witness", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        key = WitnessKey.parse(process.stdout.readline().strip())
        assert str(port) in process.stderr.readline()
        body = Submission(0, [], auditor.log.note).encode()
        done = httpx2.post(f"http://127.0.0.1:{port}/add-checkpoint", content=body, trust_env=False)
        assert done.status_code == 200
        assert key.verify(auditor.log.note + done.content)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0, process.stderr.read()
        process.stdout.close()
        process.stderr.close()


def test_help_names_every_verb_of_the_auditor() -> None:
    shown = CliRunner().invoke(obacht, ["audit", "--help"], obj=Console()).output
    for verb in ("init", "sign", "keys", "device", "receipts", "who-asked", "second", "looks", "witness"):
        assert f"  {verb} " in shown
