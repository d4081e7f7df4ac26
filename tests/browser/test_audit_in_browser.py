"""The page of looks in a real browser."""

import time
from collections.abc import Callable, Iterator

import pytest

from browsing import Visitor
from invented_cases import content
from obacht_enrollment.accounts import users
from obacht_enrollment.cases import auditing, service
from obacht_enrollment.office import Office
from workplace import Workplace, add_users, running

pytestmark = pytest.mark.sockets
Visit = Callable[[], Visitor]


def prepare(office: Office) -> None:
    add_users(office)
    now = int(time.time())
    worker = users.find(office, "worker")
    number = service.create_draft(office, worker, content(), now)
    for _ in range(auditing.PAGE):
        service.look(office, worker, number, "Bearbeitung", now)
    service.look(office, users.find(office, "head"), number, "in eigenen Worten", now)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with running(tmp_path_factory.mktemp("workplace"), prepare=prepare) as started:
        yield started


def test_the_auditor_sees_who_looked_and_turns_pages(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.sign_in("auditor")
    page.get_by_role("link", name="Einsichten").click()
    page.get_by_role("button", name="Historie der Fälle prüfen").click()
    page.get_by_text("Die Historie ist unverändert").wait_for()
    visitor.look()
    page.get_by_role("link", name="Ältere").click()
    page.get_by_text("Seite 2 von 2").wait_for()
    page.get_by_label("Wer").select_option("Lea Leitung")
    page.get_by_role("button", name="Anzeigen").click()
    page.get_by_text("Anderer Grund").wait_for()
    assert page.locator("ol.entries > li").count() == 1
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Looks").wait_for()
    visitor.look()
