"""``obacht report``, from the terminal's side."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nacl.public import PrivateKey

from obacht_clients.cli import report_dates
from obacht_clients.cli.commands import obacht
from obacht_clients.cli.console import Console
from obacht_clients.words import LANGUAGES
from obacht_clients.words import reports as words
from obacht_protocol.errors import ReportError
from obacht_protocol.reports import GROUNDS, KINDS, STATES, Report, Status
from town import Town, make_home, make_town, problem, reply

KEY = PrivateKey(bytes(31) + b"\7")
NUMBER = "0000-0000-0000"
TYPED = {
    "person": {"family_name": "Geheimnis", "birth_date": "5.1971"},
    "incident": {"time": "3.11.2026 14:30", "place": "Schalter", "kind": "threat", "what": "Er schrie.\r\nLaut."},
    "reporter": {"office": "Bürgeramt", "name": "Melderin", "phone": "0221 1234"},
}
TOML = """
[person]
street = "Am Bach"
postcode = 50667
birth_date = 1971-05-14
[incident]
time = 2026-11-03T14:30:00
place = "Schalter"
kind = "weapon"
what = \"\"\"Er zog
ein Messer.\"\"\"
[ground]
kind = "complaint"
date = 2026-11-04
[reporter]
office = "Bürgeramt"
name = "Melderin"
phone = "0221 1234"
"""
ANSWERS = "Geheimnis\nGerda\n\n\n14.5.1971\n\n\n\n\n\n3.11.2026 14:30\nSchalter\n3\nEr schrie.\nLaut.\n\n"
GROUND = "2\n1 Js 12/26\n4.11.2026\n"
REPORTER = "Bürgeramt\nMelderin\n0221 1234\n"
Run = Callable[..., Result]


@pytest.fixture
def opened(town: Town) -> list[Report]:
    """What has come to the office."""
    come: list[Report] = []

    def answer(request: object) -> object:
        come.append(Report.open(request.read(), bytes(KEY)))  # type: ignore[attr-defined] # a request
        return reply(Status(NUMBER, "received").encode())

    town.instead["/v1/reports"] = answer  # type: ignore[assignment] # as above
    return come


@pytest.fixture
def town() -> Town:
    return make_town(report=bytes(KEY.public_key), reports="http://127.0.0.1:8300")


@pytest.fixture
def run(town: Town, tmp_path: Path) -> Run:
    make_home(town, tmp_path / "home")

    def invoke(*arguments: str | Path, given: object = "") -> Result:
        console = Console(home=tmp_path / "home", clock=town.clock, network=town.network)
        text = given if isinstance(given, str | bytes) else json.dumps(given)
        return CliRunner().invoke(obacht, [str(one) for one in arguments], input=text, obj=console)

    return invoke


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obacht_clients.cli.report.is_interactive", lambda: True)


def test_a_program_hands_over_json(run: Run, opened: list[Report]) -> None:
    result = run("report", "--file", "-", given=TYPED)
    assert result.exit_code == 0, result.output
    assert f"Eingangsnummer: {NUMBER}" in result.output
    assert "unversiegelt" not in result.output
    (report,) = opened
    assert (report.person.family_name, report.person.birth_date) == ("Geheimnis", "1971-05")
    assert (report.incident.time, report.incident.what) == ("2026-11-03T14:30", "Er schrie.\nLaut.")
    assert report.ground is None


def test_a_toml_file_does_as_well(run: Run, opened: list[Report], tmp_path: Path) -> None:
    file = tmp_path / "report.toml"
    file.write_text(TOML, encoding="utf-8")
    result = run("--language", "en", "report", "--file", file)
    assert result.exit_code == 0, result.output
    assert "Delete it" in result.output
    (report,) = opened
    assert (report.person.postcode, report.person.birth_date) == ("50667", "1971-05-14")
    assert (report.incident.time, report.incident.kind) == ("2026-11-03T14:30", "weapon")
    assert report.ground is not None
    assert (report.ground.kind, report.ground.date) == ("complaint", "2026-11-04")


def test_json_says_what_became_of_it(run: Run, opened: list[Report], town: Town) -> None:
    printed = json.loads(run("report", "--file", "-", "--json", given=TYPED).output)
    assert printed == {"reports": [{"receipt": NUMBER, "state": "received"}], "waiting": 0}
    town.instead["/v1/reports"] = lambda _: problem("device")
    result = run("report", "--file", "-", "--json", given=TYPED)
    assert (result.exit_code, json.loads(result.output)["reports"]) == (4, [{"kept": "refused-device"}])
    assert len(opened) == 1


def test_what_could_not_be_sent_is_kept_and_sent_later(run: Run, town: Town, tmp_path: Path) -> None:
    town.instead["/v1/reports"] = lambda _: problem("unavailable")
    result = run("report", "--file", "-", given=TYPED)
    assert result.exit_code == 4
    assert "versiegelt auf diesem Gerät" in result.output
    assert "--send-waiting" in result.output
    again = run("report", "--send-waiting")
    assert (again.exit_code, again.output.count("warten: 1")) == (4, 1)
    assert b"Geheimnis" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    town.instead["/v1/reports"] = lambda _: reply(Status(NUMBER, "in-work").encode())
    sent = run("report", "--send-waiting")
    assert (sent.exit_code, NUMBER in sent.output) == (0, True)
    assert "wartet keine Meldung" in run("report", "--send-waiting").output


@pytest.mark.usefixtures("at_a_terminal")
def test_somebody_at_a_terminal_is_asked(run: Run, opened: list[Report]) -> None:
    result = run("report", given=ANSWERS + GROUND + REPORTER + "\n")
    assert result.exit_code == 0, result.output
    (report,) = opened
    assert (report.person.given_names, report.person.birth_date) == ("Gerda", "1971-05-14")
    assert (report.incident.kind, report.incident.what) == ("threat", "Er schrie.\nLaut.")
    assert report.ground is not None
    assert (report.ground.file_number, report.ground.date) == ("1 Js 12/26", "2026-11-04")
    assert report.reporter.phone == "0221 1234"


@pytest.mark.usefixtures("at_a_terminal")
def test_what_is_wrong_is_asked_again(run: Run, opened: list[Report]) -> None:
    nobody = "\n" * 10
    answers = nobody + ANSWERS.replace("14.5.1971", "14.13.1971\n14.5.2071\n14.5.1971").replace("3\nEr", "0\n3\nEr")
    result = run("report", given=answers + "0\n" + REPORTER.replace("Melderin", "\nMelderin") + "j\n")
    assert result.exit_code == 0, result.output
    for said in ("Bitte wenigstens", "Diesen Tag gibt es nicht.", "liegt in der Zukunft", "Bitte ausfüllen."):
        assert said in result.output
    assert len(opened) == 1
    assert opened[0].ground is None


@pytest.mark.usefixtures("at_a_terminal")
def test_whoever_says_no_or_goes_away_has_sent_nothing(run: Run, opened: list[Report], tmp_path: Path) -> None:
    result = run("report", given=ANSWERS + "0\n" + REPORTER + "n\n")
    assert result.exit_code == 1
    assert "nichts aufbewahrt" in result.output
    assert run("report", given=ANSWERS).exit_code == 1
    assert not opened
    assert not (tmp_path / "home" / "reports").exists()


def test_where_nobody_can_be_asked_a_file_is_needed(run: Run) -> None:
    result = run("report")
    assert result.exit_code == 2
    assert "--file" in result.output


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "[person", '{"person": 5}', '{"person": {"shoe_size": "46"}}', '{"persons": {}}',
        '{"person": {"family_name": null}}', '{"person": {"family_name": ["a"]}}', "x" * (256 * 1024 + 1), b"\xff",
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused_without_repeating_it(
    run: Run, opened: list[Report], content: str | bytes
) -> None:
    result = run("report", "--file", "-", given=content)
    assert result.exit_code in {2, 3}
    assert "46" not in result.output
    assert not opened


def test_a_file_that_is_not_there_is_named_so(run: Run, tmp_path: Path) -> None:
    result = run("report", "--file", tmp_path / "missing.toml")
    assert (result.exit_code, "lässt sich nicht lesen" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ("person.family_name", "", "Person: Bitte wenigstens"),
        ("person.birth_date", "1.1.1899", "Geburtsdatum: Das Datum liegt vor 1900."),
        ("incident.time", "gestern", "Tag und Uhrzeit: Bitte TT.MM.JJJJ HH:MM"),
        ("incident.time", "3.11.2026 irgendwann", "Tag und Uhrzeit: Bitte TT.MM.JJJJ HH:MM"),
        ("incident.time", "3.11.2036", "Tag und Uhrzeit: Das Datum liegt in der Zukunft."),
        ("incident.kind", "shouting", "Art des Vorfalls: Möglich sind: damage"),
        ("incident.what", "x" * 10_001, "Hergang: Das ist zu lang."),
        ("reporter.name", "\u202emalroN", "Ihr Name: Bitte unsichtbare"),
        ("ground.kind", "revenge", "Grundlage: Möglich sind: house-ban"),
    ],
)
def test_what_cannot_be_used_is_named_in_words(
    run: Run, opened: list[Report], place: str, text: str, said: str
) -> None:
    part, _, field = place.partition(".")
    changed = {**TYPED, part: {**TYPED.get(part, {}), field: text}}
    result = run("report", "--file", "-", given=changed)
    assert result.exit_code == 3
    assert said in result.output
    assert not opened
    printed = json.loads(run("report", "--file", "-", "--json", given=changed).output)
    assert printed["text"].startswith(said)


def test_a_missing_part_is_named(run: Run) -> None:
    result = run("report", "--file", "-", given={"person": TYPED["person"]})
    assert (result.exit_code, "Tag und Uhrzeit: Bitte ausfüllen." in result.output) == (3, True)


def test_the_state_is_told_by_the_number(run: Run, town: Town) -> None:
    town.instead["/v1/reports"] = lambda _: reply(Status(NUMBER, "in-work").encode())
    assert f"Meldung {NUMBER}: in Bearbeitung" in run("report", "--status", "oooo 0000 0000").output
    assert json.loads(run("report", "--status", NUMBER, "--json").output) == {"receipt": NUMBER, "state": "in-work"}
    assert town.requests[-1].url.path == f"/v1/reports/{NUMBER}"
    mistyped = run("report", "--status", "0000-0000-0001")
    assert (mistyped.exit_code, "zwölf Zeichen" in mistyped.output) == (3, True)
    town.instead["/v1/reports"] = lambda _: problem("not-found")
    unknown = run("report", "--status", NUMBER)
    assert (unknown.exit_code, "kennt unter dieser Nummer" in unknown.output) == (1, True)
    town.instead["/v1/reports"] = lambda _: problem("device")
    refused = run("report", "--status", NUMBER)
    assert (refused.exit_code, "nicht angemeldet" in refused.output or "Gerät" in refused.output) == (1, True)


def test_only_one_thing_at_a_time(run: Run) -> None:
    assert run("report", "--send-waiting", "--status", NUMBER).exit_code == 2


def test_where_no_reports_are_taken_nobody_is_asked_in_vain(tmp_path: Path) -> None:
    town = make_town()
    make_home(town, tmp_path / "home")
    console = Console(home=tmp_path / "home", clock=town.clock, network=town.network)
    result = CliRunner().invoke(obacht, ["report"], obj=console)
    assert (result.exit_code, "Sicherheitsstelle anrufen" in result.output) == (1, True)


def test_a_fault_of_the_program_shows_nothing_that_was_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Geheimnis")

    monkeypatch.setattr("obacht_clients.reporting.Reporting.send", broken)
    result = run("report", "--file", "-", given=TYPED)
    assert (result.exit_code, "RuntimeError" in result.output) == (1, True)
    assert "Geheimnis" not in result.output


def test_init_and_doctor_name_the_office(run: Run, town: Town) -> None:
    descriptor = town.deployment.descriptor
    roots = ("--office-key", str(descriptor.office), "--auditor-key", str(descriptor.auditor))
    assert "obacht-office device add" in run("init", "--matcher", descriptor.matcher, *roots).output
    town.instead["/v1/reports"] = lambda _: problem("method")
    assert "In Ordnung: Sicherheitsstelle, für Meldungen" in run("doctor").output
    town.instead["/v1/reports"] = lambda _: problem("internal")
    assert "Fehler: Sicherheitsstelle, für Meldungen" in run("doctor").output


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3.11.2026", "2026-11-03"), ("03/11/2026 9:05", "2026-11-03T09:05"), ("Tag", "Tag"), ("", ""),
        ("3.11.2026, 14.30 Uhr", "2026-11-03T14:30"), ("2026-11-03 14:30", "2026-11-03T14:30"),
        ("2026-11-03", "2026-11-03"), ("2026-11-03T14:30:59", "2026-11-03T14:30"),
    ],
)  # fmt: skip
def test_moments_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert report_dates.moment(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"), [("14.5.1971", "1971-05-14"), ("5.1971", "1971-05"), ("5/1971", "1971-05"), ("1971", "1971")]
)
def test_birth_dates_are_read_in_part(typed: str, read: str) -> None:
    assert report_dates.birth_date(typed) == read


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_kind_ground_state_and_error_has_words(language: object) -> None:
    texts = language.texts  # type: ignore[attr-defined] # a language
    assert {f"report-kind-{kind}" for kind in KINDS} | {f"report-ground-{ground}" for ground in GROUNDS} <= texts.keys()
    assert {f"report-state-{state}" for state in STATES} <= texts.keys()
    for code in ("empty", "too_long", "control", "no_such_day", "before_1900", "future"):
        assert words.refused(ReportError(code, "birth_date"), language)  # type: ignore[arg-type] # as above
    for field in ("birth_date", "time", "date", "kind", "ground"):
        assert words.refused(ReportError("format", field), language)  # type: ignore[arg-type] # as above
    for kind in KINDS:
        assert kind in texts["report-format-kind"]
    for ground in GROUNDS:
        assert ground in texts["report-format-ground"]
