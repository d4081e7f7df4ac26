"""What holds for every test: no network unless it is marked ``sockets``, and then this machine only."""

import pytest
from hypothesis import settings

# Machines are noisy, and a slow example is no wrong one; every failure prints how to repeat it.
settings.register_profile("obacht", deadline=None, print_blob=True)
settings.load_profile("obacht")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Open this machine's own addresses to tests that ask for sockets."""
    for item in items:
        if item.get_closest_marker("sockets"):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]))
