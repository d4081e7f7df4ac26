"""The first page tells staff when the service fails at what they rely on."""

import pytest

from obacht_enrollment.errors import EnrollingError, PublishingError
from obacht_enrollment.renewing import Chore
from pages_office import app_of, arrive, hire
from safety_office import Site


@pytest.fixture
def site(empty: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    hire(empty.office, monkeypatch, empty.now)
    return empty


@pytest.mark.parametrize("login", ["worker", "operator"])
def test_what_the_service_fails_at_for_a_while_is_told_with_its_reason(site: Site, login: str) -> None:
    chores = (Chore(), Chore())
    page = arrive(app_of(site, chores=chores), login)
    title = "Das Register kann veraltet sein"
    assert title not in page.get("/").text
    chores[1].failed(PublishingError("crowded", records="3, 4, 7"), site.now)
    site.now += 59
    assert title not in page.get("/").text, "it may mend itself"
    site.now += 1
    told = page.get("/").text
    assert title in told
    assert "3, 4, 7" in told
    chores[0].failed(EnrollingError("key-offices", reason="unreachable"), site.now - 60)
    assert "Schlüsselstellen" in page.get("/").text, "what matters most"
    chores[0].failed(ValueError("secret"), site.now)
    told = page.get("/").text
    assert "Protokoll des Dienstes" in told
    assert "secret" not in told
    for chore in chores:
        chore.succeeded()
    assert title not in page.get("/").text
