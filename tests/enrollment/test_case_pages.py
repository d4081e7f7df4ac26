"""The pages of cases over HTTP: what is shown to whom, what is typed and kept, and what is done."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import httpx2
import pytest

from invented_cases import TODAY, content, everything
from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import reading, service
from obacht_enrollment.cases.content import Content, Ground, Name, Place
from obacht_enrollment.cases.dates import Birth, months_after
from obacht_enrollment.cases.opening import LOOK_SECONDS
from obacht_enrollment.cases.reading import Queue
from obacht_enrollment.cases.states import Act, EndReason, State
from obacht_enrollment.cases.transaction import writing
from obacht_enrollment.pages.case_input import Typed, write_day
from obacht_enrollment.streets.index import Street
from obacht_enrollment.streets.store import StreetStore
from page_caller import Caller
from pages_office import app_of, arrive, hire
from safety_office import Site
from workplace import PASSWORD

Call = Callable[..., Caller]


@pytest.fixture
def site(empty: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An office with a user for every role."""
    hire(empty.office, monkeypatch, empty.now)
    return empty


@pytest.fixture
def call(site: Site) -> Call:
    """Gives a new browser, in which the user of a login is at work already."""
    return partial(arrive, app_of(site))


def user(site: Site, login: str) -> User:
    return users.find(site.office, login)


def drafted(site: Site, what: Content | None = None, by: str = "worker") -> int:
    return service.create_draft(site.office, user(site, by), what or content(), site.now)


def submitted(site: Site, what: Content | None = None) -> int:
    number = drafted(site, what)
    service.submit(site.office, user(site, "worker"), number, site.now, version=1)
    return number


def active(site: Site, what: Content | None = None) -> int:
    number = submitted(site, what)
    service.approve(site.office, user(site, "approver"), number, site.now, version=2)
    return number


def state(site: Site, number: int) -> State:
    return reading.summary(site.office, user(site, "auditor"), number).state


def typed(what: Content) -> dict[str, Any]:
    """Write a form as a browser sends it."""
    form = Typed.of(what)
    fields: dict[str, Any] = {name: value for name, value in form.fields.items() if value}
    for name, parts in form.parts.items():
        fields |= {f"{name}.{index}.{field}": text for index, part in enumerate(parts) for field, text in part.items()}
    return fields | {"precautions": list(form.precautions)}


def opened(caller: Caller, number: int, why: str = "work", words: str = "") -> httpx2.Response:
    """Say why, and see the case."""
    path = f"/cases/{number}"
    answer = caller.send(path, f"{path}/open", {"why": why, "words": words, "next": path})
    assert answer.headers["location"] == path
    return caller.get(path)


def sent(caller: Caller, path: str, form: Mapping[str, Any]) -> httpx2.Response:
    """Open a page with a form, and send it with all that it carries hidden."""
    found = re.search(r'name="version" value="([0-9]+)"', caller.get(path).text)
    return caller.send(path, path, ({"version": found[1]} if found else {}) | dict(form))


# looking


def test_nothing_of_a_case_is_shown_before_somebody_has_said_why(site: Site, call: Call) -> None:
    number = active(site, everything())
    service.restrict(site.office, user(site, "worker"), number, site.now, reason="bestreitet alles")
    caller = call("head")
    for path in ("", "/edit", "/end", "/renew", "/restrict", "/lift", "/approval"):
        shown = caller.get(f"/cases/{number}{path}")
        assert shown.status_code == 200
        assert "Warum sehen Sie diesen Fall an?" in shown.text
        for secret in ("Meyer", "Venloer", "1 Js", "Schlägen", "bestreitet"):
            assert secret not in shown.text
    assert reading.looks(site.office, user(site, "head"), number) == []
    page = opened(caller, number, "call", "Jobcenter").text
    for told in ("Jörg Peter", "Meyer", "Venloer", "1 Js 1/26", "Schlägen", "bestreitet"):
        assert told in page
    (look,) = reading.looks(site.office, user(site, "head"), number)
    assert (look.user, look.why) == (user(site, "head").id, "Anruf einer Dienststelle zu einem Treffer: Jobcenter")
    assert f"{look.why}<" in page


