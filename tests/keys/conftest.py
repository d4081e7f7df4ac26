"""An office of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from key_office import Office, add_device, make_home
from obacht_keys.settings import Home
from signing import Signer


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path, "https://keys.example.org")


@pytest.fixture
def desk(home: Home) -> Signer:
    return add_device(home)


@pytest.fixture
def office(home: Home) -> Iterator[Office]:
    running = Office(home)
    yield running
    running.close()
