"""The pages for what lies beside a case: calls about hits, and documents that no browser runs."""

import httpx2
import pytest

from case_pages import Call, active, opened, user
from obacht_enrollment.cases import calls, documents, reading
from obacht_enrollment.cases.documents import MAX_LENGTH, Upload
from page_caller import Caller
from safety_office import DAY, Site

CALL = {"caller": "Paul <b>Posten", "department": "Ordnungsamt", "told": "Nicht allein", "person": "wrong"}


def sent(caller: Caller, case: int, name: str, data: bytes) -> httpx2.Response:
    """Send a file as a browser does."""
    path = f"/cases/{case}/document"
    headers = {"Origin": caller.origin, "Sec-Fetch-Site": "same-origin"}
    file = (name, data, "text/html")
    return caller.call("POST", path, headers, data={"csrf": caller.csrf(path)}, files={"file": file})


def test_a_call_is_noted_and_shown_to_whoever_has_opened_the_case(staffed: Site, call: Call) -> None:
    case = active(staffed)
    caller = call("worker")
    assert "hat noch niemand angerufen" in opened(caller, case).text
    path = f"/cases/{case}/call"
    assert caller.send(path, path, CALL).headers["location"] == f"/cases/{case}?done=call_noted"
    page = caller.get(f"/cases/{case}").text
    for told in ("Paul &lt;b&gt;Posten, Ordnungsamt", "Nicht allein", "falsche Person", "angenommen von Wanda Werk"):
        assert told in page
    (noted,) = calls.listed(staffed.office, user(staffed, "auditor"), case=case)
    assert (noted.right_person, noted.at) == (False, staffed.now)
    assert "Posten" not in call("auditor").get(f"/cases/{case}").text
    assert "Posten" not in call("head").get(f"/cases/{case}").text, "who has not said why reads nothing"
    assert path not in opened(call("approver"), case).text


@pytest.mark.parametrize(
    ("field", "said"), [("caller", "wer angerufen hat"), ("department", "die Dienststelle"), ("told", "was Sie gesagt")]
)
def test_what_a_call_lacks_is_told_at_its_field_and_the_rest_stays(
    staffed: Site, call: Call, field: str, said: str
) -> None:
    path = f"/cases/{active(staffed)}/call"
    answer = call("worker").send(path, path, CALL | {field: " "})
    assert answer.status_code == 400
    assert f'<a class="kern-link" href="#{field}">Es fehlt: {said}' in answer.text
    assert field == "department" or 'value="Ordnungsamt"' in answer.text
    assert 'value="wrong" checked' in answer.text


def test_the_reference_that_a_caller_reads_out_leads_to_the_case(site: Site, call: Call) -> None:
    case = active(site)
    site.publish()
    latest, (row,) = site.office.store.latest_publication(), site.office.store.records()
    assert latest is not None
    reference = site.office.vault.reference(latest.salt, row.id, 0).hex()
    caller = call("worker")
    assert "Bisher hat niemand angerufen." in caller.get("/calls").text
    spoken = "-".join(reference[at : at + 4] for at in range(0, 16, 4)).upper()
    assert caller.send("/calls", "/calls/search", {"reference": spoken}).headers["location"] == f"/cases/{case}"
    for wrong, said in (("0" * 16, "keinen Eintrag"), ("<b>", "16 Zeichen")):
        answer = caller.send("/calls", "/calls/search", {"reference": wrong})
        assert answer.status_code == 400
        assert said in answer.text
        assert "<b>" not in answer.text
    assert call("auditor").send("/account", "/calls/search", {"reference": reference}).status_code == 403


