"""Calls, documents and exports: sealed, on record, and gone with their case."""

import json
from typing import Any

import pytest

from case_office import Desk, hire
from invented_cases import DAY, everything
from obacht_enrollment.cases import attached, calls, documents, exports, granting, reading, requests, retaining, service
from obacht_enrollment.cases.calls import Told
from obacht_enrollment.cases.documents import Upload
from obacht_enrollment.cases.opening import LOOK_SECONDS
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.errors import CaseError, ForbiddenError
from obacht_enrollment.words import sentence
from obacht_protocol.encoding import canonical_json
from postgres import BOTH
from safety_office import NOW, Site

DATABASES = BOTH
TOLD = Told("Paul Posten", "Ordnungsamt", "Nicht allein hingehen; Bedrohung im Amt", "ruft zurück")
PDF = Upload("Hausverbot vom 2. Januar.pdf", "application/pdf", b"%PDF-1.7 Geheimsache")


@pytest.fixture
def desk(empty: Site) -> Desk:
    return Desk(empty.office, hire(empty.office))


def refused(code: str, act: Any, *arguments: Any, **named: Any) -> None:
    with pytest.raises(CaseError) as caught:
        act(*arguments, **named)
    assert caught.value.code == code
    assert sentence(caught.value, "de") != sentence(caught.value, "en")


def test_a_call_is_on_record_with_what_was_told(desk: Desk) -> None:
    case = desk.active()
    number = calls.record(desk.office, desk.staff.anna, TOLD, NOW, case=case, right_person=False)
    (call,) = calls.listed(desk.office, desk.staff.dora, case=case)
    assert (call.number, call.case, call.at, call.user, call.right_person) == (
        *(number, case, NOW, desk.staff.anna.id, False),
    )
    assert calls.look(desk.office, desk.staff.bernd, number, "Rückfrage", NOW)[1] == TOLD
    assert desk.deeds(case)[-1] == ("call", desk.staff.anna.id)
    assert [look.why for look in reading.looks(desk.office, desk.staff.bernd, case)] == ["Rückfrage"]
    refused("why", calls.look, desk.office, desk.staff.bernd, number, "", NOW)
    refused("call-unknown", calls.look, desk.office, desk.staff.bernd, 9, "Rückfrage", NOW)
    with pytest.raises(ForbiddenError):
        calls.look(desk.office, desk.staff.dora, number, "Prüfung", NOW)


@pytest.mark.parametrize("field", ["caller", "department", "told"])
def test_a_call_names_caller_department_and_what_was_told(desk: Desk, field: str) -> None:
    told = Told(**{"caller": "P", "department": "O", "told": "x"} | {field: " "})
    refused("call-incomplete", calls.record, desk.office, desk.staff.anna, told, NOW)


def test_a_call_without_a_case_is_erased_after_a_year(desk: Desk) -> None:
    number = calls.record(desk.office, desk.staff.anna, TOLD, NOW)
    assert calls.look(desk.office, desk.staff.anna, number, "Rückfrage", NOW)[1] == TOLD
    assert retaining.run(desk.office, NOW + 300 * DAY) == retaining.Done()
    assert retaining.run(desk.office, NOW + 370 * DAY) == retaining.Done(papers=1)
    refused("erased", calls.look, desk.office, desk.staff.anna, number, "Rückfrage", NOW)
    assert [call.is_erased for call in calls.listed(desk.office, desk.staff.anna)] == [True]


def test_a_reference_that_a_caller_reads_out_leads_to_the_case(desk: Desk, site: Site) -> None:
    first, second = desk.active(), desk.active(everything())
    site.publish()
    latest = site.office.store.latest_publication()
    assert latest is not None
    for row in site.office.store.records():
        reference = site.office.vault.reference(latest.salt, row.id, 0)
        assert calls.case_of_reference(desk.office, desk.staff.anna, reference) == row.case
    assert {row.case for row in site.office.store.records()} == {first, second}
    assert calls.case_of_reference(desk.office, desk.staff.anna, bytes(8)) is None


def test_documents_come_back_as_they_were_and_reading_them_is_on_record(desk: Desk) -> None:
    case = desk.active()
    number = documents.add(desk.office, desk.staff.anna, case, PDF, NOW)
    (listed,) = documents.listed(desk.office, desk.staff.bernd, case, "Prüfung", NOW)
    assert (listed.number, listed.name, listed.media_type, listed.user) == (
        *(number, PDF.name, PDF.media_type, desk.staff.anna.id),
    )
    document, data = documents.read(desk.office, desk.staff.bernd, number, NOW)
    assert (document, data) == (listed, PDF.data)
    assert [what for what, _ in desk.deeds(case)][-2:] == ["document-added", "document-read"]
    with pytest.raises(ForbiddenError):
        documents.read(desk.office, desk.staff.dora, number, NOW)
    refused("why", documents.listed, desk.office, desk.staff.anna, case, "", NOW)
    refused("document-unknown", documents.read, desk.office, desk.staff.anna, 9, NOW)


