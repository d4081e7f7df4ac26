"""Any text comes out as itself: never as markup, never as an empty box, never off the paper."""

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from invented_letters import CASE, ENTRY, HEAD, REPORT, SENDER, answer, decision, notice
from obacht_enrollment.errors import LetterError
from obacht_enrollment.letters import glyphs, making
from obacht_enrollment.letters.decision import Change
from obacht_enrollment.letters.facts import Addressee, Fact, Ground
from obacht_enrollment.letters.making import make
from pdf_reading import Document

MARKUP = (
    "*fett* _kursiv_ `roh` $x^2$ #panic() #let a = 1 @marke <ziel> \\u{41} // weg /* weg */ = Kopf [a](b) ~ -- ... "
    "\"doppelt\" 'einfach' #sys.inputs.data \\ https://example.org - Punkt + Zahl / Wort: Sinn"
)
POINTS_AND_MILLIMETRES = 72 / 25.4
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def squeezed(text: str) -> str:
    """Without what a line's end may take or add."""
    return re.sub(r"[\s\u200b-\u200d]+", "", text)


def set_in_reading_order(text: str) -> bool:
    return not any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)


def composed(text: str) -> bool:
    """Without letters that are put together from several glyphs, which typst names once for each of them."""
    return not any(unicodedata.combining(letter) for letter in unicodedata.normalize("NFC", text))


COVERED = frozenset().union(*glyphs.covered())
LETTERS = "".join(map(chr, sorted(COVERED - {0, 0xD}))) + "\n\t\u202e漢😀\ue000\x07"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=80)


def told(text: str) -> str:
    letter = replace(decision("erased"), reason=f"«{text}»")
    read = Document(make(letter, SENDER)).text
    return read[read.index("Warum\n«") + 7 : read.index("»\nMit freundlichen")]


@settings(max_examples=60, deadline=None)
@given(TEXTS.filter(set_in_reading_order).filter(composed))
@example(MARKUP)
@example("Müller-Lüdenscheidt, ß ẞ Ł đ ǆ İı Ćirić Ёжикова Παπαδόπουλος\n\n\nfi ffl")
@example("[U+6F22] bleibt")
def test_text_comes_out_as_itself(text: str) -> None:
    assert squeezed(told(text)) == squeezed(glyphs.printable(text))


def test_every_letter_that_the_fonts_hold_can_be_set() -> None:
    every = " ".join(chr(code) for code in sorted(COVERED) if code > 0x20)
    missing = set(squeezed(glyphs.printable(every))) - set(squeezed(told(every)))
    assert not missing


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_letters_can_be_set_in_any_order(text: str) -> None:
    assert set(squeezed(told(text))) >= {letter for letter in squeezed(glyphs.printable(text)) if letter.isalpha()}


@pytest.mark.parametrize("word", ["نص", "پژوهش", "محمود", "الشريف", "گلستان"])
def test_an_arabic_word_is_read_in_its_own_order(word: str) -> None:
    assert told(word) == word


@given(st.text())
def test_what_cannot_be_printed_stands_as_its_number(text: str) -> None:
    printed = glyphs.printable(text)
    shown = {ord(letter) for letter in printed}
    assert shown <= COVERED | {0x0A, 0x200C, 0x200D}
    assert glyphs.printable(printed) == printed
    for letter in unicodedata.normalize("NFC", text):
        if unicodedata.category(letter) in {"Lo", "So", "Co", "Cs"} and ord(letter) not in COVERED:
            assert f"[U+{ord(letter):04X}]" in printed


def test_controls_that_turn_the_direction_of_writing_are_shown() -> None:
    assert glyphs.printable("a\u202eb\u2067c") == "a[U+202E]b[U+2067]c"


def test_line_ends_are_one_and_invisible_marks_are_none() -> None:
    assert glyphs.printable("a\r\nb\rc\u2028d\te\xad\ufefff") == "a\nb\nc\nd ef"


def test_a_letter_with_a_number_for_a_letter_says_what_it_is() -> None:
    assert "Unicode-Nummer" in Document(make(notice(entry=replace(ENTRY, reason="漢")), SENDER)).text
    assert "Unicode-Nummer" not in Document(make(notice(), SENDER)).text


