"""``import`` and ``streets`` at the command line: what a file would do is shown, asked for, and shows nobody's name."""

import io
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imported import address_row, file, row
from invented_passwords import PASSWORD, write_secret
from obacht_enrollment.cases import contents
from obacht_enrollment.cli import main, progress
from obacht_enrollment.cli.context import Context
from obacht_enrollment.cli.progress import Progress
from obacht_enrollment.imports import previewing, steps
from safety_office import PASSPHRASE, Site

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, empty: Site, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of the office."""
    secret = write_secret(tmp_path / "passphrase", PASSPHRASE)
    password = write_secret(tmp_path / "password", PASSWORD.encode())
    user = ["--user", empty.importer.login, "--password-file", str(password)]
    monkeypatch.setattr("obacht_enrollment.cli.context._now", empty.clock)

    def run(*arguments: object, unlock: bool = True, language: str = "de", said: str | None = None) -> Result:
        passphrase = [*user, "--passphrase-file", str(secret)] if unlock else []
        own = ["--home", str(empty.office.home.folder), "--language", language]
        return CliRunner().invoke(main, [*own, *map(str, arguments), *passphrase], input=said, catch_exceptions=False)

    return run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.csv"


def taken_in(site: Site) -> int:
    return len(contents.versions(site.office))


def test_the_preview_says_what_the_file_would_do_before_anybody_agrees(run: Run, path: Path, empty: Site) -> None:
    path.write_bytes(file(row(), row(), row(Nachname="Maier"), address_row(), encoding="cp1252"))
    told = run("import", path, said="n\n")
    assert told.exit_code == 1
    assert told.stdout.splitlines() == [
        "Geschrieben in Windows-1252, Felder getrennt durch Semikolon.",
        "Diese Zeichen kommen vor: ßöü (sind falsche dabei: bitte als „CSV UTF-8“ speichern)",
        "Spalten:",
        "  Nachname = Familienname",
        "  Vorname = Vornamen",
        "  Geburtsname = Geburtsname",
        "  Geb.-Datum = Geburtsdatum",
        "  Alias = Alias",
        "  PLZ = PLZ",
        "  Straße = Straße",
        "  Hausnr. = Hausnummer",
        "  Seite = Seite",
        "  Stufe = Stufe",
        "  Begründung = Begründung",
        "  Kontakt = Kontakt",
        "  Gültig bis = Gültig bis",
        "  Wiedervorlage = Wiedervorlage",
        "  Grund = Grund",
        "  Grund vom = Grund vom",
        "  Az. = Aktenzeichen",
        "  Bemerkung = Bemerkungen",
        "4 Zeilen: 3 neu, 0 schon da, 1 doppelt in der Datei, 0 fehlerhaft.",
        "1 vielleicht dieselbe Person oder Anschrift wie in einer früheren Zeile: Zeile 4",
        "1 dasselbe wie in einer früheren Zeile: Zeile 3",
    ]
    assert "Aufnehmen?" in told.stderr
    assert "Nichts wurde aufgenommen." in told.stderr
    assert taken_in(empty) == 0
    assert run("import", path).exit_code == 1  # nobody there to ask
    agreed = run("import", path, said="y\n", language="en")
    assert agreed.exit_code == 0
    assert agreed.stdout.splitlines()[-2].startswith("3 taken in, 1 were there already, 0 left out.")
    assert taken_in(empty) == 3


def test_faulty_lines_are_counted_by_kind_named_and_not_shown(run: Run, path: Path, empty: Site) -> None:
    path.write_bytes(file(row(Nachname="Geheim", Az=""), *[row(Nachname="Geheim", Stufe="9")] * 11, row()))
    german, english = run("import", path, "--yes"), run("import", path, "--yes", language="en")
    assert german.exit_code == english.exit_code == 1
    assert "13 Zeilen: 1 neu, 0 schon da, 0 doppelt in der Datei, 12 fehlerhaft." in german.stdout
    after = german.stdout.splitlines()[german.stdout.splitlines().index("Fehler nach Art:") + 1 :]
    assert after[:2] == ["  11 x Stufe muss 2 oder 3 sein", "  1 x Aktenzeichen fehlt"]
    assert after[2:5] == [
        "Die ersten fehlerhaften Zeilen:",
        "  Zeile 2: Aktenzeichen fehlt.",
        "  Zeile 3: Stufe muss 2 oder 3 sein.",
    ]
    assert "Zeile 11" in german.stdout
    assert "Zeile 12" not in german.stdout
    assert "11 x Stufe must be 2 or 3" in english.stdout
    assert "Geheim" not in german.output + english.output
    assert "--skip-faulty" in german.stderr
    assert taken_in(empty) == 0
    assert "Geheim | Jörg" in run("import", path, "--yes", "--show").stdout


def test_what_is_right_is_taken_in_and_the_rest_comes_back_corrected(run: Run, path: Path, empty: Site) -> None:
    path.write_bytes(file(row(), row(Az="2", Stufe="9"), row(Az="3", Geb_Datum="gestern")))
    rejected = path.with_name("rejected.csv")
    told = run("import", path, "--yes", "--skip-faulty", "--rejected", rejected)
    assert told.exit_code == 0
    assert f"2 fehlerhafte Zeilen stehen in {rejected}" in told.stdout
    assert "1 neu aufgenommen, 0 waren schon da, 2 übergangen." in told.stdout
    assert stat.S_IMODE(rejected.stat().st_mode) == 0o600
    # the same command once more does no harm, but never overwrites what somebody is working on
    assert run("import", path, "--yes", "--skip-faulty", "--rejected", rejected).exit_code == 0
    rejected.write_bytes(rejected.read_bytes().replace(b";9;", b";3;").replace(b"gestern", b"1971"))
    again = run("import", path, "--yes", "--skip-faulty", "--rejected", rejected)
    assert again.exit_code == 1
    assert "mit anderem Inhalt" in again.output
    assert run("import", rejected, "--yes").stdout.splitlines()[-2].startswith("2 neu aufgenommen")
    assert taken_in(empty) == 3


def test_where_rejected_lines_cannot_be_written_nothing_is_taken_in(run: Run, path: Path, empty: Site) -> None:
    path.write_bytes(file(row(), row(Az="")))
    told = run("import", path, "--yes", "--skip-faulty", "--rejected", path.parent / "missing" / "rejected.csv")
    assert told.exit_code == 1
    assert "lässt sich nicht schreiben" in told.output
    assert taken_in(empty) == 0


def test_unknown_columns_are_passed_over_by_name(run: Run, path: Path) -> None:
    data = file(row()).splitlines()
    path.write_bytes(b"\n".join([data[0] + b";Ort;Haarfarbe", data[1] + b";Geheim;Geheim"]))
    told = run("import", path, "--yes")
    assert told.exit_code == 1
    assert "„Ort“, „Haarfarbe“" in told.output
    told = run("import", path, "--yes", "--ignore-column", "ort", "--ignore-column", "Haarfarbe", language="en")
    assert told.exit_code == 0
    assert "  Ort: is passed over\n" in told.stdout
    assert "Geheim" not in told.output


def test_doubts_about_streets_keep_nothing_out(run: Run, path: Path, empty: Site) -> None:
    streets = path.with_name("streets.csv")
    streets.write_text("Name;PLZ\nVenloer Straße;50825\n")
    assert run("streets", "import", streets, "--yes", unlock=False).exit_code == 0
    path.write_bytes(file(address_row(), address_row(Straße="Unbekannt"), row(Straße="Venloer Str", PLZ="50825")))
    told = run("import", path, "--yes", language="en")
    assert told.exit_code == 0
    for line in (
        "Please check (is taken in all the same):",
        "  1 x Straße is not on the street list",
        "  Line 3: Straße is not on the street list.",
        "2 streets get their official name or postcode.",
        "1 addresses of persons stay in the file and are not published.",
    ):
        assert line in told.stdout.splitlines()
    assert taken_in(empty) == 3


def test_who_may_be_known_is_told_by_line(run: Run, path: Path) -> None:
    path.write_bytes(file(row()))
    run("import", path, "--yes")
    path.write_bytes(file(*[row(Az=str(number)) for number in range(12)]))
    told = run("import", path, "--yes").stdout
    assert "12 vielleicht schon bekannt (gleich oder ähnlich): Zeile 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 ..." in told


def test_an_interrupted_import_says_how_to_go_on_and_how_far_it_is(
    run: Run, path: Path, empty: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("import", "--status", unlock=False).stdout == "Noch wurde keine Datei aufgenommen.\n"
    monkeypatch.setattr(steps, "AT_ONCE", 2)
    path.write_bytes(file(*[row(Az=str(number)) for number in range(5)]))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "tell", interrupted)
        stopped = run("import", path, "--yes", language="en")
    assert stopped.exit_code == 130
    assert "the same command goes on where it stopped" in stopped.stderr
    assert (
        "stopped or under way after line 3 of 6; 2 new" in run("import", "--status", unlock=False, language="en").stdout
    )
    assert "nach Zeile 3 von 6; 2 neu" in run("import", "--status", unlock=False).stdout
    going_on = run("import", path, "--yes")
    assert "Bis Zeile 3 ist die Datei schon aufgenommen." in going_on.stdout
    assert "3 neu aufgenommen" in going_on.stdout
    assert ": fertig; 5 neu, 0 schon da, 0 übergangen" in run("import", "--status", unlock=False).stdout
    assert ": finished; 5 new" in run("import", "--status", unlock=False, language="en").stdout
    assert taken_in(empty) == 5


def test_progress_is_told_in_lines_now_and_then(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(file(*[row(Az=str(number)) for number in range(6)]))
    monkeypatch.setattr(previewing, "_EVERY", 2)
    monkeypatch.setattr(steps, "AT_ONCE", 3)
    monkeypatch.setattr(progress, "_EVERY", 4)
    assert run("import", path, "--yes").stderr.splitlines() == [
        "4 Zeilen geprüft",
        "aufgenommen bis Zeile 4 von 7",
    ]


def test_on_a_terminal_one_line_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    for language in ("de", "en"):
        told = Progress(Context(Path(), language))
        told.end()
        told.tell(1, "eins", "one")
        told.tell(2, "zwei", "two")
        told.end()
    assert terminal.getvalue() == "\reins\rzwei\n\rone\rtwo\n"


def test_a_command_without_a_file_or_with_one_that_is_not_there_says_so(run: Run, path: Path) -> None:
    assert run("import").exit_code == 2
    told = run("import", path)
    assert told.exit_code == 1
    assert "lässt sich nicht lesen" in told.output


def test_a_file_of_which_all_is_known_asks_nothing(run: Run, path: Path) -> None:
    path.write_bytes(file(row()))
    run("import", path, "--yes")
    told = run("import", path)
    assert told.exit_code == 0
    assert told.stdout.splitlines()[-1].startswith("0 neu aufgenommen, 1 waren schon da, 0 übergangen.")


def test_the_street_list_is_shown_replaced_listed_and_completed(run: Run, path: Path) -> None:
    path.write_bytes(
        "Schlüssel;Straße;PLZ;Bezirk\n1;Bahnhofstraße;50001 50002;Mitte\n2;Goetheweg;;Mitte\n".encode("cp1252")
    )
    told = run("streets", "import", path, unlock=False, said="n\n")
    assert told.exit_code == 1
    assert told.stdout.splitlines() == [
        "Geschrieben in Windows-1252, Felder getrennt durch Semikolon.",
        "Diese Zeichen kommen vor: ßü (sind falsche dabei: bitte als „CSV UTF-8“ speichern)",
        "  Schlüssel = Schlüssel",
        "  Straße = Straße",
        "  PLZ = PLZ",
        "  Bezirk: wird übergangen",
        "2 Straßen: 2 neu oder geändert, 0 fallen weg.",
    ]
    assert run("streets", "list", unlock=False).stdout == ""
    assert run("streets", "import", path, unlock=False, said="y\n").stdout.endswith("2 Straßen aufgenommen.\n")
    assert run("streets", "list", unlock=False).stdout == "Bahnhofstraße\t50001 50002\t1\nGoetheweg\t\t2\n"
    assert run("streets", "complete", "Banhof", unlock=False).stdout == "Bahnhofstraße\t50001 50002\t1\n"
    assert run("streets", "complete", "e", "--limit", "1", unlock=False).stdout == ""
    path.write_text("street\nGoetheweg\n")
    told = run("streets", "import", path, "--yes", unlock=False, language="en")
    assert "1 streets: 1 new or changed, 2 go." in told.stdout
    assert run("streets", "list", unlock=False).stdout == "Goetheweg\n"


def test_a_street_list_with_wrong_lines_is_not_taken_in(run: Run, path: Path) -> None:
    path.write_text("street;postcode\n" + ";50001\n" * 12)
    told = run("streets", "import", path, "--yes", unlock=False, language="en")
    assert told.exit_code == 1
    assert "Line 2: Straße is missing." in told.stderr
    assert "and 2 more" in told.stderr
    assert "Nothing was taken in." in told.stderr
    path.write_text("postcode\n50001\n")
    assert "names no column for the street" in run("streets", "import", path, unlock=False, language="en").output
