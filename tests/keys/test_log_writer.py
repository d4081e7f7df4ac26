"""The process that writes the log, as a thread: what waits together is written together, and before it is answered."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from key_office import Clerk, found, log_key
from obacht_keys.errors import KeysError, LogError, StoreError
from obacht_keys.log import journal as journals
from obacht_keys.log import opening, writer
from obacht_keys.log.frames import MAX_FRAME, Frames, pack
from obacht_keys.log.journal import Journal
from obacht_keys.log.place import Lock, connect, listen
from obacht_keys.log.requests import Asked, Look
from obacht_keys.log.store import Batch, Store
from obacht_keys.settings import Home
from obacht_protocol.entries import Logged
from obacht_service.errors import RefusalError

Work = Callable[[Journal], Coroutine[None, None, None]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return found(tmp_path, "https://keys.example.org")


@pytest.fixture
def clerk(home: Home) -> Iterator[Clerk]:
    running = Clerk(home, log_key(home))
    yield running
    running.close()


def run(home: Home, work: Work) -> None:
    async def within() -> None:
        journal = Journal(home.log_socket)
        try:
            await work(journal)
        finally:
            journal.close()
            await asyncio.sleep(0)

    asyncio.run(within())


def asked(number: int = 0, **changes: object) -> Asked:
    fields = {
        "time": int(time.time()),
        "device": "device",
        "public_key": bytes(32),
        "department": "Amt",
        "nonce": os.urandom(16),
        "digest": os.urandom(32),
        "signature_base": b"base",
        "signature": bytes(64),
        "body": b"the body",
        "question": os.urandom(16),
        "user": number.to_bytes(16, "big"),
        "persons": 1,
    }
    return Asked(**fields | changes)  # type: ignore[arg-type] # whatever a test wants


def counting(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    sizes: list[int] = []
    take = clerk.desk.ledger.take

    def count(requests: list[Asked]) -> object:
        sizes.append(len(requests))
        return take(requests)

    monkeypatch.setattr(clerk.desk.ledger, "take", count)
    return sizes


def test_questions_that_arrive_together_share_a_transaction(
    home: Home, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = counting(clerk, monkeypatch)

    async def work(journal: Journal) -> None:
        await journal.admit(asked())
        logged = await asyncio.gather(*(journal.admit(asked(number)) for number in range(16)))
        assert [one.index for one in logged] == list(range(2, 18))

    run(home, work)
    assert sizes == [1, 16]


def test_refusals_come_back_with_their_code_and_when_to_come_again(home: Home, clerk: Clerk) -> None:
    async def work(journal: Journal) -> None:
        with pytest.raises(RefusalError, match="element") as caught:
            await journal.admit(asked(refused="element"))
        assert caught.value.retry_after is None
        with pytest.raises(RefusalError, match="quota") as caught:
            await journal.admit(asked(limits=(0, 0, 0)))
        assert caught.value.retry_after == 24 * 3600
        await journal.look(look := Look(int(time.time()), "auditor", bytes(16)))
        with pytest.raises(RefusalError, match="replay"):
            await journal.look(look)
        with pytest.raises(RefusalError, match="not-found"):
            await journal.call("leaves", 0, 99)

    run(home, work)
    assert clerk.desk.counts == {"element": 1, "quota": 1, "replay": 1}


class Blocking(Store):
    """A store whose disk takes until somebody says so."""

    done = threading.Event()
    begun = threading.Event()

    def write(self, batch: Batch) -> None:
        self.begun.set()
        assert self.done.wait(10)
        super().write(batch)


def test_nothing_is_answered_before_the_disk_has_it(home: Home, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerk.desk.ledger.store, "__class__", Blocking)

    async def work(journal: Journal) -> None:
        waiting = asyncio.create_task(journal.admit(asked()))
        assert await asyncio.to_thread(Blocking.begun.wait, 5)
        await asyncio.sleep(0.3)
        assert not waiting.done()
        Blocking.done.set()
        assert isinstance(await waiting, Logged)

    run(home, work)


def test_a_disk_that_takes_too_long_is_no_answer(home: Home, clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "PATIENCE", 0.2)
    write = clerk.desk.ledger.store.write

    def slow(batch: Batch) -> None:
        time.sleep(0.6)
        write(batch)

    monkeypatch.setattr(clerk.desk.ledger.store, "write", slow)

    async def work(journal: Journal) -> None:
        begin = time.monotonic()
        outcomes = await asyncio.gather(*(journal.admit(asked(number)) for number in range(3)), return_exceptions=True)
        assert [str(outcome) for outcome in outcomes] == ["unavailable"] * 3
        assert time.monotonic() - begin < 0.6
        await asyncio.sleep(0.6)
        monkeypatch.undo()
        # What was read before the connection was given up stays, and a retry of it is free.
        assert 2 <= (await journal.admit(asked())).index <= 4

    run(home, work)


def test_a_disk_that_fails_is_no_answer_and_the_next_one_is(
    home: Home, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: Batch) -> None:
        raise StoreError("no")

    async def work(journal: Journal) -> None:
        monkeypatch.setattr(clerk.desk.ledger.store, "write", failing)
        with pytest.raises(RefusalError, match="unavailable"):
            await journal.admit(asked())
        monkeypatch.undo()
        assert (await journal.admit(asked())).index == 1

    run(home, work)


def test_what_nobody_waits_for_any_more_is_not_written(home: Home, clerk: Clerk) -> None:
    async def work(journal: Journal) -> None:
        with pytest.raises(RefusalError, match="unavailable"):
            await journal.admit(asked(time=int(time.time()) - 10))

    run(home, work)
    assert clerk.desk.ledger.size == 1


def test_a_writer_that_is_gone_is_no_answer_and_the_next_one_is_found(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PATIENCE", 0.1)
    first = Clerk(home, log_key(home))

    async def work(journal: Journal) -> None:
        assert (await journal.admit(asked())).index == 1
        await asyncio.to_thread(first.close)
        with pytest.raises(RefusalError, match="unavailable"):
            await journal.admit(asked())
        second = await asyncio.to_thread(Clerk, home, log_key(home))
        assert (await journal.admit(asked())).index == 2
        journal.close()
        await asyncio.to_thread(second.close)

    run(home, work)


def test_nonsense_on_the_socket_is_hung_up_on(home: Home, clerk: Clerk) -> None:
    for nonsense in (b"\xff\xff\xff\xff", b"\x00\x00\x00\x04abcd"):
        connection = connect(home.log_socket)
        connection.settimeout(5)
        connection.sendall(nonsense)
        try:
            assert connection.recv(10) == b""
        except ConnectionResetError:
            pass
        finally:
            connection.close()
    assert clerk.desk.ledger.size == 1


def test_frames_come_whole_however_they_are_cut() -> None:
    items = [(1, "a", (b"x" * 1000,)), (2, "b", ())]
    data, frames = pack(items) + pack(items), Frames()
    found = [item for place in range(0, len(data), 7) for item in frames.feed(data[place : place + 7])]
    assert found == items * 2
    with pytest.raises(LogError):
        frames.feed((MAX_FRAME + 1).to_bytes(4, "big"))


def test_one_service_has_the_log_and_a_command_asks_it(home: Home, clerk: Clerk) -> None:
    assert not Lock(home.log_lock).take()
    opening.record(home, "test", "through the service")
    assert clerk.desk.ledger.size == 2
    with opening.reach(home) as call:
        assert call("state")["size"] == 2
        with pytest.raises(LogError, match="not-found"):
            call("leaves", 0, 99)


def test_without_a_service_a_command_opens_the_log_itself(home: Home) -> None:
    opening.record(home, "test", "alone")
    with opening.reach(home) as call:
        assert call("state")["size"] == 2
        with pytest.raises(LogError, match="unavailable"):
            call("checkpoint")


def test_a_second_service_and_a_missing_log_are_said_in_words(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.1)
    lock = Lock(home.log_lock)
    assert lock.take()
    with pytest.raises(LogError, match="runs already"):
        opening.prepare(home, log_key(home))
    with pytest.raises(LogError, match="does not listen"), opening.reach(home):
        pass
    lock.release()
    home.log.unlink()
    with pytest.raises(KeysError, match="is missing"):
        opening.prepare(home, log_key(home))


def test_a_folder_with_a_long_name_has_a_socket_too_and_nobody_else_may_use_it(tmp_path: Path) -> None:
    path = tmp_path / ("long" * 40) / "log.socket"
    path.parent.mkdir()
    listener = listen(path)
    connection = connect(path)
    assert path.stat().st_mode & 0o077 == 0
    connection.close()
    listener.close()
    again = listen(path)  # what a killed process left is removed
    again.close()
    with pytest.raises(LogError, match="does not listen"):
        connect(path)


def test_a_listener_that_nobody_serves_takes_a_few_and_refuses_the_rest(tmp_path: Path) -> None:
    listener = listen(tmp_path / "log.socket")
    with ExitStack() as waiting:
        waiting.callback(listener.close)
        with pytest.raises(LogError):
            connect_often(tmp_path / "log.socket", waiting)


def connect_often(path: Path, waiting: ExitStack) -> None:
    for _ in range(5_000):
        waiting.enter_context(connect(path))
