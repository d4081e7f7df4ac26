"""The inbox in a real browser: from a sealed report to what becomes of it."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from arrived import receive
from browsing import Visitor
from obacht_enrollment.accounts import users
from obacht_enrollment.inbox import service
from obacht_enrollment.office import Office
from workplace import Workplace, add_users, running

pytestmark = pytest.mark.sockets
Visit = Callable[[], Visitor]


def prepare(office: Office) -> None:
    add_users(office)
    now = int(time.time())
    for department in ("Bürgeramt", "Amt für Wohnungswesen und Unterbringung, Bezirk Mülheim"):
        receive(office, now, department=department)
    receive(office, now, sealed=bytes(4096))
    service.open_report(office, users.find(office, "head"), 2, now)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with running(tmp_path_factory.mktemp("workplace"), prepare=prepare) as started:
        yield started


def at_work(visitor: Visitor, login: str) -> Page:
    visitor.sign_in(login)
    visitor.page.get_by_role("button", name="Abmelden").wait_for()
    return visitor.page


def test_a_report_is_opened_and_becomes_a_case(visit: Visit) -> None:
    visitor = visit()
    page = at_work(visitor, "worker")
    visitor.follow(page.get_by_role("navigation", name="Bereiche").get_by_role("link", name="Meldungen"))
    visitor.look()
    visitor.follow(page.get_by_role("link").filter(has_text="-").first)
    visitor.look()
    page.get_by_role("button", name="Öffnen", exact=True).click()
    page.get_by_text("Sie warf einen Stuhl.").wait_for()
    visitor.look()
    page.get_by_role("button", name="Fall daraus anlegen").click()
    page.get_by_text("Aus der Meldung ist ein Fall geworden.").wait_for()


def test_a_report_that_cannot_be_opened_is_turned_down(visit: Visit) -> None:
    visitor = visit()
    page = at_work(visitor, "worker")
    page.goto("/inbox/3")
    page.get_by_role("button", name="Öffnen", exact=True).click()
    page.get_by_text("lässt sich mit dem Schlüssel dieser Stelle nicht öffnen").wait_for()
    visitor.look()
    visitor.follow(page.get_by_role("link", name="Meldung abweisen"))
    visitor.look()
    page.get_by_label("Sie ist nichts für das Register").check()
    page.get_by_label("Antwort an die Dienststelle").fill("Bitte noch einmal melden.")
    page.get_by_role("button", name="Meldung abweisen").click()
    page.get_by_text("Die Meldung ist abgewiesen.").wait_for()
    visitor.look("/inbox/decided")


def test_the_inbox_speaks_english_and_tells_auditors_who_looked(visit: Visit) -> None:
    visitor = visit()
    page = at_work(visitor, "auditor")
    page.goto("/inbox/2")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Who has opened the report").wait_for()
    visitor.look()
