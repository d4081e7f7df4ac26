"""An office with its servers, everything invented."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from safety_office import Servers, Site, make_office


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture
def empty(tmp_path: Path, servers: Servers) -> Iterator[Site]:
    """An office without a descriptor."""
    site = Site(make_office(tmp_path / "office"), servers)
    yield site
    site.office.close()


@pytest.fixture
def site(empty: Site) -> Site:
    """An office whose descriptor is in force."""
    empty.sign_descriptor()
    return empty
