"""The office's service over HTTP: how it goes, and nothing personal."""

import asyncio
import time
from collections.abc import Callable

import httpx2
import pytest

from obacht_clients.transport import Clock
from obacht_enrollment.http import create_app
from obacht_enrollment.outside import Outside
from safety_office import DAY, NOW, Site, person_line, unreachable


@pytest.fixture
def ask(site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], httpx2.Response]:
    """Starts the service, waits until it has looked once, and asks it."""

    def opened(_seed: bytes, _matcher: str, _clock: Clock) -> Outside:
        return site.outside

    monkeypatch.setattr(Outside, "open", opened)

    async def walk(path: str) -> httpx2.Response:
        app = create_app(site.office, site.clock)
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0.2)
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8300") as client:
                return await client.get(path)

    return lambda path: asyncio.run(walk(path))


def test_the_status_tells_how_renewal_goes(site: Site, ask: Callable[[str], httpx2.Response]) -> None:
    site.publish()
    site.now += 10
    status = ask("/v1/status").json()
    assert status == {
        "deployment": "test-town",
        "head": {"sequence": 1, "issued": site.now, "expires": site.now + 48 * 3600},
        "renewing": {"failing": None, "since": None},
        "publishing": {"failing": None, "since": None},
        "enrolling": {"failing": None, "since": None},
        "retaining": {"failing": None, "since": None},
        "epochs": [{"number": 1, "published": True, "valid": 1, "missing": 0, "ends": NOW + 90 * DAY}],
    }
    assert ask("/healthz").status_code == 200


def test_a_matcher_that_is_down_shows_in_the_status(site: Site, ask: Callable[[str], httpx2.Response]) -> None:
    site.publish()
    site.servers.instead["GET /v1/register"] = unreachable
    status = ask("/v1/status").json()
    assert status["renewing"] == {"failing": "unreachable", "since": site.now}


def test_a_lost_register_is_published_again_by_the_service(site: Site, ask: Callable[[str], httpx2.Response]) -> None:
    site.take_in(person_line())
    site.publish()
    site.servers.head = b""
    ask("/v1/status")
    assert site.servers.current_head.sequence == 2


def test_a_service_that_is_stopped_gives_up_a_publication_between_two_batches(
    site: Site, ask: Callable[[str], httpx2.Response]
) -> None:
    site.publish()
    site.servers.head = b""
    for year in range(30):
        site.take_in(*(person_line(f"{a}alm", "Jörg", f"{day}.05.{1950 + year}") for a in "BDFGM" for day in (11, 12)))

    def slow(request: httpx2.Request) -> httpx2.Response:
        time.sleep(0.3)
        return site.servers.truth(request)

    site.servers.instead["POST /v1/evaluations"] = slow
    ask("/v1/status")
    assert len(site.servers.evaluations) < 4
    assert site.servers.head == b""
