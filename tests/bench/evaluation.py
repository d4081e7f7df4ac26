"""How much of an evaluation is scalar multiplication, and whether two processes do twice the work of one."""

import multiprocessing
import statistics
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Self

from bench.figures import Fact, Figure, Findings, microseconds
from bench.machine import calm, spare, waits
from bench.multiplications import Multiplications, elements
from key_office import whole_key
from obacht_keys.custody import Custody

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

SHARE: Final = 0.75
TWICE: Final = 1.85
_SOON: Final = 0.05


def measure(*, rounds: int = 30, evaluations: int = 50, seconds: float = 0.3) -> Findings:
    """Measure both.

    Args:
        rounds: Of each.
        evaluations: In each round of the first.
        seconds: For which processes work in each round of the second.
    """
    shares, costs = zip(*(_round(evaluations) for _ in range(rounds)), strict=True)
    return Findings(
        "Evaluation of one person's question (four elements, with proof), without HTTP",
        [
            Figure.at_least(
                "an evaluation's CPU time in scalar multiplications",
                SHARE,
                statistics.median(shares),
                "in one loop, an evaluation by the key office's custody and then the same 10 multiplications of an"
                " element and 2 of the generator by libsodium alone; the one's CPU time by the other's, median of the"
                " rounds",
            ),
            Figure.at_least(
                "evaluations of two processes against those of one",
                TWICE,
                _two_against_one(rounds, seconds),
                "one process, then two that begin at the same moment, each on a core of its own, in turns; evaluations"
                " per second of wall time, less the time for which other programs held its core; median of the calmer"
                " half of the rounds",
                " times",
            ),
        ],
        [Fact("CPU time of an evaluation", microseconds(statistics.median(costs)))],
    )


def _round(evaluations: int) -> tuple[float, float]:
    custody, multiplications = _custody(), Multiplications()
    asked = [elements() for _ in range(16)]
    whole = alone = 0
    for number in range(evaluations):
        begin = time.process_time_ns()
        custody.evaluate(asked[number % len(asked)])
        whole += time.process_time_ns() - begin
        alone += multiplications.cpu(1)
    return alone / whole, whole / evaluations


def _two_against_one(rounds: int, seconds: float) -> float:
    with ExitStack() as stack:
        first, second = (stack.enter_context(_Evaluator(number)) for number in range(2))

        def turn() -> float:
            both = _rate([first, second], seconds)
            return both / statistics.mean(_rate([one], seconds) for one in (first, second))

        return statistics.median(calm(rounds, turn))


class _Evaluator:
    """A process that evaluates when it is told to."""

    def __init__(self, number: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_evaluate, args=(theirs, number), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self.pipe.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self.pipe.send(None)
        self._process.join()
        self.pipe.close()


def _rate(evaluators: list[_Evaluator], seconds: float) -> float:
    begin = time.monotonic() + _SOON
    for evaluator in evaluators:
        evaluator.pipe.send((begin, seconds))
    return sum(float(evaluator.pipe.recv()) for evaluator in evaluators)


def _evaluate(pipe: "Connection[object, tuple[float, float] | None]", number: int) -> None:
    spare(number)
    custody, asked = _custody(), elements()
    pipe.send("ready")
    while (order := pipe.recv()) is not None:
        begin, seconds = order
        time.sleep(max(0.0, begin - time.monotonic()))
        count, before, begin = 0, waits(), time.monotonic()
        while time.monotonic() < begin + seconds:
            custody.evaluate(asked)
            count += 1
        pipe.send(count / (time.monotonic() - begin - (waits() - before)))


def _custody() -> Custody:
    return whole_key("test-bench", epoch=1)