def test_a_look_lasts_a_while_and_then_has_to_be_explained_anew(site: Site, call: Call) -> None:
    number = drafted(site)
    caller = call("worker")
    opened(caller, number)
    site.now += LOOK_SECONDS - 1
    assert "Meyer" in caller.get(f"/cases/{number}").text
    assert len(reading.looks(site.office, user(site, "worker"), number)) == 1
    site.now += 1
    assert "Meyer" not in caller.get(f"/cases/{number}").text
    assert "Meyer" not in call("approver").get(f"/cases/{number}").text


def test_one_is_led_to_where_one_wanted_to_go(site: Site, call: Call) -> None:
    caller = call("worker")
    path = f"/cases/{drafted(site)}/edit"
    assert f'name="next" value="{path}"' in caller.get(path).text
    answer = caller.send(path, "/cases/1/open", {"why": "work", "next": path})
    assert answer.headers["location"] == path
    answer = caller.send("/account", "/cases/1/open", {"why": "work", "next": "//evil.example"})
    assert answer.headers["location"] == "/cases/1"


@pytest.mark.parametrize("form", [{}, {"why": "other"}, {"why": "<script>"}, {"why": "work", "words": "x" * 501}])
def test_a_reason_has_to_be_one(site: Site, call: Call, form: dict[str, str]) -> None:
    number = drafted(site)
    answer = call("worker").send("/account", f"/cases/{number}/open", form)
    assert answer.status_code == 400
    assert "Bitte angeben, warum der Fall angesehen wird." in answer.text
    assert "<script>" not in answer.text
    assert reading.looks(site.office, user(site, "worker"), number) == []


def test_the_auditor_sees_decisions_and_looks_but_no_text(site: Site, call: Call) -> None:
    number = active(site, everything())
    service.end(site.office, user(site, "worker"), number, site.now, why=EndReason.GROUND, reason="zurückgezogen")
    opened(call("worker"), number)
    caller = call("auditor")
    pages = [caller.get(path).text for path in ("/", "/cases", "/cases/closed", f"/cases/{number}")]
    for secret in ("Meyer", "Maier", "Venloer", "1 Js", "Schlägen", "zurückgezogen", "Bearbeitung"):
        assert all(secret not in page for page in pages)
    for told in ("beendet", "Grund entfallen", "Freigegeben", "Zoë Zweit", "Wer den Fall angesehen hat", "Wanda Werk"):
        assert told in pages[-1]
    for path in (f"/cases/{number}/open", "/cases/closed"):
        assert caller.send("/account", path, {"why": "work"}).status_code == 403


def test_of_an_anonymised_case_its_history_is_left(site: Site, call: Call) -> None:
    number = drafted(site)
    with writing(site.office, site.now) as transaction:
        transaction.row(number).state = State.ANONYMISED
    page = call("worker").get(f"/cases/{number}")
    assert page.status_code == 200
    assert "anonymisiert" in page.text
    assert "Warum sehen Sie" not in page.text


def test_who_may_not_look_at_names_gets_no_list_of_them_and_others_are_put_on_record(site: Site, call: Call) -> None:
    numbers = [active(site), active(site, content(name=Name("Schulz", "Anna")))]
    caller = call("worker")
    assert "Meyer" not in caller.get("/cases/active").text
    answer = caller.send("/cases/active", "/cases/active", {"why": "term"})
    assert "Jörg Peter Meyer" in answer.text
    assert "Anna Schulz" in answer.text
    for number in numbers:
        assert [look.why for look in reading.looks(site.office, user(site, "worker"), number)] == [
            "Überprüfung zum Termin"
        ]
    refused = caller.send("/cases/active", "/cases/active", {"why": "other"})
    assert refused.status_code == 400
    assert "Meyer" not in refused.text


