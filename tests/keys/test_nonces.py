"""Nonces: once each, for as long as a signature can be valid, also after a crash and while the disk makes trouble."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from obacht_keys import nonces as module
from obacht_keys.errors import StoreError
from obacht_keys.nonces import Nonces, newest
from obacht_protocol.devices import MAX_SKEW, NONCE_MEMORY
from obacht_service.errors import RefusalError

NOW = 1_800_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nonces.db"


def run(path: Path, work: Callable[[Nonces], Coroutine[None, None, None]]) -> None:
    async def within() -> None:
        nonces = Nonces(path)
        try:
            await work(nonces)
        finally:
            nonces.close()

    asyncio.run(within())


def stored(path: Path) -> int:
    connection = sqlite3.connect(path)
    (count,) = connection.execute("SELECT count(*) FROM nonces").fetchone()
    connection.close()
    return int(count)


def nonce(number: int) -> bytes:
    return number.to_bytes(16, "big")


def test_a_nonce_is_on_the_disk_when_it_is_used(path: Path) -> None:
    async def work(nonces: Nonces) -> None:
        await nonces.use("device", nonce(1), NOW)
        assert stored(path) == 1
        with pytest.raises(RefusalError, match="replay"):
            await nonces.use("device", nonce(1), NOW)

    run(path, work)


def test_a_nonce_is_remembered_by_the_next_process(path: Path) -> None:
    async def first(nonces: Nonces) -> None:
        await nonces.use("device", nonce(1), NOW)

    async def second(nonces: Nonces) -> None:
        with pytest.raises(RefusalError, match="replay"):
            await nonces.use("device", nonce(1), NOW + 2 * MAX_SKEW)

    run(path, first)
    run(path, second)
    assert newest(path) == NOW + NONCE_MEMORY


def test_requests_that_arrive_together_share_a_commit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    commit = Nonces._commit

    def counting(self: Nonces, batch: list[module._Use]) -> list[bool]:
        sizes.append(len(batch))
        return commit(self, batch)

    monkeypatch.setattr(Nonces, "_commit", counting)

    async def work(nonces: Nonces) -> None:
        await asyncio.gather(*(nonces.use("device", nonce(number), NOW) for number in range(16)))

    run(path, work)
    assert sizes == [16]


def test_within_one_commit_too_a_nonce_counts_once(path: Path) -> None:
    async def work(nonces: Nonces) -> None:
        outcomes = await asyncio.gather(
            *(nonces.use("device", nonce(1), NOW) for _ in range(5)), return_exceptions=True
        )
        assert [str(outcome) for outcome in outcomes if outcome is not None] == ["replay"] * 4

    run(path, work)


def test_what_has_expired_is_forgotten_and_nothing_sooner(path: Path) -> None:
    async def work(nonces: Nonces) -> None:
        await nonces.use("device", nonce(1), NOW)
        await nonces.use("device", nonce(2), NOW + NONCE_MEMORY - 1)
        assert stored(path) == 2
        await nonces.use("device", nonce(3), NOW + NONCE_MEMORY + 11)
        assert stored(path) == 2

    run(path, work)


def test_a_nonce_outlives_every_signature_it_may_be_in() -> None:
    assert NONCE_MEMORY > 2 * MAX_SKEW


def test_a_locked_database_is_no_answer_and_is_waited_for_no_longer_than_promised(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.4)

    async def work(nonces: Nonces) -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        begin = time.monotonic()
        outcomes = await asyncio.gather(
            *(nonces.use("device", nonce(number), NOW) for number in range(3)), return_exceptions=True
        )
        assert [str(outcome) for outcome in outcomes] == ["unavailable"] * 3
        late = asyncio.create_task(nonces.use("device", nonce(9), NOW))
        await asyncio.sleep(0)
        with pytest.raises(RefusalError, match="unavailable"):
            await nonces.use("device", nonce(8), NOW)
        with pytest.raises(RefusalError, match="unavailable"):
            await late
        assert time.monotonic() - begin < 1.5
        other.execute("ROLLBACK")
        other.close()
        await nonces.use("device", nonce(1), NOW)

    run(path, work)


def test_a_stalled_disk_is_waited_for_no_longer_than_promised(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    commit = Nonces._commit

    def stalling(self: Nonces, batch: list[module._Use]) -> list[bool]:
        time.sleep(0.5)
        return commit(self, batch)

    monkeypatch.setattr(Nonces, "_commit", stalling)

    async def work(nonces: Nonces) -> None:
        with pytest.raises(RefusalError, match="unavailable"):
            await nonces.use("device", nonce(1), NOW)
        await asyncio.sleep(0.5)

    run(path, work)


def test_a_damaged_database_is_said_so(path: Path) -> None:
    path.write_bytes(b"this is not a database, and longer than a header of a database is" * 20)
    with pytest.raises(StoreError, match="damaged"):
        Nonces(path)
