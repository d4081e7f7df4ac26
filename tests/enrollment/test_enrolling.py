"""Enrolment: in batches, on all cores, and after a kill from where it stood."""

import asyncio
import itertools
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from obacht_enrollment import enrolling, epochs, ledger, stretchers
from obacht_enrollment.records import match_keys
from obacht_protocol import stretch
from postgres import BOTH
from safety_office import NOW, PASSPHRASE, Site, people, person_line

DATABASES = BOTH


async def outputs(keys: Sequence[bytes]) -> list[bytes]:
    return [key.ljust(64, b"\x00")[:64] for key in keys]


def enrol(site: Site, evaluate: enrolling.Evaluate = outputs, **named: object) -> int:
    return asyncio.run(
        enrolling.enrol(
            site.office.store,
            site.office.vault,
            "test-town",
            site.descriptor.epoch,
            evaluate,
            now=NOW,
            **named,  # type: ignore[arg-type]  # a test's choice
        )
    )


def kept(site: Site) -> dict[int, list[bytes]]:
    epoch_id = epochs.identify("test-town", site.descriptor.epoch)
    rows = site.office.store.enrolled(epoch_id, NOW)
    return {row.number: ledger.open_enrolled(site.office.vault, row, epoch_id, row.prks)[1] for row in rows}


def test_every_match_key_of_every_record_is_kept_in_its_order(site: Site) -> None:
    site.take_in(*people(40))
    assert enrol(site) == 40
    prks = kept(site)
    for row in site.office.store.records():
        keys = match_keys(ledger.open_subject(site.office.vault, row), "test-town")
        expected = [stretch.stretch(key.ljust(64, b"\x00")[:64], stretch.CHEAPEST) for key in keys]
        assert prks[row.number] == expected


def test_batches_have_from_64_to_512_elements(site: Site) -> None:
    site.take_in(*people(150))
    sizes = []

    async def counting(keys: Sequence[bytes]) -> list[bytes]:
        sizes.append(len(keys))
        return await outputs(keys)

    enrol(site, counting)
    assert len(sizes) > 1
    assert all(64 <= size <= 512 for size in sizes)


def test_a_match_key_of_several_records_is_asked_about_once_in_a_batch(site: Site) -> None:
    site.take_in(*(person_line(level=2 + i % 2, until=f"{i // 2 + 1:02}.12.2027") for i in range(6)))
    asked: list[bytes] = []

    async def noting(keys: Sequence[bytes]) -> list[bytes]:
        asked.extend(keys)
        return await outputs(keys)

    assert enrol(site, noting) == 6
    assert len(asked) == len(set(asked)) == 4
    assert len({tuple(prks) for prks in kept(site).values()}) == 1


def test_who_is_enrolled_is_not_asked_about_again(site: Site) -> None:
    site.take_in(*people(3))
    assert (enrol(site), enrol(site)) == (3, 0)


def test_batches_before_a_failure_are_kept_and_the_rest_follows(site: Site) -> None:
    site.take_in(*people(150))
    calls = []

    async def failing(keys: Sequence[bytes]) -> list[bytes]:
        calls.append(keys)
        if len(calls) == 3:
            raise RuntimeError("down")
        return await outputs(keys)

    with pytest.raises(RuntimeError, match="down"):
        enrol(site, failing)
    enrolled = len(kept(site))
    assert 0 < enrolled < 150
    assert enrol(site) == 150 - enrolled


def test_the_next_batch_is_on_its_way_while_one_is_stretched(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.take_in(*people(150))
    stretching, asked_meanwhile = threading.Event(), threading.Event()

    def slow(output: bytes, parameters: stretch.StretchSet) -> bytes:
        stretching.set()
        assert asked_meanwhile.wait(10)
        return stretch.stretch(output, parameters)

    monkeypatch.setattr(stretchers, "_MANY", math.inf)
    monkeypatch.setattr(stretchers, "stretch", slow)

    async def evaluate(keys: Sequence[bytes]) -> list[bytes]:
        if stretching.is_set():
            asked_meanwhile.set()
        return await outputs(keys)

    assert enrol(site, evaluate) == 150


def test_all_cores_stretch_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.take_in(*people(20))
    cores = len(os.sched_getaffinity(0))
    together = threading.Barrier(cores)
    first = itertools.count()

    def meeting(output: bytes, parameters: stretch.StretchSet) -> bytes:
        if next(first) < cores:
            together.wait(10)
        return stretch.stretch(output, parameters)

    monkeypatch.setattr(stretchers, "stretch", meeting)
    assert enrol(site) == 20


KILLED = """
import asyncio, sys, time
from pathlib import Path
from obacht_enrollment import enrolling
from obacht_enrollment.office import Office, descriptor_in_force

calls = 0

async def evaluate(keys):
    global calls
    calls += 1
    if calls == 3:
        print("now", flush=True)
        time.sleep(60)
    return [key.ljust(64, b"\\x00")[:64] for key in keys]

if __name__ == "__main__":
    office = Office.open(Path(sys.argv[1]), sys.argv[2].encode())
    descriptor, _ = descriptor_in_force(office.home)
    asyncio.run(enrolling.enrol(
        office.store, office.vault, "test-town", descriptor.epoch, evaluate, now=int(sys.argv[3])
    ))
"""


def test_a_killed_run_loses_a_batch_at_most_and_the_next_completes_it(site: Site, tmp_path: Path) -> None:
    site.take_in(*people(200))
    script = tmp_path / "enrol.py"
    script.write_text(KILLED)
    with subprocess.Popen(
        [sys.executable, script, site.office.home.folder, PASSPHRASE.decode(), str(NOW)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"now\n"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    enrolled = len(kept(site))
    # of the two batches that came back from the key offices the first is kept, the second was being stretched
    assert 256 <= len({prk for prks in kept(site).values() for prk in prks}) < 256 + 24
    assert enrol(site) == 200 - enrolled
    assert kept(site).keys() == {row.number for row in site.office.store.records()}
    site.office.store.database.check()
