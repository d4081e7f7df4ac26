"""The pages of the inbox: what they show to whom, that opening is on record, and what can be decided there."""

from dataclasses import replace

import pytest

from arrived import receive
from obacht_enrollment.cases import reading
from obacht_enrollment.inbox import service
from obacht_enrollment.inbox.outcomes import Outcome
from obacht_enrollment.inbox.service import CONTENT_DAYS, MAX_ANSWER
from page_staff import PageStaff
from reporting_site import REPORT, SECRETS
from safety_office import DAY, Site


@pytest.fixture
def staff(empty: Site, monkeypatch: pytest.MonkeyPatch) -> PageStaff:
    return PageStaff(empty, monkeypatch)


@pytest.fixture
def receipt(staff: PageStaff) -> str:
    """The receipt number of the first report."""
    return receive(staff.site.office, staff.site.now)


def test_an_empty_inbox_says_so(staff: PageStaff) -> None:
    caller = staff.arrive("auditor")
    assert "Keine Meldung wartet" in caller.get("/inbox").text
    assert "im letzten Jahr" in caller.get("/inbox/decided").text
    assert caller.get("/inbox/1").status_code == 404


def test_the_list_and_the_unopened_page_hold_nothing_of_what_reports_say(staff: PageStaff, receipt: str) -> None:
    for login in ("worker", "auditor"):
        caller = staff.arrive(login)
        for path in ("/inbox", "/inbox/1"):
            html = caller.get(path).text
            assert receipt in html
            assert "Bürgeramt, Schalter 1" in html
            assert not any(secret in html for secret in SECRETS)
    assert service.looks(staff.site.office, staff.user("auditor"), 1) == []


def test_a_report_is_found_by_the_number_that_somebody_reads_out(staff: PageStaff, receipt: str) -> None:
    caller = staff.arrive("worker")
    found = caller.send("/inbox", "/inbox/search", {"receipt": receipt.lower().replace("-", " ")})
    assert found.headers["location"] == "/inbox/1"
    for wrong, said in (("0000-0000-0001", "falsch gelesen"), ("0000-0000-0000", "gibt es nicht"), ("", "gibt es nic")):
        answer = caller.send("/inbox", "/inbox/search", {"receipt": wrong})
        assert answer.status_code == 400
        assert said in answer.text


def test_opening_shows_what_the_report_says_and_is_on_record_for_those_who_watch(
    staff: PageStaff, receipt: str
) -> None:
    opened = staff.arrive("worker").send("/inbox/1", "/inbox/1")
    assert opened.status_code == 200
    for text in ("Geheimnis", "05.1971", "03.11.2026, 14:30", "Bedrohung (Stufe 2)", "Strafanzeige", receipt):
        assert text in opened.text
    english = staff.arrive("approver").send("/inbox/1", "/inbox/1", None, Accept_Language="en")
    assert "threat (level 2)" in english.text
    assert "Wanda Werk" in staff.arrive("auditor").get("/inbox/1").text
    assert [look.login for look in service.looks(staff.site.office, staff.user("auditor"), 1)] == ["worker", "approver"]


def test_who_may_not_read_reports_opens_none(staff: PageStaff, receipt: str) -> None:
    caller = staff.arrive("auditor")
    answer = caller.send("/inbox/1", "/inbox/1")
    assert answer.status_code == 403
    assert not any(secret in answer.text for secret in (*SECRETS, receipt))
    assert "sieht nur, wer Fälle bearbeitet" in caller.get("/inbox/1").text
    approver = staff.arrive("approver")
    for act in ("draft", "reject"):
        assert approver.send("/inbox/1", f"/inbox/1/{act}").status_code == 403


def test_what_departments_wrote_is_no_markup(staff: PageStaff) -> None:
    evil = replace(REPORT, person=replace(REPORT.person, family_name="<script>alert(1)</script>"))
    receive(staff.site.office, staff.site.now, evil, department="<b>Amt</b>")
    caller = staff.arrive("worker")
    html = caller.send("/inbox/1", "/inbox/1").text + caller.get("/inbox").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&lt;b&gt;Amt&lt;/b&gt;" in html
    assert "<script>" not in html
    assert "<b>" not in html


