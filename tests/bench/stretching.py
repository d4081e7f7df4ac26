"""Whether enrolling keeps all cores at the stretch."""

import asyncio
import multiprocessing
import os
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from nacl.pwhash import argon2id

from bench import parties, records
from bench.figures import Fact, Figure, Findings, milliseconds
from bench.machine import Watch, calm, cores
from obacht_demo.deployment import Deployment
from obacht_enrollment.enrolling import enrol
from obacht_enrollment.office import Office
from obacht_enrollment.outside import Outside
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.identity import Person
from obacht_protocol.stretch import StretchSet, by_name

SHARE: Final = 0.9
_SALT: Final = bytes(16)


def measure(
    folder: Path, deployment: Deployment, *, rounds: int = 5, people: int = 480, stretch: str = "INTERACTIVE"
) -> Findings:
    """Enrol ``people`` in each round, in turns with bare calls of Argon2id.

    Args:
        folder: Of an office of its own, which the deployment's key office answers too.
        deployment: Its descriptor is used with another stretch set.
        rounds: How many.
        people: How many in each.
        stretch: Name of the stretch set.
    """
    parameters, persons = by_name(stretch), records.many()
    with closing(records.new_office(folder)) as office:
        parties.add_office(deployment, office.keys.publisher.public_key)
        descriptor = parties.descriptor(deployment)
        descriptor = replace(descriptor, epochs=[replace(descriptor.epoch, stretch=stretch)])
        with ProcessPoolExecutor(cores(), multiprocessing.get_context("spawn")) as pool:

            def turn() -> tuple[float, float]:
                # About as long on each side as half the enrolment: a neighbour's use of the memory drifts in seconds.
                before = _bare(pool, parameters, 2 * people)
                enrolled = _enrol(office, descriptor, [next(persons).person for _ in range(people)])
                return enrolled, (before + _bare(pool, parameters, 2 * people)) / 2

            turns = calm(rounds, turn)
    enrolled, bare = (statistics.median(rates) for rates in zip(*turns, strict=True))
    return Findings(
        f"Enrolment: match keys through the key office and the stretch ({stretch})",
        [
            Figure.at_least(
                "match keys enrolled, against bare Argon2id calls on all cores",
                SHARE,
                statistics.median(rate / bare for rate, bare in turns),
                "the office's own function from sealed records to sealed keys, with a real key service on the same"
                " cores; before and after it bare calls of libsodium's Argon2id with the same parameters, a process on"
                " every core; seconds of all cores less what other programs took of them; median of the calmer half of"
                " the rounds",
            )
        ],
        [
            Fact("a bare Argon2id call", milliseconds(1 / bare)),
            Fact("match keys enrolled per second of one core", f"{enrolled:,.0f}"),
        ],
    )


def _enrol(office: Office, descriptor: Descriptor, persons: list[Person]) -> float:
    """Give the match keys enrolled per core second."""
    records.take_in(office, persons)
    return asyncio.run(_enrol_missing(office, descriptor))


async def _enrol_missing(office: Office, descriptor: Descriptor) -> float:
    count = 0
    async with Outside.open(office.keys.publisher.seed, descriptor.matcher, _clock) as outside:
        evaluate = outside.evaluator(descriptor, descriptor.epoch)

        async def counted(inputs: Sequence[bytes]) -> list[bytes]:
            nonlocal count
            count += len(inputs)
            return await evaluate(inputs)

        watch = Watch()
        await enrol(office.store, office.vault, descriptor.deployment, descriptor.epoch, counted, now=_clock())
        return count / watch.offered()


def _bare(pool: ProcessPoolExecutor, parameters: StretchSet, calls: int) -> float:
    """Give the calls per core second."""
    each = -(-calls // cores())
    list(pool.map(_call, [(parameters.passes, parameters.memory, 1)] * cores()))  # so that the processes are there
    watch = Watch()
    list(pool.map(_call, [(parameters.passes, parameters.memory, each)] * cores()))
    return each * cores() / watch.offered()


def _call(work: tuple[int, int, int]) -> None:
    passes, memory, times = work
    output = os.urandom(64)
    for _ in range(times):
        argon2id.kdf(64, output, _SALT, opslimit=passes, memlimit=memory * 1024)


def _clock() -> int:
    return int(time.time())
