"""The pages of cases over HTTP: what is shown to whom, and what no address, title or log tells."""

import re

import pytest

from case_pages import Call, active, drafted, opened, sent, submitted, typed, user
from invented_cases import TODAY, content, everything
from obacht_enrollment.cases import look_reasons, reading, service
from obacht_enrollment.cases.content import Content, Name
from obacht_enrollment.cases.dates import Birth, months_after
from obacht_enrollment.cases.opening import LOOK_SECONDS
from obacht_enrollment.cases.states import EndReason, State
from obacht_enrollment.cases.transaction import writing
from safety_office import Site


def test_nothing_of_a_case_is_shown_before_somebody_has_said_why(staffed: Site, call: Call) -> None:
    number = active(staffed, everything())
    service.restrict(staffed.office, user(staffed, "worker"), number, staffed.now, reason="bestreitet alles")
    caller = call("head")
    for path in ("", "/edit", "/end", "/renew", "/restrict", "/lift", "/approval"):
        shown = caller.get(f"/cases/{number}{path}")
        assert shown.status_code == 200
        assert "Warum sehen Sie diesen Fall an?" in shown.text
        for secret in ("Meyer", "Venloer", "1 Js", "Schlägen", "bestreitet"):
            assert secret not in shown.text
    assert reading.looks(staffed.office, user(staffed, "head"), number) == []
    page = opened(caller, number, "call", "Jobcenter").text
    for told in ("Jörg Peter", "Meyer", "Venloer", "1 Js 1/26", "Schlägen", "bestreitet"):
        assert told in page
    (look,) = reading.looks(staffed.office, user(staffed, "head"), number)
    why = look_reasons.told(look.why or "", "de")
    assert (look.user, why) == (user(staffed, "head").id, "Anruf einer Dienststelle zu einem Treffer: Jobcenter")
    assert f"{why}<" in page


def test_a_look_lasts_a_while_and_then_has_to_be_explained_anew(staffed: Site, call: Call) -> None:
    number = drafted(staffed)
    caller = call("worker")
    opened(caller, number)
    staffed.now += LOOK_SECONDS - 1
    assert "Meyer" in caller.get(f"/cases/{number}").text
    assert len(reading.looks(staffed.office, user(staffed, "worker"), number)) == 1
    staffed.now += 1
    assert "Meyer" not in caller.get(f"/cases/{number}").text
    assert "Meyer" not in call("approver").get(f"/cases/{number}").text


def test_one_is_led_to_where_one_wanted_to_go(staffed: Site, call: Call) -> None:
    caller = call("worker")
    path = f"/cases/{drafted(staffed)}/edit"
    assert f'name="next" value="{path}"' in caller.get(path).text
    answer = caller.send(path, "/cases/1/open", {"why": "work", "next": path})
    assert answer.headers["location"] == path
    answer = caller.send("/account", "/cases/1/open", {"why": "work", "next": "//evil.example"})
    assert answer.headers["location"] == "/cases/1"


@pytest.mark.parametrize("form", [{}, {"why": "other"}, {"why": "<script>"}, {"why": "work", "words": "x" * 501}])
def test_a_reason_has_to_be_one(staffed: Site, call: Call, form: dict[str, str]) -> None:
    number = drafted(staffed)
    answer = call("worker").send("/account", f"/cases/{number}/open", form)
    assert answer.status_code == 400
    assert "Bitte angeben, warum der Fall angesehen wird." in answer.text
    assert "<script>" not in answer.text
    assert reading.looks(staffed.office, user(staffed, "worker"), number) == []


def test_the_auditor_sees_decisions_and_looks_but_no_text(staffed: Site, call: Call) -> None:
    number = active(staffed, everything())
    service.end(
        staffed.office, user(staffed, "worker"), number, staffed.now, why=EndReason.GROUND, reason="zurückgezogen"
    )
    opened(call("worker"), number)
    caller = call("auditor")
    pages = [caller.get(path).text for path in ("/", "/cases", "/cases/closed", f"/cases/{number}")]
    for secret in ("Meyer", "Maier", "Venloer", "1 Js", "Schlägen", "zurückgezogen", "Bearbeitung"):
        assert all(secret not in page for page in pages)
    for told in ("beendet", "Grund entfallen", "Freigegeben", "Zoë Zweit", "Wer den Fall angesehen hat", "Wanda Werk"):
        assert told in pages[-1]
    for path in (f"/cases/{number}/open", "/cases/closed"):
        assert caller.send("/account", path, {"why": "work"}).status_code == 403


def test_of_an_anonymised_case_its_history_is_left(staffed: Site, call: Call) -> None:
    number = drafted(staffed)
    with writing(staffed.office, staffed.now) as transaction:
        transaction.row(number).state = State.ANONYMISED
    page = call("worker").get(f"/cases/{number}")
    assert page.status_code == 200
    assert "anonymisiert" in page.text
    assert "Warum sehen Sie" not in page.text


