"""Bringing checkpoints to witnesses, and not going on from a log that is no longer the one they have seen."""

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from key_office import Server, add_device, code, free_origin, log_key, make_home, question
from obacht_keys.errors import LogError
from obacht_keys.log.checkpoints import Checkpoints
from obacht_keys.log.desk import Desk
from obacht_keys.log.key import LogKey
from obacht_keys.log.ledger import Ledger
from obacht_keys.log.requests import Event
from obacht_keys.log.store import Store
from obacht_keys.log.witnesses import ForkError, Post, WitnessError, Witnessing, compare, submit
from obacht_keys.registry import Registry
from obacht_keys.watchers import Watcher, Watchers
from obacht_protocol.checkpoints import Checkpoint, Submission
from watching import Witness, over_http

KEY = LogKey.generate("keys.example.org/test-keys")
URL = "https://witness.example.org"


class Log:
    """A log that can be cut, copied and put back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.open()

    def open(self) -> None:
        self.ledger = Ledger(lambda: Store(self.path), KEY)
        self.checkpoints = Checkpoints(self.ledger, KEY, 1)

    def grow(self, entries: int = 1) -> None:
        for number in range(entries):
            self.ledger.take([Event(1, "test", f"{number} {os.urandom(4).hex()}")])
        self.checkpoints.renew(2)

    def restore(self, copy: Path) -> None:
        self.ledger.close()
        shutil.copy(copy, self.path)
        self.open()

    def copy(self, target: Path) -> Path:
        self.ledger.close()
        shutil.copy(self.path, target)
        self.open()
        return target


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    made = Log(tmp_path / "log.db")
    made.grow(3)
    yield made
    made.ledger.close()


@pytest.fixture
def witness() -> Witness:
    return Witness(KEY.verify_key)


def ask(log: Log, witness: Witness, send: Post | None = None) -> int:
    watcher = Watcher(witness.key, URL)
    return asyncio.run(submit(watcher, log.ledger, log.checkpoints, send or witness.post))


def test_every_checkpoint_is_cosigned_with_the_proof_that_it_goes_on_from_the_last(log: Log, witness: Witness) -> None:
    for _ in range(4):
        log.grow(3)
        assert ask(log, witness) == log.ledger.size
        witness.key.verify(log.checkpoints.note)
        assert Checkpoint.verify(log.checkpoints.note, KEY.verify_key).size == log.ledger.size
    assert [Submission.parse(body).old for body in witness.bodies] == [0, 6, 9, 12]


def test_cosignatures_are_kept_with_the_checkpoint(log: Log, witness: Witness) -> None:
    other = Witness(KEY.verify_key)
    ask(log, witness)
    ask(log, other)
    log.ledger.close()
    log.open()
    witness.key.verify(log.checkpoints.note)
    other.key.verify(log.checkpoints.note)
    assert ask(log, witness) == 3, "asking again is no harm"


def test_a_witness_that_has_seen_more_than_was_remembered_is_asked_from_there(log: Log, witness: Witness) -> None:
    ask(log, witness)
    log.ledger.store.keep_witnessed(str(witness.key), 0)
    log.grow()
    assert ask(log, witness) == 4
    assert [Submission.parse(body).old for body in witness.bodies] == [0, 0, 3]


def test_a_log_that_was_put_back_to_an_older_copy_is_noticed(log: Log, witness: Witness, tmp_path: Path) -> None:
    copy = log.copy(tmp_path / "copy.db")
    log.grow(2)
    ask(log, witness)
    log.restore(copy)
    with pytest.raises(ForkError, match="has seen 5 entries, and there are only 3"):
        ask(log, witness)
    log.grow(2)
    with pytest.raises(ForkError, match="other entries"):
        ask(log, witness)
    log.grow(2)
    with pytest.raises(ForkError, match="other entries"):
        ask(log, witness)


def answering(status: int, body: bytes = b"") -> Post:
    return lambda _, __: (status, body)


def silent(_: str, __: bytes) -> tuple[int, bytes]:
    raise ConnectionRefusedError


@pytest.mark.parametrize(
    ("send", "told"),
    [
        (silent, "cannot be reached"),
        (answering(404), "status 404"),
        (answering(503), "status 503"),
        (answering(409, b"many"), "status 409"),
        (answering(200, b"nonsense\n"), "wrong signature"),
    ],
)
def test_a_witness_that_does_not_answer_or_answers_nonsense_is_named(
    log: Log, witness: Witness, send: Post, told: str
) -> None:
    with pytest.raises(WitnessError, match=told) as caught:
        ask(log, witness, send)
    assert not isinstance(caught.value, ForkError)
    assert "witness.example.org" in str(caught.value)


def test_another_witness_s_signature_is_no_cosignature(log: Log, witness: Witness) -> None:
    with pytest.raises(WitnessError, match="wrong signature"):
        ask(log, witness, Witness(KEY.verify_key).post)


def test_at_the_start_one_that_is_silent_is_told_and_one_that_knows_better_stops_it(
    log: Log, witness: Witness, tmp_path: Path
) -> None:
    stranger = Witness()
    watchers = [Watcher(stranger.key, "https://stranger"), Watcher(witness.key, URL)]

    def send(url: str, body: bytes) -> tuple[int, bytes]:
        return (stranger if "stranger" in url else witness).post(url, body)

    copy = log.copy(tmp_path / "copy.db")
    log.grow()
    (told,) = asyncio.run(compare(watchers, log.ledger, log.checkpoints, send))
    assert "status 404" in told
    log.restore(copy)
    with pytest.raises(ForkError):
        asyncio.run(compare(watchers, log.ledger, log.checkpoints, send))


def test_a_fork_that_is_found_later_stops_the_answering(log: Log, witness: Witness, tmp_path: Path) -> None:
    with Registry(tmp_path / "registry.db") as registry:
        Watchers(registry).add(Watcher(witness.key, URL))
    witnessing = Witnessing(lambda: Registry(tmp_path / "registry.db"), witness.post)
    copy = log.copy(tmp_path / "copy.db")
    log.grow(2)
    ask(log, witness)
    log.restore(copy)
    desk = Desk(log.ledger, log.checkpoints)

    async def a_while() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(witnessing(desk), 2.5)

    asyncio.run(a_while())
    assert "has seen 5 entries" in desk.stopped
    ((_, told, _),) = desk.answer([(1, "event", (int(time.time()), "test", "x"))])
    assert told == "unavailable"
    assert desk.call("state")["stopped"] == desk.stopped


def test_a_checkpoint_of_another_key_is_said_so(log: Log) -> None:
    with pytest.raises(LogError, match=r"log\.locked"):
        Checkpoints(log.ledger, LogKey.generate(KEY.name), 1)


@pytest.mark.sockets
def test_the_service_has_its_log_cosigned_and_refuses_to_start_from_an_older_one(tmp_path: Path) -> None:
    home = make_home(tmp_path, free_origin())
    desk, key = add_device(home), log_key(home).verify_key
    witness = Witness(key)
    with over_http(witness) as url:
        with Registry(home.registry) as registry:
            Watchers(registry).add(Watcher(witness.key, url))
        with Server(home) as server:
            assert server.ask(desk, question()).status_code == 200
            server.stop()
        copy = shutil.copy(home.log, tmp_path / "copy.db")
        with Server(home) as server:
            for _ in range(3):
                assert server.ask(desk, question()).status_code == 200
            deadline = time.monotonic() + 10
            while witness.seen[key.name].size < 6 and time.monotonic() < deadline:
                time.sleep(0.05)
            assert witness.seen[key.name].size == 6
            server.stop()
        shutil.copy(copy, home.log)
        with pytest.raises(AssertionError, match="has seen 6 entries, and there are only 3"):
            Server(home)
        # an operator who has understood what happened removes the witness, which everybody sees
        with Registry(home.registry) as registry:
            Watchers(registry).remove(witness.key.name)
        with Server(home) as server:
            assert code(server.ask(desk, question(epoch=99))) == "epoch"
