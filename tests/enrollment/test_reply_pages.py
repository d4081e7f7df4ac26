"""The pages of letters that answer requests: an answer takes another person, and comes as PDF and as JSON."""

import json
from dataclasses import replace

import pytest

from case_pages import active, user
from invented_letters import SENDER
from obacht_enrollment.cases import exports, granting, reading, requests
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.writing import WHY
from page_caller import Caller
from page_staff import PageStaff
from pdf_reading import Document
from safety_office import Site

ADDRESS = "Jörg Meyer\r\nVenloer Straße 12\r\n50825 Köln\r\n"


@pytest.fixture
def staff(empty: Site, monkeypatch: pytest.MonkeyPatch) -> PageStaff:
    empty.office = replace(empty.office, settings=replace(empty.office.settings, letters=SENDER))
    return PageStaff(empty, monkeypatch)


def received(site: Site, kind: Kind, case: int | None = None) -> int:
    return requests.receive(site.office, user(site, "worker"), kind, "Jörg Meyer", site.now, case=case)


def decided(site: Site, number: int, outcome: Outcome) -> None:
    granting.decide(site.office, user(site, "worker"), number, site.now, outcome=outcome, answer="Sie läuft noch.")


def told(caller: Caller, path: str, **typed: str) -> str:
    """Have a letter made, and give what it says."""
    answer = caller.send(path.removesuffix("/pdf"), path, {"address": ADDRESS} | typed)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('inline; filename="')
    return " ".join(Document(answer.content).text.split())


def test_everything_is_read_out_after_another_person_approved_it(staff: PageStaff) -> None:
    site = staff.site
    case = active(site)
    number = received(site, Kind.ACCESS, case)
    worker, approver = staff.arrive("worker"), staff.arrive("approver")
    path = f"/requests/{number}/answer"
    assert f'href="{path}"' in worker.get(f"/requests/{number}").text
    for early in ("/pdf", "/json"):
        refused = worker.send(path, f"{path}{early}", {"address": ADDRESS})
        assert refused.status_code == 400
        assert "zweite Person" in refused.text
    assert worker.send(path, path).headers["location"] == f"{path}?done=export_asked"
    assert "Wartet auf zweite Person" in worker.get(path).text
    assert worker.send(path, path).headers["location"] == path, "what was asked for is not asked for twice"
    assert len(exports.listed(site.office, user(site, "worker"))) == 1
    assert "freizugeben" not in worker.get("/").text
    assert "Auskünfte freizugeben" in approver.get("/").text
    assert 'href="/exports/1"' in approver.get("/requests").text
    page = approver.get("/exports/1").text
    assert "Angefordert von Wanda Werk" in page
    assert f"Begründung: Antrag {number} auf Auskunft" in page
    assert worker.get("/exports/1").status_code == 403
    assert approver.send("/exports/1", "/exports/1").headers["location"] == "/exports/1?done=export_approved"
    assert "Freigegeben von Zoë Zweit" in approver.get("/exports/1").text
    assert approver.send("/account", "/exports/1").status_code == 400
    assert "Freigegeben von Zoë Zweit" in worker.get(path).text
    text = told(worker, f"{path}/pdf")
    assert "drohte mit Schlägen" in text
    assert "50825 Köln" in text
    file = worker.send(path, f"{path}/json")
    assert file.headers["content-disposition"] == f'attachment; filename="answer-{number}.json"'
    assert json.loads(file.content)["says"]["name"]["family_name"] == "Meyer"
    site.now += exports.AGAIN
    worker = staff.arrive("worker")
    assert "lässt sich nicht mehr abholen" in worker.get(path).text
    assert "neu anfordern" in worker.send(path, f"{path}/json").text


def test_nobody_approves_or_gets_what_is_not_for_them(staff: PageStaff) -> None:
    site = staff.site
    case = active(site)
    number = received(site, Kind.ACCESS, case)
    head = staff.arrive("head")
    head.send(f"/requests/{number}/answer", f"/requests/{number}/answer")
    assert "Niemand gibt die eigene Arbeit frei" in head.get("/exports/1").text
    refused = head.send("/account", "/exports/1")
    assert refused.status_code == 400
    assert "Niemand gibt die eigene Arbeit frei" in refused.text
    exports.approve(site.office, user(site, "approver"), 1, site.now)
    worker = staff.arrive("worker")
    page = worker.get(f"/requests/{number}/answer").text
    assert "Freigabe anfordern" in page, "the head's is theirs alone"
    for login in ("approver", "auditor", "operator"):
        caller = staff.arrive(login)
        for path in ("/answer", "/answer/pdf", "/answer/json", "/letter"):
            assert caller.send("/account", f"/requests/{number}{path}").status_code == 403
    assert head.get("/exports/9").status_code == 404


