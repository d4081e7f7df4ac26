"""Asking about a whole round at once: from Python, and from a file at the command line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from obacht_clients.answers import Entry, NoCheck, NoEntry, PossibleEntry
from obacht_clients.cli import day_list
from obacht_clients.cli.commands import obacht
from obacht_clients.cli.console import Console
from obacht_clients.department import Department
from obacht_clients.errors import ListError
from obacht_clients.words import LANGUAGES
from obacht_protocol import errors, rows
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person
from obacht_protocol.messages import EvaluationRequest
from obacht_protocol.rows import Entry as Row
from obacht_protocol.rows import Publication
from town import Record, Town, make_department, make_home, make_town, person, problem

ANNA = person("Müller", "Anna", "07.03.1980")
HOUSE = Address("50667", "Venloer Straße", "12")
STRANGER = person("Fremd", "Erik", "09.09.1999")
HEADER = "Familienname;Vornamen;Geburtsdatum;Geburtsname;PLZ;Straße;Hausnummer;Aktenzeichen"
LINES = [
    "Fremd;Erik;09.09.1999;;;;;AZ 1",
    ";;;;50667;Venloer Straße;12;AZ 2",
    "Müller;Anna;1980;;;;;",
    "Müller;Anna;7.3.1980;;;;;AZ 4",
]
Run = Callable[..., Result]


@pytest.fixture
def town() -> Town:
    return make_town([Record(ANNA), Record(HOUSE, level=2)])


@pytest.fixture
def department(town: Town, tmp_path: Path) -> Iterator[Department]:
    with make_department(town, tmp_path / "home") as department:
        yield department


def questions_of(town: Town) -> list[EvaluationRequest]:
    return [EvaluationRequest.parse(request.content) for request in town.requests if request.method == "POST"]


# From Python


def test_a_list_is_one_question_and_keeps_its_order(department: Department, town: Town) -> None:
    department.check(STRANGER, purpose="visit")
    town.requests.clear()
    subjects: list[Person | Address] = [STRANGER, ANNA, HOUSE, person("Müller", "Anna", "1980")] * 10
    answers = department.check_list(subjects, purpose="visit", user="clerk")
    assert [type(answer) for answer in answers] == [NoEntry, Entry, Entry, PossibleEntry] * 10
    assert [answer.level for answer in answers[1:3] if isinstance(answer, Entry)] == [3, 2]
    (question,) = questions_of(town)
    assert len(question.elements) == len(set(question.elements)) == 160


def test_more_than_40_are_not_asked_about(department: Department, town: Town) -> None:
    with pytest.raises(ListError):
        department.check_list([ANNA] * 41, purpose="visit")
    assert not town.requests


def test_nobody_needs_no_question(department: Department, town: Town) -> None:
    assert department.check_list([], purpose="visit") == []
    assert not town.requests


def test_if_one_cannot_be_asked_about_nobody_is(department: Department, town: Town) -> None:
    with pytest.raises(IdentityError, match="range"):
        department.check_list([ANNA, Address("50667", "Venloer Straße", "12-16")], purpose="visit")
    with pytest.raises(IdentityError, match="future"):
        department.check_list([ANNA, Person("Fremd", "Erik", 2028)], purpose="visit")
    assert not town.requests


@pytest.mark.parametrize("path", ["/v1/evaluations", "/v1/register/head"])
def test_a_question_that_fails_is_no_check_for_all(department: Department, town: Town, path: str) -> None:
    town.instead = {path: lambda _: problem("unavailable")}
    answers = department.check_list([ANNA, STRANGER, HOUSE], purpose="visit")
    contact = town.deployment.descriptor.contacts[0]
    assert len(answers) == 3
    for answer in answers:
        assert isinstance(answer, NoCheck)
        assert (answer.reason, answer.contact) == ("refused-unavailable", contact)
        assert [warning.office for warning in answer.warnings] == ["Key office 1"] * (path == "/v1/evaluations")


def test_an_unknown_purpose_is_no_check_for_all(department: Department, town: Town) -> None:
    answers = department.check_list([ANNA, STRANGER], purpose="gossip")
    assert [answer.reason for answer in answers if isinstance(answer, NoCheck)] == ["purpose"] * 2
    assert not town.asked("/v1/evaluations")


def test_a_row_that_cannot_be_opened_is_no_check_for_that_one_alone(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    department.check(STRANGER, purpose="visit")
    truly = rows.open_row

    def broken(publication: Publication, row: bytes, tag: bytes, entry_key: bytes) -> Row:
        if (entry := truly(publication, row, tag, entry_key)).address:
            raise errors.RowError("of another version")
        return entry

    monkeypatch.setattr(rows, "open_row", broken)
    broken_one, listed, stranger = department.check_list([HOUSE, ANNA, STRANGER], purpose="visit")
    assert isinstance(broken_one, NoCheck)
    assert broken_one.reason == "row"
    assert isinstance(listed, Entry)
    assert stranger == NoEntry()


def test_progress_counts_up_to_all(department: Department) -> None:
    told: list[tuple[int, int]] = []
    department.check_list([ANNA] * 5, purpose="visit", progress=lambda done, of: told.append((done, of)))
    assert told == [(number, 5) for number in range(1, 6)]


def test_a_fault_of_our_own_is_raised_from_python(department: Department) -> None:
    def fail(_: int, __: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        department.check_list([ANNA], purpose="visit", progress=fail)
    assert isinstance(department.check(ANNA, purpose="visit"), Entry), "and the next question is answered"


# At the command line


@pytest.fixture
def run(town: Town, tmp_path: Path) -> Run:
    make_home(town, tmp_path / "home")

    def invoke(content: bytes | str | list[str], *arguments: str, language: str = "de") -> Result:
        text = "\n".join([HEADER, *content]) if isinstance(content, list) else content
        file = tmp_path / "round.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        console = Console(home=tmp_path / "home", clock=town.clock, network=town.network, language=LANGUAGES[language])
        return CliRunner().invoke(obacht, ["check-list", str(file), "--purpose", "visit", *arguments], obj=console)

    return invoke


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_round_is_answered_gravest_first(run: Run, town: Town, encoding: str, delimiter: str, end: str) -> None:
    text = end.join([HEADER, *LINES, ";;;;;;;", ""]).replace(";", delimiter)
    result = run(text.encode(encoding))
    assert result.exit_code == 10, result.output
    places = [result.output.index(part) for part in (
        "Zeile 5: Müller, Anna, 7.3.1980 (AZ 4)", "(!) Eintrag, Stufe 3",
        "Zeile 3: 50667, Venloer Straße, 12 (AZ 2)", "(!) Eintrag, Stufe 2",
        "Zeile 4: Müller, Anna, 1980", "(?) Möglicher Eintrag",
        "Zeile 2: Fremd, Erik, 09.09.1999 (AZ 1)", "(-) Kein Eintrag", "Das ist keine Entwarnung.",
    )]  # fmt: skip
    assert places == sorted(places)
    assert len(questions_of(town)) == 2, "the canary, and all of the list at once"


def test_programs_read_the_same(run: Run) -> None:
    result = run(LINES, "--json", language="en")
    told = json.loads(result.output)["answers"]
    assert [(one["line"], one["state"], one["file_reference"]) for one in told] == [
        (5, "entry", "AZ 4"), (3, "entry", "AZ 2"), (4, "possible entry", ""), (2, "no entry", "AZ 1"),
    ]  # fmt: skip
    assert told[0]["text"][0] == "(!) Entry, level 3"
    assert told[0]["warnings"] == []
    assert "Müller" not in result.output, "whose line it is, the program knows itself"


@pytest.mark.parametrize(("lines", "code"), [(LINES, 10), (LINES[::2], 11), (LINES[:1], 0)])
def test_the_exit_code_is_the_gravest_state(run: Run, lines: list[str], code: int) -> None:
    assert run(lines).exit_code == code


def test_the_exit_code_of_no_check_is_graver_than_no_entry(
    run: Run, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise errors.RowError("of another version")

    town.publish([Record(HOUSE)])
    assert run(LINES[:1]).exit_code == 0
    monkeypatch.setattr(rows, "open_row", broken)
    monkeypatch.setattr("obacht_clients.department._Session._prove", _nothing)
    result = run(LINES[:2])
    assert result.exit_code == 20
    assert result.output.index("Zeile 3") < result.output.index("(x) Keine Prüfung") < result.output.index("Zeile 2")


async def _nothing(*_: object) -> None:
    """Prove nothing."""


def test_a_failed_question_is_no_check_for_every_line(run: Run, town: Town) -> None:
    town.instead = {"/v1/evaluations": lambda _: problem("device")}
    result = run(LINES)
    assert result.exit_code == 20
    assert result.output.count("(x) Keine Prüfung erfolgt") == 4
    assert result.output.count("Schlüsselstelle Key office 1 hat die Anfrage abgewiesen") == 1
    assert "Kein Eintrag" not in result.output


def test_every_bad_line_is_named_and_nothing_is_asked(run: Run, town: Town) -> None:
    bad = [
        "Müller;Anna;30.02.1980;;;;;",
        "Müller;Anna;1980;;50667;Venloer Straße;12;",
        ";;;;;;;AZ 9",
        "Müller;Anna",
        ";;;;50667;Venloer Straße;12-16;",
        "Mül1er;Anna;1980;;;;;",
        ";Anna;1980;;;;;",
        "Müller;Anna;1.1.2090;;;;;",
    ]
    result = run([LINES[0], *bad])
    assert result.exit_code == 3
    assert result.output.splitlines() == [
        "Zeile 3: Geburtsdatum: Diesen Tag gibt es nicht.",
        "Zeile 4: Die Zeile nennt eine Person und eine Anschrift. Bitte zwei Zeilen daraus machen.",
        "Zeile 5: Die Zeile nennt weder Person noch Anschrift.",
        "Zeile 6: Die Zeile hat mehr oder weniger Felder als die Kopfzeile.",
        "Zeile 7: Hausnummer: Bitte eine einzelne Hausnummer eingeben.",
        "Zeile 8: Familienname: Ziffern gehören nicht hierher.",
        "Zeile 9: Familienname: Bitte ausfüllen.",
        "Zeile 10: Geburtsdatum: Das Datum liegt in der Zukunft.",
        "Es wurde nichts angefragt.",
    ]
    faults = json.loads(run([LINES[0], bad[0]], "--json").output)["faults"]
    assert faults == [{"line": 3, "text": "Geburtsdatum: Diesen Tag gibt es nicht."}]
    assert not town.requests


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "keine Zeilen"),
        (HEADER, "keine Zeilen"),
        (b"\x81\x8d", "weder in UTF-8 noch in Windows-1252"),
        (f"{HEADER}\n{LINES[0]}".encode("utf-16"), "Spalte der Kopfzeile"),
        (LINES[0] + "\n" + LINES[1], "Zeile 1: Eine Spalte der Kopfzeile ist unbekannt"),
        ("Familienname;Vornamen;Geburtsdatum;Vornamen\na;b;1980;c", "zweimal"),
        ("Familienname;Vornamen\na;b", "Nötig sind für Personen Familienname, Vornamen, Geburtsdatum"),
        (f'{HEADER}\n{LINES[0]}\n"Müller;Anna;1980;;;;;', "Zeile 3: Die Anführungszeichen"),
        ([LINES[0]] * 41, "Höchstens 40"),
        (b"x" * (day_list.MAX_LENGTH + 1), "größer als 1 MiB"),
    ],
)
def test_a_file_that_is_no_day_list_is_refused_in_words(
    run: Run, town: Town, content: bytes | str | list[str], said: str
) -> None:
    result = run(content)
    assert result.exit_code == 3
    assert said in result.output
    assert "Fremd" not in result.output
    assert not town.requests


def test_forty_lines_are_taken(run: Run) -> None:
    assert run([LINES[0]] * 40).exit_code == 0


def test_a_file_that_is_not_there_is_said_so(town: Town, tmp_path: Path) -> None:
    console = Console(home=tmp_path, clock=town.clock, network=town.network)
    result = CliRunner().invoke(obacht, ["check-list", str(tmp_path / "none.csv")], obj=console)
    assert result.exit_code == 3
    assert "nicht lesen" in result.output


def test_columns_may_be_fewer_and_in_any_order(run: Run) -> None:
    assert run("Geburtsdatum,Familienname,Vornamen\n07.03.1980,Müller,Anna").exit_code == 10
    assert run('PLZ;Hausnummer;Straße\n50667;12;"Venloer Straße"').exit_code == 10


def test_progress_is_shown_to_whoever_watches(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "verarbeitet" not in run(LINES).output
    monkeypatch.setattr("obacht_clients.cli.check_list.is_watched", lambda: True)
    assert "\r4 von 4 verarbeitet\n" in run(LINES).output.replace("\r\n", "\n")


def test_a_fault_of_our_own_is_no_check_and_tells_no_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ValueError("Müller, Anna")

    monkeypatch.setattr("obacht_clients.department.decide", fail)
    result = run(LINES, "--json")
    assert result.exit_code == 20
    assert "Müller" not in result.output
    assert result.output.startswith("ValueError")


def test_what_steers_a_terminal_is_not_printed(run: Run) -> None:
    result = run(["Fremd;Erik;1999;;;;;\x1b[2J"])
    assert "\x1b" not in result.output


def test_a_client_that_is_not_set_up_makes_no_check(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "round.csv"
    file.write_text(f"{HEADER}\n{LINES[0]}", "utf-8")
    console = Console(home=tmp_path / "nothing", clock=town.clock, network=town.network)
    result = CliRunner().invoke(obacht, ["check-list", str(file)], obj=console)
    assert result.exit_code == 20
    assert "obacht init" in result.output


def test_the_exit_codes_of_a_list_stand_in_its_help() -> None:
    assert "20  neither, and for at least one line no check was made" in CliRunner().invoke(
        obacht, ["check-list", "--help"]
    ).output  # fmt: skip
