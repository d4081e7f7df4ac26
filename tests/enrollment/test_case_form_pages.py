"""The form of a case over HTTP: what is typed is kept as it is, said to be wrong where it stands, and never lost."""

import re
from dataclasses import replace

from case_pages import Call, active, drafted, opened, sent, state, typed, user
from invented_cases import TODAY, content, everything
from obacht_enrollment.cases import reading, service
from obacht_enrollment.cases.content import Content, Ground, Name, Place
from obacht_enrollment.cases.dates import months_after
from obacht_enrollment.cases.reading import Queue
from obacht_enrollment.cases.states import State
from obacht_enrollment.streets.index import Street
from obacht_enrollment.streets.store import StreetStore
from safety_office import Site
from workplace import PASSWORD


def test_a_case_is_begun_as_it_was_typed(staffed: Site, call: Call) -> None:
    caller = call("worker")
    answer = sent(caller, "/cases/new", typed(everything()) | {"do": "save"})
    assert answer.headers["location"] == "/cases/1?done=case_saved"
    view = service.look(staffed.office, user(staffed, "worker"), 1, "x", staffed.now)
    assert view.case.content == replace(everything(), notice=Content().notice)
    page = caller.get(answer.headers["location"]).text
    assert "Der Fall ist gespeichert." in page
    assert "Jörg Peter" in page


def test_what_is_typed_stays_text(staffed: Site, call: Call) -> None:
    evil = '<script>alert("1")</script>'
    what = content(
        name=Name(evil, evil),
        aliases=(Name(evil),),
        places=(Place("50667", evil, "1"),),
        level_reason=evil,
        ground=Ground("complaint", evil, TODAY, by_body=True),
        remarks=evil,
    )
    number = drafted(staffed, what)
    caller = call("worker")
    pages = [opened(caller, number, "other", evil), caller.get(f"/cases/{number}/edit")]
    pages += [caller.send(f"/cases/{number}/edit", f"/cases/{number}/edit", typed(what) | {"end": evil})]
    pages += [caller.send("/account", "/cases/new", typed(what) | {"do": "add-places"})]
    caller.cookies.clear()
    pages += [caller.post("/cases/new", typed(what))]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text


def test_parts_are_added_and_removed_without_saving_or_losing_anything(staffed: Site, call: Call) -> None:
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
    assert reading.queue(staffed.office, user(staffed, "worker"), Queue.ALL, staffed.now) == []


def test_what_cannot_be_read_is_said_beside_its_field_and_nothing_is_lost(staffed: Site, call: Call) -> None:
    number = drafted(staffed)
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


def test_a_case_that_lacks_something_is_saved_and_says_what(staffed: Site, call: Call) -> None:
    caller = call("worker")
    lacking = content(ground=Ground("complaint", "", TODAY, by_body=True), precautions=())
    answer = sent(caller, "/cases/new", typed(lacking) | {"do": "submit"})
    assert answer.headers["location"] == "/cases/1/edit?check=missing"
    form = caller.get(answer.headers["location"]).text
    assert "Es fehlt: Aktenzeichen der Strafanzeige" in form
    assert 'href="#ground-file_number"' in form
    assert 'href="#precautions"' in form
    assert state(staffed, 1) is State.DRAFT
    page = caller.get("/cases/1").text
    assert 'href="/cases/1/edit#ground-file_number">Es fehlt: Aktenzeichen der Strafanzeige' in page
    assert caller.send("/cases/1", "/cases/1/submit").headers["location"] == "/cases/1/edit?check=missing"
    answer = sent(caller, "/cases/1/edit", typed(content()) | {"do": "submit"})
    assert answer.headers["location"] == "/cases/1?done=case_submitted"
    assert state(staffed, 1) is State.AWAITING


def test_whoever_saves_over_somebody_elses_change_is_told_what_it_was(staffed: Site, call: Call) -> None:
    number = drafted(staffed)
    caller = call("worker")
    opened(caller, number)
    theirs = content(ground=Ground("complaint", "2 Js 2/26", TODAY, by_body=True))
    service.edit(staffed.office, user(staffed, "head"), number, theirs, staffed.now, version=1)
    mine = typed(content(remarks="von mir")) | {"version": "1"}
    answer = caller.send(f"/cases/{number}/edit", f"/cases/{number}/edit", mine)
    assert answer.status_code == 400
    assert "Lea Leitung hat den Fall inzwischen geändert" in answer.text
    assert "2 Js 2/26" in answer.text
    assert "von mir" in answer.text
    assert service.look(staffed.office, user(staffed, "head"), number, "x", staffed.now).case.content == theirs
    assert 'name="version" value="2"' in answer.text
    answer = caller.send(f"/cases/{number}/edit", f"/cases/{number}/edit", mine | {"version": "2"})
    assert answer.status_code == 303


def test_the_letter_to_the_person_is_no_matter_of_the_form(staffed: Site, call: Call) -> None:
    number = active(staffed)
    notice = everything().notice
    service.set_notice(staffed.office, user(staffed, "worker"), number, notice, staffed.now, version=3)
    caller = call("worker")
    opened(caller, number)
    assert sent(caller, f"/cases/{number}/edit", typed(content(remarks="neu"))).status_code == 303
    assert service.look(staffed.office, user(staffed, "worker"), number, "x", staffed.now).case.content.notice == notice


def test_what_adds_to_an_active_case_needs_a_reason_and_a_second_person(staffed: Site, call: Call) -> None:
    number = active(staffed)
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
    form = {"version": str(reading.summary(staffed.office, user(staffed, "worker"), number).version)}
    assert caller.send(f"/cases/{number}", f"/cases/{number}/withdraw", form).status_code == 303
    assert reading.summary(staffed.office, user(staffed, "worker"), number).awaiting is None


def test_streets_are_suggested_to_whoever_types_and_spelled_as_the_town_does(staffed: Site, call: Call) -> None:
    StreetStore(staffed.office.store.database).replace([Street("Venloer Straße", "1", ("50823", "50825"))])
    caller = call("worker")
    for login, count in (("worker", 1), ("approver", 0), ("", 0)):
        other = call(login)
        answer = other.post("/streets", {"places.3.street": "venl"}, HX_Request="true")
        assert (answer.status_code, answer.text.count("<option")) == (200, count)
    sent(caller, "/cases/new", typed(content(places=(Place("50825", "Venloerstr.", "1"), Place("", "Irrweg", "1")))))
    assert "Venloer Straße 1, 50825" in caller.get("/cases/1").text
    assert "Irrweg 1 – nur intern – nicht im Straßenverzeichnis" in caller.get("/cases/1").text


def test_what_was_typed_outlives_the_session(staffed: Site, call: Call) -> None:
    caller = call("worker")
    form = typed(content()) | {"csrf": caller.csrf("/cases/new"), "do": "save"}
    staffed.now += staffed.office.settings.login.idle_minutes * 60
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
    view = service.look(staffed.office, user(staffed, "worker"), 1, "x", staffed.now)
    assert view.case.content.incidents == content().incidents


def test_a_page_holds_nothing_for_another_site(call: Call) -> None:
    caller = call("worker")
    for lie in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-staffed"}):
        assert caller.post("/kept", {"next": "/cases/new", "remarks": "x"}, **lie).status_code == 403
    answer = caller.post("/kept", {"next": "https://evil.example", "remarks": "x"})
    assert "evil" not in answer.text
