"""A small town of real processes, set up once for each file of tests that asks for it."""

from collections.abc import Iterator

import pytest

from obacht_demo.deployment import Deployment
from world import records, small_deployment


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    deployment = small_deployment(tmp_path_factory.mktemp("town") / "d")
    try:
        deployment.set_up(records())
        yield deployment
    finally:
        deployment.stop()
