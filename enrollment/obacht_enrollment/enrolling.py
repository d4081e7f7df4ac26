"""Enrolling: from a record's match keys, through the key offices and the stretch, to the keys of its rows.

Batches go through the key offices one after another, and while one is stretched on all cores the next is already on
its way. Each finished batch is kept at once, so whoever is killed in between loses one batch and starts again where
that one began.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from obacht_enrollment import epochs, ledger
from obacht_enrollment.records import match_keys
from obacht_enrollment.store import Store
from obacht_enrollment.stretchers import Stretchers
from obacht_enrollment.tables import RecordRow
from obacht_enrollment.vault import Vault
from obacht_protocol.descriptor import Epoch
from obacht_protocol.stretch import by_name

Evaluate = Callable[[Sequence[bytes]], Awaitable[list[bytes]]]
"""Takes 1 to 512 encoded match keys to the key offices and gives the OPRF's outputs, 64 bytes each, in their order."""
Progress = Callable[[int, int], None]
"""Told how many records are done, and how many remain."""

_FULL_BATCH: Final = 256
"""Match keys from which on a batch takes no further record. What one batch costs to stretch is what a kill loses."""
_LEAST_BATCH: Final = 64
"""Match keys below which the last batch is joined to the one before: small ones would cost the key offices more."""
_LIKELY: Final = 5
"""Match keys of a record, about."""


@dataclass(slots=True, repr=False)
class _Batch:
    """Records, and for each the places of its match keys in one list without repetition."""

    rows: list[RecordRow] = field(default_factory=list)
    places: list[list[int]] = field(default_factory=list)
    keys: dict[bytes, int] = field(default_factory=dict)

    def add(self, row: RecordRow, keys: Sequence[bytes]) -> None:
        self.rows.append(row)
        self.places.append([self.keys.setdefault(key, len(self.keys)) for key in keys])

    def join(self, other: "_Batch") -> None:
        keys = list(other.keys)
        for row, places in zip(other.rows, other.places, strict=True):
            self.add(row, [keys[place] for place in places])


async def enrol(
    store: Store,
    vault: Vault,
    deployment: str,
    epoch: Epoch,
    evaluate: Evaluate,
    *,
    now: int,
    progress: Progress = lambda _done, _remaining: None,
) -> int:
    """Enrol every valid record that an epoch has not seen yet.

    Args:
        store: Where the records are.
        vault: Opens them.
        deployment: Its id.
        epoch: For which to enrol.
        evaluate: Asks the key offices. What it raises ends the run; the batches before are kept.
        now: Unix seconds.
        progress: Told after each batch.

    Returns:
        How many records were enrolled.

    Raises:
        StoreError: The records cannot be read or written.
        VaultError: A record was tampered with.
        StretchError: There is not enough memory for the stretch.
    """
    epoch_id = epochs.identify(deployment, epoch)
    rows = store.not_enrolled(epoch_id, now)
    done = 0
    progress(0, len(rows))

    async def keep(batch: _Batch, stretched: Awaitable[list[bytes]]) -> None:
        nonlocal done
        prks = await stretched
        sealed = {
            row.number: ledger.seal_prks(vault, row, epoch_id, [prks[place] for place in places])
            for row, places in zip(batch.rows, batch.places, strict=True)
        }
        store.add_enrolments(epoch.number, epoch_id, sealed)
        done += len(batch.rows)
        progress(done, len(rows) - done)

    pool = Stretchers(by_name(epoch.stretch), len(rows) * _LIKELY)
    before: tuple[_Batch, Awaitable[list[bytes]]] | None = None
    try:
        for batch in _batches(rows, vault, deployment):
            try:
                outputs = await evaluate(list(batch.keys))
            except Exception:
                if before:
                    await keep(*before)
                raise
            # handed over before the batch ahead of it is done, so that no core waits for the network
            following = batch, pool.stretch(outputs)
            if before:
                await keep(*before)
            before = following
        if before:
            await keep(*before)
    finally:
        pool.stop()
    return done


def _batches(rows: Sequence[RecordRow], vault: Vault, deployment: str) -> Iterator[_Batch]:
    """Divide ``rows`` into batches, the last of which is as large as the least one, if there is more than one."""
    held: _Batch | None = None
    batch = _Batch()
    for row in rows:
        batch.add(row, match_keys(ledger.open_subject(vault, row), deployment))
        if len(batch.keys) >= _FULL_BATCH:
            if held:
                yield held
            held, batch = batch, _Batch()
    if held and 0 < len(batch.keys) < _LEAST_BATCH:
        held.join(batch)
        batch = _Batch()
    yield from (some for some in (held, batch) if some and some.rows)
