"""Taking a register while it arrives: checked piece by piece against its signed head, never whole in memory."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from obacht_matcher.errors import OvertakenError, StoreError
from obacht_matcher.store import STEP, Store, Stored
from obacht_protocol import merkle, register
from obacht_protocol.errors import RegisterError
from obacht_protocol.head import MAX_LENGTH, Head
from obacht_protocol.rows import ROW_LENGTH, TAG_LENGTH
from obacht_service.errors import RefusalError

_LENGTH_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Received:
    """A register that lies in the store, found whole and right, and is not in force yet.

    Attributes:
        note: Its head's note.
        stored: Where it lies.
        proofs: Each bucket's inclusion proof.
    """

    note: bytes
    stored: Stored
    proofs: list[list[bytes]]


@asynccontextmanager
async def received(
    store: Store,
    length: int,
    pieces: AsyncIterator[bytes],
    accept: Callable[[bytes], Head],
    check_hash: Callable[[bytes], object],
) -> AsyncIterator[Received]:
    """Write the register of a body into the store; what is not put in force within the block is dropped after it.

    Args:
        store: Takes the buckets.
        length: Bytes of the body.
        pieces: The body: u32 length of the head, head, buckets.
        accept: Checks the head's note and reads it.
        check_hash: Takes the body's SHA-256, 32 bytes, and raises if that is not what the device signed.

    Raises:
        RefusalError: ``head``, or what ``accept`` and ``check_hash`` raise; ``register`` if the buckets are not those
            that the head promises; ``sequence`` if another upload began meanwhile.
        StoreError: The store does not answer.
    """
    body = _Body(pieces)
    head_length = int.from_bytes(await body.take(min(_LENGTH_BYTES, length)), "big")
    if not 0 < head_length <= min(MAX_LENGTH, length - _LENGTH_BYTES):
        raise RefusalError("head")
    note = await body.take(head_length)
    head = accept(note)
    if length != _LENGTH_BYTES + head_length + (head.bucket_length << head.bits):
        raise RefusalError("register")
    upload = await store.begin(head.sequence, head.bits, head.bucket_length)
    try:
        leaves = [await _take_bucket(store, upload, body, index, head.bucket_length) for index in range(1 << head.bits)]
        check_hash(body.digest)
        levels = _levels(leaves)
        if levels[-1] != [head.root]:
            raise RefusalError("register")
        yield Received(note, upload, [_proof(levels, index) for index in range(1 << head.bits)])
    except OvertakenError as error:
        raise RefusalError(error.code) from error
    finally:
        with suppress(StoreError):  # then it is dropped when the lease ends
            await store.give_up(upload)


async def _take_bucket(store: Store, upload: Stored, body: "_Body", index: int, length: int) -> bytes:
    """Write one bucket and give its leaf hash, 32 bytes; ``RefusalError`` if its tags are out of order or place."""
    leaf, previous = merkle.leaf_hasher(), b""
    for offset in range(0, length, STEP):
        piece = await body.take(min(STEP, length - offset))
        try:
            register.check_order(piece, index=index, bits=upload.bits)
        except RegisterError as error:
            raise RefusalError("register") from error
        if piece[:TAG_LENGTH] <= previous:
            raise RefusalError("register")
        previous = piece[-ROW_LENGTH:][:TAG_LENGTH]
        leaf.update(piece)
        await store.write(upload, index, offset, piece)
    return leaf.digest()


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """Hash a tree over 2^b leaves, level by level from the leaves to the root: all proofs for the price of one root."""
    levels = [leaves]
    while len(below := levels[-1]) > 1:
        levels.append([merkle.node_hash(*below[place : place + 2]) for place in range(0, len(below), 2)])
    return levels


def _proof(levels: list[list[bytes]], index: int) -> list[bytes]:
    return [level[index >> height ^ 1] for height, level in enumerate(levels[:-1])]


class _Body:
    """A body in pieces, read in portions and hashed along."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces
        self._waiting = bytearray()
        self._hash = hashlib.sha256()

    async def take(self, length: int) -> bytes:
        """Give the next ``length`` bytes; the body must have them."""
        while len(self._waiting) < length:
            piece = await anext(self._pieces)
            self._hash.update(piece)
            self._waiting += piece
        portion = bytes(self._waiting[:length])
        del self._waiting[:length]
        return portion

    @property
    def digest(self) -> bytes:
        """SHA-256 of all that has come, 32 bytes."""
        return self._hash.digest()
