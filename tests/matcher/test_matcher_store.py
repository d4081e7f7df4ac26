"""The store: streams in small steps, switches whole, forgets in time, and never passes a part as the whole."""

import asyncio
import hashlib
import time
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from deployment import Deployment
from obacht_matcher import publishing
from obacht_matcher.embedded import Embedded
from obacht_matcher.errors import OvertakenError, StoreError
from obacht_matcher.store import STEP, Signed, Store
from obacht_protocol import register
from store_writer import DIGEST, HEAD, Run, put, read, switch


def test_a_register_is_written_and_read_in_steps_and_never_held_whole(
    run: Run, town: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = town.publish(1, [register.filler_row(bytes(32), number) for number in range(40_000)])
    body, whole = published.body, published.head.bucket_length
    assert whole == 8 * STEP
    written, asked, others = [], [], set()
    ask = Store._ask

    async def noting(store: Store, *command: Any) -> Any:
        match command:
            case "SETRANGE", _, _, piece:
                written.append(len(piece))
            case "GETRANGE", _, begin, end:
                asked.append(end - begin + 1)
            case name, *_:
                others.add(name)
        return await ask(store, *command)

    async def pieces() -> AsyncIterator[bytes]:
        for offset in range(0, len(body), 2**16):
            yield body[offset : offset + 2**16]

    async def task(store: Store) -> None:
        tracemalloc.start()
        hashes: list[bytes] = []
        async with publishing.received(store, len(body), pieces(), lambda _: published.head, hashes.append) as new:
            await store.switch(new.stored, HEAD, descriptor=DIGEST, proofs=new.proofs)
        assert hashes == [hashlib.sha256(body).digest()]
        digest = hashlib.sha256()
        async for piece in store.bucket(new.stored, 0):
            digest.update(piece)
        _, peak = tracemalloc.get_traced_memory()
        assert digest.digest() == hashlib.sha256(published.register.buckets[0]).digest()
        assert peak < 6 * STEP

    monkeypatch.setattr(Store, "_ask", noting)
    try:
        run(task)
    finally:
        tracemalloc.stop()
    assert written == [STEP] * 8
    assert asked == [STEP] * 8
    assert others == {"EVAL", "HGET", "STRLEN"}


def test_what_is_written_is_read_with_its_proof(run: Run) -> None:
    async def task(store: Store) -> None:
        buckets = [bytes([number]) * (STEP + 128) for number in range(2)]
        await switch(store, await put(store, 1, buckets))
        for index, bucket in enumerate(buckets):
            assert await read(store, 1, index) == bytes(32) + bucket

    run(task)


def test_nobody_sees_an_upload_before_its_switch(run: Run) -> None:
    async def task(store: Store) -> None:
        upload = await put(store, 1, [b"a"])
        assert await store.register(1) is None
        assert await store.head() is None
        await switch(store, upload)
        assert await store.head() == HEAD.note

    run(task)


def test_a_newer_upload_overtakes_an_older_one(run: Run) -> None:
    async def task(store: Store) -> None:
        older = await put(store, 1, [b"a"])
        newer = await put(store, 1, [b"b"])
        with pytest.raises(OvertakenError, match="sequence"):
            await store.write(older, 0, 0, b"c")
        with pytest.raises(OvertakenError, match="sequence"):
            await switch(store, older)
        await switch(store, newer)
        assert await read(store, 1) == b"b"

    run(task)


def test_the_switch_checks_once_more_that_the_sequence_grows(run: Run) -> None:
    async def task(store: Store) -> None:
        await switch(store, await put(store, 5, [b"a"]))
        for sequence in (4, 5):
            upload = await put(store, sequence, [b"b"])
            with pytest.raises(OvertakenError, match="sequence"):
                await switch(store, upload)
        assert await read(store, 5) == b"a"

    run(task)


def test_the_switch_and_the_renewal_check_that_the_descriptor_is_the_one_they_were_made_for(run: Run) -> None:
    async def task(store: Store) -> None:
        upload = await put(store, 1, [b"a"])
        await switch(store, upload)
        upload = await put(store, 2, [b"b"])
        await store.describe(DIGEST, b"1" * 32, b"another descriptor")
        with pytest.raises(OvertakenError, match="head"):
            await switch(store, upload)
        with pytest.raises(OvertakenError, match="head"):
            await store.renew(HEAD, Signed(b"later", "signer"), descriptor=DIGEST)
        with pytest.raises(OvertakenError, match="descriptor-order"):
            await store.describe(DIGEST, b"2" * 32, b"a third")
        assert await store.head() == HEAD.note

    run(task)


def test_a_renewal_replaces_only_the_head_that_it_was_checked_against(run: Run) -> None:
    async def task(store: Store) -> None:
        await switch(store, await put(store, 1, [b"a"]))
        later = Signed(b"later", "another signer")
        await store.renew(HEAD, later, descriptor=DIGEST)
        assert await store.signed_head() == later
        with pytest.raises(OvertakenError, match="sequence"):
            await store.renew(HEAD, Signed(b"between", "signer"), descriptor=DIGEST)
        assert await store.signed_head() == later

    run(task)


def test_a_change_may_be_sent_twice_because_its_answer_can_be_lost(run: Run) -> None:
    async def task(store: Store) -> None:
        await store.describe(b"", DIGEST, b"a descriptor")  # the fixture has sent it before
        upload = await put(store, 1, [b"a"])
        await switch(store, upload)
        await switch(store, upload)
        await store.renew(HEAD, HEAD, descriptor=DIGEST)
        await store.give_up(upload)
        assert await read(store, 1) == b"a"

    run(task)


def test_a_loss_inside_the_store_is_found_before_the_switch(run: Run) -> None:
    async def task(store: Store) -> None:
        upload = await put(store, 1, [b"a", b"b"])
        await store._ask("UNLINK", store._bucket_key(upload.name, 1))
        with pytest.raises(StoreError):
            await switch(store, upload)
        assert await store.head() is None

    run(task)


def test_a_store_that_is_down_is_told_at_once_and_found_again_when_it_is_back(home: Path) -> None:
    embedded = Embedded(home)
    embedded.start()

    async def task() -> None:
        store = Store(embedded.url, "test-town")
        assert await store.head() is None
        await asyncio.to_thread(embedded.stop)
        begin = time.monotonic()
        for question in (store.head(), store.descriptor(), store.register(1), store.sweep(), store.options("port")):
            with pytest.raises(StoreError):
                await question
        assert time.monotonic() - begin < 2
        await asyncio.to_thread(embedded.start)
        assert await store.head() is None
        await store.close()

    asyncio.run(task())
    embedded.stop()


def test_two_deployments_in_one_store_do_not_meet(run: Run, valkey: Embedded) -> None:
    async def task(store: Store) -> None:
        await switch(store, await put(store, 1, [b"a"]))
        other = Store(valkey.url, "test-elsewhere")
        assert await other.head() is None
        assert await other.register(1) is None
        await other.close()

    run(task)
