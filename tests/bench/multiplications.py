"""The scalar multiplications of one evaluation, by libsodium and nothing around it: what all else is measured by."""

import os
import time
from typing import Final

from obacht_protocol import group, oprf

PERSON: Final = 4
"""Elements of one person's question."""
VARIABLE_BASE: Final = 10
"""Four evaluated elements, four weighted for the proof, the combined one by the key and by the proof's scalar."""
FIXED_BASE: Final = 2
"""The public share, and the proof's commitment."""


def elements(count: int = PERSON) -> tuple[bytes, ...]:
    """Give blinded elements of nobody."""
    return tuple(oprf.blind(os.urandom(32))[1] for _ in range(count))


class Multiplications:
    """As many and of the same kinds as ``blind_evaluate`` needs for four elements with their proof."""

    def __init__(self) -> None:
        self._scalar = group.scalar_random()
        (self._element,) = elements(1)

    def run(self) -> None:
        result, scalar, element = group._Encoding(), self._scalar, self._element
        for _ in range(VARIABLE_BASE):
            group._multiply(result, scalar, element)
        for _ in range(FIXED_BASE):
            group._multiply_base(result, scalar)

    def cpu(self, times: int) -> int:
        """Give the CPU time of ``times`` evaluations' multiplications, in nanoseconds."""
        begin = time.process_time_ns()
        for _ in range(times):
            self.run()
        return time.process_time_ns() - begin
