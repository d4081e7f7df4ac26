"""What can be asked of the log: the one list of operations, for the process that has it open and whoever asks it."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from obacht_keys.errors import LogError, StoreError
from obacht_keys.log import proofs
from obacht_keys.log.checkpoints import Checkpoints
from obacht_keys.log.frames import Answer, Request
from obacht_keys.log.ledger import Ledger
from obacht_keys.log.requests import Asked, Event, Look, Refused
from obacht_protocol.entries import Logged
from obacht_protocol.errors import MerkleError
from obacht_service import logs

ASK: Final = "ask"
LOOK: Final = "look"
EVENT: Final = "event"
MAX_LEAVES: Final = 1024
"""Leaf hashes that are given out at once."""
MAX_ENTRIES: Final = 256
"""Entries whose details are given out at once."""
MAX_DETAILS: Final = 1024 * 1024
"""Bytes of details that are given out at once; one entry may be longer by itself."""
STALE: Final = 4
"""Seconds after which nobody waits for an answer any more."""

_KINDS: Final = {ASK: Asked, LOOK: Look, EVENT: Event}
_UNAVAILABLE: Final = ("unavailable", 1)


class Desk:
    """The log, and all that may be asked of it.

    Attributes:
        ledger: The log.
        checkpoints: Its checkpoints; None for an operator's command, which has no key to sign any.
        stopped: Why nothing is taken any more, in words, or empty.
        counts: What happened since this process began: answers, and refusals by their code.
        witnesses: By vkey: the size of the tree that each cosigned last, and since when (Unix seconds) it does not
            answer, or 0.
    """

    def __init__(self, ledger: Ledger, checkpoints: Checkpoints | None = None) -> None:
        """Take the open log."""
        self.ledger = ledger
        self.checkpoints = checkpoints
        self.stopped = ""
        self.counts: dict[str, int] = {}
        self.witnesses: dict[str, tuple[int, int]] = {}
        self._operations: dict[str, Callable[..., Any]] = {
            "checkpoint": self._checkpoint,
            "leaves": self._leaves,
            "inclusion": self._inclusion,
            "consistency": self._consistency,
            "details": self._details,
            "tallies": self._tallies,
            "enrolled": self._enrolled,
            "prune": self._prune,
            "state": self._state,
        }

    def answer(self, requests: Sequence[Request]) -> list[Answer]:
        """Answer requests; all that add to the log are one transaction, and are on the disk when this returns."""
        writes = [request for request in requests if request[1] in _KINDS]
        answers = self._write(writes) if writes else []
        return answers + [self._read(*request) for request in requests if request[1] not in _KINDS]

    def call(self, operation: str, *arguments: Any) -> Any:  # noqa: ANN401 - as many results as operations
        """Answer one request from within this process; ``LogError`` if it is refused."""
        ((_, code, result),) = self.answer([(0, operation, arguments)])
        if code:
            raise LogError(f"the log refuses this: {code}")
        return result

    def _write(self, requests: list[Request]) -> list[Answer]:
        stale = time.time() - STALE
        answers: list[Answer] = []
        wanted = []
        for number, kind, arguments in requests:
            request = _KINDS[kind](*arguments)
            if self.stopped or request.time < stale:
                answers.append((number, *_UNAVAILABLE))
            else:
                wanted.append((number, request))
        try:
            taken = self.ledger.take([request for _, request in wanted]) if wanted else []
        except StoreError as error:
            logs.failure("log-failed", error, count=len(wanted))
            return answers + [(number, *_UNAVAILABLE) for number, _ in wanted]
        return answers + [self._told(number, outcome) for (number, _), outcome in zip(wanted, taken, strict=True)]

    def _told(self, number: int, outcome: Logged | Refused | None) -> Answer:
        if outcome is None:
            return number, "", None
        if isinstance(outcome, Refused):
            self.counts[outcome.code] = self.counts.get(outcome.code, 0) + 1
            return number, outcome.code, outcome.wait
        self.counts[""] = self.counts.get("", 0) + 1
        return number, "", (outcome.index, outcome.leaf, outcome.signature)

    def _read(self, number: int, operation: str, arguments: tuple[Any, ...]) -> Answer:
        try:
            return number, "", self._operations[operation](*arguments)
        except MerkleError:
            return number, "not-found", None
        except (LogError, StoreError) as error:
            logs.failure("log-failed", error)
            return number, *_UNAVAILABLE

    def _at(self, size: int) -> int:
        if size > self.ledger.size:
            raise MerkleError("the tree is not that large")
        return size

    def _within(self, begin: int, end: int, most: int) -> None:
        if not 0 <= begin < end <= self.ledger.size or end - begin > most:
            raise MerkleError("there are no such entries, or they are too many")

    def _checkpoint(self) -> bytes:
        if self.checkpoints is None:
            raise LogError("no key to sign checkpoints")
        return self.checkpoints.note

    def _leaves(self, begin: int, end: int) -> bytes:
        self._within(begin, end, MAX_LEAVES)
        return b"".join(self.ledger.store.leaves(begin, end))

    def _details(self, begin: int, end: int) -> list[bytes]:
        self._within(begin, end, MAX_ENTRIES)
        return self.ledger.store.details(begin, end, MAX_DETAILS)

    def _inclusion(self, size: int, index: int) -> bytes:
        return b"".join(proofs.inclusion(self.ledger.store, self._at(size), index))

    def _consistency(self, old: int, new: int) -> bytes:
        return b"".join(proofs.consistency(self.ledger.store, old, self._at(new)))

    def _tallies(self, since: str) -> list[tuple[Any, ...]]:
        return [tuple(tally) for tally in self.ledger.store.tallies(since)]

    def _enrolled(self) -> dict[int, int]:
        return self.ledger.store.enrolled()

    def _prune(self, before: int, day: str) -> int:
        return self.ledger.store.prune(before, day)

    def _state(self) -> dict[str, Any]:
        return {
            "size": self.ledger.size,
            "checkpoint": None if self.checkpoints is None else (self.checkpoints.time, self.checkpoints.newest.size),
            "stopped": self.stopped,
            "counts": self.counts,
            "witnesses": self.witnesses,
        }
