"""The pages for requests of persons concerned: deadlines in words, and what is granted is done at once."""

import pytest

from case_pages import Call, active, drafted, state, user
from obacht_enrollment.cases import reading, requests
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.look_reasons import LookReason, kind
from obacht_enrollment.cases.requests import Kind
from obacht_enrollment.cases.states import EndReason, State
from page_caller import Caller
from safety_office import DAY, Site

TEXT = "Jörg Meyer, Venloer Straße 12\n\nIch war <b>nie</b> dort."


def received(site: Site, kind: Kind, case: int | None = None) -> int:
    return requests.receive(site.office, user(site, "worker"), kind, TEXT, site.now, case=case)


def decided(caller: Caller, number: int, outcome: str = "granted", text: str = "Wir geben dem statt.") -> str:
    """Decide, and give where that led, or what was said."""
    path = f"/requests/{number}/decision"
    answer = caller.send(path, path, {"outcome": outcome, "text": text})
    assert answer.status_code in {303, 400}
    return answer.headers.get("location") or answer.text


def found(site: Site, number: int) -> requests.Request:
    return requests.find(site.office, user(site, "auditor"), number)


def test_without_requests_the_lists_say_so(call: Call) -> None:
    caller = call("auditor")
    assert "Kein Antrag ist offen." in caller.get("/requests").text
    assert "bisher entschieden" in caller.get("/requests/decided").text
    assert "Antrag aufnehmen" not in caller.get("/requests").text
    assert caller.get("/requests/1").status_code == 404