# lists


def test_the_first_page_says_what_waits_for_whom(site: Site, call: Call) -> None:
    empty = call("worker").get("/").text
    for told in ("Nichts wartet auf eine zweite Person.", "keiner endet", "Es liegt kein Entwurf da."):
        assert told in empty
    drafted(site)
    submitted(site)
    active(site, content(review=months_after(TODAY, 0)))
    worker, approver = call("worker").get("/").text, call("approver").get("/").text
    assert re.findall(r'class="tile-count">([0-9]+)<', worker) == ["0", "1", "1", "1", "1"]
    assert "Von Ihnen vorgelegt" in worker
    assert "Vorgelegt von Wanda Werk" in approver
    assert "Neuer Fall" in worker
    assert "Neuer Fall" not in approver
    assert "tile-count" not in call("operator").get("/").text


def test_long_lists_have_pages(site: Site, call: Call) -> None:
    for _ in range(51):
        drafted(site, Content())
    caller = call("worker")
    first, second = caller.get("/cases/drafts").text, caller.get("/cases/drafts?page=2").text
    assert "Seite 1 von 2" in first
    assert re.findall(r'href="/cases/([0-9]+)"', second) == ["51"]
    for page in ("0", "99", "x", "-1"):
        assert caller.get(f"/cases/drafts?page={page}").status_code == 200
    assert "46 weitere anzeigen" in caller.get("/").text


def test_a_case_is_found_by_its_number(site: Site, call: Call) -> None:
    number = drafted(site)
    caller = call("auditor")
    assert caller.send("/cases", "/cases/search", {"number": f" {number} "}).headers["location"] == f"/cases/{number}"
    for wrong in ("77", "x", "<script>", "9" * 30, ""):
        answer = caller.send("/cases", "/cases/search", {"number": wrong})
        assert answer.status_code == 400
        assert "Es gibt keinen Fall" in answer.text
        assert "<script>" not in answer.text
    assert caller.get("/cases/77").status_code == 404


# typing


def test_a_case_is_begun_as_it_was_typed(site: Site, call: Call) -> None:
    caller = call("worker")
    answer = sent(caller, "/cases/new", typed(everything()) | {"do": "save"})
    assert answer.headers["location"] == "/cases/1?done=case_saved"
    view = service.look(site.office, user(site, "worker"), 1, "x", site.now)
    assert view.case.content == replace(everything(), notice=Content().notice)
    page = caller.get(answer.headers["location"]).text
    assert "Der Fall ist gespeichert." in page
    assert "Jörg Peter" in page


def test_what_is_typed_stays_text(site: Site, call: Call) -> None:
    evil = '<script>alert("1")</script>'
    what = content(
        name=Name(evil, evil),
        aliases=(Name(evil),),
        places=(Place("50667", evil, "1"),),
        level_reason=evil,
        ground=Ground("complaint", evil, TODAY, by_body=True),
        remarks=evil,
    )
    number = drafted(site, what)
    caller = call("worker")
    pages = [opened(caller, number, "other", evil), caller.get(f"/cases/{number}/edit")]
    pages += [caller.send(f"/cases/{number}/edit", f"/cases/{number}/edit", typed(what) | {"end": evil})]
    pages += [caller.send("/account", "/cases/new", typed(what) | {"do": "add-places"})]
    caller.cookies.clear()
    pages += [caller.post("/cases/new", typed(what))]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text


