"""The pages of cases in a real browser: at two widths, by keyboard, without script, and when a session ends."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browsing import Visitor
from imported import file, row
from invented_cases import content
from obacht_enrollment.accounts import users
from obacht_enrollment.cases import service
from obacht_enrollment.cases.content import Content, Incident, Name, Place
from obacht_enrollment.cases.dates import Birth, day_of, months_after
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.office import Office
from obacht_enrollment.streets.index import Street
from obacht_enrollment.streets.store import StreetStore
from workplace import Workplace, add_users, running

pytestmark = pytest.mark.sockets
Visit = Callable[[], Visitor]
ACTIVE, CHANGED, RESTRICTED, YOUNG, DRAFT, ENDED = range(1, 7)


def today() -> Content:
    """Write a case that is complete on the day on which the test runs."""
    day = day_of(int(time.time()))
    whole = content(review=months_after(day, 11), end=months_after(day, 23))
    before = months_after(day, -1)
    return replace(
        whole, incidents=(replace(whole.incidents[0], day=before),), ground=replace(whole.ground, day=before)
    )


def prepare(office: Office) -> None:
    """Put users, streets and cases of all kinds into an office."""
    add_users(office)
    StreetStore(office.store.database).replace([Street("Venloer Straße", "1", ("50825",)), Street("Venloer Wall")])
    worker, approver, head = (users.find(office, login) for login in ("worker", "approver", "head"))
    now, whole = int(time.time()) - 3600, today()

    def begin(what: Content, *, submit: bool = True, approve: bool = True) -> int:
        number = service.create_draft(office, worker, what, now)
        if submit:
            service.submit(office, worker, number, now, version=1)
        if submit and approve:
            service.approve(office, approver, number, now, version=2)
        return number

    begin(whole)
    begin(whole)
    more = replace(whole, level=3, incidents=(*whole.incidents, replace(whole.incidents[0], kind="weapon")))
    service.edit(office, head, CHANGED, more, now, version=3, reason="zweiter Vorfall")
    begin(whole)
    service.restrict(office, worker, RESTRICTED, now, reason="bestreitet")
    begin(
        replace(
            whole,
            birth=Birth(day_of(now).year - 16),
            review=months_after(day_of(now), 5),
            end=months_after(day_of(now), 11),
        ),
        approve=False,
    )
    begin(
        Content(name=Name("Schulz"), places=(Place("50825", "Irrweg", "1"),), incidents=(Incident(what="x"),)),
        submit=False,
    )
    begin(whole)
    service.end(office, worker, ENDED, now, why=EndReason.ERROR, reason="verwechselt")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with running(tmp_path_factory.mktemp("workplace"), prepare=prepare) as started:
        yield started


def open_case(page: Page, number: int, path: str = "") -> None:
    page.goto(path or f"/cases/{number}")
    page.get_by_role("button", name="Fall öffnen").click()


def focused(page: Page) -> str:
    """Give the id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def test_pages_of_cases_can_be_used_by_everybody(visit: Visit) -> None:
    worker = visit()
    worker.sign_in("worker")
    for path in ("/", "/cases", "/cases/active", "/cases/new", f"/cases/{ACTIVE}", "/imports", "/imports/file"):
        worker.look(path)
    for number, paths in (
        (ACTIVE, ("", "/edit", "/end", "/renew", "/restrict")),
        (CHANGED, ("",)),
        (RESTRICTED, ("", "/lift")),
        (YOUNG, ("",)),
        (DRAFT, ("", "/edit?check=missing")),
        (ENDED, ("",)),
    ):
        open_case(worker.page, number)
        for path in paths:
            worker.look(f"/cases/{number}{path}")
    approver = visit()
    approver.sign_in("approver")
    for number in (CHANGED, YOUNG):
        open_case(approver.page, number, f"/cases/{number}/approval")
        approver.look()
    auditor = visit()
    auditor.sign_in("auditor")
    for path in ("/", "/cases", f"/cases/{CHANGED}", "/statistics"):
        auditor.look(path)


