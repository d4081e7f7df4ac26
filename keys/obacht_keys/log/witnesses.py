"""Bringing checkpoints to witnesses (C2SP tlog-witness), and learning from them whether this is still the same log.

A witness that cannot be reached delays its cosignature and nothing else. One that has seen a larger tree, or another
tree, has seen what is no longer here: the database was cut, altered, or restored from a backup.
"""

import asyncio
import http.client
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final
from urllib.parse import urlsplit

from obacht_keys.errors import KeysError, LogError
from obacht_keys.log import proofs
from obacht_keys.log.checkpoints import Checkpoints
from obacht_keys.log.desk import Desk
from obacht_keys.log.ledger import Ledger
from obacht_keys.registry import Registry
from obacht_keys.watchers import Watcher, Watchers
from obacht_protocol.checkpoints import Submission
from obacht_protocol.errors import ProtocolError
from obacht_service import logs

PATIENCE: Final = 5.0
"""Seconds that a witness has to answer, and for which one that did not is left alone."""
_EVERY: Final = 1.0
_MOST: Final = 16 * 1024
"""Bytes of a witness's answer at most."""
_TRIES: Final = 3

Post = Callable[[str, bytes], tuple[int, bytes]]
"""Sends a body to a URL, and gives status and body of the answer; ``OSError`` or ``HTTPException``."""


class ForkError(LogError):
    """A witness has seen what is not on this log."""


class WitnessError(LogError):
    """A witness cannot be reached, or does not cosign."""


def post(url: str, body: bytes) -> tuple[int, bytes]:
    """Send a body by HTTP, without redirects or proxies."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request("POST", f"{parts.path}/add-checkpoint", body, {"Content-Type": "text/plain"})
        answer = connection.getresponse()
        return answer.status, answer.read(_MOST)
    finally:
        connection.close()


async def submit(watcher: Watcher, ledger: Ledger, checkpoints: Checkpoints, send: Post = post) -> int:
    """Have the newest checkpoint cosigned, and keep the cosignature.

    Args:
        watcher: The witness.
        ledger: The log.
        checkpoints: Its checkpoints.
        send: The way there.

    Returns:
        The size of the tree that the witness has cosigned.

    Raises:
        ForkError: It has seen what is not on this log.
        WitnessError: It cannot be reached, or does not cosign.
        StoreError: The log's database fails.
    """
    newest, note = checkpoints.newest, checkpoints.note
    name = watcher.key.name
    old = min(ledger.store.witnessed().get(str(watcher.key), 0), newest.size)
    for _ in range(_TRIES):
        body = Submission(old, proofs.consistency(ledger.store, old, newest.size), note).encode()
        try:
            async with asyncio.timeout(PATIENCE):
                status, answer = await asyncio.to_thread(send, watcher.url, body)
        except (OSError, TimeoutError, http.client.HTTPException) as error:
            raise WitnessError(f"the witness {name} cannot be reached") from error
        if status == http.client.OK:
            try:
                checkpoints.cosigned(newest.size, answer, watcher.key)
            except ProtocolError as error:
                raise WitnessError(f"the witness {name} answers with a wrong signature") from error
            return newest.size
        if status == http.client.UNPROCESSABLE_ENTITY:
            raise ForkError(f"the witness {name} has seen other entries than those that are here")
        known = _size(answer) if status == http.client.CONFLICT else None
        if known is None:
            raise WitnessError(f"the witness {name} does not cosign: status {status}")
        if known > newest.size:
            raise ForkError(f"the witness {name} has seen {known} entries, and there are only {newest.size} here")
        if known == old == newest.size:
            raise ForkError(f"the witness {name} has seen other entries than those that are here")
        old = known
    raise WitnessError(f"the witness {name} does not say what it has seen last")


async def compare(watchers: list[Watcher], ledger: Ledger, checkpoints: Checkpoints, send: Post = post) -> list[str]:
    """Compare the log with what its witnesses have seen, before anything is answered.

    Returns:
        What the witnesses said that did not cosign, in words.

    Raises:
        ForkError: One of them has seen what is not on this log.
        StoreError: The log's database fails.
    """
    found = await asyncio.gather(
        *(submit(watcher, ledger, checkpoints, send) for watcher in watchers), return_exceptions=True
    )
    for outcome in found:
        if isinstance(outcome, BaseException) and not isinstance(outcome, WitnessError):
            raise outcome
    return [str(outcome) for outcome in found if isinstance(outcome, WitnessError)]


class Witnessing:
    """What goes on beside the writing: every checkpoint is brought to every witness."""

    def __init__(self, open_registry: Callable[[], Registry], send: Post = post) -> None:
        """Know where the witnesses are listed, and the way to them."""
        self._open_registry = open_registry
        self._send = send
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._rests: dict[str, float] = {}

    def __call__(self, desk: Desk) -> Coroutine[Any, Any, None]:
        """Go on until cancelled."""
        return self._run(desk)

    async def _run(self, desk: Desk) -> None:
        with self._open_registry() as registry:
            while True:
                await asyncio.sleep(_EVERY)
                if desk.checkpoints is None or desk.stopped:
                    continue
                try:
                    self._begin(desk, desk.checkpoints, Watchers(registry).all())
                except KeysError as error:
                    logs.failure("witnesses-unknown", error)

    def _begin(self, desk: Desk, checkpoints: Checkpoints, watchers: list[Watcher]) -> None:
        known = {str(watcher.key) for watcher in watchers}
        desk.witnesses = {name: state for name, state in desk.witnesses.items() if name in known}
        for watcher in watchers:
            name = str(watcher.key)
            size, _ = desk.witnesses.setdefault(name, (0, 0))
            resting = self._rests.get(name, 0.0) > time.monotonic()
            if name not in self._busy and not resting and size != checkpoints.newest.size:
                self._busy[name] = asyncio.create_task(self._submit(desk, checkpoints, watcher))

    async def _submit(self, desk: Desk, checkpoints: Checkpoints, watcher: Watcher) -> None:
        name = str(watcher.key)
        size, since = desk.witnesses[name]
        try:
            desk.witnesses[name] = await submit(watcher, desk.ledger, checkpoints, self._send), 0
        except ForkError as error:
            desk.stopped = str(error)
            logs.failure("log-forked", error)
        except KeysError as error:
            desk.witnesses[name] = size, since or int(time.time())
            self._rests[name] = time.monotonic() + PATIENCE
            if not since:
                logs.failure("witness-lost", error)
        finally:
            del self._busy[name]


def _size(answer: bytes) -> int | None:
    text = answer.strip()
    return int(text) if text.isdigit() and len(text) < 19 else None
