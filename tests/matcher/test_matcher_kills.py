"""Real processes: readers see the old or the new register, never a mix, whoever is killed and whenever."""

import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import psutil
import pytest
import redis

from deployment import Deployment, Published, make_deployment
from matcher_site import NOTE, REGISTER
from obacht_matcher.embedded import Embedded
from obacht_protocol import register
from obacht_protocol.head import Head

pytestmark = pytest.mark.sockets

LONGEST_PUT = 0.15


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """The matcher as its operator runs it."""

    def __init__(self, home: Path, *options: str) -> None:
        self.home = home
        self.town = make_deployment(matcher=f"http://127.0.0.1:{free_port()}")
        self.client = httpx2.Client(base_url=self.town.descriptor.matcher, timeout=30)
        self._options = options
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        town = self.town
        command = [str(Path(sys.executable).parent / "obacht-matcher"), "--home", str(self.home), "serve"]
        if not (self.home / "matcher.toml").exists():
            command += ["--deployment", town.name, "--origin", town.descriptor.matcher]
            command += ["--office-key", str(town.office.verify_key), "--auditor-key", str(town.auditor.verify_key)]
        self.process = subprocess.Popen([*command, *self._options], stderr=subprocess.DEVNULL)
        self.wait()

    def wait(self, status: int = 200, path: str = "/healthz") -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(httpx2.HTTPError):
                if self.client.get(path).status_code == status:
                    return
            assert self.process.poll() is None, "the matcher ended"
            time.sleep(0.02)
        pytest.fail(f"{path} never answered {status}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def kill_valkey(self) -> None:
        psutil.Process(int((self.home / "store" / "valkey.pid").read_text())).kill()

    def kill_both(self) -> None:
        self.kill_valkey()
        self.kill()

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(20) == 0
        self.client.close()

    def describe(self) -> None:
        answer = self.client.put("/v1/descriptor", content=self.town.note(), headers=NOTE)
        assert answer.status_code == 204

    def put(self, published: Published) -> int | None:
        """Give the status of the answer, or None if none came."""
        body = published.body
        headers = self.town.device.headers("PUT", published.path, body, media_type=REGISTER)
        with suppress(httpx2.HTTPError):
            return self.client.put(published.path, content=body, headers=headers).status_code
        return None


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    matcher = Server(home / "home")
    matcher.start()
    yield matcher
    matcher.stop()


class Reader(threading.Thread):
    """Fetches register after register and checks each against its head."""

    def __init__(self, town: Deployment) -> None:
        super().__init__()
        self.whole = 0
        self.newest = 0
        self.faults: list[str] = []
        self.ending = threading.Event()
        self._town = town

    def run(self) -> None:
        with httpx2.Client(base_url=self._town.descriptor.matcher, timeout=30) as client:
            while not self.ending.is_set():
                try:
                    self._read(client)
                except httpx2.HTTPError:
                    time.sleep(0.01)  # killed, or cut off: what came was not taken for whole
                except Exception as error:  # noqa: BLE001 - a thread must not swallow what it found
                    self.faults.append(repr(error))

    def wait_for(self, whole: int) -> None:
        """Wait until so many registers were read whole, however slow this machine is."""
        end = time.monotonic() + 60
        while self.whole < whole and not self.faults:
            assert time.monotonic() < end, "the reader reads no register whole"
            time.sleep(0.02)

    def _read(self, client: httpx2.Client) -> None:
        answer = client.get("/v1/register/head")
        if answer.status_code == 503:
            return
        head = Head.verify(answer.content, self._town.head.verify_key)
        if head.sequence < self.newest:
            self.faults.append("a register went back")
        self.newest = head.sequence
        for index in range(1 << head.bits):
            answer = client.get(f"/v1/register/{head.sequence}/buckets/{index}")
            if answer.status_code == 503:
                return
            if answer.status_code != 200:
                self.faults.append(f"status {answer.status_code}")
                return
            proof, bucket = answer.content[: head.bits * 32], answer.content[head.bits * 32 :]
            parts = [proof[place : place + 32] for place in range(0, len(proof), 32)]
            register.check_bucket(
                bucket, index=index, bits=head.bits, bucket_rows=head.rows, proof=parts, root=head.root
            )
        self.whole += 1


def registers(town: Deployment, monkeypatch: pytest.MonkeyPatch) -> list[Published]:
    """A few registers of 8 buckets of 1 MiB, built in advance: publishing, not building, is what gets killed."""
    monkeypatch.setattr(register, "MAX_BUCKET_ROWS", 8192)
    real = [register.filler_row(bytes(32), number) for number in range(40_000)]
    built = [town.publish(1, real) for _ in range(3)]
    assert {one.head.bits for one in built} == {3}
    return built


def orphans(server: Server) -> set[str]:
    """Keys of buckets of which the state knows nothing, so that no sweep would ever find them."""
    prefix = f"obacht:{server.town.name}:"
    socket_path = str(Embedded(server.home).socket)
    with redis.Redis(unix_socket_path=socket_path, decode_responses=True, encoding_errors="replace") as client:
        state: dict[str, str] = client.execute_command("HGETALL", prefix + "state")
        known = {field.removeprefix("retired:") for field in state if field.startswith("retired:")}
        known |= {value.split()[0] for field, value in state.items() if field.startswith("kept:")}
        known |= {state[field] for field in ("upload",) if field in state}
        found: list[str] = client.execute_command("KEYS", prefix + "register:*")
    return {key.removeprefix(prefix + "register:").rpartition(":")[0] for key in found} - known


def kill_again_and_again(server: Server, monkeypatch: pytest.MonkeyPatch, kills: int) -> None:
    server.describe()
    built = registers(server.town, monkeypatch)
    reader = Reader(server.town)
    reader.start()
    victims = [server.kill, server.kill_valkey, server.kill_both, server.kill_valkey]
    sequence, cut, killed = 0, 0, 0
    try:
        # until enough kills have met an upload under way, however fast or slow this machine is
        while killed < kills or cut < kills // 5:
            assert killed < 5 * kills, "the kills come too late to meet an upload"
            sequence += 1
            published = built[sequence % 3].renewed(sequence=sequence)
            before = reader.newest
            victim = victims[killed % 4] if sequence % 2 else None
            if victim is None:
                seen = reader.whole
                status = server.put(published)
                assert status == 204
                reader.wait_for(seen + 1)
            else:
                timer = threading.Timer(random.uniform(0, LONGEST_PUT), victim)
                timer.start()
                status = server.put(published)
                timer.join()
                killed += 1
                cut += status != 204
                if server.process.poll() is not None:
                    server.start()
            server.wait(path="/v1/register/head" if before else "/v1/descriptor")
            if status == 204:
                server.wait(path="/v1/register/head")
                note = server.client.get("/v1/register/head").content
                assert Head.verify(note, server.town.head.verify_key).sequence == sequence
    finally:
        reader.ending.set()
        reader.join()
    assert not reader.faults
    assert orphans(server) == set()


def test_readers_see_the_old_or_the_new_register_whoever_is_killed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_again_and_again(server, monkeypatch, 10)


@pytest.mark.slow
def test_readers_see_the_old_or_the_new_register_through_many_kills(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_again_and_again(server, monkeypatch, 100)


def test_a_reader_of_a_register_that_vanishes_meanwhile_is_cut_off(server: Server) -> None:
    server.describe()
    published = server.town.publish(1, [register.filler_row(bytes(32), number) for number in range(70_000)])
    assert server.put(published) == 204
    with server.client.stream("GET", "/v1/register/1/buckets/0") as answer:
        pieces = answer.iter_raw()
        got = len(next(pieces))
        with redis.Redis(unix_socket_path=str(Embedded(server.home).socket), decode_responses=True) as client:
            (key,) = client.keys("obacht:*:register:*")
            client.unlink(key)
        rest: list[bytes] = []
        with pytest.raises(httpx2.RemoteProtocolError):
            rest.extend(pieces)
        got += sum(map(len, rest))
    assert answer.status_code == 200
    assert got < int(answer.headers["content-length"]) == published.head.bucket_length
    assert server.client.get("/v1/register/1/buckets/0").status_code == 503


def test_a_killed_store_comes_back_by_itself_and_meanwhile_nothing_is_answered(home: Path) -> None:
    server = Server(home / "home", "--workers", "2")
    server.start()
    server.describe()
    published = server.town.publish()
    assert server.put(published) == 204
    server.kill_valkey()
    seen = set()
    deadline = time.monotonic() + 20
    while 200 not in seen and time.monotonic() < deadline:
        begin = time.monotonic()
        answer = server.client.get("/v1/register/head")
        assert time.monotonic() - begin < 5
        seen.add(answer.status_code)
        if answer.status_code == 200:
            assert answer.content == published.note
        else:
            assert answer.json()["code"] == "unavailable"
        time.sleep(0.01)
    assert 200 in seen <= {200, 503}
    assert server.client.get("/v1/register/1/buckets/0").content == published.register.buckets[0]
    server.stop()
