"""The one window to Valkey or Redis: what is in force, the buckets of registers, and the switch from one to the next.

Two kinds of keys. ``obacht:<deployment>:state`` is a hash and says all that is in force: descriptor, head, which
register, which older ones are still kept. ``obacht:<deployment>:register:<sequence>:<random>:<i>`` is bucket i as it is
served: inclusion proof, then rows. A register is written under keys that nobody knows yet; the switch is one script on
the state. A reader who followed the state to a bucket finds it whole, or finds it gone, and never another one's bytes.
"""

import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from obacht_matcher import scripts
from obacht_matcher.errors import OvertakenError, StoreError
from obacht_protocol.merkle import HASH_LENGTH

STEP: Final = 1024 * 1024
"""Bytes of a bucket that are read or written at once."""
DEFAULT_GRACE: Final = 600
"""Seconds for which a register stays readable after another took its place."""
LEASE: Final = 120
"""Seconds after the last sign of life at which an upload counts as given up."""
_OVERTAKEN: Final = 60
"""Seconds after which an overtaken upload's keys go: longer than its last write can be under way."""
_CONNECTIONS: Final = 64
_CONNECT_SECONDS: Final = 1.0
_ANSWER_SECONDS: Final = 5.0
_WAIT_SECONDS: Final = 2.0
_UNLINK: Final = 64


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a register lies.

    Attributes:
        name: Sequence and a random part, as they stand in its keys.
        bits: b; there are 2^b buckets.
        length: Bytes of every bucket with its proof.
    """

    name: str
    bits: int
    length: int


@dataclass(frozen=True, slots=True)
class Signed:
    """The head in force and by which key it was accepted.

    Attributes:
        note: The signed note.
        signer: vkey of the head key that was in force when it came in.
    """

    note: bytes
    signer: str


class Store:
    """The state and the registers of one deployment.

    All methods raise :class:`~obacht_matcher.errors.StoreError` when the store does not answer within seconds.
    """

    def __init__(self, url: str, deployment: str, *, grace: float = DEFAULT_GRACE) -> None:
        """Name the store; it is connected to when it is first asked.

        Args:
            url: ``redis://``, ``rediss://`` or ``unix://``; it may hold a password.
            deployment: The deployment's id, which stands in every key.
            grace: Seconds for which a register stays readable after another took its place.
        """
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=_WAIT_SECONDS,
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            # Once more at once, for a connection that the store closed meanwhile; a timeout is not waited out twice.
            retry=Retry(NoBackoff(), 1, (RedisConnectionError,)),
        )
        self._redis: Any = Redis.from_pool(pool)  # its types know no answers
        self._prefix = f"obacht:{deployment}:"
        self._state = self._prefix + "state"
        self._grace = grace

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def head(self) -> bytes | None:
        """Give the note of the head in force; None before the first publication."""
        note: bytes | None = await self._ask("HGET", self._state, "head")
        return note

    async def signed_head(self) -> Signed | None:
        """Give the head in force with the key that signed it; None before the first publication."""
        note, signer = await self._ask("HMGET", self._state, "head", "signer")
        return None if note is None else Signed(note, signer.decode())

    async def descriptor(self) -> bytes | None:
        """Give the note of the descriptor in force; None before the first."""
        note: bytes | None = await self._ask("HGET", self._state, "descriptor")
        return note

    async def register(self, sequence: int) -> Stored | None:
        """Find the register of this sequence: the one in force, or one whose grace period is not over."""
        value: bytes | None = await self._ask("HGET", self._state, f"kept:{sequence}")
        if value is None:
            return None
        name, bits, length = value.decode().split()
        return Stored(name, int(bits), int(length))

    async def bucket(self, stored: Stored, index: int) -> AsyncIterator[bytes]:
        """Read a bucket, proof and rows, in steps of 1 MiB.

        Raises:
            StoreError: The store does not answer, or the register was dropped meanwhile: what came so far is not whole.
        """
        key = self._bucket_key(stored.name, index)
        for offset in range(0, stored.length, STEP):
            end = min(offset + STEP, stored.length)
            piece: bytes = await self._ask("GETRANGE", key, offset, end - 1)
            if len(piece) != end - offset:
                raise StoreError("the bucket is no longer there")
            yield piece

    async def begin(self, sequence: int, bits: int, rows_length: int) -> Stored:
        """Open a place for a register that is to come; an upload that is under way is overtaken by it.

        Args:
            sequence: The register's.
            bits: b.
            rows_length: Bytes of rows in each bucket.
        """
        upload = Stored(f"{sequence}:{os.urandom(16).hex()}", bits, bits * HASH_LENGTH + rows_length)
        await self._run(scripts.BEGIN, upload.name, bits, LEASE * 1000, _OVERTAKEN * 1000)
        return upload

    async def write(self, upload: Stored, index: int, offset: int, piece: bytes) -> None:
        """Write a piece of a bucket's rows, at most 1 MiB, at its offset among the rows.

        Raises:
            OvertakenError: A newer upload has begun (``sequence``).
        """
        if not await self._run(scripts.PROLONG, upload.name, LEASE * 1000):
            raise OvertakenError("sequence")
        key = self._bucket_key(upload.name, index)
        await self._ask("SETRANGE", key, upload.bits * HASH_LENGTH + offset, piece)

    async def switch(
        self, upload: Stored, head: Signed, *, descriptor: bytes, proofs: Sequence[Sequence[bytes]]
    ) -> None:
        """Finish an upload and put it in force, with its head, by one step that every reader sees whole.

        Args:
            upload: From :meth:`begin`; all its rows are written and found right.
            head: Its head.
            descriptor: Digest of the descriptor against which all was checked, 32 bytes.
            proofs: Each bucket's inclusion proof.

        Raises:
            OvertakenError: A newer upload began or is in force (``sequence``), or another descriptor (``head``).
            StoreError: A bucket is not whole.
        """
        if upload.bits:
            for index, proof in enumerate(proofs):
                await self._ask("SETRANGE", self._bucket_key(upload.name, index), 0, b"".join(proof))
        for index in range(1 << upload.bits):
            if await self._ask("STRLEN", self._bucket_key(upload.name, index)) != upload.length:
                raise StoreError("the store has lost a part of what was written")
        sequence = upload.name.partition(":")[0]
        await self._change(
            scripts.SWITCH,
            *(upload.name, upload.bits, upload.length, sequence),
            *(head.note, head.signer, descriptor, int(self._grace * 1000)),
        )

    async def renew(self, before: Signed, head: Signed, *, descriptor: bytes) -> None:
        """Put ``head`` in the place of ``before``, for the same register.

        Raises:
            OvertakenError: Another head (``sequence``) or another descriptor (``head``) is in force.
        """
        await self._change(scripts.RENEW, before.note, head.note, head.signer, descriptor)

    async def describe(self, before: bytes, digest: bytes, note: bytes) -> None:
        """Put a descriptor in the place of the one with digest ``before`` (empty for none).

        Raises:
            OvertakenError: Another one is in force (``descriptor-order``).
        """
        await self._change(scripts.DESCRIBE, before, digest, note)

    async def give_up(self, upload: Stored) -> None:
        """Drop what an upload has written, unless it was put in force; nothing of it may be under way any more."""
        if await self._run(scripts.GIVE_UP, upload.name, upload.bits):
            await self._drop(upload.name, upload.bits)

    async def sweep(self) -> int:
        """Drop registers whose grace period is over and uploads that were overtaken or given up; give their number."""
        due = await self._run(scripts.DUE)
        for name, bits in due:
            await self._drop(name.decode(), int(bits))
        return len(due)

    async def memory(self) -> int:
        """Give the bytes of memory that the whole store uses."""
        return int((await self._ask("INFO", "memory"))["used_memory"])

    async def options(self, *names: str) -> dict[str, str]:
        """Give options of the store's configuration; ``StoreError`` if it does not tell them."""
        found: dict[str, str] = await self._ask("CONFIG GET", *names)
        return found

    async def _drop(self, name: str, bits: int) -> None:
        for first in range(0, 1 << bits, _UNLINK):
            indices = range(first, min(first + _UNLINK, 1 << bits))
            await self._ask("UNLINK", *(self._bucket_key(name, index) for index in indices))
        await self._ask("HDEL", self._state, f"retired:{name}")

    def _bucket_key(self, name: str, index: int) -> str:
        return f"{self._prefix}register:{name}:{index}"

    async def _change(self, script: str, *arguments: bytes | str | int) -> None:
        if code := await self._run(script, *arguments):
            raise OvertakenError(code.decode())

    async def _run(self, script: str, *arguments: bytes | str | int) -> Any:  # noqa: ANN401 - each script has its own
        return await self._ask("EVAL", script, 1, self._state, *arguments)

    async def _ask(self, *command: bytes | str | int) -> Any:  # noqa: ANN401 - each command has its own answer
        try:
            return await self._redis.execute_command(*command)
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreError("the store does not answer") from error
