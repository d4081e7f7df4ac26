"""What holds for every test: no network unless it is marked ``sockets``, and then this machine only."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Machines are noisy, and a slow example is no wrong one; every failure prints how to repeat it. At a desk every run
# tries new examples; where a change is judged, the same change must be judged the same way twice.
settings.register_profile("obacht", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("obacht")

# A shell lets what it starts in the background ignore Ctrl-C, and so would every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


_LONG = {"system", "browser"}
"""Folders whose files take longest: if they came last, one process would work at the end while the others wait."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Open this machine's own addresses to tests that ask for sockets, and begin with the longest files."""
    for item in items:
        if item.get_closest_marker("sockets"):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]))
    items.sort(key=lambda item: item.path.parent.name not in _LONG)


@pytest.fixture(autouse=True)
def logging_restored() -> Iterator[None]:
    """Leave logging as it was: commands that serve set it up for their process, and tests run some in their own."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    logging.raiseExceptions = True
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = before[0], before[1]
    sys.excepthook, threading.excepthook, sys.unraisablehook = before[2:]
