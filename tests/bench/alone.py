"""What the parts of answering a question cost by themselves: signature, JSON, durable entry."""

import os
import time
from collections.abc import Callable, Sequence
from typing import Final

from starlette.requests import Request

from bench.appending import WAITERS, Appending
from bench.load import PATH, question
from bench.multiplications import elements
from key_office import whole_key
from obacht_keys.registry import Registry
from obacht_keys.settings import Home
from obacht_protocol.messages import EvaluationRequest, EvaluationResponse
from obacht_service.signatures import Verifier, check_digest
from signing import Signer

_FEW: Final = 10


def cpu(works: Sequence[Callable[[], object]], times: int) -> list[float]:
    """Give the CPU time of each of ``works`` in nanoseconds, each done ``times`` times, a few and then the next."""
    taken = [0] * len(works)
    turns = -(-times // _FEW)
    for _ in range(turns):
        for place, work in enumerate(works):
            begin = time.process_time_ns()
            for _ in range(_FEW):
                work()
            taken[place] += time.process_time_ns() - begin
    return [nanoseconds / turns / _FEW for nanoseconds in taken]


class Parts:
    """The parts, on a real request and on a key office's own databases."""

    def __init__(self, home: Home, device: Signer) -> None:
        self._registry = Registry(home.registry)
        self._appending = Appending(home.folder / "bench-log.db")
        self._verifier = Verifier(device.origin, self._key)
        fields, self._body = question(device, elements())
        self._scope = {
            "type": "http",
            "method": "POST",
            "path": PATH,
            "raw_path": PATH.encode(),
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in fields.items()],
        }
        self._device = device.device
        custody = whole_key("test-bench", epoch=1)
        evaluated, proof = custody.evaluate(elements())
        self._answer = EvaluationResponse(os.urandom(16), 1, tuple(evaluated), proof)
        self._evaluate = custody.evaluate
        self._elements = elements()

    def close(self) -> None:
        self._appending.close()
        self._registry.close()

    def evaluation(self) -> None:
        """Evaluate four elements with proof."""
        self._evaluate(self._elements)

    def signature(self) -> None:
        """Find the device and check signature and digest."""
        verified = self._verifier.verify_headers(Request(self._scope), int(time.time()))
        check_digest(verified, self._body)

    def json(self) -> None:
        """Read a question and write its answer."""
        EvaluationRequest.parse(self._body)
        self._answer.encode()

    def entries(self, times: int) -> float:
        """Give the CPU time of one entry on the log, in nanoseconds, where as many come together as ask."""
        begin = time.process_time_ns()
        for _ in range(times):
            self._appending.append(WAITERS)
        return (time.process_time_ns() - begin) / times / WAITERS

    def _key(self, device: str) -> bytes | None:
        found = self._registry.find(device)
        return None if found is None else found.public_key
