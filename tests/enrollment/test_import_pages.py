"""Files on pages: looked at before anything is written, taken in, stopped, taken up again, and approved as a whole."""

import re
import tempfile
import threading
from collections.abc import Callable

import httpx2
import pytest
from sqlalchemy.orm import Session

import case_pages
from imported import address_row, file, row
from invented_cases import content
from obacht_enrollment import uploads
from obacht_enrollment.cases import contents, reading, service
from obacht_enrollment.cases.content import Name
from obacht_enrollment.imports import steps, store
from page_caller import Caller
from pages_office import app_of, arrive
from safety_office import Site

Call = Callable[..., Caller]
CHOSEN = "/imports/file"


def bring(caller: Caller, data: bytes, name: str = "Import März.csv") -> httpx2.Response:
    """Upload a file as a browser does, and see what is in it."""
    answer = caller.call(
        "POST",
        "/imports",
        {"Origin": caller.origin, "Sec-Fetch-Site": "same-origin"},
        data={"csrf": caller.csrf("/imports")},
        files={"file": (name, data, "text/csv")},
    )
    return finish(caller) if answer.status_code == 303 else answer


def do(caller: Caller, what: str, *, wait: bool = True, **form: str) -> httpx2.Response:
    answer = caller.send(CHOSEN, CHOSEN, {"do": what, **form})
    if answer.status_code != 303:
        return answer
    return finish(caller, answer.headers["location"]) if wait else answer


def finish(caller: Caller, path: str = CHOSEN) -> httpx2.Response:
    """Load a page again until nothing goes on there."""
    for _ in range(1000):
        page = caller.get(path)
        if 'id="progress"' not in page.text:
            return page
        threading.Event().wait(0.02)
    raise AssertionError("it does not end")


def taken_in(site: Site) -> int:
    return len(contents.versions(site.office))


def looks(site: Site) -> int:
    return len(reading.looks(site.office, case_pages.user(site, "auditor")))


@pytest.fixture
def imported(staffed: Site, call: Call) -> int:
    """An import of three cases, one of somebody young, which the worker has brought."""
    worker = call("worker")
    bring(worker, file(row(), address_row(), row(Vorname="Jana", Geb_Datum="14.05.2010", Gültigbis="31.12.2027")))
    do(worker, "take_in")
    assert taken_in(staffed) == 3
    return 1


def test_before_anything_is_written_every_wrong_line_is_told_and_why(staffed: Site, call: Call) -> None:
    known = case_pages.active(staffed, content(name=Name("Meyer", "Jörg")))
    data = file(row(), row(Vorname="Jürg"), row(Az=""), row(Stufe="7", Grund="?"), address_row(), encoding="cp1252")
    page = bring(call("worker"), data).text
    assert "Import März.csv" in page
    assert "Bis jetzt ist nichts gespeichert." in page
    assert "Windows-1252" in page
    for said in (
        "Zeile 4</span> <span>Aktenzeichen fehlt",
        "Stufe muss 2 oder 3 sein",
        "Grund muss Hausverbot, Strafanzeige oder Strafantrag sein",
        "Fälle aufnehmen (3)",
        "Fehlerhafte Zeilen, die wegbleiben: 2.",
        f'vielleicht schon bekannt als <a class="kern-link" href="/cases/{known}">',
        "<strong>Jörg Meyer</strong>",
        "wie Zeile 2",
    ):
        assert said in page, said
    assert taken_in(staffed) == 1