def test_a_call_without_a_case_is_noted_and_reading_it_is_on_record(staffed: Site, call: Call) -> None:
    caller = call("worker")
    assert caller.send("/calls/new", "/calls/new", CALL | {"told": ""}).status_code == 400
    assert caller.send("/calls/new", "/calls/new", CALL).headers["location"] == "/calls?done=call_noted"
    for login in ("worker", "auditor"):
        for path in ("/calls", "/calls/1"):
            page = call(login).get(path).text
            assert "ohne Fall" in page
            assert "falsche Person" in page
            assert "Posten" not in page
    before = reading.verify_history(staffed.office, user(staffed, "auditor"))
    read = caller.send("/calls/1", "/calls/1").text
    assert "Paul &lt;b&gt;Posten" in read
    assert "Inhalt öffnen" not in read
    assert reading.verify_history(staffed.office, user(staffed, "auditor")) == before + 1
    assert call("auditor").send("/account", "/calls/1").status_code == 403
    assert caller.get("/calls/9").status_code == 404


def test_a_document_is_added_listed_and_given_as_bytes_to_be_saved(staffed: Site, call: Call) -> None:
    case = active(staffed)
    caller = call("worker")
    assert "gibt es keine Dokumente" in opened(caller, case).text
    answer = sent(caller, case, "Über <alles>.html", b"<script>alert(1)</script>")
    assert answer.headers["location"] == f"/cases/{case}?done=document_added"
    assert "Über &lt;alles&gt;.html" in caller.get(f"/cases/{case}").text
    reader = call("approver")
    given = reader.send(f"/cases/{case}", "/documents/1")
    assert given.content == b"<script>alert(1)</script>"
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert given.headers["content-disposition"] == (
        "attachment; filename=\"document-1\"; filename*=UTF-8''%C3%9Cber%20%3Calles%3E.html"
    )
    assert given.headers["cache-control"] == "no-store"
    last = reading.events(staffed.office, user(staffed, "head"), case)[-1]
    assert (last.what, last.user) == ("document-read", user(staffed, "approver").id)
    assert "Dokument gelesen: Über" in caller.get(f"/cases/{case}").text


def test_what_is_no_document_is_refused_in_words(staffed: Site, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    case = active(staffed)
    caller = call("worker")
    assert "Der Name des Dokuments fehlt" in sent(caller, case, "", b"").text
    assert "leer oder größer" in sent(caller, case, "a.pdf", bytes(MAX_LENGTH + 1)).text
    assert sent(caller, case, "a.pdf", bytes(MAX_LENGTH + 100_000)).status_code == 413
    monkeypatch.setattr(documents, "MOST", 0)
    assert "höchstens 0 Dokumente" in sent(caller, case, "a.pdf", b"x").text


def test_a_document_that_does_not_belong_there_is_removed_for_a_reason(staffed: Site, call: Call) -> None:
    case = active(staffed)
    caller = call("worker")
    documents.add(staffed.office, user(staffed, "worker"), case, Upload.of_file("Zeuge.pdf", b"x"), staffed.now)
    path = "/documents/1/removal"
    page = caller.get(path).text
    assert "Zeuge" not in page
    assert "lässt sich nicht zurücknehmen" in page
    assert "Dazu fehlt eine Begründung." in caller.send(path, path, {"reason": ""}).text
    done = caller.send(path, path, {"reason": "gehört zu Fall 2"})
    assert done.headers["location"] == f"/cases/{case}?done=document_removed"
    page = opened(caller, case).text
    assert "gibt es keine Dokumente" in page
    assert "Dokument entfernt: Zeuge.pdf" in page
    assert "gehört zu Fall 2" in page
    assert caller.get(path).status_code == 404
    assert caller.send("/account", "/documents/1").status_code == 404


def test_only_those_who_work_on_cases_note_calls_and_add_and_remove_documents(staffed: Site, call: Call) -> None:
    case = active(staffed)
    documents.add(staffed.office, user(staffed, "worker"), case, Upload.of_file("a.pdf", b"x"), staffed.now)
    for login in ("approver", "auditor", "operator"):
        caller = call(login)
        for path in (f"/cases/{case}/call", f"/cases/{case}/document", "/documents/1/removal"):
            assert caller.get(path).status_code == 403
            assert caller.send("/account", path, CALL | {"reason": "x"}).status_code == 403
        if login != "approver":
            assert caller.send("/account", "/documents/1").status_code == 403
    staffed.now += DAY
    assert documents.find(staffed.office, user(staffed, "worker"), 1).case == case
