"""Real processes of a key office, killed at any moment: what was answered is on its log, and within its quota."""

import json
import random
import resource
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx2
import psutil
import pytest

from key_office import Server, add_device, code, free_origin, log_key, make_home, question
from obacht_keys.http import EVALUATIONS
from obacht_keys.limits import Limits
from obacht_keys.registry import AUDITOR, MAX_LIMIT, Registry
from obacht_keys.settings import Home
from obacht_protocol import entries, merkle
from obacht_protocol.checkpoints import Checkpoint
from obacht_protocol.entries import ANSWERED, Entry, Logged
from obacht_protocol.messages import EvaluationRequest, EvaluationResponse
from signing import Signer

pytestmark = pytest.mark.sockets

USER = bytes(16)
Kill = Callable[[Server], None]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path, free_origin())


def limited(home: Home, day: int) -> None:
    """Let a user ask so much a day, and as fast as it likes."""
    with Registry(home.registry) as registry:
        registry.set_limits(Limits(user_day=day, user_burst=MAX_LIMIT))


class Asker(threading.Thread):
    """Asks question after question, each again under its id until it is answered or refused for good."""

    def __init__(self, origin: str, device: Signer, user: bytes | None = None) -> None:
        super().__init__()
        self.answered: dict[bytes, Logged] = {}
        self.refused: list[str] = []
        self.faults: list[str] = []
        self.ending = threading.Event()
        self._origin = origin
        self._device = device
        self._user = user

    def run(self) -> None:
        while not self.ending.is_set():
            asked = question() if self._user is None else question(user=self._user)
            try:
                self._ask(asked)
            except Exception as error:  # noqa: BLE001 - a thread must not swallow what it found
                self.faults.append(repr(error))

    def _ask(self, asked: EvaluationRequest) -> None:
        body = asked.encode()
        while not self.ending.is_set():
            with suppress(httpx2.HTTPError):
                headers = self._device.headers("POST", EVALUATIONS, body)
                answer = httpx2.post(self._origin + EVALUATIONS, content=body, headers=headers, timeout=5)
                if answer.status_code == 200:
                    logged = EvaluationResponse.parse(answer.content).logged
                    assert logged is not None
                    self.answered[asked.question] = logged
                    return
                if answer.status_code != 503:
                    self.refused.append(code(answer))
                    return
            time.sleep(0.01)


def settle(askers: list[Asker]) -> dict[bytes, Logged]:
    """End them all, and give what they were answered."""
    for asker in askers:
        asker.ending.set()
    for asker in askers:
        asker.join()
        assert not asker.faults
    return {name: logged for asker in askers for name, logged in asker.answered.items()}


def checkpoint(home: Home, server: Server) -> Checkpoint:
    note = httpx2.get(f"{server.origin}/v1/log/checkpoint", timeout=10).raise_for_status().content
    return Checkpoint.verify(note, log_key(home).verify_key)


def whole_log(home: Home, server: Server, auditor: Signer) -> list[Entry]:
    """Read the whole log as an auditor does, and check it against its checkpoint."""
    newest = checkpoint(home, server)
    leaves: list[bytes] = []
    found: list[Entry] = []
    while len(leaves) < newest.size:
        path = f"/v1/log/entries/{len(leaves)}/{min(newest.size, len(leaves) + 256)}"
        body = httpx2.get(server.origin + path, headers=auditor.headers("GET", path), timeout=10).raise_for_status()
        rest = body.content
        while rest:
            length = int.from_bytes(rest[:4], "big")
            salt, details, rest = rest[4:36], rest[36 : 4 + length], rest[4 + length :]
            leaves.append(entries.leaf(salt, details))
            found.append(Entry.parse(details))
    assert merkle.root(leaves) == newest.root
    return found


