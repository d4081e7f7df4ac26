"""What the store forgets, and when: registers after their grace period, uploads that nobody finishes."""

import asyncio

import pytest

from deployment import Deployment
from obacht_matcher import store as module
from obacht_matcher.errors import OvertakenError, StoreError
from obacht_matcher.store import STEP, Store, Stored
from store_writer import DIGEST, HEAD, Keys, Run, put, read, switch


def test_a_reader_of_a_register_that_is_dropped_meanwhile_fails(run: Run) -> None:
    async def task(store: Store) -> None:
        await switch(store, await put(store, 1, [b"a" * 3 * STEP]))
        stored = await store.register(1)
        assert stored is not None
        pieces = store.bucket(stored, 0)
        assert await anext(pieces) == b"a" * STEP
        await switch(store, await put(store, 2, [b"b" * 3 * STEP]))
        assert await store.sweep() == 1
        with pytest.raises(StoreError):
            await anext(pieces)
        assert await store.register(1) is None
        assert await read(store, 2) == b"b" * 3 * STEP

    run(task)


def test_a_register_is_kept_for_its_grace_period_and_then_dropped(run: Run, keys: Keys, town: Deployment) -> None:
    async def task(store: Store) -> None:
        await switch(store, await put(store, 1, [b"a"]))
        await switch(store, await put(store, 2, [b"b"]))
        assert await store.sweep() == 0
        assert await read(store, 1) == b"a"
        await asyncio.sleep(0.25)
        assert await store.sweep() == 1
        assert await store.register(1) is None
        assert await read(store, 2) == b"b"

    run(task, grace=0.2)
    assert len(keys(town.name)) == 2  # the state, and the one bucket


def test_an_upload_of_a_killed_matcher_is_dropped_when_its_lease_is_over(
    run: Run, keys: Keys, town: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", 0)

    async def task(store: Store) -> None:
        upload = await put(store, 1, [b"a"] * 128)
        await asyncio.sleep(0.01)
        assert await store.sweep() == 1
        with pytest.raises(OvertakenError):
            await store.write(upload, 0, 0, b"b")
        with pytest.raises(OvertakenError):
            await store.switch(Stored(upload.name, 0, 0), HEAD, descriptor=DIGEST, proofs=[[]])

    run(task)
    assert keys(town.name) == [f"obacht:{town.name}:state"]


def test_an_upload_under_way_is_left_alone(run: Run) -> None:
    async def task(store: Store) -> None:
        upload = await put(store, 1, [b"a"])
        assert await store.sweep() == 0
        await switch(store, upload)
        assert await read(store, 1) == b"a"

    run(task)


def test_a_sweep_that_was_cut_short_is_finished_by_the_next(
    run: Run, keys: Keys, town: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def task(store: Store) -> None:
        await switch(store, await put(store, 1, [b"a"]))
        await switch(store, await put(store, 2, [b"b"]))
        with monkeypatch.context() as patched:
            patched.setattr(Store, "_drop", killed)
            with pytest.raises(KeyboardInterrupt):
                await store.sweep()
        assert await store.register(1) is None
        assert await store.sweep() == 1

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    run(task)
    assert len(keys(town.name)) == 2