@pytest.mark.parametrize(
    ("name", "media_type", "data", "code"),
    [
        ("", "application/pdf", b"x", "document-name"),
        ("a" * 201, "application/pdf", b"x", "document-name"),
        ("a\nb", "application/pdf", b"x", "document-name"),
        ("a", "text/html; charset=utf-8", b"x", "document-type"),
        ("a", "application/pdf", b"", "document-large"),
        ("a", "application/pdf", bytes(10 * 1024 * 1024 + 1), "document-large"),
    ],
    ids=range(6),
)
def test_what_is_no_document_is_refused(name: str, media_type: str, data: bytes, code: str) -> None:
    refused(code, Upload, name, media_type, data)


def test_the_type_of_a_document_follows_from_its_name() -> None:
    for name, media_type in (("a.PDF", "application/pdf"), ("a.html", "application/octet-stream")):
        assert Upload.of_file(name, b"x").media_type == media_type


def test_a_removed_document_is_gone_and_why_stands_in_the_history(desk: Desk) -> None:
    case = desk.active()
    number = documents.add(desk.office, desk.staff.anna, case, PDF, NOW)
    place = documents.find(desk.office, desk.staff.bernd, number)
    assert (place.case, place.at, place.user) == (case, NOW, desk.staff.anna.id)
    for reason in (" ", "x" * 2001):
        refused("reason", documents.remove, desk.office, desk.staff.anna, number, NOW, reason=reason)
    for user in (desk.staff.dora, desk.staff.otto):
        with pytest.raises(ForbiddenError):
            documents.remove(desk.office, user, number, NOW, reason="falscher Fall")
        with pytest.raises(ForbiddenError):
            documents.find(desk.office, user, number)
    assert documents.remove(desk.office, desk.staff.anna, number, NOW, reason="falscher Fall") == case
    refused("document-unknown", documents.read, desk.office, desk.staff.anna, number, NOW)
    refused("document-unknown", documents.remove, desk.office, desk.staff.anna, number, NOW, reason="x")
    event = reading.events(desk.office, desk.staff.bernd, case)[-1]
    assert event.detail == {"name": PDF.name, "reason": "falscher Fall"}
    assert documents.listed(desk.office, desk.staff.anna, case, "Prüfung", NOW) == []
    assert documents.add(desk.office, desk.staff.anna, case, PDF, NOW) > number, "numbers are never given twice"


def test_what_lies_beside_a_case_is_read_under_the_look_at_it(desk: Desk) -> None:
    case, other = desk.active(), desk.active(everything())
    calls.record(desk.office, desk.staff.anna, TOLD, NOW, case=case, right_person=True)
    calls.record(desk.office, desk.staff.anna, TOLD, NOW, case=other)
    documents.add(desk.office, desk.staff.anna, case, PDF, NOW)
    refused("why", attached.attached, desk.office, desk.staff.bernd, case, NOW)
    service.look(desk.office, desk.staff.bernd, case, "Prüfung", NOW)
    beside = attached.attached(desk.office, desk.staff.bernd, case, NOW + LOOK_SECONDS - 1)
    assert [(call.right_person, told) for call, told in beside.calls] == [(True, TOLD)]
    assert [one.name for one in beside.documents] == [PDF.name]
    assert len(reading.looks(desk.office, desk.staff.bernd, case)) == 1
    refused("why", attached.attached, desk.office, desk.staff.bernd, case, NOW + LOOK_SECONDS)
    with pytest.raises(ForbiddenError):
        attached.attached(desk.office, desk.staff.dora, case, NOW)


def test_a_case_does_not_take_documents_without_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST", 1)
    case = desk.active()
    documents.add(desk.office, desk.staff.anna, case, PDF, NOW)
    refused("documents-many", documents.add, desk.office, desk.staff.anna, case, PDF, NOW)


