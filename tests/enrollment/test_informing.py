"""A person is told that their entry ended, and before a restriction ends, at the command line and on pages."""

import datetime as dt
from dataclasses import replace

import pytest

from case_office import Desk, hire
from case_pages import active, opened, user
from invented_cases import TODAY, content
from invented_letters import SENDER
from obacht_enrollment import informing
from obacht_enrollment.cases import service
from obacht_enrollment.cases.content import Name, Place
from obacht_enrollment.cases.dates import UNKNOWN
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.errors import ForbiddenError, LetterError
from obacht_enrollment.letters.facts import Addressee
from obacht_enrollment.words import sentence
from obacht_enrollment.writing import Envelope
from page_staff import PageStaff
from pdf_reading import Document
from safety_office import DAY, NOW, Site

TO = Envelope(Addressee("Jörg Meyer", ("Jörg Meyer", "50825 Köln")))
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture
def desk(empty: Site) -> Desk:
    office = replace(empty.office, settings=replace(empty.office.settings, letters=SENDER))
    return Desk(office, hire(office))


def ended(desk: Desk, number: int, envelope: Envelope = TO) -> str:
    made = informing.ending(desk.office, desk.staff.anna, number, NOW, envelope=envelope)
    return " ".join(Document(made).text.split())


def lifted(desk: Desk, number: int, effective: dt.date = TOMORROW) -> str:
    made = informing.lifting(desk.office, desk.staff.anna, number, NOW, envelope=TO, effective=effective)
    return " ".join(Document(made).text.split())


def refused(code: str, desk: Desk, number: int, effective: dt.date | None = None) -> None:
    with pytest.raises(LetterError) as caught:
        lifted(desk, number, effective) if effective else ended(desk, number)
    assert caught.value.code == code
    assert sentence(caught.value, "de") != sentence(caught.value, "en")


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (EndReason.GROUND, "Der Grund für den Eintrag ist weggefallen."),
        (EndReason.ERROR, "Wir bitten Sie um Entschuldigung."),
        (EndReason.OBJECTION, "Wir haben Ihrem Widerspruch stattgegeben."),
    ],
)
def test_whose_entry_ended_is_told_since_when_and_why(desk: Desk, why: EndReason, said: str) -> None:
    case = desk.active()
    refused("letter-not-ended", desk, case)
    service.end(desk.office, desk.staff.anna, case, NOW, why=why, reason="so ist es")
    text = ended(desk, case, replace(TO, represented=True))
    assert said in text
    assert "15. Januar 2027" in text
    assert "Jörg Peter Meyer" in text
    assert "so ist es" not in text, "staff wrote that for the history"


def test_of_an_entry_that_never_was_or_of_an_address_there_is_nothing_to_tell(desk: Desk) -> None:
    draft = desk.drafted()
    service.end(desk.office, desk.staff.anna, draft, NOW, why=EndReason.DISMISSED, reason="doch nicht")
    refused("letter-not-ended", desk, draft)
    place = Place("50825", "Venloer Straße", "12", publish=True)
    house = desk.active(content(name=Name(), birth=UNKNOWN, places=(place,)))
    service.end(desk.office, desk.staff.anna, house, NOW, why=EndReason.GROUND, reason="abgerissen")
    refused("letter-nobody", desk, house)
    for nobody in (desk.staff.dora, desk.staff.otto):
        with pytest.raises(ForbiddenError):
            informing.ending(desk.office, nobody, house, NOW, envelope=TO)


def test_before_a_restriction_ends_the_person_is_told_when_and_why(desk: Desk) -> None:
    case = desk.active()
    refused("letter-not-lifted", desk, case, TOMORROW)
    service.restrict(desk.office, desk.staff.anna, case, NOW, reason="bestritten")
    service.lift(desk.office, desk.staff.anna, case, NOW, reason="Die Akte bestätigt den Vorfall.")
    refused("letter-past", desk, case, TODAY - dt.timedelta(days=1))
    text = lifted(desk, case)
    assert "endet am 16. Januar 2027" in text
    assert "Die Akte bestätigt den Vorfall." in text


def test_the_page_of_a_case_leads_to_the_letter(empty: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    empty.office = replace(empty.office, settings=replace(empty.office.settings, letters=SENDER))
    staff = PageStaff(empty, monkeypatch)
    case, worker = active(empty), staff.arrive("worker")
    path, form = f"/cases/{case}/letter", {"address": "Jörg Meyer\n50825 Köln"}
    assert path not in opened(worker, case).text
    assert "nicht beendet, oder" in worker.get(path).text
    service.restrict(empty.office, user(empty, "worker"), case, empty.now, reason="bestritten")
    service.lift(empty.office, user(empty, "worker"), case, empty.now, reason="Die Akte bestätigt es.")
    assert f'href="{path}">Brief: Die Einschränkung wird enden' in worker.get(f"/cases/{case}").text
    assert "Es fehlt: Tag, an dem" in worker.send(path, path, form | {"effective": ""}).text
    assert "Dieser Tag ist vorbei." in worker.send(path, path, form | {"effective": "01.01.2020"}).text
    made = worker.send(path, path, form | {"effective": f"{TOMORROW:%d.%m.%Y}"})
    assert "Die Akte bestätigt es." in Document(made.content).text
    service.end(empty.office, user(empty, "worker"), case, empty.now, why=EndReason.GROUND, reason="eingestellt")
    assert f'href="{path}">Brief über das Ende' in worker.get(f"/cases/{case}").text
    assert "weggefallen" in Document(worker.send(path, path, form).content).text
    assert worker.send(path, path, {"address": ""}).status_code == 400
    assert path not in opened(staff.arrive("approver"), case).text
    assert staff.arrive("approver").get(path).status_code == 403
    empty.now += DAY
    assert "Warum sehen Sie diesen Fall an?" in staff.arrive("worker").get(path).text
