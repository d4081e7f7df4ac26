"""Entries as the log takes them, 3 KB each: how many it appends in a second, one by one and sixteen together."""

import os
import time
from pathlib import Path
from typing import Final

from bench.figures import Fact, Figure, Findings
from bench.machine import calm
from obacht_keys.log.key import LogKey
from obacht_keys.log.ledger import Ledger
from obacht_keys.log.requests import Asked
from obacht_keys.log.store import Store
from obacht_protocol.devices import device_id

WAITERS: Final = 16
TIMES: Final = 4
_BASE: Final = 330
"""Bytes of a signature base."""
_BODY: Final = 2_600
"""Bytes of a request, so that an entry has 3 KB with signature base, signature and salt."""
_UNLIMITED: Final = (1_000_000, 1_000_000, 1_000_000)


class Appending:
    """A log with the settings of a key office's, on which every entry is on the disk when it is promised."""

    def __init__(self, path: Path) -> None:
        self._ledger = Ledger(lambda: Store(path), LogKey.generate("127.0.0.1/bench"))
        self._body = os.urandom(_BODY)
        self._key = os.urandom(32)
        self._device = device_id(self._key)

    def close(self) -> None:
        self._ledger.close()

    def run(self) -> None:
        """Append one."""
        self.append(1)

    def append(self, count: int) -> None:
        """Append so many in one transaction."""
        self._ledger.take([self._asked() for _ in range(count)])

    def _asked(self) -> Asked:
        return Asked(
            time=int(time.time()),
            device=self._device,
            public_key=self._key,
            department="bench",
            nonce=os.urandom(16),
            digest=os.urandom(32),
            signature_base=bytes(_BASE),
            signature=bytes(64),
            body=self._body,
            question=os.urandom(16),
            user=os.urandom(16),
            persons=1,
            limits=_UNLIMITED,
            deployment=_UNLIMITED,
        )


def measure(folder: Path, *, rounds: int = 20, entries: int = 320) -> Findings:
    """Measure both in turns; ``entries`` in each."""
    folder.mkdir()
    appending = Appending(folder / "log.db")
    try:
        appending.append(WAITERS)
        turns = calm(rounds, lambda: (_rate(appending, 1, entries), _rate(appending, WAITERS, entries)))
    finally:
        appending.close()
    single, grouped = (sorted(rates)[len(rates) // 2] for rates in zip(*turns, strict=True))
    return Findings(
        "Durable appends to the log of questions",
        [
            Figure.at_least(
                f"entries appended per second, {WAITERS} together against one by one",
                TIMES,
                grouped / single,
                "the key office's own ledger and database on this disk: entries of 3 KB with nonce, quotas, promise"
                " and tree, each transaction on the disk before the next; in turns, median of the calmer half of the"
                " rounds",
                " times",
            )
        ],
        [
            Fact("entries appended per second, one by one", f"{single:,.0f}"),
            Fact(f"entries appended per second, {WAITERS} together", f"{grouped:,.0f}"),
        ],
    )


def _rate(appending: Appending, together: int, entries: int) -> float:
    begin = time.monotonic()
    for _ in range(max(1, entries // together)):
        appending.append(together)
    return max(1, entries // together) * together / (time.monotonic() - begin)