def check_all_on_the_log(home: Home, server: Server, answered: dict[bytes, Logged]) -> list[Entry]:
    """Make sure that every answer's question stands where its promise says, once and with a valid signature."""
    auditor = add_device(home, "Datenschutz", kind=AUDITOR)
    time.sleep(1.2)  # until the next checkpoint holds all of it
    found = whole_log(home, server, auditor)
    places: dict[bytes, int] = {}
    for index, entry in enumerate(found):
        if entry.kind == ANSWERED:
            name = EvaluationRequest.parse(entry.body).question
            assert name not in places, "a question stands on the log twice"
            places[name] = index
    key = log_key(home).verify_key
    for name, logged in answered.items():
        logged.verify(key, name)
        assert places[name] == logged.index
    return found


def kill_again_and_again(home: Home, rounds: int) -> None:
    limited(home, MAX_LIMIT)
    devices = [add_device(home, f"Amt {number}") for number in range(4)]
    last = Checkpoint(log_key(home).name, 0, merkle.root([]))
    kills: list[Kill] = [
        lambda server: server.writer().kill(),
        lambda server: server.workers()[0].kill(),
        Server.kill,
        lambda server: server.writer().kill(),
    ]
    server = Server(home, workers=2)
    askers = [Asker(server.origin, device) for device in devices]
    try:
        for asker in askers:
            asker.start()
        for number in range(rounds):
            with suppress(httpx2.HTTPError):  # a writer that was just killed gives no checkpoint
                before, last = last, checkpoint(home, server)
                check_prefix(server, before, last)
            time.sleep(random.uniform(0.05, 0.4))
            with suppress(psutil.NoSuchProcess):
                kills[number % 4](server)
            if server.process.poll() is not None:
                server = Server(home, workers=2)
        answered = settle(askers)
        assert len(answered) > rounds
        check_all_on_the_log(home, server, answered)
        check_prefix(server, last, checkpoint(home, server))
    finally:
        for asker in askers:
            asker.ending.set()
        if server.process.poll() is None:
            server.kill()


def check_prefix(server: Server, before: Checkpoint, after: Checkpoint) -> None:
    assert before.size <= after.size
    answer = httpx2.get(f"{server.origin}/v1/log/consistency/{before.size}/{after.size}", timeout=10).raise_for_status()
    proof = [answer.content[place : place + 32] for place in range(0, len(answer.content), 32)]
    merkle.verify_consistency(before.size, before.root, after.size, after.root, proof)


def test_what_was_answered_is_on_the_log_whoever_is_killed(home: Home) -> None:
    kill_again_and_again(home, 8)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_was_answered_is_on_the_log_through_many_kills(home: Home) -> None:
    kill_again_and_again(home, 60)


def test_no_more_than_the_limit_is_answered_by_four_workers_that_are_killed(home: Home) -> None:
    limit = 60
    limited(home, limit)
    devices = [add_device(home) for _ in range(4)]
    with Server(home, workers=4) as server:
        askers = [Asker(server.origin, device, USER) for device in devices]
        for asker in askers:
            asker.start()
        for number in range(4):
            time.sleep(0.3)
            (server.writer() if number % 2 else server.workers()[number]).kill()
        deadline = time.monotonic() + 30
        while sum(len(asker.refused) for asker in askers) < 2 * limit and time.monotonic() < deadline:
            time.sleep(0.05)
        answered = settle(askers)
        assert {one for asker in askers for one in asker.refused} == {"quota"}
        found = check_all_on_the_log(home, server, answered)
        # A question may be on the log whose asker was told to end before the answer came.
        assert sum(entry.kind == ANSWERED for entry in found) == limit
        assert limit - len(askers) <= len(answered) <= limit
        refused = server.ask(devices[0], question(user=USER))
        assert (refused.status_code, code(refused)) == (429, "quota")
        assert 0 < int(refused.headers["retry-after"]) <= 24 * 3600
        server.kill()
    with Server(home, workers=2) as server:
        assert code(server.ask(devices[1], question(user=USER))) == "quota"
        assert server.ask(devices[1], question()).status_code == 200


