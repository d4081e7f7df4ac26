"""Nonces that devices have used: each request once, also after a crash and over all processes of the office.

A nonce is on the disk before its request is answered. Requests that arrive together share one transaction, which a
thread commits while the event loop goes on, so that nobody waits for more than the disk.
"""

import asyncio
import fcntl
import os
import queue
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from obacht_keys.store import check_database, open_database
from obacht_protocol.devices import NONCE_MEMORY
from obacht_service import logs
from obacht_service.errors import RefusalError

PATIENCE: Final = 2.0
"""Seconds after which a request is told that the service is unavailable."""
_SCHEMA: Final = """
CREATE TABLE nonces (
    device TEXT NOT NULL,
    nonce BLOB NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (nonce, device)
) STRICT, WITHOUT ROWID;
"""
_LARGE: Final = 64
"""Requests in a batch that does not wait for more."""
_CLEANING: Final = 10
"""Seconds between two removals of what has expired."""


@dataclass(frozen=True, slots=True)
class _Use:
    device: str
    nonce: bytes
    now: int
    fresh: asyncio.Future[bool]


class Nonces:
    """The nonces' database, for use in one event loop."""

    def __init__(self, path: Path) -> None:
        """Open it and start its thread; ``StoreError`` if it cannot be opened."""
        self._connection = open_database(path, _SCHEMA, patience=PATIENCE * 0.75)
        # SQLite lets processes that find it locked sleep and try again, and some then never get their turn; this file
        # makes them queue.
        self._turn = os.open(path.with_suffix(".turn"), os.O_RDWR | os.O_CREAT, 0o600)
        self._arrived: list[_Use] = []
        self._counted = 0
        self._batches: queue.SimpleQueue[list[_Use]] = queue.SimpleQueue()
        self._cleaned = 0
        self._thread = threading.Thread(target=self._write, name="nonces", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what was begun, and close the database."""
        self._batches.put([])
        self._thread.join(PATIENCE)
        self._connection.close()
        os.close(self._turn)

    async def use(self, device: str, nonce: bytes, now: int) -> None:
        """Use a nonce (16 bytes) of a device at ``now`` (Unix seconds); it is on the disk when this returns.

        Raises:
            RefusalError: ``replay`` if it was used before, ``unavailable`` if the database does not take it in time.
        """
        loop = asyncio.get_running_loop()
        fresh = loop.create_future()
        if not self._arrived:
            loop.call_soon(self._hand_over, loop)
        self._arrived.append(_Use(device, nonce, now, fresh))
        if not await fresh:
            raise RefusalError("replay")

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give the thread a batch, once a turn of the loop has brought nothing more to it."""
        if self._counted < len(self._arrived) < _LARGE:
            self._counted = len(self._arrived)
            loop.call_soon(self._hand_over, loop)
            return
        self._batches.put(self._arrived)
        # A disk that does not answer cannot be asked to stop; those who wait for it can be told.
        loop.call_later(PATIENCE, _settle, self._arrived, None)
        self._arrived, self._counted = [], 0

    def _write(self) -> None:
        while batch := self._batches.get():
            while not self._batches.empty():
                more = self._batches.get()
                if not more:  # the sign to end, which must come again once this batch is done
                    self._batches.put(more)
                    break
                batch = [*batch, *more]
            try:
                outcomes: list[bool] | None = self._commit(batch)
            except (sqlite3.Error, OSError) as error:
                logs.failure("nonces-failed", error, count=len(batch))
                outcomes = None
            batch[0].fresh.get_loop().call_soon_threadsafe(_settle, batch, outcomes)

    def _commit(self, batch: list[_Use]) -> list[bool]:
        now = max(use.now for use in batch)
        execute = self._connection.execute
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        try:
            execute("BEGIN IMMEDIATE")
            if now >= self._cleaned + _CLEANING:
                execute("DELETE FROM nonces WHERE expires <= ?", (now,))
                self._cleaned = now
            outcomes = [
                execute(
                    "INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)", (use.device, use.nonce, use.now + NONCE_MEMORY)
                ).rowcount
                == 1
                for use in batch
            ]
            execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)
        return outcomes


def _settle(batch: list[_Use], outcomes: list[bool] | None) -> None:
    if outcomes is None:
        for use in batch:
            if not use.fresh.done():
                use.fresh.set_exception(RefusalError("unavailable", retry_after=1))
        return
    for use, fresh in zip(batch, outcomes, strict=True):
        if not use.fresh.done():
            use.fresh.set_result(fresh)


def newest(path: Path) -> int | None:
    """Check the database of a stopped or running office, and tell when its latest nonce expires (Unix seconds).

    Raises:
        StoreError: It is damaged, or stays locked.
    """
    connection = check_database(open_database(path, _SCHEMA, patience=PATIENCE))
    (latest,) = connection.execute("SELECT max(expires) FROM nonces").fetchone()
    connection.close()
    return None if latest is None else int(latest)