def test_an_export_takes_two_persons_and_is_read_out_for_an_hour(desk: Desk) -> None:
    case = desk.active(everything())
    refused("why", exports.ask, desk.office, desk.staff.anna, case, "", NOW)
    number = exports.ask(desk.office, desk.staff.anna, case, "Antrag 1", NOW)
    refused("export-waits", exports.read, desk.office, desk.staff.anna, number, NOW)
    assert [one.number for one in exports.waiting(desk.office, desk.staff.dora)] == [number]
    refused("export-unknown", exports.find, desk.office, desk.staff.dora, 9)
    refused("own-work", exports.approve, desk.office, desk.staff.anna, number, NOW)
    assert exports.why(desk.office, desk.staff.bernd, number, NOW) == "Antrag 1"
    exports.approve(desk.office, desk.staff.bernd, number, NOW + 5)
    refused("approved-already", exports.approve, desk.office, desk.staff.clara, number, NOW)
    refused("export-others", exports.read, desk.office, desk.staff.bernd, number, NOW)
    assert exports.waiting(desk.office, desk.staff.bernd) == []
    exports.read(desk.office, desk.staff.anna, number, NOW + 9)
    exports.read(desk.office, desk.staff.anna, number, NOW + 8 + exports.AGAIN)
    refused("export-over", exports.read, desk.office, desk.staff.anna, number, NOW + 9 + exports.AGAIN)
    (export,) = exports.listed(desk.office, desk.staff.dora, case=case)
    assert (export.approved_by, export.approved, export.read) == (desk.staff.bernd.id, NOW + 5, NOW + 9)
    assert [what for what, _ in desk.deeds(case)][-4:] == [
        "export-asked",
        "export-approved",
        "export-read",
        "export-read",
    ]


def test_an_approval_of_an_export_is_good_for_a_week(desk: Desk) -> None:
    number = exports.ask(desk.office, desk.staff.anna, desk.active(), "Antrag 1", NOW)
    exports.approve(desk.office, desk.staff.bernd, number, NOW)
    refused("export-over", exports.read, desk.office, desk.staff.anna, number, NOW + 7 * DAY)
    refused("export-unknown", exports.read, desk.office, desk.staff.anna, 9, NOW)
    for user in (desk.staff.dora, desk.staff.otto):
        for act in (exports.approve, exports.read):
            with pytest.raises(ForbiddenError):
                act(desk.office, user, number, NOW)


def test_an_export_holds_everything_about_the_case(desk: Desk) -> None:
    case = desk.active(everything())
    calls.record(desk.office, desk.staff.anna, TOLD, NOW, case=case)
    documents.add(desk.office, desk.staff.anna, case, PDF, NOW)
    request = requests.receive(desk.office, desk.staff.anna, Kind.ACCESS, "Jörg Meyer fragt", NOW, case=case)
    granting.decide(desk.office, desk.staff.anna, request, NOW, outcome=Outcome.GRANTED, answer="Auskunft anbei")
    number = exports.ask(desk.office, desk.staff.anna, case, "Antrag 1", NOW)
    exports.approve(desk.office, desk.staff.bernd, number, NOW)
    everything_about = exports.read(desk.office, desk.staff.anna, number, NOW)
    read = json.loads(canonical_json(everything_about.document))
    assert read["says"] == json.loads(everything().encode())
    assert (read["state"], read["published"], read["in_force_since"]) == ("active", [2] * 4, NOW)
    assert [one["what"] for one in read["history"]][:4] == ["begun", "submitted", "approved", "activated"]
    assert read["told_by_telephone"] == [{"at": NOW, "department": "Ordnungsamt", "told": TOLD.told}]
    assert "Posten" not in json.dumps(read), "who called is their own business"
    assert [one["name"] for one in read["documents"]] == [PDF.name]
    assert [(one["text"], one["answer"]) for one in read["requests"]] == [("Jörg Meyer fragt", "Auskunft anbei")]
    assert {one["at"]: one["roles"] for one in read["looked_at"]} == {}
    assert "Anna" not in json.dumps(read), "nor is who of the staff did something"


def test_all_of_it_goes_with_the_case(desk: Desk, empty: Site) -> None:
    case = desk.active(everything())
    call = calls.record(desk.office, desk.staff.anna, TOLD, NOW, case=case)
    document = documents.add(desk.office, desk.staff.anna, case, PDF, NOW)
    exports.ask(desk.office, desk.staff.anna, case, "Antrag 1", NOW)
    service.end(desk.office, desk.staff.anna, case, NOW, why=EndReason.GROUND, reason="eingestellt")
    retaining.run(desk.office, NOW + 30 * DAY)
    refused("erased", calls.look, desk.office, desk.staff.anna, call, "Prüfung", NOW)
    refused("document-unknown", documents.read, desk.office, desk.staff.anna, document, NOW)
    refused("anonymised", documents.add, desk.office, desk.staff.anna, case, PDF, NOW)
    refused("anonymised", exports.ask, desk.office, desk.staff.anna, case, "Antrag 2", NOW)
    stored = empty.stored()
    for word in ("Posten", "Geheimsache", "Antrag 1", "Hausverbot vom"):
        assert word.encode() not in stored