def test_parts_are_added_and_removed_without_saving_or_losing_anything(site: Site, call: Call) -> None:
    caller = call("worker")
    fields = typed(content(aliases=(Name("Maier"), Name("Mayer"))))
    more = sent(caller, "/cases/new", fields | {"do": "add-aliases"})
    assert more.status_code == 200
    assert 'id="aliases-2-family_name"' in more.text
    assert re.search(r'id="aliases-2-family_name"[^>]*autofocus', more.text)
    less = sent(caller, "/cases/new", fields | {"do": "remove-aliases-0"})
    assert "Mayer" in less.text
    assert "Maier" not in less.text
    for answer in (more, less, sent(caller, "/cases/new", fields | {"do": "add-incidents"})):
        assert 'value="Jörg Peter"' in answer.text
        assert "drohte mit Schlägen" in answer.text
    for nonsense in ("add-x", "remove-x-1", "remove-aliases-9"):
        assert sent(caller, "/cases/new", fields | {"do": nonsense, "end": "x"}).status_code in {200, 400}
    assert reading.queue(site.office, user(site, "worker"), Queue.ALL, site.now) == []


def test_what_cannot_be_read_is_said_beside_its_field_and_nothing_is_lost(site: Site, call: Call) -> None:
    number = drafted(site)
    caller = call("worker")
    opened(caller, number)
    wrong = typed(content()) | {"ground.day": "gestern", "incidents.0.day": "31.2.2026", "do": "save"}
    for path in ("/cases/new", f"/cases/{number}/edit"):
        answer = sent(caller, path, wrong)
        assert answer.status_code == 400
        assert "<title>Fehler: " in answer.text
        for href, field in (("#ground-day", "ground-day"), ("#incidents-0-day", "incidents-0-day")):
            assert f'href="{href}"' in answer.text
            assert re.search(rf'id="{field}"[^>]*aria-describedby="{field}-error[^>]*aria-invalid="true"', answer.text)
        assert 'value="gestern"' in answer.text
        assert 'value="31.2.2026"' in answer.text
        assert "drohte mit Schlägen" in answer.text


def test_a_case_that_lacks_something_is_saved_and_says_what(site: Site, call: Call) -> None:
    caller = call("worker")
    lacking = content(ground=Ground("complaint", "", TODAY, by_body=True), precautions=())
    answer = sent(caller, "/cases/new", typed(lacking) | {"do": "submit"})
    assert answer.headers["location"] == "/cases/1/edit?check=missing"
    form = caller.get(answer.headers["location"]).text
    assert "Es fehlt: Aktenzeichen der Strafanzeige" in form
    assert 'href="#ground-file_number"' in form
    assert 'href="#precautions"' in form
    assert state(site, 1) is State.DRAFT
    page = caller.get("/cases/1").text
    assert 'href="/cases/1/edit#ground-file_number">Es fehlt: Aktenzeichen der Strafanzeige' in page
    assert caller.send("/cases/1", "/cases/1/submit").headers["location"] == "/cases/1/edit?check=missing"
    answer = sent(caller, "/cases/1/edit", typed(content()) | {"do": "submit"})
    assert answer.headers["location"] == "/cases/1?done=case_submitted"
    assert state(site, 1) is State.AWAITING


def test_whoever_saves_over_somebody_elses_change_is_told_what_it_was(site: Site, call: Call) -> None:
    number = drafted(site)
    caller = call("worker")
    opened(caller, number)
    theirs = content(ground=Ground("complaint", "2 Js 2/26", TODAY, by_body=True))
    service.edit(site.office, user(site, "head"), number, theirs, site.now, version=1)
    mine = typed(content(remarks="von mir")) | {"version": "1"}
    answer = caller.send(f"/cases/{number}/edit", f"/cases/{number}/edit", mine)
    assert answer.status_code == 400
    assert "Lea Leitung hat den Fall inzwischen geändert" in answer.text
    assert "2 Js 2/26" in answer.text
    assert "von mir" in answer.text
    assert service.look(site.office, user(site, "head"), number, "x", site.now).case.content == theirs
    assert 'name="version" value="2"' in answer.text
    answer = caller.send(f"/cases/{number}/edit", f"/cases/{number}/edit", mine | {"version": "2"})
    assert answer.status_code == 303