def test_no_file_gets_to_a_disk(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file would hold what is personal")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, never)
    large = file(row()) + b"\n" * 1_100_000
    assert "Fälle aufnehmen (1)" in bring(call("worker"), large).text


def test_what_is_right_is_taken_in_and_what_is_wrong_is_given_back(staffed: Site, call: Call) -> None:
    worker = call("worker")
    bring(worker, file(row(), row(Az=""), address_row()))
    done = do(worker, "take_in").text
    assert "2 neu aufgenommen, 0 schon da, 1 fehlerhaft und weggelassen" in done
    assert taken_in(staffed) == 2
    rejected = worker.get(f"{CHOSEN}/rejected")
    assert rejected.headers["content-disposition"] == 'attachment; filename="rejected.csv"'
    assert rejected.content.startswith("\ufeffFehler;Nachname".encode())
    assert "Aktenzeichen fehlt" in rejected.text
    corrected = rejected.content.decode("utf-8-sig").replace("Strafanzeige;;", "Strafanzeige;;2 Js 2/26").encode()
    assert "Fälle aufnehmen (1)" in bring(worker, corrected).text
    assert "1 neu aufgenommen" in do(worker, "take_in").text
    assert "Datei ist weggelegt" in do(worker, "away").text
    assert "keine Datei von Ihnen" in worker.get(CHOSEN).text
    assert "keine Datei von Ihnen" in worker.get(f"{CHOSEN}/rejected").text


@pytest.mark.parametrize("restarted", [False, True])
def test_it_is_stopped_and_goes_on_also_after_a_restart(
    staffed: Site, call: Call, monkeypatch: pytest.MonkeyPatch, *, restarted: bool
) -> None:
    monkeypatch.setattr(steps, "AT_ONCE", 2)
    monkeypatch.setattr("obacht_enrollment.pages.imports.PATIENCE", 0)
    monkeypatch.setattr("obacht_enrollment.pages.import_file.PATIENCE", 0)
    first, go_on = threading.Event(), threading.Event()
    advance = store.advance

    def slow(session: Session, step: store.Step, user: int | None, now: int) -> int:
        if first.is_set():
            assert go_on.wait(10)
        first.set()
        return advance(session, step, user, now)

    worker = call("worker")
    data = file(*(row(Az=f"{number} Js 1/26") for number in range(9)))
    bring(worker, data)
    monkeypatch.setattr(store, "advance", slow)
    do(worker, "take_in", wait=False)
    assert first.wait(10)
    going_on = worker.get(CHOSEN)
    assert "Die Fälle werden aufgenommen." in going_on.text
    assert '<a class="kern-link" href="/imports/file">Stand neu laden</a>' in going_on.text, "without script too"
    part = worker.get(CHOSEN, HX_Request="true")
    assert part.text.strip().startswith('<div id="progress"')
    assert "wird gerade gearbeitet" in bring(worker, data).text
    do(worker, "stop", wait=False)
    go_on.set()
    finish(worker)
    assert worker.get(CHOSEN, HX_Request="true").headers["hx-redirect"] == CHOSEN
    assert "Weitermachen" in worker.get(CHOSEN).text
    there = taken_in(staffed)
    assert 0 < there < 9
    listed = call("auditor").get("/imports").text
    assert "unterbrochen oder im Gang" in listed
    assert f"bis Zeile {there + 1} von 10" in call("auditor").get("/imports/1").text
    if restarted:
        worker = arrive(app_of(staffed), "worker")
        bring(worker, data)
    assert "9 neu aufgenommen, 0 schon da" in do(worker, "take_in").text
    assert taken_in(staffed) == 9
    assert "unterbrochen" not in call("auditor").get("/imports").text


def test_a_column_that_nobody_knows_is_passed_over_when_told(call: Call) -> None:
    worker = call("worker")
    lines = file(row()).decode().splitlines()
    data = f"{lines[0]};Lieblingsfarbe\n{lines[1]};blau\n".encode()
    refused = bring(worker, data).text
    assert "Lieblingsfarbe" in refused
    assert "--ignore-column" not in refused
    assert "Fälle aufnehmen (1)" in do(worker, "look", ignored="Lieblingsfarbe\r\n").text


def test_what_is_no_table_is_refused_in_words(call: Call) -> None:
    worker = call("worker")
    assert "Die erste Zeile nennt keine Spalten" in bring(worker, b"a;b\n1;2\n").text
    assert "wählen Sie eine Datei" in bring(worker, b"").text
    assert "liegt nicht mehr bereit" in do(call("head"), "take_in").text
    bring(worker, file(row()))
    assert do(worker, "take_in").status_code == 200
    assert "Das geht jetzt nicht" in do(worker, "take_in").text


def test_a_file_is_its_bringers_alone_and_is_forgotten_in_time(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = call("worker")
    monkeypatch.setattr(uploads, "KEPT_SECONDS", 0.05)
    bring(worker, file(row()))
    assert "keine Datei von Ihnen" in call("head").get(CHOSEN).text
    threading.Event().wait(0.3)
    assert "keine Datei von Ihnen" in worker.get(CHOSEN).text


@pytest.mark.parametrize("login", ["approver", "auditor", "operator"])
def test_who_does_not_work_on_cases_brings_no_file(call: Call, login: str) -> None:
    caller = call(login)
    assert caller.get(CHOSEN).status_code == 403
    answer = caller.send("/account", "/imports", {})
    assert answer.status_code == 403


def test_who_is_not_signed_in_is_turned_away_before_a_large_file_is_read(call: Call) -> None:
    stranger = call()
    headers = {"Origin": stranger.origin, "Sec-Fetch-Site": "same-origin", "Content-Length": "60000000"}
    answer = stranger.call("POST", "/imports", headers, content=b"")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2F")


def approval(caller: Caller, number: int, form: dict[str, str]) -> httpx2.Response:
    path = f"/imports/{number}/approval"
    answer = caller.send(path, path, form)
    return finish(caller, answer.headers["location"]) if answer.status_code == 303 else answer


def hidden(page: str, *names: str) -> dict[str, str]:
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in names}
    return {name: match[1] for name, match in found.items() if match}


def test_a_second_person_sees_what_comes_into_force_and_approves_the_whole(
    staffed: Site, call: Call, imported: int
) -> None:
    known = case_pages.active(staffed, content(name=Name("Meyer", "Jörg")))
    approver = call("approver")
    listed = approver.get(f"/imports/{imported}").text
    assert "Freigabe prüfen (3)" in listed
    assert "Meyer" not in listed
    assert "Importe, die auf Freigabe warten" in approver.get("/").text
    asked = approver.get(f"/imports/{imported}/approval").text
    assert re.search(r"Fälle, die in Kraft treten</dt><dd[^>]*>2<", asked)
    assert re.search(r"dritte Person warten</dt><dd[^>]*>1<", asked)
    assert "Meyer" not in asked
    assert "Alle freigeben" not in asked, "nobody approves unseen"
    assert looks(staffed) == 0
    shown = approval(approver, imported, {"do": "show", "why": "approval"}).text
    assert "Jörg Meyer" in shown
    assert f'Vielleicht schon bekannt als <a class="kern-link" href="/cases/{known}">' in shown
    assert "Venloer" in shown
    assert "Strafanzeige" in shown
    assert looks(staffed) == 3
    done = approval(approver, imported, {"do": "approve", **hidden(shown, "seen", "awaiting")}).text
    assert "In Kraft: 2. Auf eine dritte Person warten: 1. Liegen geblieben: 0." in done
    states = [case_pages.state(staffed, number).value for number in (1, 2, 3)]
    assert states == ["active", "active", "awaiting"]


def test_what_changed_since_it_was_seen_is_not_approved(staffed: Site, call: Call, imported: int) -> None:
    approver = call("approver")
    shown = approval(approver, imported, {"do": "show", "why": "approval"}).text
    service.reject(staffed.office, case_pages.user(staffed, "head"), 2, staffed.now, version=1, reason="nein")
    refused = approval(approver, imported, {"do": "approve", **hidden(shown, "seen", "awaiting")}).text
    assert "Inzwischen hat sich ein Fall geändert" in refused
    assert case_pages.state(staffed, 1).value == "awaiting"


def test_nobody_approves_their_own_import(staffed: Site, call: Call) -> None:
    head = call("head")
    bring(head, file(row()))
    do(head, "take_in")
    assert "Niemand gibt die eigene Arbeit frei" in head.get("/imports/1").text
    path = "/imports/1/approval"
    asked = head.get(path).text
    assert re.search(r"liegen bleiben</dt><dd[^>]*>1<", asked)
    shown = approval(head, 1, {"do": "show", "why": "approval"}).text
    refused = approval(head, 1, {"do": "approve", **hidden(shown, "seen", "awaiting")}).text
    assert "Niemand gibt die eigene Arbeit frei" in refused
    assert case_pages.state(staffed, 1).value == "awaiting"


def test_who_does_not_say_why_sees_nobody(call: Call, imported: int, staffed: Site) -> None:
    refused = approval(call("approver"), imported, {"do": "show", "why": "other"})
    assert refused.status_code == 400
    assert "Meyer" not in refused.text
    assert looks(staffed) == 0


def test_auditors_see_numbers_and_states_and_decide_nothing(call: Call, imported: int) -> None:
    auditor = call("auditor")
    page = auditor.get(f"/imports/{imported}").text
    assert "Wanda Werk" in page
    assert "Meyer" not in page
    assert auditor.get(f"/imports/{imported}/approval").status_code == 403
    assert auditor.get("/imports/7").status_code == 404


def test_a_long_list_is_shown_in_pages(staffed: Site, call: Call) -> None:
    worker = call("worker")
    bring(worker, file(*(row(Az=f"{number} Js 1/26") for number in range(53)), *(row(Az="") for _ in range(101))))
    assert "Seite 1 von 2" in worker.get(CHOSEN).text
    assert "Zeile 155</span>" in worker.get(f"{CHOSEN}?page=2").text
    do(worker, "take_in")
    approver = call("approver")
    assert "Seite 1 von 2" in approver.get("/imports/1").text
    second = approval(approver, 1, {"do": "show", "why": "approval", "page": "2"}).text
    assert "51 bis 53 von 53" in second
    assert looks(staffed) == 3