def test_a_retry_after_a_kill_is_free_and_gets_the_first_promise(home: Home) -> None:
    limited(home, 1)
    desk = add_device(home)
    asked = question(user=USER)
    with Server(home) as server:
        first = EvaluationResponse.parse(server.ask(desk, asked).content)
        server.writer().kill()
        again = EvaluationResponse.parse(retried(server, desk, asked).content)
        assert again.logged == first.logged
        server.kill()
    with Server(home) as server:
        assert EvaluationResponse.parse(server.ask(desk, asked).content).logged == first.logged
        assert code(server.ask(desk, question(user=USER))) == "quota"


def retried(server: Server, desk: Signer, asked: EvaluationRequest) -> httpx2.Response:
    deadline = time.monotonic() + 10
    while (answer := server.ask(desk, asked)).status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer


def test_a_hung_writer_is_no_answer_within_two_seconds_and_goes_on_afterwards(home: Home) -> None:
    desk = add_device(home)
    with Server(home, workers=2) as server:
        assert server.ask(desk, question()).status_code == 200
        writer = server.writer()
        writer.suspend()
        for _ in range(2):
            begin = time.monotonic()
            refused = server.ask(desk, question())
            assert (refused.status_code, code(refused)) == (503, "unavailable")
            assert time.monotonic() - begin < 2.3
            assert httpx2.get(f"{server.origin}/healthz", timeout=2).status_code == 200
        time.sleep(4)  # until nobody waits for what was sent
        writer.resume()
        assert retried(server, desk, question()).status_code == 200
        found = whole_log_later(home, server)
        assert sum(entry.kind == ANSWERED for entry in found) == 2, "what nobody waited for was not written"


def whole_log_later(home: Home, server: Server) -> list[Entry]:
    return check_all_on_the_log(home, server, {})


def test_a_full_disk_is_no_answer_and_nothing_half_written_stays(home: Home) -> None:
    desk = add_device(home)
    with Server(home, workers=2) as server:
        assert server.ask(desk, question()).status_code == 200
        writer = server.writer()
        before = resource.prlimit(writer.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(writer.pid, resource.RLIMIT_FSIZE, (home.log.stat().st_size, before[1]))
        refusals = [code(server.ask(desk, question(160))) for _ in range(3)]
        assert refusals == ["unavailable"] * 3
        resource.prlimit(writer.pid, resource.RLIMIT_FSIZE, before)
        answer = retried(server, desk, asked := question())
        logged = EvaluationResponse.parse(answer.content).logged
        assert logged is not None
        found = check_all_on_the_log(home, server, {asked.question: logged})
        assert sum(entry.kind == ANSWERED for entry in found) == 2
        assert '"event":"log-failed"' in server.log()


def test_a_revoked_device_is_refused_by_every_worker_at_once(home: Home) -> None:
    desk = add_device(home)
    limited(home, MAX_LIMIT)
    with Server(home, workers=4) as server:
        clients = [httpx2.Client(base_url=server.origin) for _ in range(16)]
        try:
            for client in clients:
                assert ask(client, desk).status_code == 200
            with Registry(home.registry) as registry:
                registry.revoke_device(desk.device)
            assert {code(ask(client, desk)) for client in clients} == {"device"}
        finally:
            for client in clients:
                client.close()


def ask(client: httpx2.Client, desk: Signer) -> httpx2.Response:
    body = question().encode()
    return client.post(EVALUATIONS, content=body, headers=desk.headers("POST", EVALUATIONS, body))


def test_counts_are_told_on_this_machine_and_no_names(home: Home) -> None:
    desk = add_device(home)
    with Server(home, options=("--metrics-port", "0")) as server:
        assert server.ask(desk, asked := question()).status_code == 200
        (line,) = [line for line in server.log().splitlines() if '"event":"metrics"' in line]
        port = json.loads(line)["port"]
        text = httpx2.get(f"http://127.0.0.1:{port}/metrics", timeout=5).raise_for_status().text
        assert "obacht_answers_total 1\n" in text
        assert "obacht_log_stopped 0\n" in text
        assert not [word for word in ("Jugendamt", desk.device, asked.user.hex()) if word in text]
        assert httpx2.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 404
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(30) == 0