def test_approving_asks_once_more_who_one_is(staff: PageStaff) -> None:
    site = staff.site
    exports.ask(site.office, user(site, "worker"), active(site), "Antrag 1", site.now)
    approver = staff.arrive("approver")
    site.now += site.office.settings.login.confirm_minutes * 60
    assert approver.get("/exports/1").headers["location"] == "/confirm?next=%2Fexports%2F1"


def test_other_requests_have_no_answer(staff: PageStaff) -> None:
    site = staff.site
    case = active(site)
    for kind, about, said in (
        (Kind.OBJECTION, case, "nur Anträge auf Auskunft"),
        (Kind.ACCESS, None, "zuerst den Fall zuordnen"),
    ):
        number = received(site, kind, about)
        answer = staff.arrive("worker").get(f"/requests/{number}/answer")
        assert answer.status_code == 400
        assert said in answer.text
        assert staff.arrive("worker").send("/account", f"/requests/{number}/answer").status_code == 400
    assert exports.listed(site.office, user(site, "worker")) == []


def test_a_decision_comes_as_a_pdf_and_the_look_is_on_record(staff: PageStaff) -> None:
    site = staff.site
    case = active(site)
    number = received(site, Kind.OBJECTION, case)
    worker = staff.arrive("worker")
    path = f"/requests/{number}/letter"
    assert path not in worker.get(f"/requests/{number}").text
    page = worker.get(path).text
    assert "noch nicht entschieden" in page
    assert "_blank" not in page
    assert worker.send(path, path, {"address": ADDRESS}).status_code == 400
    decided(site, number, Outcome.REFUSED)
    assert f'href="{path}"' in worker.get(f"/requests/{number}").text
    text = told(worker, path)
    assert "Sie läuft noch." in text
    assert SENDER.remedies in text
    looks = reading.looks(site.office, user(site, "head"), case)
    assert {look.why for look in looks} == {WHY}
    assert "Jörg Peter Meyer\nVenloer" not in page
    refused = worker.send(path, path, {"address": "\n".join("<b>12345")})
    assert refused.status_code == 400
    assert "eine bis sechs Zeilen" in refused.text


@pytest.mark.parametrize(
    ("kind", "outcome", "said"),
    [
        (Kind.ACCESS, Outcome.NOTHING, "nichts gespeichert"),
        (Kind.ERASURE, Outcome.NOTHING, "Wir lehnen Ihren Antrag"),
        (Kind.ACCESS, None, "bis zum"),
    ],
)
def test_whoever_is_not_recorded_or_has_to_wait_gets_a_letter_too(
    staff: PageStaff, kind: Kind, outcome: Outcome | None, said: str
) -> None:
    number = received(staff.site, kind)
    requests.extend(staff.site.office, user(staff.site, "worker"), number, "Viele Akten.", staff.site.now)
    if outcome:
        decided(staff.site, number, outcome)
    worker = staff.arrive("worker")
    assert said in told(worker, f"/requests/{number}/letter", letter_language="de")
    page = worker.send(f"/requests/{number}", f"/requests/{number}").text
    assert ("Warum es länger dauert" in page) == (outcome is None)


def test_an_access_request_that_was_granted_has_its_answer_as_letter(staff: PageStaff) -> None:
    site = staff.site
    number = received(site, Kind.ACCESS, active(site))
    decided(site, number, Outcome.GRANTED)
    worker = staff.arrive("worker")
    assert f"/requests/{number}/letter" not in worker.get(f"/requests/{number}").text
    assert "die Auskunft selbst" in worker.get(f"/requests/{number}/letter").text
    assert f'href="/requests/{number}/answer"' in worker.get(f"/requests/{number}").text


def test_an_office_that_has_not_said_who_writes_is_told_so(empty: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = PageStaff(empty, monkeypatch)
    access, objection = received(empty, Kind.ACCESS, active(empty)), received(empty, Kind.OBJECTION)
    exports.ask(empty.office, user(empty, "worker"), 1, "Antrag 1", empty.now)
    exports.approve(empty.office, user(empty, "approver"), 1, empty.now)
    worker = staff.arrive("worker")
    for path in (f"/requests/{access}/answer", f"/requests/{objection}/letter"):
        page = worker.get(path).text
        assert "fehlt die Tabelle [letters]" in page
        assert "_blank" not in page
    assert exports.find(empty.office, user(empty, "worker"), 1).read == 0