def test_what_cannot_be_opened_is_told_in_words_and_can_only_be_turned_down(staff: PageStaff) -> None:
    receive(staff.site.office, staff.site.now, sealed=bytes(4096))
    caller = staff.arrive("worker")
    answer = caller.send("/inbox/1", "/inbox/1")
    assert answer.status_code == 200
    assert "lässt sich mit dem Schlüssel dieser Stelle nicht öffnen" in answer.text
    assert "/inbox/1/draft" not in answer.text
    refused = caller.send("/inbox/1", "/inbox/1/draft")
    assert refused.status_code == 400
    assert "abweisen und bei der Dienststelle nachfragen" in refused.text
    assert "/inbox/1/reject" in answer.text


@pytest.mark.usefixtures("receipt")
def test_a_report_becomes_a_case_once(staff: PageStaff) -> None:
    caller = staff.arrive("worker")
    assert "/inbox/1/draft" in caller.send("/inbox/1", "/inbox/1").text
    answer = caller.send("/inbox/1", "/inbox/1/draft")
    assert answer.headers["location"] == "/cases/1?done=report_drafted"
    assert reading.summary(staff.site.office, staff.user("worker"), 1).report == 1
    assert "Fall öffnen" not in caller.get("/cases/1").text
    page = caller.get("/inbox/1").text
    assert 'href="/cases/1"' in page
    assert "/inbox/1/reject" not in page
    for act in ("draft", "reject"):
        again = caller.send("/inbox/1", f"/inbox/1/{act}", {"outcome": "wrong"})
        assert again.status_code == 400
        assert "schon entschieden" in again.text
    assert "schon entschieden" in caller.get("/inbox/1/reject").text


def test_a_report_is_turned_down_with_a_reason_and_an_answer(staff: PageStaff, receipt: str) -> None:
    caller = staff.arrive("worker")
    for form, said in (
        ({"answer": "Bitte <neu> melden"}, "weil sie falsch ist oder schon bekannt"),
        ({"outcome": "draft"}, "weil sie falsch ist oder schon bekannt"),
        ({"outcome": "wrong", "answer": "x" * (MAX_ANSWER + 1)}, "länger als 2000 Zeichen"),
    ):
        refused = caller.send("/inbox/1/reject", "/inbox/1/reject", form)
        assert refused.status_code == 400
        assert said in refused.text
        assert form.get("answer", "").replace("<", "&lt;").replace(">", "&gt;") in refused.text
    sent = {"outcome": "wrong", "answer": "Kein Grund\r\ngenannt."}
    answer = caller.send("/inbox/1/reject", "/inbox/1/reject", sent)
    assert answer.headers["location"] == "/inbox/1?done=report_rejected"
    (entry,) = service.entries(staff.site.office, staff.user("worker"))
    assert entry.outcome is Outcome.WRONG
    assert "Kein Grund\ngenannt." in caller.send("/inbox/1", "/inbox/1").text
    assert receipt not in caller.get("/inbox").text
    assert receipt in caller.get("/inbox/decided").text


@pytest.mark.usefixtures("receipt")
def test_of_an_erased_report_the_answer_is_left(staff: PageStaff) -> None:
    site = staff.site
    service.reject(site.office, staff.user("worker"), 1, site.now, outcome=Outcome.REPEATED, answer="Siehe Fall")
    site.now += (CONTENT_DAYS + 1) * DAY
    assert service.erase_old(site.office, site.now) == 1
    caller = staff.arrive("worker")
    assert "ist gelöscht" in caller.get("/inbox/1").text
    opened = caller.send("/inbox/1", "/inbox/1").text
    assert "Siehe Fall" in opened
    assert "ist gelöscht" in opened


@pytest.mark.usefixtures("receipt")
def test_what_was_typed_outlives_the_session(staff: PageStaff) -> None:
    caller = staff.arrive("worker")
    caller.cookies.clear()
    answer = caller.post("/inbox/1/reject", {"outcome": "wrong", "answer": "lange getippt"})
    assert answer.status_code == 401
    assert "lange getippt" in answer.text
