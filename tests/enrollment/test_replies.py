"""Answers and decisions are written of requests as they stand, and all that is recorded only as two persons allow."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from case_office import Desk, hire
from invented_cases import content, everything
from invented_letters import SENDER
from obacht_enrollment import replies
from obacht_enrollment.cases import calls, documents, exports, granting, reading, requests, service
from obacht_enrollment.cases.calls import Told
from obacht_enrollment.cases.content import Place
from obacht_enrollment.cases.documents import Upload
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.errors import CaseError, ForbiddenError, LetterError
from obacht_enrollment.letters.facts import Addressee
from obacht_enrollment.words import sentence
from obacht_enrollment.writing import WHY, Envelope
from pdf_reading import Document
from safety_office import DAY, NOW, Site

TO = Envelope(Addressee("Jörg Meyer", ("Jörg Meyer", "Venloer Straße 12", "50825 Köln")))
LATER = NOW + 2 * DAY


@pytest.fixture
def desk(empty: Site) -> Desk:
    """An office that has said who writes its letters."""
    office = replace(empty.office, settings=replace(empty.office.settings, letters=replace(SENDER, reference="SiSt")))
    return Desk(office, hire(office))


def received(desk: Desk, kind: Kind, case: int | None = None) -> int:
    return requests.receive(desk.office, desk.staff.anna, kind, "Jörg Meyer", NOW, case=case)


def decided(desk: Desk, number: int, outcome: Outcome, answer: str = "Die Anzeige läuft noch.") -> int:
    granting.decide(desk.office, desk.staff.anna, number, LATER, outcome=outcome, answer=answer)
    return number


def read_out(desk: Desk, case: int) -> None:
    number = exports.ask(desk.office, desk.staff.anna, case, "Antrag", NOW)
    exports.approve(desk.office, desk.staff.bernd, number, NOW)


def answer(desk: Desk, number: int, envelope: Envelope = TO, now: int = LATER) -> str:
    return Document(replies.answer(desk.office, desk.staff.anna, number, now, envelope=envelope)).text


def decision(desk: Desk, number: int, envelope: Envelope = TO) -> str:
    made = replies.decision(desk.office, desk.staff.anna, number, LATER, envelope=envelope)
    return " ".join(Document(made).text.split())


def refused(error: type[CaseError | LetterError], code: str, write: Callable[..., str], *arguments: object) -> None:
    with pytest.raises(error) as caught:
        write(*arguments)
    assert caught.value.code == code
    assert sentence(caught.value, "de") != sentence(caught.value, "en")


def test_the_answer_tells_everything_once_a_second_person_allowed_it(desk: Desk) -> None:
    case = desk.active(everything())
    number = received(desk, Kind.ACCESS, case)
    told = Told("Paul Posten", "Ordnungsamt", "Nicht allein hingehen")
    calls.record(desk.office, desk.staff.anna, told, NOW, case=case)
    upload = Upload("Hausverbot.pdf", "application/pdf", b"x")
    documents.add(desk.office, desk.staff.anna, case, upload, NOW)
    service.look(desk.office, desk.staff.bernd, case, "Prüfung von Paul", NOW)
    refused(CaseError, "export-none", answer, desk, number)
    exports.ask(desk.office, desk.staff.anna, case, "Antrag", NOW)
    refused(CaseError, "export-waits", answer, desk, number)
    exports.approve(desk.office, desk.staff.bernd, 1, NOW)
    text = " ".join(answer(desk, number).split())
    for word in ("Jörg Peter Meyer", "drohte mit Schlägen", "Ordnungsamt: Nicht allein hingehen", "Hausverbot.pdf"):
        assert word in text
    for word in ("In Kraft getreten", "Auskunft: noch offen", "Sachbearbeitung", "Anna", "SiSt 1"):
        assert word in text, word
    for word in ("Posten", "Bernd", "Prüfung von Paul"):
        assert word not in text, "who called and who of the staff looked is their own business"


def test_what_is_proposed_for_a_case_is_told_too(desk: Desk) -> None:
    case = desk.active()
    desk.edit(case, content(places=(Place("50825", "Neuweg", "7", publish=True),)), desk.staff.anna)
    number = received(desk, Kind.ACCESS, case)
    read_out(desk, case)
    text = " ".join(answer(desk, number, replace(TO, language="en")).split())
    assert "a change that is proposed" in text
    assert "Neuweg 7" in text


def test_whoever_is_not_recorded_is_told_so_without_a_second_person(desk: Desk) -> None:
    number = received(desk, Kind.ACCESS)
    refused(CaseError, "request-case", answer, desk, number)
    decided(desk, number, Outcome.NOTHING)
    assert "nichts gespeichert" in answer(desk, number)
    refused(LetterError, "letter-answer", decision, desk, number)
    refused(LetterError, "letter-represented", answer, desk, number, replace(TO, represented=True))


def test_other_requests_have_no_answer_and_a_refused_one_has_a_decision(desk: Desk) -> None:
    refused(LetterError, "letter-access", answer, desk, received(desk, Kind.OBJECTION))
    number = decided(desk, received(desk, Kind.ACCESS, desk.active()), Outcome.REFUSED)
    refused(LetterError, "letter-refused", answer, desk, number)
    text = decision(desk, number)
    assert "auf Auskunft" in text
    assert "Die Anzeige läuft noch." in text
    assert SENDER.remedies in text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.OBJECTION, "Wir geben Ihrem Widerspruch statt."),
        (Kind.RESTRICTION, "Die Verarbeitung Ihrer Daten ist seit dem"),
        (Kind.ERASURE, "Wir haben am 17. Januar 2027 gelöscht"),
    ],
)
def test_what_was_granted_is_told_with_its_day(desk: Desk, kind: Kind, said: str) -> None:
    case = desk.active()
    number = received(desk, kind, case)
    refused(LetterError, "letter-undecided", decision, desk, number)
    decided(desk, number, Outcome.GRANTED)
    text = decision(desk, number)
    assert said in text
    assert "17. Januar 2027" in text
    assert "Die Anzeige läuft noch." not in text, "a reason is given for refusals"


def test_a_rectification_tells_what_was_changed_in_force_since_the_request(desk: Desk) -> None:
    case = desk.active(content(remarks="wohnt im Irrweg"))
    desk.edit(case, content(remarks="wohnt am Neuweg", level_reason="Bedrohung"), desk.staff.anna, now=NOW)
    number = requests.receive(desk.office, desk.staff.anna, Kind.RECTIFICATION, "x", NOW + DAY, case=case)
    granted = decided(desk, number, Outcome.GRANTED)
    refused(LetterError, "letter-changes", decision, desk, granted)
    other = requests.receive(desk.office, desk.staff.anna, Kind.RECTIFICATION, "x", NOW + DAY, case=case)
    moved = content(remarks="wohnt am Neuweg", level_reason="Bedrohung am Schalter")
    desk.edit(case, moved, desk.staff.anna, now=NOW + DAY)
    desk.edit(case, replace(moved, contact=1, level_reason="Bedrohung"), desk.staff.anna, now=LATER)
    desk.edit(case, replace(moved, remarks="", level_reason="Drohung"), desk.staff.anna, now=LATER)
    desk.edit(case, replace(moved, name=replace(moved.name, given_names="Jörg")), desk.staff.anna, now=LATER)
    desk.approve(case, desk.staff.bernd, LATER)
    text = decision(desk, decided(desk, other, Outcome.GRANTED))
    assert "Begründung der Stufe Bedrohung Bedrohung am Schalter" in text
    assert "Name Jörg Peter Meyer Jörg Meyer" in text
    assert "Neuweg" not in text, "nothing of it is another now"
    assert "Irrweg" not in text, "that was before the request"


def test_what_was_granted_in_part_names_reason_and_remedies(desk: Desk) -> None:
    number = decided(desk, received(desk, Kind.ERASURE, desk.active()), Outcome.PARTLY)
    text = decision(desk, number)
    assert "zum Teil ab" in text
    assert "Die Anzeige läuft noch." in text
    assert SENDER.remedies in text


def test_whoever_has_to_wait_longer_is_told_why_and_until_when(desk: Desk) -> None:
    number = received(desk, Kind.OBJECTION)
    requests.extend(desk.office, desk.staff.anna, number, "Akten sind angefordert.", NOW)
    text = decision(desk, number)
    assert "Akten sind angefordert." in text
    assert "bis zum 15. April 2027" in text


def test_a_letter_to_a_guardian_names_the_person_and_looks_are_on_record(desk: Desk) -> None:
    case = desk.active()
    number = decided(desk, received(desk, Kind.RESTRICTION, case), Outcome.REFUSED)
    assert "Jörg Peter Meyer" in decision(desk, number, replace(TO, represented=True))
    whys = {look.why for look in reading.looks(desk.office, desk.staff.clara, case)}
    assert whys == {WHY}
    gone = decided(desk, received(desk, Kind.ERASURE, case), Outcome.GRANTED)
    refused(LetterError, "letter-represented", decision, desk, gone, replace(TO, represented=True))


def test_who_does_not_work_on_cases_writes_no_letter(desk: Desk) -> None:
    number = decided(desk, received(desk, Kind.ACCESS), Outcome.NOTHING)
    for user in (desk.staff.dora, desk.staff.otto):
        for write in (replies.answer, replies.decision):
            with pytest.raises(ForbiddenError):
                write(desk.office, user, number, NOW, envelope=TO)


def test_an_office_that_has_not_said_who_writes_uses_no_reading_out_up(desk: Desk) -> None:
    case = desk.active()
    number = received(desk, Kind.ACCESS, case)
    read_out(desk, case)
    silent = Desk(replace(desk.office, settings=replace(desk.office.settings, letters=None)), desk.staff)
    refused(LetterError, "letter-sender", answer, silent, number)
    assert exports.find(desk.office, desk.staff.anna, 1).read == 0
