"""The pages of the notice: the letter as PDF to those who may write it, what is noted of it, and what is due."""

from dataclasses import replace

import pytest

from invented_cases import content
from invented_letters import SENDER
from obacht_enrollment.cases import reading, service
from obacht_enrollment.cases.content import Content, Name, Notice, Place
from obacht_enrollment.cases.dates import UNKNOWN, day_of
from obacht_enrollment.cases.states import EndReason
from page_caller import Caller
from page_staff import PageStaff
from pdf_reading import Document
from safety_office import DAY, Site

PLACES = (Place("50667", "Domgasse", "2-8", "even"), Place("50825", "Venloer Straße", "12"))
ADDRESS = "Jörg Meyer\r\nVenloer Straße 12\r\n\r\n50825 Köln\r\n"


@pytest.fixture
def staff(empty: Site, monkeypatch: pytest.MonkeyPatch) -> PageStaff:
    empty.office = replace(empty.office, settings=replace(empty.office.settings, letters=SENDER))
    return PageStaff(empty, monkeypatch)


def begin(staff: PageStaff, what: Content | None = None, *, active: bool = True) -> int:
    """Bring a case as far as it is to be."""
    office, worker, now = staff.site.office, staff.user("worker"), staff.site.now
    number = service.create_draft(office, worker, what or content(places=PLACES), now)
    if active:
        version = service.submit(office, worker, number, now, version=1).version
        service.approve(office, staff.user("approver"), number, now, version=version)
    return number


def at_work(staff: PageStaff, number: int, login: str = "worker") -> Caller:
    """Sign in, and say why one looks at a case."""
    caller = staff.arrive(login)
    caller.send(f"/cases/{number}", f"/cases/{number}/open", {"why": "work"})
    return caller


def noted(staff: PageStaff, number: int) -> Notice:
    view = service.look(staff.site.office, staff.user("head"), number, "Test", staff.site.now)
    return view.case.content.notice


def note(staff: PageStaff, caller: Caller, number: int, what: str, **fields: str) -> str:
    """Note something, and give where that led, or what was said."""
    version = reading.summary(staff.site.office, staff.user("worker"), number).version
    form = {"version": str(version)} | {f"notice.{name}": text for name, text in fields.items()}
    answer = caller.send(f"/cases/{number}/notice", f"/cases/{number}/notice/{what}", form)
    assert answer.status_code in {303, 400}
    return answer.headers.get("location") or answer.text


def test_nothing_of_a_case_is_shown_before_one_says_why_one_looks(staff: PageStaff) -> None:
    number = begin(staff)
    page = staff.arrive("worker").get(f"/cases/{number}/notice")
    assert page.status_code == 200
    assert "Meyer" not in page.text
    assert f'name="next" value="/cases/{number}/notice"' in page.text


def test_the_letter_comes_as_a_pdf_that_nobody_keeps_and_the_look_is_on_record(staff: PageStaff) -> None:
    number = begin(staff)
    caller = at_work(staff, number)
    page = caller.get(f"/cases/{number}/notice").text
    assert "Jörg Peter Meyer\nVenloer Straße 12\n50825</textarea>" in page
    looks = len(reading.looks(staff.site.office, staff.user("worker"), number))
    answer = caller.send(f"/cases/{number}/notice", f"/cases/{number}/notice", {"address": ADDRESS})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert answer.headers["content-disposition"] == f'inline; filename="notice-{number}.pdf"'
    text = Document(answer.content).text
    assert "50825 Köln" in text
    assert "Wanda Werk" in text
    assert "ENTWURF" not in text.upper()
    assert len(reading.looks(staff.site.office, staff.user("worker"), number)) == looks + 1
    form = {"address": ADDRESS, "represented": "yes", "letter_language": "en", "draft": "yes"}
    text = Document(caller.send(f"/cases/{number}/notice", f"/cases/{number}/notice", form).content).text
    assert "DRAFT" in text.upper()
    assert "Jörg Peter Meyer" in " ".join(text.split())


def test_of_a_case_that_is_not_in_force_there_are_only_drafts(staff: PageStaff) -> None:
    number = begin(staff, active=False)
    caller = at_work(staff, number)
    page = caller.get(f"/cases/{number}/notice").text
    assert 'type="hidden" name="draft" value="yes"' in page
    assert "/notice/sent" not in page
    form = {"address": ADDRESS, "draft": "yes"}
    assert (
        "ENTWURF"
        in Document(caller.send(f"/cases/{number}/notice", f"/cases/{number}/notice", form).content).text.upper()
    )
    assert caller.send(f"/cases/{number}/notice", f"/cases/{number}/notice", {"address": ADDRESS}).status_code == 400


