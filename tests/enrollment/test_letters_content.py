"""Letters say what the law demands, and everything that is handed in, in both languages."""

import datetime as dt
import re
from dataclasses import fields, replace
from typing import get_args

import pytest

from invented_letters import CASE, ENTRY, EVERY_LETTER, HEAD, KINDS, LANGUAGES, SENDER, answer, decision, notice, read
from obacht_enrollment.errors import LetterError
from obacht_enrollment.language import Language
from obacht_enrollment.letters.decision import Cause, Request
from obacht_enrollment.letters.facts import Ground
from obacht_enrollment.letters.making import Letter, make

DAYS = {"de": "2. März 2026", "en": "2 March 2026"}


def said(letter: Letter) -> str:
    """The letter's text in one line."""
    return re.sub(r"\s+", " ", read(letter).text)


@pytest.mark.parametrize("name", [name for name in EVERY_LETTER if not name.startswith("report")])
def test_every_letter_to_a_person_is_headed_as_a_letter_and_names_who_is_responsible(name: str) -> None:
    text = said(EVERY_LETTER[name])
    address = " ".join(HEAD.addressee.lines)
    assert (
        text.index(SENDER.body)
        < text.index(address)
        < text.index(HEAD.reference)
        < text.index(HEAD.addressee.name + ",")
    )
    for field in ("body", "office", "street", "town", "phone", "mail", "represented_by", "hours", "web"):
        assert getattr(SENDER, field) in text
    for field in ("data_protection_officer", "supervisory_authority"):
        assert getattr(SENDER, field).replace("\n", " ") in text
    assert HEAD.clerk in text
    assert ("4. März 2026" if name.endswith("-de") else "4 March 2026") in text
    assert ("The German letter is the one that counts" in text) == name.endswith("-en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_tells_what_article_14_demands(language: Language) -> None:
    text = said(notice(language))
    german = language == "de"
    law = SENDER.legal_basis if german else SENDER.legal_basis_english
    demanded = [
        law,
        ("vom 25. Februar 2026" if german else "of 25 February 2026"),
        "32-1 HV 7/2026",
        "Hausverbot" if german else "House ban",
        "Stufe 2 von 3" if german else "Level 2 of 3",
        ENTRY.reason,
        "Bedrohung 24. Februar 2026, 10.30 Uhr, Bürgerbüro, Schalter 4",
        *ENTRY.precautions,
        DAYS[language],
        "1. März 2027" if german else "1 March 2027",
        "29. Februar 2028" if german else "29 February 2028",
        "kein Grund, Ihnen Leistungen zu verweigern" if german else "no reason to refuse you any service",
        SENDER.processors if german else SENDER.processors_english,
        "keine automatische Entscheidung" if german else "No decision is automatic",
        "Widerspruch" if german else "object",
        *(f"{'Artikel' if german else 'Article'} {number} " for number in (14, 15, 16, 17, 18, 21, 77)),
        "außerhalb der Europäischen Union" if german else "leave the European Union",
        "haben den Vorfall gemeldet" if german else "reported the incident",
    ]
    assert [demand for demand in demanded if demand not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_to_object_stands_apart_under_its_own_heading(language: Language) -> None:
    headings = [heading.text for heading in read(notice(language)).root.all("H2")]
    assert {"de": "Ihr Recht auf Widerspruch", "en": "Your right to object"}[language] in headings


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_ends_with_a_page_in_plain_language(language: Language) -> None:
    letter = read(notice(language))
    first, plain = letter.root.all("H1")
    assert first.text == letter.title
    children = letter.root.children
    sentences = [child.text for child in children[children.index(plain) :] if not isinstance(child, str)]
    text = " ".join(sentences)
    for needed in (DAYS[language].replace(" ", "\xa0"), SENDER.phone, SENDER.mail, HEAD.reference):
        assert needed in text
    words = [len(sentence.split()) for sentence in re.split(r"[.?!:\n]\s*", "\n".join(sentences))]
    assert max(words) <= 12


@pytest.mark.parametrize(
    ("kind", "german"), [("house-ban", "Hausverbot"), ("complaint", "Strafanzeige"), ("application", "Strafantrag")]
)
@pytest.mark.parametrize("level", [2, 3])
def test_every_ground_and_level_has_its_words(kind: str, german: str, level: int) -> None:
    text = said(notice(entry=replace(ENTRY, ground=Ground(kind, "1 Js 1/26", dt.date(2026, 2, 25)), level=level)))
    assert f"{german}, Aktenzeichen" in text
    assert f"Stufe {level} von 3" in text


def test_who_represents_the_person_is_told_why_the_letter_comes_to_them() -> None:
    letter = notice()
    assert "weil Sie Tim Beispiel gesetzlich vertreten" in said(
        replace(letter, head=replace(HEAD, on_behalf_of="Tim Beispiel"))
    )
    assert "gesetzlich vertreten" not in said(letter)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_to_an_access_request_tells_everything_recorded(language: Language) -> None:
    text = said(answer(language, CASE))
    wanted = [CASE.state, CASE.identity[0].text, "Lindenweg 12 a Hauptstraße 3", CASE.further[0].text, ENTRY.reason]
    wanted += [dated.text for dated in (*CASE.history, *CASE.letters, *CASE.requests, *CASE.calls)]
    wanted += ["Bürgerbüro, Schalter 4 Hat geschrien."]
    wanted += [CASE.looks[0].role, CASE.looks[0].purpose, "12 345", *ENTRY.precautions, "32-1 HV 7/2026"]
    wanted += ["20. Februar 2026" if language == "de" else "20 February 2026"]
    wanted += ["Artikel 77" if language == "de" else "Article 77"]
    wanted += ["Wer nach Ihnen gefragt hat" if language == "de" else "Who asked about you"]
    assert [want for want in wanted if want not in text] == []


def test_two_cases_are_told_apart() -> None:
    headings = [heading.text for heading in read(answer("de", CASE, CASE)).root.all("H2")]
    assert headings.index("Was über Sie gespeichert ist (Fall 1)") < headings.index("Was entschieden wurde (Fall 1)")
    assert headings.index("Was entschieden wurde (Fall 1)") < headings.index("Was über Sie gespeichert ist (Fall 2)")


def test_who_is_not_recorded_is_told_so() -> None:
    text = said(answer("de"))
    assert "Über Sie ist in unserem Melde- und Auskunftsregister nichts gespeichert." in text
    assert "Widerspruch" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_decision_tells_day_and_reason_and_a_refusal_its_remedies(kind: str, language: Language) -> None:
    text = said(EVERY_LETTER[f"{kind}-{language}"])
    assert "Der Grund besteht fort." in text
    assert ("20. Februar 2026" if language == "de" else "20 February 2026") in text
    assert kind == "refused" or ("27. Februar 2026" if language == "de" else "27 February 2026") in text
    remedies = SENDER.remedies if language == "de" else SENDER.remedies_english
    assert (remedies in text) == (kind in {"partly", "refused"})


def test_a_rectification_tells_what_stood_there_and_what_stands_there_now() -> None:
    (table, _) = read(decision("rectified")).root.all("Table")
    rows = [[cell.text for cell in row.all("TD")] for row in table.all("TR")[1:]]
    assert rows == [["Straße", "Lindenweg 12 a", "Lindenweg 21 a"], ["Weiterer Name", "Mia", "(gelöscht)"]]


def test_every_cause_of_an_end_has_its_words() -> None:
    causes = get_args(Cause)
    assert len({said(replace(decision("ended"), cause=cause)) for cause in causes}) == len(causes)


@pytest.mark.parametrize("asked", get_args(Request))
def test_every_request_can_be_refused_in_words(asked: Request) -> None:
    article = {"access": 15, "rectification": 16, "erasure": 17, "restriction": 18, "objection": 21}[asked]
    assert f"(Artikel {article} DSGVO) ab." in said(replace(decision("refused"), request=asked))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_refusal_is_written_without_remedies(language: Language) -> None:
    name = "remedies" if language == "de" else "remedies_english"
    with pytest.raises(LetterError) as caught:
        make(decision("refused", language), replace(SENDER, **{name: " "}))
    assert caught.value.details == {"setting": name}
    assert make(decision("erased", language), replace(SENDER, **{name: ""}))


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("ended", "cause"),
        ("rectified", "changes"),
        ("restriction-lifted", "reason"),
        ("refused", "request"),
        ("refused", "reason"),
        ("extended", "reason"),
    ],
)
def test_a_decision_that_lacks_what_it_must_say_cannot_be_made(kind: str, missing: str) -> None:
    full = decision("erased")
    empty = {"cause": None, "changes": (), "request": None, "reason": " "}
    values = {field.name: getattr(full, field.name) for field in fields(full)} | {"kind": kind, missing: empty[missing]}
    with pytest.raises(LetterError) as caught:
        type(full)(**values)
    assert caught.value.details == {"field": missing}


def test_the_report_withholds_small_counts_and_shows_the_others() -> None:
    letter = read(EVERY_LETTER["report-de"])
    table, _ = letter.root.all("Table")
    rows = [[cell.text for cell in row.children if not isinstance(cell, str)] for row in table.all("TR")]
    assert rows == [
        ["Quartal", "Meldungen", "angenommen"],
        ["erstes", "12", "8"],
        ["zweites", "unterdrückt", "0"],
        ["drittes", "12\u202f345", "1"],
    ]
    assert "Das erste Jahr." in letter.text
    assert "sind Zahlen unter 5 (außer der Null) unterdrückt" in letter.text