def test_the_letter_to_the_person_is_no_matter_of_the_form(site: Site, call: Call) -> None:
    number = active(site)
    notice = everything().notice
    service.set_notice(site.office, user(site, "worker"), number, notice, site.now, version=3)
    caller = call("worker")
    opened(caller, number)
    assert sent(caller, f"/cases/{number}/edit", typed(content(remarks="neu"))).status_code == 303
    assert service.look(site.office, user(site, "worker"), number, "x", site.now).case.content.notice == notice


def test_what_adds_to_an_active_case_needs_a_reason_and_a_second_person(site: Site, call: Call) -> None:
    number = active(site)
    caller = call("worker")
    opened(caller, number)
    path = f"/cases/{number}/edit"
    more = typed(content(name=Name("Meyer-Neu", "Jörg Peter")))
    answer = sent(caller, path, more)
    assert answer.status_code == 400
    assert 'href="#reason"' in answer.text
    later = sent(caller, path, typed(content(end=months_after(TODAY, 24))))
    assert "Ein späteres Enddatum ist eine Verlängerung." in later.text
    assert "obacht-office" not in later.text
    answer = sent(caller, path, more | {"reason": "geheiratet"})
    assert answer.headers["location"] == f"/cases/{number}?done=case_proposed"
    page = caller.get(f"/cases/{number}").text
    assert "Meyer-Neu" in page
    assert "Sie haben das selbst vorgelegt." in page
    assert "wartet schon etwas auf eine Freigabe" in caller.get(path).text
    form = {"version": str(reading.summary(site.office, user(site, "worker"), number).version)}
    assert caller.send(f"/cases/{number}", f"/cases/{number}/withdraw", form).status_code == 303
    assert reading.summary(site.office, user(site, "worker"), number).awaiting is None


def test_streets_are_suggested_to_whoever_types_and_spelled_as_the_town_does(site: Site, call: Call) -> None:
    StreetStore(site.office.store.database).replace([Street("Venloer Straße", "1", ("50823", "50825"))])
    caller = call("worker")
    for login, count in (("worker", 1), ("approver", 0), ("", 0)):
        other = call(login)
        answer = other.post("/streets", {"places.3.street": "venl"}, HX_Request="true")
        assert (answer.status_code, answer.text.count("<option")) == (200, count)
    sent(caller, "/cases/new", typed(content(places=(Place("50825", "Venloerstr.", "1"), Place("", "Irrweg", "1")))))
    assert "Venloer Straße 1, 50825" in caller.get("/cases/1").text
    assert "Irrweg 1 – nur intern – nicht im Straßenverzeichnis" in caller.get("/cases/1").text


# what is typed when the session is over


def test_what_was_typed_outlives_the_session(site: Site, call: Call) -> None:
    caller = call("worker")
    form = typed(content()) | {"csrf": caller.csrf("/cases/new"), "do": "save"}
    site.now += site.office.settings.login.idle_minutes * 60
    answer = caller.post("/cases/new", form)
    assert answer.status_code == 401
    assert "Ihre Sitzung ist zu Ende." in answer.text
    assert 'name="precautions" value="alarm"' in answer.text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text.replace("&#39;", "'")))
    assert hidden["next"] == "/cases/new"
    assert hidden["incidents.0.what"] == "drohte mit Schlägen"
    assert form["csrf"] not in answer.text
    too_early = caller.post("/kept", hidden)
    assert too_early.status_code == 401
    caller.post("/login", {"login": "worker", "password": PASSWORD})
    again = caller.post("/kept", hidden)
    assert 'action="/cases/new"' in again.text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', again.text.replace("&#39;", "'")))
    assert caller.post("/cases/new", hidden).headers["location"].startswith("/cases/1")
    view = service.look(site.office, user(site, "worker"), 1, "x", site.now)
    assert view.case.content.incidents == content().incidents


def test_a_page_holds_nothing_for_another_site(call: Call) -> None:
    caller = call("worker")
    for lie in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        assert caller.post("/kept", {"next": "/cases/new", "remarks": "x"}, **lie).status_code == 403
    answer = caller.post("/kept", {"next": "https://evil.example", "remarks": "x"})
    assert "evil" not in answer.text


