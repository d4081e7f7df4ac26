"""Letters can be read by everybody: tagged, titled, in a language, with headings and tables."""

import itertools
import re

import pytest

from invented_letters import EVERY_LETTER, SENDER, read
from obacht_enrollment.letters.making import make
from pdf_reading import Document, Element


@pytest.fixture(params=EVERY_LETTER)
def named(request: pytest.FixtureRequest) -> tuple[str, Document]:
    return request.param, read(EVERY_LETTER[request.param])


def test_a_letter_says_that_it_is_pdf_ua_1_and_tagged(named: tuple[str, Document]) -> None:
    _, letter = named
    assert "<pdfuaid:part>1</pdfuaid:part>" in letter.metadata
    assert letter.catalog["MarkInfo"]["Marked"] == "true"
    assert letter.catalog["ViewerPreferences"]["DisplayDocTitle"] == "true"


def test_a_letter_has_its_language_and_a_title_that_names_nobody(named: tuple[str, Document]) -> None:
    name, letter = named
    assert letter.language == ("de-DE" if name.endswith("-de") else "en-GB")
    assert letter.title == letter.root.all("H1")[0].text
    assert "Maria" not in letter.title


def test_headings_go_down_by_one_and_none_is_empty(named: tuple[str, Document]) -> None:
    _, letter = named
    headings = letter.root.all("H1", "H2", "H3", "H4", "H5", "H6")
    levels = [int(heading.tag[1]) for heading in headings]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(heading.text for heading in headings)


def test_every_table_has_a_head_and_every_cell_belongs_to_it(named: tuple[str, Document]) -> None:
    _, letter = named
    tables = letter.root.all("Table")
    assert tables
    for table in tables:
        (head,) = table.all("THead")
        columns = head.all("TH")
        assert all(cell.text for cell in columns)
        assert len(head.all("TR")) == 1
        assert not head.all("TD")
        (body,) = table.all("TBody")
        assert all(len(row.all("TD")) == len(columns) for row in body.all("TR"))


def test_text_is_under_paragraphs_headings_lists_and_tables(named: tuple[str, Document]) -> None:
    _, letter = named

    def blocks(element: Element) -> list[Element | str]:
        if element.tag in {"Document", "Div"}:
            return [
                block
                for child in element.children
                for block in (blocks(child) if isinstance(child, Element) else [child])
            ]
        return [element]

    tags = {block.tag if isinstance(block, Element) else block for block in blocks(letter.root)}
    assert tags <= {"P", "H1", "H2", "L", "Table", "Figure"}


def test_a_list_has_items_with_a_body(named: tuple[str, Document]) -> None:
    _, letter = named
    for item in letter.root.all("LI"):
        (body,) = item.all("LBody")
        assert body.text


def test_a_chart_says_in_words_what_it_draws() -> None:
    for language, below in (("de", "unterdrückt"), ("en", "suppressed")):
        letter = read(EVERY_LETTER[f"report-{language}"])
        (figure,) = letter.root.all("Figure")
        counts = re.findall(r"(\S+): ([^;]+)", figure.alternative.split(": ", 1)[1])
        assert counts == [("erstes", "12"), ("zweites", below), ("drittes", "12345")]


@pytest.mark.parametrize("name", EVERY_LETTER)
def test_a_draft_says_what_it_is_to_eye_and_ear(name: str) -> None:
    draft = Document(make(EVERY_LETTER[name], SENDER, draft=True))
    german = name.endswith("-de")
    assert draft.title.startswith("Entwurf: " if german else "Draft: ")
    assert ("Entwurf, nicht zum Versand" if german else "Draft, not to be sent") in draft.text
    assert "nicht zum Versand" not in read(EVERY_LETTER[name]).text
    assert [run.page for run in draft.runs if run.size > 50] == list(range(1, draft.pages + 1))


def test_only_a_chart_needs_words_of_its_own(named: tuple[str, Document]) -> None:
    name, letter = named
    assert len(letter.root.all("Figure")) == name.startswith("report")
