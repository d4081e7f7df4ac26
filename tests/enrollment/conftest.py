"""An office with its servers, everything invented."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

import postgres
from page_caller import Caller
from pages_office import app_of, arrive, hire
from postgres import Postgres
from safety_office import Servers, Site, make_office


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgres]:
    """A PostgreSQL server, which all tests of one process share."""
    server = Postgres.start()
    yield server
    server.stop()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a module's tests over all databases that it names in ``DATABASES``, but those that choose for themselves."""
    chosen = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    databases = getattr(metafunc.module, "DATABASES", None)
    if databases and "storage" in metafunc.fixturenames and "storage" not in chosen:
        metafunc.parametrize("storage", databases, indirect=True)


@pytest.fixture
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The lines of ``office.toml`` that say where the records lie: a file, unless the module names ``DATABASES``."""
    if getattr(request, "param", postgres.SQLITE) == postgres.SQLITE:
        yield ""
    else:
        server: Postgres = request.getfixturevalue("postgresql")
        name = server.take()
        yield postgres.storage(server.url(name), tmp_path / "database-password")
        server.give_back(name)


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture
def empty(tmp_path: Path, servers: Servers, storage: str) -> Iterator[Site]:
    """An office without a descriptor."""
    site = Site(make_office(tmp_path / "office", storage), servers)
    yield site
    site.office.close()


@pytest.fixture
def site(empty: Site) -> Site:
    """An office whose descriptor is in force."""
    empty.sign_descriptor()
    return empty


@pytest.fixture
def staffed(empty: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An office with a user for every role."""
    hire(empty.office, monkeypatch, empty.now)
    return empty


@pytest.fixture
def call(staffed: Site) -> Callable[..., Caller]:
    """Gives a new browser, in which the user of a login is at work already."""
    return partial(arrive, app_of(staffed))
