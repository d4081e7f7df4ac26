"""The page of counts: for those who may see them, in words and pictures, for spreadsheets and as a report."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import case_pages
from invented_cases import content
from invented_letters import SENDER
from invented_passwords import write_secret
from obacht_enrollment.cases import calls
from obacht_enrollment.cases.calls import Told
from obacht_enrollment.cases.content import Name
from obacht_enrollment.cli import main
from page_caller import Caller
from pages_office import app_of, arrive
from pdf_reading import Document
from safety_office import PASSPHRASE, Site
from workplace import PASSWORD

YEAR = 2027


@pytest.fixture
def counted(staffed: Site) -> Site:
    """An office with twelve cases and sixteen calls, six of them about the wrong person; and it writes letters."""
    for letter in "ABCDEFGHIJKL":
        case_pages.active(staffed, content(name=Name("Meyer", f"Jörg {letter}")))
    worker = case_pages.user(staffed, "worker")
    for place in range(16):
        calls.record(staffed.office, worker, Told("P", "Amt", "x"), staffed.now, right_person=place >= 6)
    return staffed


@pytest.fixture
def writing(counted: Site) -> Site:
    """The same office, whose letters have a head."""
    counted.office = replace(counted.office, settings=replace(counted.office.settings, letters=SENDER))
    return counted


@pytest.mark.parametrize("login", ["auditor", "worker"])
def test_who_may_see_counts_sees_them_in_numbers_and_pictures(counted: Site, login: str) -> None:
    page = arrive(app_of(counted), login).get("/statistics").text
    assert f'<h1 class="kern-heading-large">Statistik {YEAR}</h1>' in page
    assert re.search(r'Stufe 2</th><td class="[^"]*">12</td>', page)
    assert "Balkendiagramm: Neue Fälle nach Stufe. Stufe 2: 12; Stufe 3: 0" in page
    assert page.count("<svg") == page.count("<title id=")
    assert 'width="80.0%"' in page
    assert "Bei 38 % der Rückfragen" in page
    assert "Meyer" not in page
    assert "Das Jahr ist noch nicht zu Ende" in page


def test_who_may_not_see_counts_gets_none(call: Callable[..., Caller]) -> None:
    operator = call("operator")
    for path in ("/statistics", f"/statistics/{YEAR}", f"/statistics/{YEAR}/table"):
        assert operator.get(path).status_code == 403


def test_what_is_small_is_neither_in_the_table_nor_in_the_picture_nor_in_the_file(
    staffed: Site, call: Callable[..., Caller]
) -> None:
    case_pages.active(staffed)
    auditor = call("auditor")
    page = auditor.get("/statistics").text
    assert "Balkendiagramm: Neue Fälle nach Stufe. Stufe 2: unterdrückt; Stufe 3: unterdrückt" in page
    assert set(re.findall(r'<rect x="0" y="[0-9]+" width="([^"]+)"', page)) == {"0.0%"}
    table = auditor.get(f"/statistics/{YEAR}/table")
    assert table.headers["content-disposition"] == f'attachment; filename="statistics-{YEAR}.csv"'
    assert table.headers["cache-control"] == "no-store"
    assert table.content.startswith("\ufeffTabelle;".encode())
    assert ";1\r\n" not in table.text


def test_a_year_in_which_nothing_was_is_told_in_words_and_one_that_cannot_be_refused(
    call: Callable[..., Caller],
) -> None:
    auditor = call("auditor")
    assert "nichts zu zählen" in auditor.get("/statistics").text
    assert auditor.get("/statistics/1999").status_code == 400
    assert auditor.get("/statistics/jahr").status_code == 404


def test_the_report_is_a_draft_while_the_year_lasts(writing: Site) -> None:
    head = arrive(app_of(writing), "head")
    page = f"/statistics/{YEAR}"
    form = {"summary": "Ein ruhiges Jahr.", "report_language": "de"}
    made = head.send(page, f"{page}/report", form)
    assert made.headers["content-type"] == "application/pdf"
    text = Document(made.content).text
    assert "Ein ruhiges Jahr." in text
    assert "Anteil falscher Personen: 38 %" in text
    assert "Entwurf" in text
    writing.now += 365 * 86_400
    later = arrive(app_of(writing), "head")
    assert "Das Jahr ist noch nicht zu Ende" not in later.get(page).text
    english = later.send(page, f"{page}/report", {"report_language": "en"})
    assert "draft" not in Document(english.content).text.lower()
    assert "share of wrong persons: 38 %" in Document(english.content).text


def test_where_nobody_said_who_writes_letters_the_page_says_so(counted: Site) -> None:
    head = arrive(app_of(counted), "head")
    page = f"/statistics/{YEAR}"
    assert "office.toml" in head.get(page).text
    refused = head.send("/account", f"{page}/report", {})
    assert refused.status_code == 400
    assert "Fehler" in refused.text


def test_the_report_is_written_at_the_command_line(
    writing: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("obacht_enrollment.cli.context._now", writing.clock)
    settings = writing.office.home.folder / "office.toml"
    head = "".join(f'{name} = """{getattr(SENDER, name)}"""\n' for name in SENDER.__slots__ if getattr(SENDER, name))
    settings.write_text(f"{settings.read_text()}\n[letters]\n{head}")
    (tmp_path / "summary").write_text("Ein ruhiges Jahr.")
    secrets = ["--passphrase-file", write_secret(tmp_path / "passphrase", PASSPHRASE)]
    acting = ["--user", "auditor", "--password-file", write_secret(tmp_path / "password", PASSWORD.encode())]
    command = ["letter", "report", YEAR, tmp_path / "report.pdf", "--summary-file", tmp_path / "summary"]
    given = ["--home", writing.office.home.folder, *command, *acting, *secrets]
    done = CliRunner().invoke(main, list(map(str, given)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "Ein ruhiges Jahr." in Document((tmp_path / "report.pdf").read_bytes()).text
