"""A letter exists nowhere but in memory, and is the same wherever and whenever it is made."""

import datetime as dt
import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from invented_letters import EVERY_LETTER, HEAD, SENDER, notice
from obacht_enrollment.letters.making import make

TESTS = Path(__file__).parents[1]
MAKES_ALL_UNABLE_TO_WRITE = """
import hashlib, resource, signal, sys
from pathlib import Path
from invented_letters import EVERY_LETTER, SENDER
from obacht_enrollment.letters.making import make

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
try:
    Path(sys.argv[1]).write_bytes(b"x")
    refused = False
except OSError:
    refused = True
digests = [hashlib.sha256(make(letter, SENDER)).hexdigest() for letter in EVERY_LETTER.values()]
resource.setrlimit(resource.RLIMIT_FSIZE, before)
print(refused, *digests)
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """What another process made that could write no byte to any file, and its folder for temporary files."""
    temporary, work = tmp_path_factory.mktemp("temporary"), tmp_path_factory.mktemp("work")
    done = subprocess.run(
        [sys.executable, "-c", MAKES_ALL_UNABLE_TO_WRITE, str(work / "probe")],
        cwd=work,
        env={"PYTHONPATH": str(TESTS), "TMPDIR": str(temporary), "HOME": str(temporary), "TZ": "Pacific/Auckland"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.split(), temporary


def test_making_letters_writes_no_file(elsewhere: tuple[list[str], Path]) -> None:
    (could_not_write, *digests), temporary = elsewhere
    assert could_not_write == "True"
    assert len(digests) == len(EVERY_LETTER)
    assert list(temporary.rglob("*")) == []


def test_equal_letters_are_equal_bytes_in_every_process(elsewhere: tuple[list[str], Path]) -> None:
    (_, *digests), _ = elsewhere
    assert digests == [hashlib.sha256(make(letter, SENDER)).hexdigest() for letter in EVERY_LETTER.values()]


def test_the_date_of_the_file_is_that_of_the_letter() -> None:
    march = make(notice(), SENDER)
    april = make(replace(notice(), head=replace(HEAD, date=dt.date(2026, 4, 1))), SENDER)
    assert b"D:20260304" in march
    assert b"D:20260401" in april
    assert march != april


def test_letters_do_not_show_what_they_say_when_printed() -> None:
    for letter in EVERY_LETTER.values():
        assert "Maria" not in repr(letter)
        assert "HV 7" not in repr(letter)
