"""The page of looks: who looked at which case, when, and for what kind of reason, without a word that they typed."""

import pytest
from sqlalchemy import update

from invented_cases import content
from obacht_enrollment import writing
from obacht_enrollment.cases import auditing, reading, retaining, service
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.cases.tables import EventRow
from obacht_enrollment.errors import ForbiddenError
from page_staff import PageStaff
from safety_office import DAY, Site

SECRETS = ("Meyer", "Nachbarin", "Vermerk")


@pytest.fixture
def staff(empty: Site, monkeypatch: pytest.MonkeyPatch) -> PageStaff:
    return PageStaff(empty, monkeypatch)


@pytest.fixture
def case(staff: PageStaff) -> int:
    return service.create_draft(staff.site.office, staff.user("worker"), content(), staff.site.now)


def test_that_nobody_looked_is_told_in_words(staff: PageStaff) -> None:
    assert "keine Einsicht" in staff.arrive("auditor").get("/looks").text


def test_the_auditor_sees_whether_the_history_is_whole_and_nothing_is_overdue(staff: PageStaff, case: int) -> None:
    office, auditor = staff.site.office, staff.arrive("auditor")
    assert "gelöscht sein müssten: 0" in auditor.get("/looks").text
    told = auditor.send("/looks", "/looks").text
    assert "unverändert" in told
    assert "Zahl der Einträge: 1" in told
    staff.site.now += 91 * DAY
    auditor = staff.arrive("auditor")
    assert "gelöscht sein müssten: 1" in auditor.get("/looks").text
    with office.store.database.writing() as session:
        session.execute(update(EventRow).where(EventRow.case == case).values(at=1))
    told = auditor.send("/looks", "/looks").text
    assert "Eintrag 1 ist nicht so" in told
    assert "unverändert" not in told


def test_the_kind_of_reason_is_told_and_what_was_typed_is_not(staff: PageStaff, case: int) -> None:
    office, now = staff.site.office, staff.site.now
    worker = staff.arrive("worker")
    worker.send(f"/cases/{case}", f"/cases/{case}/open", {"why": "call", "words": "Nachbarin rief an"})
    english = staff.arrive("head")
    english.headers["Accept-Language"] = "en"
    english.send(f"/cases/{case}", f"/cases/{case}/open", {"why": "supervision"})
    service.look(office, staff.user("approver"), case, "Vermerk: Bearbeitung", now)
    service.look(office, staff.user("worker"), case, writing.WHY, now)
    page = staff.arrive("auditor").get("/looks").text
    shown = page[page.index('<ol class="entries">') :]
    order = [
        shown.index(text)
        for text in (
            "Brief an die betroffene Person",
            "Anderer Grund",
            "Kontrolle durch die Leitung",
            "Anruf einer Dienststelle zu einem Treffer",
        )
    ]
    assert order == sorted(order)
    for text in ("Wanda Werk", "Zoë Zweit", "Lea Leitung", f'href="/cases/{case}"'):
        assert text in shown
    assert not any(secret in page for secret in SECRETS)


def test_the_looks_of_one_person_are_found_page_by_page(staff: PageStaff, case: int) -> None:
    office, now = staff.site.office, staff.site.now
    worker, head = staff.user("worker"), staff.user("head")
    for _ in range(auditing.PAGE + 1):
        service.look(office, worker, case, "Test", now)
    service.look(office, head, case, "Test", now)
    caller = staff.arrive("auditor")
    first = caller.get(f"/looks?user={worker.id}").text
    assert first.count("<strong>Wanda Werk</strong>") == auditing.PAGE
    assert f'href="/looks?page=2&amp;user={worker.id}"' in first
    second = caller.get(f"/looks?page=2&user={worker.id}").text
    assert second.count("<strong>Wanda Werk</strong>") == 1
    assert caller.get("/looks?page=99").text.count("<strong>") == 2
    for odd in ("/looks?user=-1&page=x", "/looks?user=&page=0", "/looks?page=²"):
        assert "<strong>Lea Leitung</strong>" in caller.get(odd).text


def test_the_reason_goes_with_the_case(staff: PageStaff, case: int) -> None:
    site = staff.site
    service.look(site.office, staff.user("worker"), case, "Nachbarin", site.now)
    service.end(site.office, staff.user("worker"), case, site.now, why=EndReason.DISMISSED, reason="weil")
    site.now += (site.office.settings.retention.objection_days + 40) * DAY
    retaining.run(site.office, site.now)
    page = staff.arrive("auditor").get("/looks").text
    assert "Der Grund ist mit dem Fall gelöscht" in page
    assert "Wanda Werk" in page


def test_only_who_watches_over_the_staff_sees_it(staff: PageStaff, case: int) -> None:
    service.look(staff.site.office, staff.user("worker"), case, "Test", staff.site.now)
    for login in ("worker", "approver", "operator"):
        answer = staff.arrive(login).get("/looks")
        assert answer.status_code == 403
        assert "Wanda Werk</strong>" not in answer.text
    with pytest.raises(ForbiddenError):
        auditing.audit(staff.site.office, staff.user("operator"))


def test_seeing_the_list_is_no_look(staff: PageStaff, case: int) -> None:
    service.look(staff.site.office, staff.user("worker"), case, "Test", staff.site.now)
    staff.arrive("auditor").get("/looks")
    assert len(reading.looks(staff.site.office, staff.user("auditor"))) == 1
