"""A real Valkey for the matcher's tests, and a matcher of a fresh deployment on it."""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from deployment import Deployment, make_deployment
from matcher_site import Site, settings_for
from obacht_matcher.embedded import Embedded
from obacht_matcher.store import Store
from store_writer import DIGEST, Run, Task


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="ob-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def valkey() -> Iterator[Embedded]:
    folder = Path(tempfile.mkdtemp(prefix="ob-"))
    embedded = Embedded(folder)
    embedded.start()
    yield embedded
    embedded.stop()
    shutil.rmtree(folder)


@pytest.fixture
def keys(valkey: Embedded) -> Iterator[Callable[[str], list[str]]]:
    """Tells which keys of a deployment lie in the store."""
    with redis.Redis(unix_socket_path=str(valkey.socket), decode_responses=True) as client:

        def of(deployment: str) -> list[str]:
            found: Any = client.keys(f"obacht:{deployment}:*")
            return sorted(found)

        yield of


@pytest.fixture
def town() -> Deployment:
    return make_deployment(f"test-{secrets.token_hex(6)}")


@pytest.fixture
def site(valkey: Embedded, town: Deployment, tmp_path: Path) -> Iterator[Site]:
    """A matcher to which nothing has been published."""
    matcher = Site(settings_for(town, tmp_path, valkey.url, register_limit=2**20))
    yield matcher
    matcher.close()


@pytest.fixture
def described(site: Site, town: Deployment) -> Site:
    """A matcher that has its first descriptor."""
    assert site.describe(town).status_code == 204
    return site


@pytest.fixture
def run(valkey: Embedded, town: Deployment) -> Run:
    """Runs a coroutine with a store of the town."""

    def run(task: Task, *, grace: float = 0.0) -> None:
        async def connected() -> None:
            store = Store(valkey.url, town.name, grace=grace)
            try:
                if await store.descriptor() is None:
                    await store.describe(b"", DIGEST, b"a descriptor")
                await task(store)
            finally:
                await store.close()

        asyncio.run(connected())

    return run