@pytest.mark.parametrize("text", [MARKUP, "#panic()", '"}, "letter": {', "\\", "漢", "نص عربي"])
def test_markup_in_any_field_is_text(text: str) -> None:
    head = replace(HEAD, addressee=Addressee(text, (text, text)), reference=text, clerk=text, on_behalf_of=text)
    fact = Fact(text, text)
    case = replace(CASE, identity=(fact,), further=(fact,), state=text, entry=replace(ENTRY, precautions=(text, text)))
    sender = replace(
        SENDER, phone=text, mail=text, hours=text, web=text, represented_by=text, processors=text, legal_basis=text
    )
    sender = replace(sender, data_protection_officer=text, supervisory_authority=text, remedies=text)
    table = replace(REPORT.tables[0], title=text, label=text, note=text, columns=(text, text))
    for letter in (
        replace(notice(), head=head),
        replace(answer("de", case), head=head),
        replace(decision("refused"), head=head, reason=text),
        replace(decision("rectified"), head=head, changes=(Change(text, text, text),)),
        replace(REPORT, summary=text, tables=(table,)),
    ):
        found = Document(make(letter, sender)).text
        assert squeezed(glyphs.printable(text)) in squeezed(found) or not set_in_reading_order(text)


LONG = [
    "W" * 200,
    "Wolfeschlegelsteinhausenbergerdorff" * 5,
    "von und zu " * 18,
    "a-" * 100,
    "Ж" * 200,
    "ﷺ" * 60,
]


@pytest.mark.parametrize("long", LONG, ids=lambda long: long[:9].strip())
def test_long_names_and_forty_lines_stay_on_the_paper(long: str) -> None:
    forty = "\n".join([*(f"Zeile {number} {long[:60]}" for number in range(39)), long])
    head = replace(HEAD, addressee=Addressee(long, (long,) * 6), reference=long, clerk=long, on_behalf_of=long)
    incident = replace(ENTRY.incidents[0], when=long, place=long, kind=long, account=forty)
    entry = replace(ENTRY, reason=forty, incidents=(incident, incident), precautions=(long,) * 4)
    entry = replace(entry, ground=Ground("house-ban", long))
    fact = Fact(long, forty)
    dated = tuple(replace(it, text=long) for it in CASE.history)
    looks = tuple(replace(look, role=long, purpose=long) for look in CASE.looks)
    case = replace(CASE, entry=entry, identity=(fact,), further=(fact,), state=long, history=dated, looks=looks)
    sender = replace(SENDER, phone=long, mail=long, web=long, data_protection_officer=long)
    rows = tuple(replace(row, label=long) for row in REPORT.tables[0].rows)
    table = replace(REPORT.tables[0], title=long, label=long, rows=rows, note=forty, columns=(long, long))
    for letter in (
        replace(notice(entry=entry), head=head),
        replace(answer("de", case), head=head),
        replace(decision("refused"), head=head, reason=forty),
        replace(decision("rectified"), head=head, changes=(Change(long, long, long),)),
        replace(REPORT, summary=forty, tables=(table,)),
    ):
        read = Document(make(letter, sender))
        left = min(run.left for run in read.runs)
        right = max(run.right for run in read.runs)
        bottom = min(run.bottom for run in read.runs)
        assert left >= 24.9 * POINTS_AND_MILLIMETRES
        assert right <= 190.1 * POINTS_AND_MILLIMETRES
        assert bottom >= 10 * POINTS_AND_MILLIMETRES


def test_an_address_stands_in_the_window_and_the_text_below_it() -> None:
    lines = (
        "Wolfeschlegelsteinhausenbergerdorff GmbH & Co. KG",
        "Frau Dr. Maria-Theresia von der Beispiel",
        *["x" * 20] * 4,
    )
    letter = replace(notice(), head=replace(HEAD, addressee=Addressee("M", lines)))
    runs = [run for run in Document(make(letter, SENDER)).runs if run.page == 1]
    height = 297 * POINTS_AND_MILLIMETRES
    window = [run for run in runs if 45 <= (height - run.bottom) / POINTS_AND_MILLIMETRES <= 90]
    address = [run for run in window if run.left < 100 * POINTS_AND_MILLIMETRES]
    assert len({run.bottom for run in address}) == 2 + len(lines)
    assert max(run.right for run in address) <= 105 * POINTS_AND_MILLIMETRES
    text = [run for run in runs if (height - run.bottom) / POINTS_AND_MILLIMETRES > 95]
    assert min((height - run.bottom) / POINTS_AND_MILLIMETRES for run in text) > 98.4


def test_an_ordinary_word_is_never_divided() -> None:
    raw = Document(make(notice(), SENDER)).root.text
    assert "sicherheitsstelle@musterstadt.example" in raw
    assert "\u200b" not in raw


@pytest.mark.parametrize("lines", [(), ("a",) * 7, ("a", " ")])
def test_an_address_that_fits_no_window_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(LetterError):
        Addressee("Maria", lines)
    with pytest.raises(LetterError):
        Addressee(" ", ("Maria",))


def test_a_letter_that_fails_does_not_quote_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "notice.typ").write_text("#panic(sys.inputs.data)")
    monkeypatch.setattr(making, "TEMPLATES", tmp_path)
    with pytest.raises(LetterError) as caught:
        make(notice(), SENDER)
    assert str(caught.value) == "letter-failed"
    assert caught.value.__context__ is None or caught.value.__suppress_context__
