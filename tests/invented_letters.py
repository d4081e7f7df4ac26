"""Letters of an invented town to invented people, one of each kind and language."""

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Final, get_args

from obacht_enrollment.language import Language
from obacht_enrollment.letters.answer import Answer, Case, Looks
from obacht_enrollment.letters.decision import Change, Decision, Kind
from obacht_enrollment.letters.facts import Addressee, Dated, Entry, Fact, Ground, Head, Incident
from obacht_enrollment.letters.making import Letter, make
from obacht_enrollment.letters.notice import Notice
from obacht_enrollment.letters.sender import Sender
from obacht_enrollment.letters.yearly import Report, Row, Table
from pdf_reading import Document

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

SENDER: Final = Sender(
    body="Stadt Musterstadt",
    office="Zentrale Sicherheitsstelle",
    street="Rathausplatz 1",
    town="50999 Musterstadt",
    phone="0221 99999-110",
    mail="sicherheitsstelle@musterstadt.example",
    data_protection_officer="Datenschutzbeauftragte der Stadt\nRathausplatz 2\ndatenschutz@musterstadt.example",
    supervisory_authority="Aufsichtsbehörde für den Datenschutz\nPostfach 20 04 44, 40102 Düsseldorf",
    represented_by="die Oberbürgermeisterin",
    hours="montags bis freitags 8 bis 16 Uhr",
    web="www.musterstadt.example/register",
    processors="Rechenzentrum Musterkreis, im Auftrag der Stadt.",
    processors_english="Computing centre Musterkreis, on behalf of the town.",
    remedies="Klage beim Verwaltungsgericht Musterstadt innerhalb eines Monats.",
    remedies_english="Action before the administrative court in Musterstadt within a month.",
)
HEAD: Final = Head(
    Addressee("Maria Beispiel", ("Maria Beispiel", "Lindenweg 12 a", "50999 Musterstadt")),
    reference="SiSt 12/2026",
    date=dt.date(2026, 3, 4),
    clerk="Jana Schmitz",
)
ENTRY: Final = Entry(
    Ground("house-ban", "32-1 HV 7/2026", dt.date(2026, 2, 25)),
    level=2,
    since=dt.date(2026, 3, 2),
    review=dt.date(2027, 3, 1),
    until=dt.date(2028, 2, 29),
    reason="Zwei Drohungen mit Schlägen",
    incidents=(Incident("24. Februar 2026, 10.30 Uhr", "Bürgerbüro, Schalter 4", "Bedrohung", "Hat geschrien."),),
    precautions=("Gespräch nur zu zweit", "Fluchtweg freihalten"),
)
CASE: Final = Case(
    identity=(Fact("Name", "Maria Beispiel"), Fact("Anschriften", "Lindenweg 12 a\nHauptstraße 3")),
    entry=ENTRY,
    state="in Kraft",
    further=(Fact("Unterlagen", "Hausverbot, 2 Seiten"),),
    history=(Dated(dt.date(2026, 3, 2), "genehmigt"),),
    letters=(Dated(dt.date(2026, 3, 4), "Benachrichtigung"),),
    requests=(Dated(dt.date(2026, 5, 2), "Antrag auf Auskunft"),),
    calls=(Dated(dt.date(2026, 4, 9), "Sozialamt: Vorkehrungen genannt"),),
    looks=(Looks("Sachbearbeitung", "Bearbeitung", 12345, dt.date(2026, 3, 1), dt.date(2026, 5, 3)),),
)
REPORT: Final = Report(
    year=2026,
    date=dt.date(2027, 1, 20),
    tables=(
        Table(
            "Meldungen nach Quartal",
            "Quartal",
            ("Meldungen", "angenommen"),
            (Row("erstes", (12, 8)), Row("zweites", (None, 0)), Row("drittes", (12345, 1))),
            chart=True,
            note="Angenommen heißt: in Kraft gesetzt.",
        ),
        Table("Einträge nach Stufe", "Stufe", ("am Jahresende",), (Row("Stufe 2", (120,)), Row("Stufe 3", (None,)))),
    ),
    least=5,
    summary="Das erste Jahr.",
)


def notice(language: Language = "de", entry: Entry = ENTRY) -> Notice:
    return Notice(replace(HEAD, language=language), entry)


def answer(language: Language = "de", *cases: Case) -> Answer:
    return Answer(replace(HEAD, language=language), dt.date(2026, 2, 20), cases)


def decision(kind: Kind, language: Language = "de") -> Decision:
    return Decision(
        replace(HEAD, language=language),
        kind,
        effective=dt.date(2026, 2, 27),
        received=dt.date(2026, 2, 20),
        request="erasure",
        cause="ground",
        reason="Der Grund besteht fort.",
        changes=(Change("Straße", "Lindenweg 12 a", "Lindenweg 21 a"), Change("Weiterer Name", "Mia", "")),
    )


def every_letter() -> dict[str, Letter]:
    found: dict[str, Letter] = {}
    for language in LANGUAGES:
        found[f"notice-{language}"] = notice(language)
        found[f"answer-{language}"] = answer(language, CASE)
        found[f"answer-two-{language}"] = answer(language, CASE, CASE)
        found[f"answer-none-{language}"] = answer(language)
        found |= {f"{kind}-{language}": decision(kind, language) for kind in KINDS}
        found[f"report-{language}"] = replace(REPORT, language=language)
    return found


EVERY_LETTER: Final = every_letter()


@cache
def read(letter: Letter) -> Document:
    """The letter as it is read back, made once however often it is looked at."""
    return Document(make(letter, SENDER))
