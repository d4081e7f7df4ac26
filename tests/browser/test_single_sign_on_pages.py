"""Signing in by a single sign-on service that runs in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import httpx2
import pytest
from playwright.sync_api import Browser

from browsing import Visitor
from obacht_enrollment.accounts import single_sign_on
from obacht_enrollment.office import Office
from workplace import Workplace, add_users, free_port, running

pytestmark = pytest.mark.sockets
Visit = Callable[[], Visitor]
_START = 20.0


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The service's address."""
    origin = f"http://localhost:{(port := free_port())}"
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "localhost"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait(f"{origin}/.well-known/openid-configuration")
        yield origin
    finally:
        process.terminate()
        process.wait(10)


def prepare(office: Office) -> None:
    add_users(office)
    single_sign_on.keep_secret(office, "invented secret")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, service: str) -> Iterator[Workplace]:
    settings = f"""
[login.oidc]
issuer = "{service}"
client_id = "obacht"
label = "Mit dem Stadtkonto anmelden"
roles_claim = "groups"
roles = {{ "zemag" = "case_worker", "zemag-leitung" = "head" }}
create = true
"""
    with running(tmp_path_factory.mktemp("workplace"), settings, prepare) as started:
        yield started


@pytest.fixture
def visit(browser: Browser, workplace: Workplace) -> Iterator[Callable[[], Visitor]]:
    visitors: list[Visitor] = []

    def arrive() -> Visitor:
        visitors.append(Visitor(browser, workplace))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.close()


def wait(address: str) -> None:
    end = time.monotonic() + _START
    with httpx2.Client(trust_env=False) as client:
        while time.monotonic() < end:
            try:
                client.get(address)
            except httpx2.HTTPError:
                time.sleep(0.1)
            else:
                return
    raise AssertionError("the single sign-on service did not start")


def tell(service: str, person: str, claims: dict[str, object]) -> None:
    """Tell the service what it knows of a person."""
    with httpx2.Client(trust_env=False) as client:
        assert client.put(f"{service}/users/{quote(person)}", json=claims).status_code == 204


def sign_in_there(visitor: Visitor, person: str) -> None:
    visitor.page.locator("input[name=sub]").fill(person)
    visitor.page.get_by_role("button", name="Authorize").click()


def test_whoever_has_a_role_comes_in_and_proves_once_more_who_they_are(visit: Visit, service: str) -> None:
    tell(service, "nora", {"preferred_username": "nora.neu", "name": "Nora Neu", "groups": ["zemag-leitung"]})
    visitor = visit()
    visitor.look("/login")
    visitor.page.goto("/users")
    visitor.page.get_by_role("link", name="Mit dem Stadtkonto anmelden").click()
    sign_in_there(visitor, "nora")
    visitor.page.get_by_role("heading", name="Nutzer").wait_for()
    cookies = {cookie["name"]: cookie for cookie in visitor.context.cookies()}
    assert cookies["obacht-office"]["sameSite"] == "Strict"
    assert "obacht-departure" not in cookies
    visitor.page.goto("/confirm")
    visitor.page.get_by_role("link", name="Mit dem Stadtkonto anmelden").click()
    sign_in_there(visitor, "nora")
    visitor.page.get_by_role("heading", name="Guten Tag, Nora Neu").wait_for()


def test_whoever_has_no_role_or_gives_up_stays_outside_and_is_told_why(visit: Visit, service: str) -> None:
    tell(service, "otto", {"preferred_username": "otto", "groups": ["kitchen"]})
    visitor = visit()
    visitor.page.goto("/oidc")
    sign_in_there(visitor, "otto")
    visitor.page.get_by_text("keine Rolle an diesem Arbeitsplatz").wait_for()
    visitor.look()
    visitor.page.goto("/oidc")
    visitor.page.get_by_role("button", name="Deny").click()
    visitor.page.get_by_text("Die zentrale Anmeldung hat nicht geklappt").wait_for()
    visitor.page.goto("/users")
    visitor.page.get_by_role("heading", name="Anmelden").wait_for()


def test_a_name_that_belongs_to_a_user_with_a_password_is_not_taken_over(visit: Visit, service: str) -> None:
    tell(service, "impostor", {"preferred_username": "head", "groups": ["zemag"]})
    visitor = visit()
    visitor.page.goto("/oidc")
    sign_in_there(visitor, "impostor")
    visitor.page.get_by_text("gibt es hier kein Konto").wait_for()
