"""What is done with a case over HTTP: deciding about it, ending, renewing and restricting it."""

from case_pages import Call, active, drafted, opened, sent, state, submitted, user
from invented_cases import TODAY, content
from obacht_enrollment.cases import look_reasons, reading, service
from obacht_enrollment.cases.dates import Birth, months_after
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.cases.states import Act, State
from obacht_enrollment.pages.case_input import write_day
from safety_office import Site
from workplace import PASSWORD


def test_a_second_person_decides_after_proving_who_they_are(staffed: Site, call: Call) -> None:
    number = submitted(staffed)
    caller = call("approver")
    page = opened(caller, number, "approval").text
    path = f"/cases/{number}/approval"
    assert path in page
    staffed.now += staffed.office.settings.login.confirm_minutes * 60
    assert caller.get(path).headers["location"] == f"/confirm?next=%2Fcases%2F{number}%2Fapproval"
    token = caller.csrf("/account")
    assert (
        caller.post(path, {"csrf": token, "do": "approve", "version": "2"}).headers["location"].startswith("/confirm")
    )
    held = caller.post(path, {"csrf": token, "do": "reject", "version": "2", "reason": "unbelegt"})
    assert held.status_code == 401
    assert 'name="reason" value="unbelegt"' in held.text
    assert state(staffed, number) is State.AWAITING
    caller.post("/confirm", {"csrf": token, "password": PASSWORD})
    shown = caller.get(path).text
    assert "Der Eintrag steht innerhalb einer Minute in der Auskunft." in shown
    assert "drohte mit Schlägen" in shown
    answer = sent(caller, path, {"do": "approve"})
    assert answer.headers["location"] == f"/cases/{number}?done=case_approved"
    assert state(staffed, number) is State.ACTIVE


def test_nobody_is_offered_their_own_work_and_is_told_why(staffed: Site, call: Call) -> None:
    own = drafted(staffed, by="head")
    service.submit(staffed.office, user(staffed, "head"), own, staffed.now, version=1)
    touched = drafted(staffed, by="head")
    service.submit(staffed.office, user(staffed, "worker"), touched, staffed.now, version=1)
    caller = call("head")
    for number, told in ((own, "Sie haben das selbst vorgelegt."), (touched, "an diesem Fall mitgearbeitet")):
        page = opened(caller, number).text
        assert told in page
        assert "Prüfen und entscheiden" not in page
        path = f"/cases/{number}/approval"
        assert "Niemand gibt die eigene Arbeit frei" in caller.get(path).text
        answer = caller.send("/account", path, {"do": "approve", "version": "2"})
        assert answer.status_code == 400
        assert state(staffed, number) is State.AWAITING
    page = opened(call("worker"), own).text
    assert "Freigeben kann nur" in page


def test_for_minors_a_third_person_has_to_agree(staffed: Site, call: Call) -> None:
    young = content(birth=Birth(TODAY.year - 16, 1, 1), review=months_after(TODAY, 6), end=months_after(TODAY, 12))
    number = submitted(staffed, young)
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
    assert state(staffed, number) is State.ACTIVE


def test_turning_something_down_needs_a_reason(staffed: Site, call: Call) -> None:
    number = submitted(staffed)
    caller = call("approver")
    opened(caller, number)
    path = f"/cases/{number}/approval"
    answer = sent(caller, path, {"do": "reject", "reason": " "})
    assert answer.status_code == 400
    assert 'href="#reason"' in answer.text
    assert sent(caller, path, {"do": "reject", "reason": "<b>unbelegt"}).status_code == 303
    assert state(staffed, number) is State.DRAFT
    assert "Begründung: &lt;b&gt;unbelegt" in caller.get(f"/cases/{number}").text


def test_a_decision_about_something_that_has_changed_is_refused_in_words(staffed: Site, call: Call) -> None:
    number = submitted(staffed)
    caller = call("approver")
    opened(caller, number)
    answer = caller.send("/account", f"/cases/{number}/approval", {"do": "approve", "version": "1"})
    assert answer.status_code == 400
    assert "geändert" in answer.text
    assert state(staffed, number) is State.AWAITING


def test_nobody_decides_without_a_look_on_record(staffed: Site, call: Call) -> None:
    number = submitted(staffed)
    call("approver").send("/account", f"/cases/{number}/approval", {"do": "approve", "version": "2"})
    assert state(staffed, number) is State.ACTIVE
    (look,) = reading.looks(staffed.office, user(staffed, "head"), number)
    assert look.why is not None
    assert (look.user, look_reasons.kind(look.why)) == (user(staffed, "approver").id, LookReason.APPROVAL)


def test_a_case_is_ended_for_a_reason(staffed: Site, call: Call) -> None:
    number = active(staffed)
    caller = call("worker")
    opened(caller, number)
    path = f"/cases/{number}/end"
    assert "Der Eintrag verschwindet innerhalb einer Minute aus der Auskunft." in caller.get(path).text
    for form, place in (({"reason": "x"}, "#why"), ({"why": "ground"}, "#reason"), ({"why": "nonsense"}, "#why")):
        answer = sent(caller, path, form)
        assert answer.status_code == 400
        assert f'href="{place}"' in answer.text
    assert sent(caller, path, {"why": "objection", "reason": "stattgegeben"}).status_code == 303
    assert state(staffed, number) is State.ENDED
    assert staffed.office.store.records() == []
    page = caller.get(f"/cases/{number}").text
    assert "werden alle Namen, Anschriften und Texte gelöscht" in page
    assert f"/cases/{number}/edit" not in page
    assert "In diesem Zustand des Falls geht das nicht." in caller.get(path).text


def test_a_draft_is_given_up(staffed: Site, call: Call) -> None:
    number = drafted(staffed)
    caller = call("worker")
    opened(caller, number)
    path = f"/cases/{number}/end"
    assert "Verwerfen" in caller.get(path).text
    assert sent(caller, path, {"why": "dismissed", "reason": "Irrtum"}).status_code == 303
    assert state(staffed, number) is State.ENDED


def test_a_case_is_restricted_and_that_is_lifted_by_a_second_person(staffed: Site, call: Call) -> None:
    number = active(staffed)
    caller = call("worker")
    opened(caller, number)
    assert 'href="#reason"' in sent(caller, f"/cases/{number}/restrict", {}).text
    sent(caller, f"/cases/{number}/restrict", {"reason": "bestreitet"})
    assert staffed.office.store.records() == []
    assert "Die Verarbeitung ist eingeschränkt" in caller.get(f"/cases/{number}").text
    assert caller.get(f"/cases/{number}/restrict").status_code == 400
    sent(caller, f"/cases/{number}/lift", {"reason": "bestätigt"})
    assert reading.summary(staffed.office, user(staffed, "worker"), number).awaiting is Act.LIFT
    second = call("approver")
    opened(second, number)
    sent(second, f"/cases/{number}/approval", {"do": "approve"})
    assert len(staffed.office.store.records()) == 1


def test_a_case_is_renewed_to_a_day_that_is_said(staffed: Site, call: Call) -> None:
    number = active(staffed, content(end=months_after(TODAY, 12)))
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