# deciding


def test_a_second_person_decides_after_proving_who_they_are(site: Site, call: Call) -> None:
    number = submitted(site)
    caller = call("approver")
    page = opened(caller, number, "approval").text
    path = f"/cases/{number}/approval"
    assert path in page
    site.now += site.office.settings.login.confirm_minutes * 60
    assert caller.get(path).headers["location"] == f"/confirm?next=%2Fcases%2F{number}%2Fapproval"
    token = caller.csrf("/account")
    assert (
        caller.post(path, {"csrf": token, "do": "approve", "version": "2"}).headers["location"].startswith("/confirm")
    )
    held = caller.post(path, {"csrf": token, "do": "reject", "version": "2", "reason": "unbelegt"})
    assert held.status_code == 401
    assert 'name="reason" value="unbelegt"' in held.text
    assert state(site, number) is State.AWAITING
    caller.post("/confirm", {"csrf": token, "password": PASSWORD})
    shown = caller.get(path).text
    assert "Der Eintrag steht innerhalb einer Minute in der Auskunft." in shown
    assert "drohte mit Schlägen" in shown
    answer = sent(caller, path, {"do": "approve"})
    assert answer.headers["location"] == f"/cases/{number}?done=case_approved"
    assert state(site, number) is State.ACTIVE


def test_nobody_is_offered_their_own_work_and_is_told_why(site: Site, call: Call) -> None:
    own = drafted(site, by="head")
    service.submit(site.office, user(site, "head"), own, site.now, version=1)
    touched = drafted(site, by="head")
    service.submit(site.office, user(site, "worker"), touched, site.now, version=1)
    caller = call("head")
    for number, told in ((own, "Sie haben das selbst vorgelegt."), (touched, "an diesem Fall mitgearbeitet")):
        page = opened(caller, number).text
        assert told in page
        assert "Prüfen und entscheiden" not in page
        path = f"/cases/{number}/approval"
        assert "Niemand gibt die eigene Arbeit frei" in caller.get(path).text
        answer = caller.send("/account", path, {"do": "approve", "version": "2"})
        assert answer.status_code == 400
        assert state(site, number) is State.AWAITING
    page = opened(call("worker"), own).text
    assert "Freigeben kann nur" in page


def test_for_minors_a_third_person_has_to_agree(site: Site, call: Call) -> None:
    young = content(birth=Birth(TODAY.year - 16, 1, 1), review=months_after(TODAY, 6), end=months_after(TODAY, 12))
    number = submitted(site, young)
    path = f"/cases/{number}/approval"
    first = call("approver")
    assert "Freigabe 2 von 2: steht noch aus" in opened(first, number).text
    assert "noch eine dritte Person" in first.get(path).text
    assert sent(first, path, {"do": "approve"}).headers["location"].endswith("done=case_approved_once")
    page = first.get(f"/cases/{number}").text
    assert "Freigabe 1 von 2: Zoë Zweit" in page
    assert "Sie haben schon zugestimmt" in page
    second = call("head")
    opened(second, number)
    assert "innerhalb eines Monats benachrichtigt" in second.get(path).text
    assert sent(second, path, {"do": "approve"}).headers["location"].endswith("done=case_approved")
    assert state(site, number) is State.ACTIVE


def test_turning_something_down_needs_a_reason(site: Site, call: Call) -> None:
    number = submitted(site)
    caller = call("approver")
    opened(caller, number)
    path = f"/cases/{number}/approval"
    answer = sent(caller, path, {"do": "reject", "reason": " "})
    assert answer.status_code == 400
    assert 'href="#reason"' in answer.text
    assert sent(caller, path, {"do": "reject", "reason": "<b>unbelegt"}).status_code == 303
    assert state(site, number) is State.DRAFT
    assert "Begründung: &lt;b&gt;unbelegt" in caller.get(f"/cases/{number}").text


