"""What the log takes, and what it refuses: nonces, question ids, quotas, budget, entries and tree, in one transaction.

Everything that decides is in memory, because one process decides alone; everything that must outlive it is written
before it tells anybody. If a transaction fails, the memory is ahead of the disk, and is made anew from there.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

from nacl.utils import random

from obacht_keys.limits import Limits
from obacht_keys.log.key import LogKey
from obacht_keys.log.quotas import Quotas
from obacht_keys.log.quotas import Use as Counted
from obacht_keys.log.recent import Recent
from obacht_keys.log.requests import Asked, Event, Look, Refused
from obacht_keys.log.store import Batch, Store, Tally, Use
from obacht_keys.log.tree import Edge, position
from obacht_protocol import entries, merkle
from obacht_protocol.devices import NONCE_MEMORY
from obacht_protocol.entries import ANSWERED, EVENT, REFUSED, URGENT, Entry, Logged

RETRY: Final = 600
"""Seconds for which a question may be asked again under its id, for nothing."""
_OFFICE_HOURS: Final = range(6, 20)
"""In local time."""
_CLEANING: Final = 600
"""Seconds between two looks for what nobody needs any more."""

_Taken = tuple[int, bytes, bytes]
"""Number, leaf hash and question id of an entry."""


class Ledger:
    """The log, open for writing."""

    def __init__(self, open_store: Callable[[], Store], key: LogKey | None) -> None:
        """Open the store and remember what counts.

        Args:
            open_store: Opens it, now and after a failure.
            key: Signs promises; without it, nobody can be promised anything, and only events are taken.

        Raises:
            StoreError: The store cannot be opened, or is damaged.
        """
        self._open_store = open_store
        self._key = key
        self._cleaned = 0
        self._sound = False
        self.store = open_store()
        self._remember()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @property
    def size(self) -> int:
        """Entries on the log, all of them on the disk; ``StoreError`` if that cannot be said."""
        self._recall()
        return self._edge.size

    @property
    def root(self) -> bytes:
        """The tree's root, 32 bytes; ``StoreError`` as above."""
        self._recall()
        return self._edge.root

    def take(self, requests: Sequence[Asked | Look | Event]) -> list[Logged | Refused | None]:
        """Decide about requests in their order, and write down what was decided.

        Returns:
            For each where it stands on the log, or why it is refused; None for what only had to be fresh. All of it
            is on the disk.

        Raises:
            StoreError: Nothing of it could be written.
        """
        self._recall()
        batch = Batch()
        self._sound = False
        taken = [self._take(one, batch) for one in requests]
        self.store.write(batch)
        self._sound = True
        return [one if one is None or isinstance(one, Refused) else self._promise(one) for one in taken]

    def clean(self, now: int) -> None:
        """Forget, from time to time, what nobody needs any more (Unix seconds)."""
        self._nonces.forget(now)
        self._answered.forget(now)
        if now >= self._cleaned + _CLEANING:
            self._cleaned = now
            self._quotas.forget(now)
            self.store.forget_uses(now)

    def _take(self, request: Asked | Look | Event, batch: Batch) -> _Taken | Refused | None:
        if isinstance(request, Event):
            entry = Entry(EVENT, request.time, request.code, request.words)
            return *self._append(entry, batch), bytes(16)
        nonce = (request.device, request.nonce)
        if self._nonces.get(nonce, request.time):
            return Refused("replay")
        self._nonces.add(nonce, True, request.time + NONCE_MEMORY)  # noqa: FBT003 - it is there, and nothing more
        if isinstance(request, Look):
            batch.uses.append(Use(request.time, request.device, request.nonce))
            return None
        known = self._answered.get((request.device, request.question), request.time) if request.question else None
        if known is not None and not request.refused and known[0] == request.digest:
            batch.uses.append(Use(request.time, request.device, request.nonce))
            return known[1], known[2], request.question
        return self._decide(request, batch, used=known is not None)

    def _decide(self, request: Asked, batch: Batch, *, used: bool) -> _Taken | Refused:
        counted = Counted(request.time, request.user, request.device, request.department, request.persons)
        refusal: Refused | None = None
        over = False
        if request.refused:
            refusal = Refused(request.refused)
        elif used:
            refusal = Refused("question-used")
        elif request.keys:
            if self._enrolled.get(request.epoch, 0) + request.keys > request.released:
                refusal = Refused("budget")
        else:
            wait = self._quotas.wait(counted, Limits(*request.limits), Limits(*request.deployment))
            over = wait > 0 and request.urgent
            if over:
                wait = self._quotas.wait_urgently(counted)
            if wait:
                refusal = Refused("quota-urgent" if over else "quota", wait)
        index, leaf = self._append(_entry(request, refusal, over=over), batch)
        day, night = _day(request.time)
        if refusal is not None:
            batch.uses.append(Use(request.time, request.device, request.nonce, index))
            batch.tallies.append(Tally(day, request.department, request.user, refusals=1))
            return refusal
        persons = request.persons
        self._answered.add((request.device, request.question), (request.digest, index, leaf), request.time + RETRY)
        if request.keys:
            self._enrolled[request.epoch] = self._enrolled.get(request.epoch, 0) + request.keys
            batch.enrolled.append((request.epoch, request.keys))
        else:
            self._quotas.add(counted)
            if over:
                self._quotas.add_urgent(counted)
            urgent, at_night = persons * over, persons * night
            batch.tallies.append(Tally(day, request.department, request.user, persons, 0, urgent, at_night))
        use = Use(request.time, request.device, request.nonce, index, request.department, request.user)
        batch.uses.append(use._replace(question=request.question, digest=request.digest, persons=persons, urgent=over))
        return index, leaf, request.question

    def _append(self, entry: Entry, batch: Batch) -> tuple[int, bytes]:
        """Put an entry on the log, and give its number and leaf hash."""
        details = entry.encode()
        salt = random(entries.SALT_LENGTH)
        index, leaf = self._edge.size, entries.leaf(salt, details)
        first = position(0, index)
        batch.details.append((index, entry.time, salt, details))
        batch.hashes += [(first + step, one) for step, one in enumerate(self._edge.append(leaf))]
        return index, leaf

    def _promise(self, taken: _Taken) -> Logged:
        index, leaf, question = taken
        if self._key is None:
            return Logged(index, leaf, b"")
        return Logged(index, leaf, self._key.sign(entries.promise(self._key.name, question, index, leaf)))

    def _recall(self) -> None:
        """Go back to what is on the disk, if a transaction failed."""
        if self._sound:
            return
        self.store.close()
        self.store = self._open_store()
        self._remember()

    def _remember(self) -> None:
        """Read what counts from the store."""
        store = self.store
        size = store.size()
        self._edge = Edge(size, store.hashes(merkle.cover(0, size)))
        self._nonces: Recent[tuple[str, bytes], bool] = Recent()
        self._answered: Recent[tuple[str, bytes], tuple[bytes, int, bytes]] = Recent()
        self._quotas = Quotas()
        self._enrolled = store.enrolled()
        uses = store.uses()
        now = max((use.time for use in uses), default=0)
        for use in uses:
            self._nonces.add((use.device, use.nonce), True, use.time + NONCE_MEMORY)  # noqa: FBT003 - as above
            if use.question and use.entry is not None and use.time + RETRY > now:
                (leaf,) = store.hashes([(0, use.entry)])
                self._answered.add((use.device, use.question), (use.digest, use.entry, leaf), use.time + RETRY)
            if use.persons:
                counted = Counted(use.time, use.user, use.device, use.department, use.persons)
                self._quotas.add(counted)
                if use.urgent:
                    self._quotas.add_urgent(counted)
        self._sound = True


def _entry(request: Asked, refusal: Refused | None, *, over: bool) -> Entry:
    kind, code, body = ANSWERED, URGENT if over else "", request.body
    if refusal is not None:
        kind, code, body = REFUSED, refusal.code, b""  # what was not answered need not lie here; its digest does
    signed = request.public_key, request.signature_base, request.signature
    return Entry(kind, request.time, code, request.department, *signed, body)


def _day(now: int) -> tuple[str, bool]:
    """Give the day of a moment (Unix seconds) in local time, and whether it is outside office hours."""
    local = time.localtime(now)
    return time.strftime("%Y-%m-%d", local), local.tm_hour not in _OFFICE_HOURS
