"""The commands of a department, from the terminal's side."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from obacht_clients.cli.commands import obacht
from obacht_clients.cli.console import Console, say
from obacht_clients.home import Home
from obacht_protocol import notes
from obacht_protocol.encoding import unbase64url
from obacht_protocol.identity import Address
from town import NOW, Record, Town, date, make_home, make_town, person, problem, reply

ANNA = person("Müller", "Anna", "07.03.1980")
TYPED = {"family_name": "Müller", "given_names": "Anna", "birth_date": "7.3.1980", "purpose": "visit"}
Run = Callable[..., Result]


@pytest.fixture
def town() -> Town:
    return make_town([Record(ANNA), Record(Address("50667", "Venloer Straße", "12"), level=2)])


@pytest.fixture
def run(town: Town, tmp_path: Path) -> Run:
    def invoke(*arguments: str, typed: object = None, answers: str = "") -> Result:
        console = Console(home=tmp_path / "home", clock=town.clock, network=town.network)
        given = answers if typed is None else json.dumps(typed)
        return CliRunner().invoke(obacht, arguments, input=given, obj=console)

    return invoke


@pytest.fixture
def home(town: Town, tmp_path: Path) -> Path:
    return make_home(town, tmp_path / "home")


def initialise(run: Run, town: Town, *more: str) -> Result:
    descriptor = town.deployment.descriptor
    roots = ("--office-key", str(descriptor.office), "--auditor-key", str(descriptor.auditor))
    return run("init", "--matcher", descriptor.matcher + "/", *roots, *more)


def test_init_pins_and_prints_what_key_offices_need(run: Run, town: Town, tmp_path: Path) -> None:
    result = initialise(run, town, "--json", "--deployment", "test-town", "--proxy", "http://proxy:3128")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.output)
    assert len(unbase64url(printed["public_key"])) == 32
    assert printed["deployment"] == "test-town"
    opened = Home(tmp_path / "home")
    assert (opened.pins().office, opened.pins().proxy) == (town.deployment.descriptor.office, "http://proxy:3128")
    opened.close()
    again = initialise(run, town, "--proxy", "http://proxy:3128")
    assert again.exit_code == 0
    assert printed["public_key"] in again.output
    assert printed["device"] in again.output


def test_init_then_check(run: Run, town: Town) -> None:
    assert initialise(run, town).exit_code == 0
    assert run("check", "--stdin-json", typed=TYPED).exit_code == 10


def test_init_refuses_a_descriptor_without_both_signatures(run: Run, town: Town, tmp_path: Path) -> None:
    town.note = notes.sign(town.deployment.descriptor.encode(), [town.deployment.office])
    result = initialise(run, town)
    assert result.exit_code == 1
    assert "Unterschrift" in result.output
    assert not (tmp_path / "home" / "trust.sqlite").exists()


def test_init_refuses_what_is_no_descriptor_another_deployment_and_an_expired_one(run: Run, town: Town) -> None:
    assert initialise(run, town, "--deployment", "elsewhere").exit_code == 1
    town.now += 31 * 24 * 3600
    assert "abgelaufen" in initialise(run, town).output
    town.instead = {"/v1/descriptor": lambda _: reply(b"nothing")}
    assert "fehlerhaft" in initialise(run, town).output


def test_init_never_forgets_what_another_init_pinned(run: Run, town: Town) -> None:
    assert initialise(run, town).exit_code == 0
    result = initialise(run, town, "--proxy", "http://other:1")
    assert result.exit_code == 1
    assert "--home" in result.output


@pytest.mark.parametrize(
    ("option", "value"),
    [("--matcher", "ftp://x"), ("--office-key", "nonsense"), ("--auditor-key", "a+b+c"), ("--deployment", "Ä")],
)
def test_init_says_what_is_wrong_with_an_option(run: Run, town: Town, option: str, value: str) -> None:
    assert initialise(run, town, option, value).exit_code == 2


def test_init_without_a_network_says_so(run: Run, town: Town) -> None:
    town.instead = {"/": lambda _: problem("no-descriptor")}
    result = initialise(run, town)
    assert result.exit_code == 1
    assert "noch keine Beschreibung" in result.output


@pytest.mark.usefixtures("home")
class TestCheck:
    def test_the_exit_code_tells_the_state(self, run: Run, town: Town) -> None:
        assert run("check", "--stdin-json", typed=TYPED).exit_code == 10
        assert run("check", "--stdin-json", typed=TYPED | {"birth_date": "1980"}).exit_code == 11
        assert run("check", "--stdin-json", typed=TYPED | {"family_name": "Fremd", "given_names": "Jo"}).exit_code == 0
        town.instead = {"/": lambda _: problem("unavailable")}
        assert run("check", "--stdin-json", typed=TYPED).exit_code == 20

    def test_json_says_the_same_for_programs(self, run: Run) -> None:
        printed = json.loads(run("--language", "en", "check", "--stdin-json", "--json", typed=TYPED).output)
        assert (printed["state"], printed["level"]) == ("entry", 3)
        assert printed["text"][0] == "(!) Entry, level 3"

    def test_options_do_as_well(self, run: Run) -> None:
        options = ("--family-name", "Müller", "--given-names", "Anna", "--birth-date", "1980-03-07")
        assert run("check", *options, "--purpose", "visit").exit_code == 10
        address = ("--postcode", "50667", "--street", "Venloerstr.", "--house-number", "12", "--purpose", "visit")
        result = run("check", *address)
        assert result.exit_code == 10
        assert "Stufe 2" in result.output

    def test_somebody_at_a_terminal_is_asked(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("obacht_clients.cli.check.is_interactive", lambda: True)
        result = run("check", answers="Müller\nAnna\n7.3.1980\n\n1\n")
        assert result.exit_code == 10, result.output
        assert "Geburtsdatum (TT.MM.JJJJ, oder nur das Jahr)" in result.output
        assert run("check", "--address", answers="50667\nVenloer Str.\n12\n2\n").exit_code == 10

    def test_what_is_missing_is_named(self, run: Run) -> None:
        result = run("check", "--stdin-json", typed={"family_name": "Müller", "purpose": "visit"})
        assert result.exit_code == 2
        assert "Es fehlt: Vorname, Geburtsdatum" in result.output

    def test_the_purposes_are_named_if_none_is(self, run: Run) -> None:
        typed = {name: text for name, text in TYPED.items() if name != "purpose"}
        result = run("check", "--stdin-json", typed=typed)
        assert result.exit_code == 2
        assert "visit (Hausbesuch)" in result.output

    @pytest.mark.parametrize("typed", [[], "text", {"family_name": 7}, {"name": "Müller"}, None, {"a": {"b": 1}}])
    def test_other_json_is_refused_without_repeating_it(self, run: Run, typed: object) -> None:
        result = run("check", "--stdin-json", typed=typed, answers="{")
        assert result.exit_code == 2
        assert "Müller" not in result.output

    def test_endless_input_is_refused(self, run: Run) -> None:
        assert run("check", "--stdin-json", typed={"family_name": "x" * 70_000}).exit_code == 2

    def test_a_person_and_an_address_at_once_are_refused(self, run: Run) -> None:
        assert run("check", "--stdin-json", typed=TYPED | {"street": "Weg"}).exit_code == 2

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"family_name": ""}, "Familienname: Bitte ausfüllen."),
            ({"family_name": "x" * 10_000}, "Familienname: Das ist zu lang"),
            ({"family_name": "A\x07B"}, "Steuerzeichen"),
            ({"family_name": "🙂"}, "Familienname: Dieses Zeichen"),
            ({"given_names": "משה"}, "Vorname: Bitte in lateinischen Buchstaben"),
            ({"given_names": "Aнна"}, "Vorname: Bitte in lateinischen Buchstaben"),
            ({"birth_date": "30.02.1980"}, "Geburtsdatum: Diesen Tag gibt es nicht."),
            ({"birth_date": "1.1.2090"}, "Geburtsdatum: Das Datum liegt in der Zukunft."),
            ({"birth_date": "1899"}, "Geburtsdatum: Das Datum liegt vor 1900."),
            ({"birth_date": "gestern"}, "TT.MM.JJJJ"),
        ],
    )
    def test_what_cannot_be_used_is_said_in_words_and_not_repeated(
        self, run: Run, town: Town, change: dict[str, str], expected: str
    ) -> None:
        result = run("check", "--stdin-json", typed=TYPED | change)
        assert result.exit_code == 3
        assert expected in result.output
        assert not town.asked("/v1/evaluations")
        (typed,) = change.values()
        assert not typed or typed not in result.output.replace("(TT.MM.JJJJ", "")
        printed = json.loads(run("check", "--stdin-json", "--json", typed=TYPED | change).output)
        assert printed.keys() == {"field", "code", "text"}

    def test_the_first_of_january_1900_can_be_asked_about(self, run: Run) -> None:
        assert run("check", "--stdin-json", typed=TYPED | {"birth_date": "1.1.1900"}).exit_code == 0

    def test_a_fault_of_our_own_is_a_state_at_the_desk_and_tells_no_name(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: object) -> None:
            raise ValueError("Müller, Anna")

        monkeypatch.setattr("obacht_clients.department.decide", fail)
        result = run("check", "--stdin-json", typed=TYPED)
        assert result.exit_code == 20
        assert "Keine Prüfung erfolgt" in result.output
        assert "Müller" not in result.output
        assert "ValueError" in result.output

    def test_a_computer_without_user_names_can_ask(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail() -> str:
            raise OSError("no such user")

        monkeypatch.setattr("getpass.getuser", fail)
        assert run("check", "--stdin-json", typed=TYPED).exit_code == 10

    def test_the_doctor_finds_all_well(self, run: Run, town: Town) -> None:
        result = run("doctor")
        assert result.exit_code == 0, result.output
        assert "Fehler" not in result.output
        assert not any(request.method == "POST" for request in town.requests)

    def test_the_doctor_names_every_fault(self, run: Run, town: Town, home: Path) -> None:
        town.now += 40 * 24 * 3600
        town.instead = {"/v1/evaluations": lambda _: problem("unavailable")}
        result = run("doctor")
        assert result.exit_code == 1
        assert result.output.count("Fehler: ") == 3
        (home / "device.key").unlink()
        assert "Der Schlüssel dieses Geräts fehlt" in run("doctor").output

    def test_the_doctor_sees_a_wrong_clock(self, run: Run, town: Town) -> None:
        town.instead = {"/v1/evaluations": lambda _: reply(b"", Date=date(NOW + 86_400))}
        assert "Fehler: Uhr" in run("doctor").output


def test_a_client_that_is_not_set_up_says_so(run: Run) -> None:
    result = run("check", "--stdin-json", typed=TYPED)
    assert result.exit_code == 20
    assert "obacht init" in result.output
    assert run("doctor").exit_code == 1


def test_where_there_is_one_purpose_it_need_not_be_named(tmp_path: Path) -> None:
    town = make_town([Record(ANNA)])
    town.deployment = town.deployment.revised(purposes=town.deployment.descriptor.purposes[:1])
    town.note = town.deployment.note()
    console = Console(home=make_home(town, tmp_path / "one"), clock=town.clock, network=town.network)
    typed = json.dumps({name: text for name, text in TYPED.items() if name != "purpose"})
    assert CliRunner().invoke(obacht, ["check", "--stdin-json"], input=typed, obj=console).exit_code == 10


def test_home_and_language_come_from_options_or_the_environment(tmp_path: Path) -> None:
    script = [sys.executable, "-c", "from obacht_clients.cli import main; main()"]
    environment = {"OBACHT_HOME": str(tmp_path), "OBACHT_LANGUAGE": "en", "PYTHONIOENCODING": "cp1251"}
    arguments = ["check", "--stdin-json"]
    typed = json.dumps(TYPED).encode()
    result = subprocess.run([*script, *arguments], input=typed, env=environment, capture_output=True, check=False)
    assert result.returncode == 20, result.stderr
    assert b"No check was made" in result.stdout
    german = subprocess.run(
        [*script, "--language", "de", *arguments], input=typed, env=environment, capture_output=True, check=False
    )
    assert german.returncode == 20, "a terminal without umlauts ends nothing"
    assert b"Keine Pr?fung erfolgt" in german.stdout


def test_without_libsodium_there_is_no_check_either() -> None:
    script = """
        import sys
        from obacht_protocol import errors, sodium
        def fail(_): raise errors.LibraryError("no libsodium")
        sodium.load = fail
        from obacht_clients.cli import main
        main()
    """
    code = "\n".join(line.strip() for line in script.splitlines())
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert result.returncode == 20
    assert b"No check was made" in result.stderr


def test_signs_that_steer_a_terminal_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    say(["a\x1b[2Jb\u202ec\x07"])
    assert capsys.readouterr().out == "a?[2Jb?c?\n"


def test_the_exit_codes_stand_in_the_help(run: Run) -> None:
    assert "20  no check was made" in run("check", "--help").output
    assert isinstance(obacht, click.Group)