def test_a_decision_about_something_that_has_changed_is_refused_in_words(site: Site, call: Call) -> None:
    number = submitted(site)
    caller = call("approver")
    opened(caller, number)
    answer = caller.send("/account", f"/cases/{number}/approval", {"do": "approve", "version": "1"})
    assert answer.status_code == 400
    assert "geändert" in answer.text
    assert state(site, number) is State.AWAITING


# what is done


def test_a_case_is_ended_for_a_reason(site: Site, call: Call) -> None:
    number = active(site)
    caller = call("worker")
    opened(caller, number)
    path = f"/cases/{number}/end"
    assert "Der Eintrag verschwindet innerhalb einer Minute aus der Auskunft." in caller.get(path).text
    for form, place in (({"reason": "x"}, "#why"), ({"why": "ground"}, "#reason"), ({"why": "nonsense"}, "#why")):
        answer = sent(caller, path, form)
        assert answer.status_code == 400
        assert f'href="{place}"' in answer.text
    assert sent(caller, path, {"why": "objection", "reason": "stattgegeben"}).status_code == 303
    assert state(site, number) is State.ENDED
    assert site.office.store.records() == []
    page = caller.get(f"/cases/{number}").text
    assert "werden alle Namen, Anschriften und Texte gelöscht" in page
    assert f"/cases/{number}/edit" not in page
    assert "In diesem Zustand des Falls geht das nicht." in caller.get(path).text


def test_a_draft_is_given_up(site: Site, call: Call) -> None:
    number = drafted(site)
    caller = call("worker")
    opened(caller, number)
    path = f"/cases/{number}/end"
    assert "Verwerfen" in caller.get(path).text
    assert sent(caller, path, {"why": "dismissed", "reason": "Irrtum"}).status_code == 303
    assert state(site, number) is State.ENDED


def test_a_case_is_restricted_and_that_is_lifted_by_a_second_person(site: Site, call: Call) -> None:
    number = active(site)
    caller = call("worker")
    opened(caller, number)
    assert 'href="#reason"' in sent(caller, f"/cases/{number}/restrict", {}).text
    sent(caller, f"/cases/{number}/restrict", {"reason": "bestreitet"})
    assert site.office.store.records() == []
    assert "Die Verarbeitung ist eingeschränkt" in caller.get(f"/cases/{number}").text
    assert caller.get(f"/cases/{number}/restrict").status_code == 400
    sent(caller, f"/cases/{number}/lift", {"reason": "bestätigt"})
    assert reading.summary(site.office, user(site, "worker"), number).awaiting is Act.LIFT
    second = call("approver")
    opened(second, number)
    sent(second, f"/cases/{number}/approval", {"do": "approve"})
    assert len(site.office.store.records()) == 1


def test_a_case_is_renewed_to_a_day_that_is_said(site: Site, call: Call) -> None:
    number = active(site, content(end=months_after(TODAY, 12)))
    caller = call("worker")
    opened(caller, number)
    path = f"/cases/{number}/renew"
    later = {
        "end": write_day(months_after(TODAY, 20)),
        "review": write_day(months_after(TODAY, 11)),
        "reason": "weiter",
    }
    for change, place in (
        ({"end": ""}, "#end"),
        ({"end": "nie"}, "#end"),
        ({"end": write_day(months_after(TODAY, 2))}, "#end"),
        ({"review": ""}, "#review"),
        ({"review": write_day(months_after(TODAY, 19))}, "#review"),
        ({"reason": ""}, "#reason"),
    ):
        answer = sent(caller, path, later | change)
        assert answer.status_code == 400
        assert f'href="{place}"' in answer.text
        assert 'value="' + (later | change)["review"] + '"' in answer.text
    assert sent(caller, path, later).headers["location"].endswith("done=case_proposed")
    page = caller.get(f"/cases/{number}").text
    assert later["end"] in page
    assert "Begründung: weiter" in page


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
