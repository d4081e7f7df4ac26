"""Stretching on all cores, by threads and by processes."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from obacht_enrollment.stretchers import Stretchers
from obacht_protocol.errors import StretchError
from obacht_protocol.stretch import CHEAPEST, stretch

OUTPUTS = [bytes([number]) * 64 for number in range(11)]


@contextmanager
def stretchers(expected: int) -> Iterator[Stretchers]:
    pool = Stretchers(CHEAPEST, expected)
    try:
        yield pool
    finally:
        pool.stop()


async def stretched(pool: Stretchers) -> list[bytes]:
    return await pool.stretch(OUTPUTS)


@pytest.mark.parametrize("expected", [1, 10_000])
def test_few_and_many_are_stretched_alike_and_stay_in_order(expected: int) -> None:
    with stretchers(expected) as pool:
        assert asyncio.run(stretched(pool)) == [stretch(output, CHEAPEST) for output in OUTPUTS]


def test_many_are_stretched_by_processes_which_are_gone_at_the_end() -> None:
    with stretchers(10_000) as pool:
        asyncio.run(stretched(pool))
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()


def test_a_process_that_is_killed_is_an_error_in_words() -> None:
    async def killed(pool: Stretchers) -> None:
        await stretched(pool)
        child = multiprocessing.active_children()[0]
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        await stretched(pool)

    with stretchers(10_000) as pool, pytest.raises(StretchError, match="killed"):
        asyncio.run(killed(pool))


STRETCHING = """
import asyncio
from obacht_enrollment.stretchers import Stretchers
from obacht_protocol.stretch import CHEAPEST

async def work():
    pool = Stretchers(CHEAPEST, 10_000)
    await pool.stretch([bytes(64)] * 9)
    print("ready", flush=True)
    await asyncio.sleep(60)

asyncio.run(work())
"""


def test_its_processes_end_when_it_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", STRETCHING], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    assert children
    deadline = time.monotonic() + 10
    while any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)
