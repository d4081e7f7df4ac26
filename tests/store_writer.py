"""Writing registers into a matcher's store by hand, whatever is in them."""

from collections.abc import Callable, Coroutine
from typing import Any

from obacht_matcher.store import STEP, Signed, Store, Stored

Keys = Callable[[str], list[str]]
Task = Callable[[Store], Coroutine[Any, Any, None]]
Run = Callable[..., None]

DIGEST = bytes(32)
HEAD = Signed(b"a head", "a signer")


async def put(store: Store, sequence: int, buckets: list[bytes]) -> Stored:
    upload = await store.begin(sequence, len(buckets).bit_length() - 1, len(buckets[0]))
    for index, bucket in enumerate(buckets):
        for offset in range(0, len(bucket), STEP):
            await store.write(upload, index, offset, bucket[offset : offset + STEP])
    return upload


async def switch(store: Store, upload: Stored, head: Signed = HEAD) -> None:
    proofs = [[bytes(32)] * upload.bits] * (1 << upload.bits)
    await store.switch(upload, head, descriptor=DIGEST, proofs=proofs)


async def read(store: Store, sequence: int, index: int = 0) -> bytes:
    stored = await store.register(sequence)
    assert stored is not None
    return b"".join([piece async for piece in store.bucket(stored, index)])
