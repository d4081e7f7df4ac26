"""One browser and one running workplace for each file of tests."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from browsing import Visitor, chromium
from workplace import Workplace, running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with running(tmp_path_factory.mktemp("workplace")) as started:
        yield started


@pytest.fixture
def visit(browser: Browser, workplace: Workplace) -> Iterator[Callable[[], Visitor]]:
    """Gives a new visitor at each call."""
    visitors: list[Visitor] = []

    def arrive() -> Visitor:
        visitors.append(Visitor(browser, workplace))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        assert visitor.complaints == []
        visitor.close()