def test_a_request_is_taken_down_with_the_day_on_which_it_came(staffed: Site, call: Call) -> None:
    case = active(staffed)
    caller = call("worker")
    page = caller.get(f"/cases/{case}/request").text
    assert f'name="case" type="text" value="{case}"' in page
    came = day_of(staffed.now - 3 * DAY)
    form = {"kind": "objection", "received": f"{came:%d.%m.%Y}", "case": str(case), "text": TEXT}
    answer = caller.send("/requests/new", "/requests/new", form)
    assert answer.headers["location"] == "/requests/1?done=request_received"
    one = found(staffed, 1)
    assert (one.kind, one.case, day_of(one.received)) == (Kind.OBJECTION, case, came)
    assert caller.send("/requests/new", "/requests/new", form | {"case": ""}).status_code == 303
    assert found(staffed, 2).case is None
    queue = caller.get("/requests").text
    assert "Antrag 1: Widerspruch (Artikel 21 DSGVO)" in queue
    assert f"Fall {case}" in queue
    assert "keinem Fall zugeordnet" in queue
    assert (
        '<p class="tile-count">2</p><a class="kern-link kern-link--stretched" href="/requests"' in caller.get("/").text
    )


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("kind", "", "was verlangt wird"),
        ("received", "", "Es fehlt"),
        ("received", "31.02.2026", "Eingang"),
        ("received", "01.01.2099", "nicht in der Zukunft"),
        ("case", "77", "keinen Fall 77"),
        ("case", "<b>", "keinen Fall &lt;b&gt;"),
        ("text", " ", "Der Text fehlt"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(
    call: Call, field: str, typed: str, said: str
) -> None:
    form = {"kind": "access", "received": "01.01.2026", "case": "", "text": TEXT}
    answer = call("worker").send("/requests/new", "/requests/new", form | {field: typed})
    assert answer.status_code == 400
    assert said in answer.text
    assert f'href="#{field}"' in answer.text
    assert field == "text" or "Ich war &lt;b&gt;nie" in answer.text
    assert field == "kind" or 'value="access" checked' in answer.text


def test_what_a_request_says_is_shown_after_opening_it_and_that_is_on_record(staffed: Site, call: Call) -> None:
    case = active(staffed)
    number = received(staffed, Kind.OBJECTION, case)
    for login in ("worker", "auditor"):
        assert "nie" not in call(login).get(f"/requests/{number}").text
    opened = call("approver").send(f"/requests/{number}", f"/requests/{number}")
    assert "Ich war &lt;b&gt;nie&lt;/b&gt; dort." in opened.text
    (look,) = reading.looks(staffed.office, user(staffed, "head"), case)
    assert (look.user, kind(look.why or "")) == (user(staffed, "approver").id, LookReason.PERSON)
    assert call("auditor").send("/account", f"/requests/{number}").status_code == 403


def test_an_open_request_is_overdue_in_words_when_its_deadline_is_over(staffed: Site, call: Call) -> None:
    number = received(staffed, Kind.ACCESS)
    caller = call("auditor")
    assert "überfällig" not in caller.get("/requests").text
    staffed.now += 32 * DAY
    caller = call("worker")
    for path in ("/requests", f"/requests/{number}"):
        assert "überfällig seit" in caller.get(path).text
    decided(caller, number, "nothing")
    page = caller.get("/requests/decided").text
    assert "überfällig" not in page
    assert "nichts gespeichert" in page


def test_a_deadline_is_extended_once_with_a_reason(staffed: Site, call: Call) -> None:
    number = received(staffed, Kind.ACCESS)
    caller = call("worker")
    path = f"/requests/{number}/extension"
    assert "Dazu fehlt eine Begründung." in caller.send(path, path, {"reason": ""}).text
    answer = caller.send(path, path, {"reason": "viele Fälle"})
    assert answer.headers["location"] == f"/requests/{number}?done=request_extended"
    assert found(staffed, number).extended
    page = caller.get(f"/requests/{number}").text
    assert "Frist verlängert" in page
    assert path not in page
    assert caller.get(path).status_code == 400
    assert "schon einmal verlängert" in caller.get(path).text


def test_a_granted_objection_ends_the_case(staffed: Site, call: Call) -> None:
    case = active(staffed)
    number = received(staffed, Kind.OBJECTION, case)
    caller = call("worker")
    assert "Das lässt sich nicht zurücknehmen." in caller.get(f"/requests/{number}/decision").text
    assert decided(caller, number) == f"/requests/{number}?done=request_decided"
    summary = reading.summary(staffed.office, user(staffed, "worker"), case)
    assert (summary.state, summary.end_reason) == (State.ENDED, EndReason.OBJECTION)
    assert staffed.office.store.records() == []
    page = caller.get(f"/requests/{number}").text
    assert "gewährt" in page
    assert "Wanda Werk" in page
    assert "schon entschieden" in caller.get(f"/requests/{number}/decision").text


def test_a_granted_restriction_takes_the_published_rows_away(staffed: Site, call: Call) -> None:
    case = active(staffed)
    decided(call("worker"), received(staffed, Kind.RESTRICTION, case))
    assert state(staffed, case) is State.ACTIVE
    assert staffed.office.store.records() == []


def test_a_granted_erasure_leaves_nothing_and_says_why_it_has_to_wait(staffed: Site, call: Call) -> None:
    case = active(staffed)
    access, erasure = received(staffed, Kind.ACCESS, case), received(staffed, Kind.ERASURE, case)
    caller = call("worker")
    assert "noch andere Anträge offen" in decided(caller, erasure)
    assert state(staffed, case) is State.ACTIVE
    decided(caller, access)
    assert decided(caller, erasure) == f"/requests/{erasure}?done=request_decided"
    assert state(staffed, case) is State.ANONYMISED
    page = caller.get(f"/requests/{erasure}").text
    assert "ist gelöscht" in page
    assert "Inhalt öffnen" not in page
    assert caller.get(f"/cases/{case}").status_code == 200


def test_a_refusal_needs_a_reason_and_changes_nothing(staffed: Site, call: Call) -> None:
    case = active(staffed)
    number = received(staffed, Kind.ERASURE, case)
    caller = call("worker")
    assert "Der Text fehlt" in decided(caller, number, "refused", "")
    assert "wie entschieden wird" in decided(caller, number, "", "Nein")
    assert found(staffed, number).outcome is None
    decided(caller, number, "refused", "Die Anzeige läuft noch.")
    assert state(staffed, case) is State.ACTIVE
    opened = caller.send(f"/requests/{number}", f"/requests/{number}").text
    assert "Die Anzeige läuft noch." in opened


def test_a_rectification_leads_to_the_form_of_the_case(staffed: Site, call: Call) -> None:
    case = active(staffed)
    number = received(staffed, Kind.RECTIFICATION, case)
    assert f'href="/cases/{case}/edit"' in call("worker").get(f"/requests/{number}").text
    other = received(staffed, Kind.ACCESS, case)
    assert f'href="/cases/{case}/edit"' not in call("worker").get(f"/requests/{other}").text


def test_nothing_is_granted_before_a_case_is_assigned(staffed: Site, call: Call) -> None:
    number = received(staffed, Kind.OBJECTION)
    case = drafted(staffed)
    caller = call("worker")
    page = caller.get(f"/requests/{number}/decision").text
    assert "Ohne Fall lässt sich nichts gewähren" in page
    assert 'value="granted"' not in page
    assert "zuerst den Fall zuordnen" in decided(caller, number)
    path = f"/requests/{number}/case"
    for wrong in ("", "77"):
        assert "keinen Fall" in caller.send(path, path, {"case": wrong}).text
    answer = caller.send(path, path, {"case": str(case)})
    assert answer.headers["location"] == f"/requests/{number}?done=request_assigned"
    assert found(staffed, number).case == case
    assert 'value="granted"' in caller.get(f"/requests/{number}/decision").text


def test_the_page_of_a_case_lists_its_requests(staffed: Site, call: Call) -> None:
    case = active(staffed)
    caller = call("worker")
    caller.send(f"/cases/{case}", f"/cases/{case}/open", {"why": "work"})
    assert "Zu diesem Fall gibt es keinen Antrag." in caller.get(f"/cases/{case}").text
    number = received(staffed, Kind.OBJECTION, case)
    page = caller.get(f"/cases/{case}").text
    assert f'href="/requests/{number}"' in page
    assert f'href="/cases/{case}/request"' in page


def test_only_those_who_work_on_cases_take_requests_down_and_decide(staffed: Site, call: Call) -> None:
    number = received(staffed, Kind.OBJECTION, active(staffed))
    for login in ("approver", "auditor", "operator"):
        caller = call(login)
        for path in ("/requests/new", f"/requests/{number}/decision", f"/requests/{number}/extension"):
            assert caller.get(path).status_code == 403
            assert caller.send("/account", path, {"outcome": "granted", "text": "x"}).status_code == 403
    assert found(staffed, number).outcome is None
