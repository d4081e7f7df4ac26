"""Letters in a real browser: the notice of a case; requests of persons concerned, and what lies beside a case."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from browsing import Visitor
from invented_cases import content
from obacht_enrollment.accounts import users
from obacht_enrollment.cases import service
from obacht_enrollment.cases.content import Place
from obacht_enrollment.cases.dates import day_of, months_after
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.office import Office
from workplace import LETTERS, Workplace, add_users, running

pytestmark = pytest.mark.sockets
Visit = Callable[[], Visitor]


def prepare(office: Office) -> None:
    add_users(office)
    now = int(time.time())
    today = day_of(now)
    begun = content()
    (incident,) = begun.incidents
    what = replace(
        begun,
        incidents=(replace(incident, day=today),),
        ground=replace(begun.ground, day=today),
        places=(Place("50825", "Venloer Straße", "12"),),
        review=months_after(today, 6),
        end=months_after(today, 12),
    )
    worker, approver = (users.find(office, login) for login in ("worker", "approver"))
    for _ in range(4):
        number = service.create_draft(office, worker, what, now)
        version = service.submit(office, worker, number, now, version=1).version
        service.approve(office, approver, number, now, version=version)
    service.end(office, worker, number, now, why=EndReason.GROUND, reason="eingestellt")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with running(tmp_path_factory.mktemp("workplace"), LETTERS, prepare) as started:
        yield started


def at_the_notice(visitor: Visitor, number: int) -> Page:
    page = visitor.page
    visitor.sign_in("worker")
    visitor.follow(page.get_by_role("link", name="Benachrichtigungen"))
    visitor.look()
    page.get_by_role("link", name=f"Fall {number}", exact=True).click()
    page.get_by_label("Bearbeitung", exact=True).check()
    page.get_by_role("button", name="Fall öffnen").click()
    page.get_by_role("heading", name="Benachrichtigung", exact=True).wait_for()
    return page


def test_a_letter_is_made_in_a_window_of_its_own_and_noted_as_sent(visit: Visit) -> None:
    visitor = visit()
    page = at_the_notice(visitor, 1)
    visitor.look()
    page.get_by_label("Anschrift").fill("Jörg Meyer\nVenloer Straße 12\n50825 Musterstadt")
    with visitor.context.expect_event("response", lambda one: one.request.method == "POST") as answer:
        page.get_by_role("button", name="Brief als PDF zeigen").click()
    assert answer.value.headers["content-type"] == "application/pdf"
    assert page.url.endswith("/cases/1/notice")
    page.get_by_label("Verschickt am").fill("gestern")
    page.get_by_role("button", name="Als verschickt vermerken").click()
    page.get_by_role("alert").wait_for()
    visitor.look()
    page.get_by_label("Verschickt am").fill(f"{day_of(int(time.time())):%d.%m.%Y}")
    page.get_by_role("button", name="Als verschickt vermerken").click()
    page.get_by_text("Der Versand ist vermerkt.").wait_for()
    visitor.look()


def test_a_letter_that_has_to_wait_is_deferred_in_english_too(visit: Visit) -> None:
    visitor = visit()
    page = at_the_notice(visitor, 2)
    page.get_by_role("button", name="English").click()
    page.get_by_label("Why must the letter wait?").fill("Inquiries are running")
    page.get_by_label("Decide anew on").fill(f"{months_after(day_of(int(time.time())), 2):%d.%m.%Y}")
    page.get_by_role("button", name="Note the deferral").click()
    page.get_by_text("The deferral is noted.").wait_for()
    visitor.look()


def test_a_request_is_taken_down_answered_and_decided(visit: Visit) -> None:
    worker, approver = visit(), visit()
    page = worker.page
    worker.sign_in("worker")
    page.get_by_role("link", name="Offene Anträge").click()
    page.get_by_text("Kein Antrag ist offen.").wait_for()
    worker.look()
    page.get_by_role("link", name="Antrag aufnehmen").click()
    page.get_by_role("button", name="Antrag aufnehmen").click()
    page.get_by_role("alert").wait_for()
    worker.look()
    page.get_by_label("Auskunft (Artikel 15 DSGVO)").check()
    page.get_by_label("Fallnummer").fill("3")
    page.get_by_label("Wer stellt den Antrag").fill("Jörg Meyer, Venloer Straße 12\nWas wissen Sie von mir?")
    page.get_by_role("button", name="Antrag aufnehmen").click()
    page.get_by_text("Der Antrag ist aufgenommen.").wait_for()
    page.get_by_role("button", name="Inhalt öffnen").click()
    page.get_by_text("Was wissen Sie von mir?").wait_for()
    worker.look()
    worker.follow(page.get_by_role("link", name="Auskunft", exact=True))
    worker.look()
    page.get_by_role("button", name="Freigabe anfordern").click()
    page.get_by_role("heading", name="Wartet auf zweite Person").wait_for()
    worker.look()
    approver.sign_in("approver")
    approver.follow(approver.page.get_by_role("link", name="Auskünfte freizugeben"))
    approver.look()
    approver.follow(approver.page.get_by_role("link", name="Auskunft 1 freigeben"))
    approver.look()
    approver.page.get_by_role("button", name="Auskunft freigeben").click()
    approver.page.get_by_text("Die Auskunft ist freigegeben.").wait_for()
    page.reload()
    page.get_by_label("Anschrift").fill("Jörg Meyer\nVenloer Straße 12\n50825 Musterstadt")
    worker.look()
    with page.expect_download() as download:
        page.get_by_role("button", name="Als JSON herunterladen").click()
    assert download.value.suggested_filename == "answer-1.json"
    with worker.context.expect_event("response", lambda one: one.request.method == "POST") as answer:
        page.get_by_role("button", name="Brief als PDF zeigen").click()
    assert answer.value.headers["content-type"] == "application/pdf"
    worker.look("/requests/1/extension")
    worker.look("/requests/1/decision")
    page.get_by_label("teilweise gewährt").check()
    page.get_by_label("Antwort und Begründung").fill("Wer Sie gemeldet hat, sagen wir nicht.")
    page.get_by_role("button", name="Jetzt entscheiden").click()
    page.get_by_text("Die Entscheidung ist festgehalten.").wait_for()
    worker.follow(page.get_by_role("link", name="Brief an die Person"))
    worker.look()
    worker.look("/requests/decided")


def test_calls_and_documents_stand_beside_a_case(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.sign_in("worker")
    visitor.look("/cases/3/call")
    page.get_by_role("button", name="Anruf festhalten").click()
    page.get_by_role("alert").wait_for()
    visitor.look()
    for label, text in (
        ("Wer hat angerufen?", "Paul Posten"),
        ("Dienststelle", "Ordnungsamt"),
        ("Was haben", "Stufe 2"),
    ):
        page.get_by_label(label).fill(text)
    page.get_by_label("Nein, der Treffer").check()
    page.get_by_role("button", name="Anruf festhalten").click()
    page.get_by_text("Der Anruf ist festgehalten.").wait_for()
    visitor.look("/calls")
    page.get_by_role("link", name="Anruf 1", exact=True).click()
    page.get_by_role("button", name="Inhalt öffnen").click()
    page.get_by_text("Paul Posten").wait_for()
    visitor.look()
    visitor.look("/cases/3/document")
    page.get_by_label("Datei").set_input_files(
        {"name": "Hausverbot für das Bürgeramt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    page.get_by_role("button", name="Hinzufügen").click()
    if page.get_by_role("button", name="Fall öffnen").is_visible():
        page.get_by_label("Bearbeitung", exact=True).check()
        page.get_by_role("button", name="Fall öffnen").click()
    page.get_by_text("falsche Person").wait_for()
    visitor.look()
    with page.expect_download() as download:
        page.get_by_role("button", name="Speichern Hausverbot für das Bürgeramt.pdf").click()
    assert download.value.suggested_filename == "Hausverbot für das Bürgeramt.pdf"
    visitor.look("/documents/1/removal")
    page.goto("/cases/4/letter")
    page.get_by_role("button", name="Fall öffnen").click()
    page.get_by_text("seit wann der Eintrag beendet ist").wait_for()
    visitor.look()