def test_a_case_is_typed_without_a_mouse(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("worker")
    page = visitor.page
    page.goto("/cases/new")
    page.get_by_label("Familienname").focus()
    page.keyboard.type("Öztürk")
    page.get_by_role("button", name="Weiteren Namen hinzufügen").press("Enter")
    page.locator("#aliases-0-family_name").wait_for()
    assert focused(page) == "aliases-0-family_name"
    page.keyboard.type("Oeztuerk")
    page.get_by_role("button", name="Anschrift hinzufügen").press("Enter")
    page.get_by_label("Straße", exact=True).press_sequentially("venloe")
    page.locator("#streets-0 option").nth(1).wait_for(state="attached")
    assert page.locator("#streets-0 option").first.get_attribute("value") == "Venloer Straße"
    page.get_by_label("Enddatum").fill("31.2.2030")
    page.get_by_label("Enddatum").press("Enter")
    page.get_by_text("Bitte prüfen Sie diese Angaben").wait_for()
    assert focused(page) == "faults"
    visitor.look()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "end"
    assert page.get_by_label("Familienname").first.input_value() == "Öztürk"
    page.get_by_label("Enddatum").fill("")
    page.get_by_label("Enddatum").press("Enter")
    page.get_by_text("Der Fall ist gespeichert.").wait_for()
    assert "Öztürk" not in page.title()


def test_two_persons_put_a_case_in_force_without_script(browser: Browser, workplace: Workplace) -> None:
    with browser.new_context(base_url=workplace.origin, locale="de", java_script_enabled=False) as context:
        page = context.new_page()

        def sign_in(login: str) -> None:
            page.goto("/login")
            page.get_by_label("Kennung").fill(login)
            page.get_by_label("Passwort").fill("invented words in a row")
            page.get_by_role("button", name="Anmelden", exact=True).click()

        sign_in("head")
        page.goto(f"/cases/{DRAFT}/edit")
        page.get_by_role("button", name="Fall öffnen").click()
        page.get_by_role("button", name="Entfernen Anschrift 1").click()
        page.get_by_role("button", name="Speichern und zur Freigabe vorlegen").click()
        page.get_by_text("Vorlegen geht erst, wenn nichts mehr fehlt").wait_for()
        page.get_by_role("link", name="Es fehlt: Geburtsjahr").first.wait_for()
        day = f"{months_after(day_of(int(time.time())), -1):%d.%m.%Y}"
        for label, text in (
            ("Vornamen", "Anna"),
            ("Jahr", "1980"),
            ("Tag des Vorfalls", day),
            ("Ort des Vorfalls", "Bürgeramt"),
            ("Meldende Stelle", "Bürgeramt"),
            ("Hergang des Vorfalls", "drohte mit Schlägen"),
            ("Aktenzeichen", "1 Js 1/26"),
            ("Datum des Grundes", day),
            ("Begründung der Stufe", "Bedrohung"),
            ("Datum der Überprüfung", f"{today().review:%d.%m.%Y}"),
            ("Enddatum", f"{today().end:%d.%m.%Y}"),
        ):
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_label("Art des Vorfalls").select_option("threat")
        page.get_by_label("Kontakt", exact=True).select_option("1")
        for label in ("Strafanzeige", "Unsere Behörde", "Stufe 2", "Alarmknopf"):
            page.get_by_label(label).check()
        page.get_by_role("button", name="Speichern und zur Freigabe vorlegen").click()
        page.get_by_text("wartet jetzt auf die Freigabe").wait_for()
        page.get_by_role("button", name="Abmelden").click()
        sign_in("approver")
        page.get_by_role("link", name=f"Fall {DRAFT}", exact=True).click()
        page.get_by_role("button", name="Fall öffnen").click()
        page.get_by_role("link", name="Prüfen und entscheiden").click()
        page.get_by_role("button", name="Freigeben").click()
        page.get_by_text("Es steht innerhalb einer Minute in der Auskunft.").wait_for()


def test_what_is_typed_when_the_session_ends_is_sent_after_signing_in_again(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("worker")
    page = visitor.page
    page.goto("/cases/new")
    page.get_by_label("Familienname").fill("Kowalczyk")
    visitor.context.clear_cookies()
    page.get_by_role("button", name="Entwurf speichern").click()
    page.get_by_text("Ihre Sitzung ist zu Ende.").wait_for()
    visitor.look()
    with visitor.context.expect_page() as other:
        page.get_by_role("link", name="In neuem Fenster anmelden").click()
    other.value.get_by_label("Kennung").fill("worker")
    other.value.get_by_label("Passwort").fill("invented words in a row")
    other.value.get_by_role("button", name="Anmelden", exact=True).click()
    other.value.get_by_role("heading", name="Guten Tag, Wanda Werk").wait_for()
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Eingaben absenden").click()
    page.get_by_role("heading", name="Kowalczyk").wait_for()


def test_a_file_is_brought_looked_at_taken_in_and_approved(visit: Visit, tmp_path: Path) -> None:
    brought = tmp_path / "Import März.csv"
    until = f"{months_after(day_of(int(time.time())), 11):%d.%m.%Y}"
    rows = [row(Az=number, Gültig_bis=until) for number in ("1 Js 1/26", "")]
    brought.write_bytes(file(*rows, encoding="cp1252"))
    worker = visit()
    worker.sign_in("worker")
    worker.page.goto("/imports")
    worker.page.get_by_label("Datei", exact=True).set_input_files(brought)
    worker.press("Hochladen und ansehen")
    worker.page.get_by_text("Aktenzeichen fehlt").first.wait_for()
    worker.look()
    worker.press("Fälle aufnehmen (1)")
    worker.page.get_by_text("1 neu aufgenommen").wait_for()
    worker.look()
    approver = visit()
    approver.sign_in("approver")
    approver.look("/imports")
    approver.follow(approver.page.get_by_role("link", name="Import 1"))
    approver.look()
    approver.follow(approver.page.get_by_role("link", name="Freigabe prüfen"))
    approver.look()
    approver.press("Fälle ansehen")
    approver.look()
    approver.press("Alle freigeben (1)")
    approver.page.get_by_text("In Kraft: 1.").wait_for()
    approver.look()