def test_who_may_not_look_at_names_gets_no_list_of_them_and_others_are_put_on_record(staffed: Site, call: Call) -> None:
    numbers = [active(staffed), active(staffed, content(name=Name("Schulz", "Anna")))]
    caller = call("worker")
    assert "Meyer" not in caller.get("/cases/active").text
    answer = caller.send("/cases/active", "/cases/active", {"why": "term"})
    assert "Jörg Peter Meyer" in answer.text
    assert "Anna Schulz" in answer.text
    for number in numbers:
        assert [
            look_reasons.told(look.why or "", "de")
            for look in reading.looks(staffed.office, user(staffed, "worker"), number)
        ] == ["Überprüfung zum Termin"]
    refused = caller.send("/cases/active", "/cases/active", {"why": "other"})
    assert refused.status_code == 400
    assert "Meyer" not in refused.text


def test_similar_cases_are_named_with_why_and_opened_by_a_look_of_their_own(staffed: Site, call: Call) -> None:
    there = active(staffed)
    number = submitted(staffed, content(name=Name("Meier", "Jörg Peter")))
    caller = call("approver")
    for page in (opened(caller, number).text, caller.get(f"/cases/{number}/approval").text):
        assert f'href="/cases/{there}">Fall {there}</a><span>Ähnlicher Name, gleiches Geburtsdatum</span>' in page
        assert "Meyer" not in page
    assert reading.looks(staffed.office, user(staffed, "head"), there) == []
    other = drafted(staffed, content(name=Name("Kowalczyk", "Anna"), birth=Birth(1988, 2, 29)))
    assert "Kein anderer Fall ähnelt diesem." in opened(call("worker"), other).text


def test_the_first_page_says_what_waits_for_whom(staffed: Site, call: Call) -> None:
    empty = call("worker").get("/").text
    for told in ("Nichts wartet auf eine zweite Person.", "keiner endet", "Es liegt kein Entwurf da."):
        assert told in empty
    drafted(staffed)
    submitted(staffed)
    active(staffed, content(review=months_after(TODAY, 0)))
    worker, approver = call("worker").get("/").text, call("approver").get("/").text
    assert re.findall(r'class="tile-count">([0-9]+)<', worker) == ["0", "1", "1", "1", "1", "0"]
    assert "Von Ihnen vorgelegt" in worker
    assert "Vorgelegt von Wanda Werk" in approver
    assert "Neuer Fall" in worker
    assert "Neuer Fall" not in approver
    assert "tile-count" not in call("operator").get("/").text


def test_long_lists_have_pages(staffed: Site, call: Call) -> None:
    for _ in range(51):
        drafted(staffed, Content())
    caller = call("worker")
    first, second = caller.get("/cases/drafts").text, caller.get("/cases/drafts?page=2").text
    assert "Seite 1 von 2" in first
    assert re.findall(r'href="/cases/([0-9]+)"', second) == ["51"]
    for page in ("0", "99", "x", "-1"):
        assert caller.get(f"/cases/drafts?page={page}").status_code == 200
    assert "46 weitere anzeigen" in caller.get("/").text


def test_a_case_is_found_by_its_number(staffed: Site, call: Call) -> None:
    number = drafted(staffed)
    caller = call("auditor")
    assert caller.send("/cases", "/cases/search", {"number": f" {number} "}).headers["location"] == f"/cases/{number}"
    for wrong in ("77", "x", "<script>", "9" * 30, ""):
        answer = caller.send("/cases", "/cases/search", {"number": wrong})
        assert answer.status_code == 400
        assert "Es gibt keinen Fall" in answer.text
        assert "<script>" not in answer.text
    assert caller.get("/cases/77").status_code == 404


def test_nothing_personal_stands_in_addresses_titles_or_logs(
    call: Call, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caller, second = call("worker"), call("approver")
    answers = [sent(caller, "/cases/new", typed(everything()) | {"do": "submit"}), opened(second, 1, words="Meyer")]
    answers += [sent(second, "/cases/1/approval", {"do": "approve"}), caller.get("/cases/1")]
    answers += [sent(caller, "/cases/1/edit", typed(content(remarks="Meyer", end=TODAY))), caller.get("/cases/1/end")]
    answers += [sent(caller, "/cases/1/end", {"why": "ground", "reason": "Meyer"})]
    for answer in answers:
        titles = re.findall(r"<title>.*?</title>", answer.text)
        links = re.findall(r'(?:href|action)="[^"]*"', answer.text)
        for told in (answer.headers.get("location", ""), str(answer.url), *titles, *links):
            assert not re.search("Meyer|Maier|Venloer|Js", told)
    shown = capfd.readouterr()
    assert not re.search("Meyer|Maier|Venloer|Js", caplog.text + shown.out + shown.err)