def test_why_there_is_no_letter_is_told_in_words(staff: PageStaff, empty: Site) -> None:
    nobody = begin(staff, content(name=Name(), birth=UNKNOWN, places=(replace(PLACES[1], publish=True),)))
    over = begin(staff)
    worker, now = staff.user("worker"), empty.now
    service.end(empty.office, worker, over, now, why=EndReason.ERROR, reason="nie gewesen")
    for number, said in ((nobody, "nennt niemanden"), (over, "Der Fall ist beendet")):
        caller = at_work(staff, number)
        page = caller.get(f"/cases/{number}/notice").text
        assert said in page
        assert "_blank" not in page
        refused = caller.send(f"/cases/{number}/notice", f"/cases/{number}/notice", {"address": ADDRESS})
        assert refused.status_code == 400
        assert said in refused.text
        assert "--draft" not in refused.text


def test_an_office_that_has_not_said_who_writes_is_told_so(empty: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = PageStaff(empty, monkeypatch)
    number = begin(staff)
    assert "fehlt die Tabelle [letters]" in at_work(staff, number).get(f"/cases/{number}/notice").text


def test_an_address_that_fits_no_window_is_told_and_what_was_typed_stays(staff: PageStaff) -> None:
    number = begin(staff)
    caller = at_work(staff, number)
    for address in ("", "\n".join("<b>1234567")):
        answer = caller.send(f"/cases/{number}/notice", f"/cases/{number}/notice", {"address": address})
        assert answer.status_code == 400
        assert "eine bis sechs Zeilen" in answer.text
        assert "<b>" not in answer.text


def test_that_a_letter_was_sent_is_noted_and_the_case_is_due_no_more(staff: PageStaff) -> None:
    number = begin(staff)
    caller = at_work(staff, number)
    assert f'href="/cases/{number}/notice"' in caller.get("/notices").text
    today = day_of(staff.site.now)
    for text, said in (("", "Benachrichtigung verschickt"), ("31.02.2026", "Tag"), ("24.12.2099", "in der Zukunft")):
        assert said in note(staff, caller, number, "sent", sent=text)
    assert noted(staff, number) == Notice()
    went = note(staff, caller, number, "sent", sent=f"{today:%d.%m.%Y}")
    assert went == f"/cases/{number}/notice?done=notice_sent"
    assert noted(staff, number) == Notice(sent=today)
    assert f"Verschickt am {today:%d.%m.%Y}" in caller.get(f"/cases/{number}/notice").text
    assert "Keine Benachrichtigung ist fällig." in caller.get("/notices").text


def test_a_deferral_has_a_reason_and_a_day_and_is_due_again_then(staff: PageStaff) -> None:
    number = begin(staff)
    caller = at_work(staff, number)
    day = f"{day_of(staff.site.now + 40 * DAY):%d.%m.%Y}"
    assert "braucht eine Begründung" in note(staff, caller, number, "deferral", deferred_until=day)
    assert "Ermittlung" in note(staff, caller, number, "deferral", deferral_reason="Ermittlung")
    assert noted(staff, number) == Notice()
    went = note(staff, caller, number, "deferral", deferred_until=day, deferral_reason="<b>Ermittlung</b>")
    assert went == f"/cases/{number}/notice?done=notice_deferred"
    assert "&lt;b&gt;Ermittlung" in caller.get(f"/cases/{number}/notice").text
    assert "Keine Benachrichtigung ist fällig." in caller.get("/notices").text
    staff.site.now += 41 * DAY
    page = staff.arrive("auditor").get("/notices").text
    assert f"neu zu entscheiden bis {day}" in page
    assert "überfällig" in page
    assert "Ermittlung" not in page


def test_the_list_names_numbers_and_days_alone_and_leaves_out_who_cannot_be_written_to(staff: PageStaff) -> None:
    begin(staff)
    begin(staff, content(name=Name(), birth=UNKNOWN, places=(replace(PLACES[1], publish=True),)))
    begin(staff, active=False)
    page = staff.arrive("auditor").get("/notices").text
    assert page.count('href="/cases/') == 1
    assert 'href="/cases/1"' in page
    assert "Meyer" not in page
    assert reading.looks(staff.site.office, staff.user("auditor"), 1) == []


def test_who_does_not_work_on_cases_writes_no_letter(staff: PageStaff) -> None:
    number = begin(staff)
    for login in ("approver", "auditor", "operator"):
        caller = staff.arrive(login)
        for answer in (
            caller.get(f"/cases/{number}/notice"),
            caller.send("/account", f"/cases/{number}/notice", {"address": ADDRESS}),
            caller.send("/account", f"/cases/{number}/notice/sent", {"notice.sent": "01.01.2026"}),
            caller.send("/account", f"/cases/{number}/notice/deferral"),
        ):
            assert answer.status_code == 403
            assert "Meyer" not in answer.text


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(staff: PageStaff) -> None:
    number = begin(staff)
    caller = at_work(staff, number)
    form = {"version": "1", "notice.sent": "01.01.2026"}
    answer = caller.send(f"/cases/{number}/notice", f"/cases/{number}/notice/sent", form)
    assert answer.status_code == 400
    assert noted(staff, number) == Notice()
