"""The whole way of a case, with every party a process of its own: from a department's sealed report to its end."""

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

import small_png
from browsing import Visitor
from obacht_demo import case_stories
from obacht_demo.deployment import Deployment
from obacht_demo.staff import APPROVER, AUDITOR, PASSWORD, WORKER
from obacht_enrollment.cases.dates import months_after
from workplace import Workplace
from world import check, records, small_deployment

pytestmark = [pytest.mark.sockets, pytest.mark.timeout(300)]
MINUTE = 60.0
NO_ENTRY, ENTRY = 0, 10
TODAY = dt.datetime.now().astimezone().date()
WHO = {"family_name": "Mayer", "given_names": "Jörg Peter", "birth_date": "23.09.1985"}
REPORT = {
    "person": WHO,
    "incident": {
        "time": f"{TODAY - dt.timedelta(days=1):%d.%m.%Y} 14:30",
        "place": "Bürgeramt, Schalter 3",
        "kind": "threat",
        "what": "Er drohte der Kollegin, ihr nach Dienstschluss aufzulauern.",
    },
    "ground": {"kind": "complaint"},
    "reporter": {"office": "Bürgeramt", "name": "Melinda Schreiber", "phone": "0221 555 0199"},
}
PICTURES = os.environ.get("OBACHT_PICTURES", "")
"""Where the pictures of the README go; none are taken where this is empty."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A deployment whose office has been at work for years."""
    deployment = small_deployment(tmp_path_factory.mktemp("town") / "d")
    try:
        deployment.set_up(records(), lambda office: case_stories.tell(office, int(time.time())))
        yield deployment
    finally:
        deployment.stop()


@pytest.fixture
def arrive(browser: Browser, town: Deployment) -> Iterator[Callable[[str], Visitor]]:
    """Gives somebody of the office, signed in with a browser of their own."""
    visitors: list[Visitor] = []

    def come(login: str) -> Visitor:
        place = Workplace(f"http://localhost:{town.office.port}", town.folder / "office")
        visitors.append(Visitor(browser, place))
        visitors[-1].look("/login")
        visitors[-1].sign_in(login, PASSWORD)
        visitors[-1].look()
        return visitors[-1]

    yield come
    for visitor in visitors:
        assert visitor.complaints == []
        visitor.close()


def test_a_report_becomes_a_case_that_departments_find_until_an_objection_is_granted(
    town: Deployment, arrive: Callable[[str], Visitor]
) -> None:
    receipt = town.report(REPORT)
    assert asked(town) == NO_ENTRY
    worker = arrive(WORKER)
    picture(worker, "/", "start", worker.page.locator("main section").nth(1))
    case = take_up(worker, receipt)
    submit(worker)

    approver = arrive(APPROVER)
    page = approver.page
    approver.follow(f"Fall {case}")
    approver.look()
    approver.press("Fall öffnen")
    part(page, "Ähnliche Fälle").get_by_text("Ähnlicher Name").first.wait_for()
    approver.look()
    picture(approver, f"/cases/{case}", "case", part(page, "Vorfall 1"))
    approver.follow("Prüfen und entscheiden")
    approver.look()
    approved = time.monotonic()
    approver.press("Freigeben")
    page.get_by_text("Es steht innerhalb einer Minute in der Auskunft.").wait_for()
    found = seconds_until(town, ENTRY, approved)
    approver.look()

    write(worker, case)
    objected = object_to(worker, case)
    gone = seconds_until(town, NO_ENTRY, objected)
    worker.follow(f"Fall {case}")
    worker.page.get_by_text("Er steht nicht mehr in der Auskunft.").wait_for()
    worker.look()

    auditor = arrive(AUDITOR)
    auditor.look(f"/cases/{case}")
    for name in ("Mayer", "aufzulauern", "1 Js 99/26"):
        assert name not in auditor.page.content()
    assert max(found, gone) < MINUTE


def take_up(visitor: Visitor, receipt: str) -> int:
    """Open the report, make a draft of it, and see who is similar."""
    page = visitor.page
    visitor.follow("Meldungen")
    visitor.look()
    visitor.follow(page.get_by_role("link").filter(has_text=receipt))
    visitor.look()
    visitor.press("Öffnen")
    page.get_by_text("nach Dienstschluss aufzulauern").wait_for()
    visitor.look()
    visitor.press("Fall daraus anlegen")
    page.get_by_text("Aus der Meldung ist ein Fall geworden.").wait_for()
    part(page, "Ähnliche Fälle").get_by_text("Ähnlicher Name").first.wait_for()
    visitor.look()
    return int(page.url.partition("?")[0].rpartition("/")[2])


