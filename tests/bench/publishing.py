"""How long an office takes to make a register out of its records, and whether more of them cost more each."""

import os
import statistics
import time
from pathlib import Path
from typing import Final, NamedTuple

from bench import records
from bench.figures import Fact, Figure, Findings
from bench.machine import calm, one_core
from bench.parties import NAME
from deployment import make_deployment
from obacht_enrollment.epochs import identify
from obacht_enrollment.office import Office
from obacht_enrollment.publication import build
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.register import SEED_LENGTH
from obacht_protocol.rows import Publication

SIZES: Final = (1_000, 10_000, 100_000)
SECONDS: Final = 10.0
SPREAD: Final = 1.3


class _Time(NamedTuple):
    cpu: float
    wall: float


def measure(folder: Path, *, rounds: int = 6, sizes: tuple[int, int, int] = SIZES) -> Findings:
    """Measure offices with these numbers of real rows, each built ``rounds`` times in turns."""
    descriptor = make_deployment(NAME).descriptor
    made = [records.new_office(folder / str(size)) for size in sizes]
    for office, size in zip(made, sizes, strict=True):
        records.fill(office, descriptor, size)

    def turn() -> list[_Time]:
        # The small ones several times over, before and after the large one.
        taken: list[list[_Time]] = [[] for _ in sizes]
        for place in (*range(len(sizes)), *reversed(range(len(sizes) - 1))):
            repeats = max(1, min(5, sizes[-1] // sizes[place] // 8))
            taken[place] += [_build(made[place], descriptor, sizes[place]) for _ in range(repeats)]
        return [_median(times) for times in taken]

    with one_core():
        times = [_median(list(taken)) for taken in zip(*calm(rounds, turn), strict=True)]
    for office in made:
        office.close()
    each = [time.cpu / size for time, size in zip(times, sizes, strict=True)]
    return Findings(
        "Publishing: records out of the database to a finished register",
        [
            Figure.at_most(
                f"publishing {sizes[-1]:,} real rows on one core",
                SECONDS,
                each[-1] * sizes[-1],
                "the office's own function, kept on one core: rows out of the database, names decrypted, sketches"
                " drawn, rows sealed, filler made, all sorted, tree computed; CPU time, median of calmer rounds",
                " s",
            ),
            Figure.at_most(
                "dearest against cheapest build time of a real row, over " + ", ".join(f"{size:,}" for size in sizes),
                SPREAD,
                max(each) / min(each),
                "three offices with that many rows, built in turns; CPU time by real rows (filler comes on top of"
                " them, up to the next power of two), medians",
                " times",
            ),
        ],
        [
            Fact(f"wall time of publishing {sizes[-1]:,} real rows", f"{times[-1].wall:.2f} s"),
            *(
                Fact(f"build time of a real row among {n:,}", f"{1e6 * t:.1f} µs")
                for n, t in zip(sizes, each, strict=True)
            ),
        ],
    )


def _build(office: Office, descriptor: Descriptor, rows: int) -> _Time:
    publication = Publication(descriptor.epoch.number, os.urandom(32))
    cpu, wall = time.process_time(), time.monotonic()
    built = build(
        office,
        identify(descriptor.deployment, descriptor.epoch),
        publication,
        os.urandom(SEED_LENGTH),
        now=int(time.time()),
    )
    taken = _Time(time.process_time() - cpu, time.monotonic() - wall)
    if built.real_rows != rows:
        raise AssertionError("not all rows were published")
    return taken


def _median(times: list[_Time]) -> _Time:
    return _Time(*(statistics.median(column) for column in zip(*times, strict=True)))
