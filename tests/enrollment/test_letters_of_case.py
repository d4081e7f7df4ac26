"""A letter about a case says what the case says, in its own language, and stumbles over no draft."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from invented_cases import everything
from invented_letters import ENTRY, HEAD, LANGUAGES, answer, read
from obacht_enrollment.cases.case import Case
from obacht_enrollment.cases.content import Content, Ground, Incident, Name, Notice, Place
from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.cases.fields import to_json
from obacht_enrollment.cases.states import Origin, State
from obacht_enrollment.errors import LetterError
from obacht_enrollment.language import Language
from obacht_enrollment.letters import notice, of_case
from obacht_enrollment.letters.facts import Entry

ACTIVATED = int(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC).timestamp())
CONTENT = Content(
    name=Name("Beispiel", "Maria", "Muster"),
    aliases=(Name("Beyspiel", "Mia"), Name("Probst", "Maria")),
    birth=Birth(1984, 3, 7),
    age_reason="Führerschein gesehen",
    places=(Place("50999", "Lindenweg", "12-16", "even", publish=True),),
    incidents=(
        Incident(dt.date(2026, 2, 24), "10:30", "Bürgerbüro", "threat", "Hat Frau Klein bedroht.", "Sozialamt"),
    ),
    ground=Ground("complaint", "1 Js 7/26", dt.date(2026, 2, 25), by_body=True),
    level=2,
    level_reason="Drohung mit Schlägen",
    precautions=("two-persons", "alarm"),
    contact=1,
    review=dt.date(2027, 3, 1),
    end=dt.date(2028, 2, 29),
    remarks="Ruft oft an.",
    notice=Notice(deferral_reason="Ermittlungen liefen."),
)
CASE = Case(State.ACTIVE, CONTENT, Origin.ENTERED, activated=ACTIVATED)
IN_WORDS = {
    "de": [
        "Maria Beispiel geb. Muster",
        "Mia Beyspiel Maria Probst",
        "7. März 1984",
        "Lindenweg 12-16, gerade Nummern, 50999",
        "Bedrohung 24. Februar 2026, 10:30 Uhr, Bürgerbüro Hat Frau Klein bedroht. Gemeldet von: Sozialamt",
        "Strafanzeige, Aktenzeichen 1 Js 7/26, vom 25. Februar 2026",
        "Gespräch nur zu zweit Alarmknopf bereithalten",
        "aktiv",
    ],
    "en": [
        "Maria Beispiel née Muster",
        "Mia Beyspiel Maria Probst",
        "7 March 1984",
        "Lindenweg 12-16, even numbers, 50999",
        "threat 24 February 2026, 10:30, Bürgerbüro Hat Frau Klein bedroht. Reported by: Sozialamt",
        "Criminal complaint, file number 1 Js 7/26, of 25 February 2026",
        "talk to them only with a colleague keep the alarm button at hand",
        "active",
    ],
}


def said(letter: notice.Notice | None = None, *, case: Case = CASE, language: Language = "de") -> str:
    told = letter or answer(language, of_case.recorded(case, language, contact="Sicherheitsstelle, 110"))
    return re.sub(r"\s+", " ", read(told).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_tells_every_field_of_the_case(language: Language) -> None:
    text = said(language=language)
    further = [
        "Führerschein gesehen",
        "Drohung mit Schlägen",
        "Sicherheitsstelle, 110",
        "Ruft oft an.",
        "Ermittlungen liefen.",
    ]
    assert [part for part in IN_WORDS[language] + further if part not in text] == []


def texts(value: object) -> list[str]:
    """Every text in a document."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def test_no_text_of_a_case_is_left_out_of_an_answer() -> None:
    content = everything()
    text = said(case=replace(CASE, content=content))
    told_in_words = {content.ground.kind, *content.precautions, *(incident.kind for incident in content.incidents)}
    told_in_words |= {place.side for place in content.places}
    all_texts = {one for one in texts(to_json(replace(content, notice=Notice()))) if one} - told_in_words
    days = {one for one in all_texts if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", one)}
    assert len(days) == 4
    assert [one for one in sorted(all_texts - days) if re.sub(r"\s+", " ", one) not in text] == []


def test_a_notice_tells_no_account_of_the_incident_and_not_who_reported_it() -> None:
    text = said(notice.Notice(HEAD, of_case.entry(CASE, "de")))
    assert "Bedrohung 24. Februar 2026, 10:30 Uhr, Bürgerbüro" in text
    assert "Strafanzeige, Aktenzeichen 1 Js 7/26, vom 25. Februar 2026" in text
    assert "seit dem 2. März 2026" in text
    assert not any(private in text for private in ("Frau Klein", "Sozialamt", "Ruft oft an.", "Ermittlungen"))


def test_a_restricted_case_is_told_to_be_shown_to_nobody() -> None:
    assert "eingeschränkt (niemandem angezeigt)" in said(case=replace(CASE, restricted=True))
    assert "eingeschränkt (niemandem angezeigt)" not in said()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "content",
    [
        Content(),
        Content(level=1, ground=Ground("rumour"), incidents=(Incident(kind="noise"),), precautions=("whistle",)),
        Content(birth=Birth(year=1984), ground=Ground("house-ban", "HV 1"), incidents=(Incident(time="10:30"),)),
        Content(birth=Birth(month=3), places=(Place(street="Am Hof"),), aliases=(Name(birth_name="Muster"),)),
    ],
)
def test_a_draft_that_lacks_most_can_be_told_of(content: Content, language: Language) -> None:
    case = Case(State.DRAFT, content, Origin.REPORT)
    assert said(case=case, language=language)


@pytest.mark.parametrize(
    ("entry", "missing"),
    [
        (replace(ENTRY, ground=None), "ground"),
        (replace(ENTRY, level=0), "level"),
        (replace(ENTRY, since=None), "since"),
        (replace(ENTRY, until=None), "until"),
    ],
)
def test_no_notice_is_made_of_what_cannot_be_in_force(entry: Entry, missing: str) -> None:
    with pytest.raises(LetterError) as caught:
        notice.Notice(HEAD, entry)
    assert caught.value.details == {"field": missing}


def test_an_imported_case_without_the_day_of_its_ground_gets_its_notice() -> None:
    content = replace(
        CONTENT, ground=Ground("house-ban", "HV 1"), incidents=(), review=None, level_reason="", precautions=()
    )
    text = said(notice.Notice(HEAD, of_case.entry(replace(CASE, content=content), "de")))
    assert "Hausverbot, Aktenzeichen HV 1 Stufe" in text