def submit(visitor: Visitor) -> None:
    """Fill in all but the file number, be told so, add it, and ask for the second person."""
    page = visitor.page
    visitor.follow("Bearbeiten")
    for label, text in (
        ("Datum des Grundes", f"{TODAY:%d.%m.%Y}"),
        ("Begründung der Stufe", "Bedrohung einer Kollegin, ernst gemeint."),
        ("Datum der Überprüfung", f"{months_after(TODAY, 11):%d.%m.%Y}"),
        ("Enddatum", f"{months_after(TODAY, 23):%d.%m.%Y}"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Kontakt", exact=True).select_option("1")
    for label in ("Unsere Behörde", "Stufe 2", "Alarmknopf", "Gespräch nur zu zweit"):
        page.get_by_label(label).check()
    visitor.look()
    visitor.press("Speichern und zur Freigabe vorlegen")
    page.get_by_text("Vorlegen geht erst, wenn nichts mehr fehlt").wait_for()
    assert page.locator("#faults a").all_inner_texts() == ["Es fehlt: Aktenzeichen der Strafanzeige"]
    visitor.look()
    page.get_by_label("Aktenzeichen", exact=True).fill("1 Js 99/26")
    visitor.press("Speichern und zur Freigabe vorlegen")
    page.get_by_text("wartet jetzt auf die Freigabe").wait_for()
    visitor.look()


def write(visitor: Visitor, case: int) -> None:
    """Make the letter to the person, and note that it was sent."""
    page = visitor.page
    visitor.follow("Benachrichtigungen")
    visitor.look()
    visitor.follow(f"Fall {case}")
    page.get_by_label("Anschrift").fill("Jörg Mayer\nErfundene Gasse 5\n50999 Demostadt")
    visitor.look()
    with visitor.context.expect_event("response", lambda one: one.request.method == "POST") as answer:
        page.get_by_role("button", name="Brief als PDF zeigen").click()
    assert answer.value.headers["content-type"] == "application/pdf"
    page.get_by_label("Verschickt am").fill(f"{TODAY:%d.%m.%Y}")
    visitor.press("Als verschickt vermerken")
    page.get_by_text("Der Versand ist vermerkt.").wait_for()
    visitor.look()


def object_to(visitor: Visitor, case: int) -> float:
    """Take the person's objection down and grant it; give the moment."""
    page = visitor.page
    visitor.follow("Anträge Betroffener")
    visitor.look()
    visitor.follow("Antrag aufnehmen")
    page.get_by_label("Widerspruch").check()
    page.get_by_label("Fallnummer").fill(str(case))
    page.get_by_label("Wer stellt den Antrag").fill("Herr Mayer widerspricht; das Verfahren ist eingestellt.")
    visitor.look()
    visitor.press("Antrag aufnehmen")
    visitor.look()
    visitor.follow("Entscheiden")
    visitor.look()
    page.get_by_label("gewährt", exact=True).check()
    page.get_by_label("Antwort und Begründung").fill("Das Verfahren ist eingestellt, der Eintrag gelöscht.")
    decided = time.monotonic()
    visitor.press("Jetzt entscheiden")
    page.get_by_text("Die Entscheidung ist festgehalten.").wait_for()
    visitor.look()
    return decided


def part(page: Page, heading: str) -> Locator:
    """Find the part of a case's page under a heading."""
    return page.locator("section").filter(has=page.get_by_role("heading", name=heading, exact=True))


def asked(town: Deployment) -> int:
    """Ask about the person as a department does, and give the exit code."""
    code, answer = check(town.department, WHO)
    assert code in {NO_ENTRY, ENTRY}, answer
    return code


def seconds_until(town: Deployment, wanted: int, since: float) -> float:
    """Ask until the answer is another, and give the seconds since a moment."""
    while asked(town) != wanted:
        assert time.monotonic() < since + MINUTE
    return time.monotonic() - since


def picture(visitor: Visitor, path: str, name: str, last: Locator) -> None:
    """Take a picture for the README if they are wanted: of a page from its top to the end of a part of it."""
    if not PICTURES:
        return
    visitor.page.goto(path)
    visitor.page.evaluate("document.activeElement.blur()")
    box = last.bounding_box()
    assert box is not None
    height = box["y"] + box["height"] + 24
    taken = visitor.page.screenshot(clip={"x": 0, "y": 0, "width": 1280, "height": height}, full_page=True)
    (Path(PICTURES) / f"{name}.png").write_bytes(small_png.shrink(taken))
