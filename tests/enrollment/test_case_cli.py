"""Cases at the command line: every verb acts as somebody, and says in words what came of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from invented_cases import content, everything
from invented_passwords import CHEAP, PASSWORD, give_password, write_secret
from obacht_enrollment.accounts import passwords, users
from obacht_enrollment.accounts.roles import Role
from obacht_enrollment.cases.content import Content, Ground
from obacht_enrollment.cli import main
from safety_office import DAY, NOW, PASSPHRASE, Site, table

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, empty: Site, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as one of the office's users."""
    for login, role in (("anna", Role.CASE_WORKER), ("bernd", Role.APPROVER), ("dora", Role.AUDITOR)):
        added = users.add(empty.office, None, login=login, name=login, roles=[role], now=NOW)
        give_password(empty.office, login, added.code, NOW)
    secrets = ["--passphrase-file", str(write_secret(tmp_path / "passphrase", PASSPHRASE))]
    password = str(write_secret(tmp_path / "password", PASSWORD.encode()))
    monkeypatch.setattr("obacht_enrollment.cli.context._now", empty.clock)

    def run(*arguments: object, user: str = "anna", language: str = "de", said: str | None = None) -> Result:
        own = ["--home", str(empty.office.home.folder), "--language", language]
        acting = ["--user", user, "--password-file", password] if user else []
        return CliRunner().invoke(
            main, [*own, *map(str, arguments), *acting, *secrets], input=said, catch_exceptions=False
        )

    return run


def approve(run: Run) -> Result:
    """Look at case 1, and approve it."""
    assert run("case", "show", 1, "--why", "Freigabe", user="bernd").exit_code == 0
    return run("case", "approve", 1, user="bernd")


def text(what: Content) -> str:
    return what.encode().decode()


@pytest.fixture
def active(run: Run) -> None:
    """Case 1 is in force."""
    run("case", "new", "--file", "-", said=text(content()))
    run("case", "submit", 1)
    assert approve(run).exit_code == 0


def test_a_case_is_entered_submitted_approved_and_ended(run: Run, empty: Site) -> None:
    bare = content(ground=Ground("complaint", "", content().ground.day, by_body=True))
    begun = run("case", "new", "--file", "-", said=text(bare))
    assert begun.stdout.splitlines() == ["Fall 1 ist angelegt.", "Es fehlt: Aktenzeichen der Strafanzeige"]
    refused = run("case", "submit", 1)
    assert (refused.exit_code, refused.stderr) == (1, "Error: Es fehlt: Aktenzeichen der Strafanzeige\n")
    run("case", "edit", 1, "--file", "-", "--version", 1, said=text(content()))
    assert run("case", "submit", 1).stdout == "Fall 1 wartet auf eine zweite Person.\n"
    forbidden = run("case", "approve", 1)
    assert forbidden.exit_code == 1
    assert "Recht" in forbidden.stderr
    assert "aktiv" in approve(run).stdout
    assert len(empty.office.store.records()) == 1
    ended = run("case", "end", 1, "--why", "ground", "--reason", "Anzeige zurückgezogen", language="en")
    assert "ended: the ground fell away" in ended.stdout
    assert empty.office.store.records() == []


def test_nobody_approves_what_they_have_not_seen(run: Run, empty: Site) -> None:
    run("case", "new", "--file", "-", said=text(content()))
    run("case", "submit", 1)
    unseen = run("case", "approve", 1, user="bernd")
    assert (unseen.exit_code, "case show 1" in unseen.stderr) == (1, True)
    run("case", "show", 1, "--why", "Freigabe", user="bernd")
    empty.now += 5
    run("case", "reject", 1)
    run("case", "edit", 1, "--file", "-", "--version", 3, said=text(content(remarks="anderes")))
    run("case", "submit", 1)
    assert "case show 1" in run("case", "approve", 1, user="bernd").stderr, "it is another one now"
    assert empty.office.store.records() == []
    assert "aktiv" in approve(run).stdout


@pytest.mark.usefixtures("active")
def test_a_case_is_shown_for_a_reason_and_comes_back_as_a_document(run: Run) -> None:
    assert run("case", "show", 1).exit_code == 2
    shown = run("case", "show", 1, "--why", "Anruf").stdout
    for line in ("Familienname: Meyer", "Grund: Strafanzeige", "Art des Vorfalls: Bedrohung", "Kontakt: 1"):
        assert line in shown.splitlines()
    assert Content.parse(run("case", "show", 1, "--why", "Anruf", "--json").stdout.encode()) == content()
    looks = run("case", "history", 1, "--looks", user="dora").stdout
    assert looks.count("anna") == 2
    assert "Anruf" not in looks, "the auditor reads no free text"


@pytest.mark.usefixtures("active")
def test_lists_show_names_only_for_a_reason(run: Run) -> None:
    assert "Meyer" not in run("case", "list", user="dora").stdout
    named = run("case", "list", "--queue", "active", "--why", "Übersicht").stdout
    assert "Meyer, Jörg Peter, 14.05.1971" in named
    assert run("case", "list", "--why", "Neugier", user="dora").exit_code == 1
    assert run("case", "list", "--queue", "drafts").stdout.count("\n") == 1


@pytest.mark.usefixtures("active")
def test_what_changes_an_active_case_waits_for_the_second_person(run: Run) -> None:
    grave = json.loads(text(content()))
    grave["level"] = 3
    grave["incidents"][0]["kind"] = "weapon"
    proposed = run("case", "edit", 1, "--file", "-", "--version", 3, "--reason", "Messer", said=json.dumps(grave))
    assert proposed.stdout == "Die Änderung von Fall 1 wartet auf eine zweite Person.\n"
    assert "Zur Freigabe: ändern" in run("case", "show", 1, "--why", "Freigabe", user="bernd").stdout
    assert "gilt nicht mehr" in run("case", "reject", 1, "--reason", "unklar", user="bernd").stdout
    stale = run("case", "edit", 1, "--file", "-", "--version", 3, said=text(content(remarks="neu")))
    assert "inzwischen geändert" in stale.stderr
    changed = run("case", "edit", 1, "--file", "-", "--version", 5, said=text(content(remarks="neu")))
    assert changed.stdout == "Fall 1 ist geändert.\n"


@pytest.mark.usefixtures("active")
def test_a_case_is_renewed_and_restricted(run: Run, empty: Site) -> None:
    empty.now += 300 * DAY
    renewed = run("case", "renew", 1, "--end", "2029-01-01", "--review", "01.06.2028", "--reason", "neue Drohung")
    assert "Verlängerung von Fall 1 wartet" in renewed.stdout, renewed.stderr
    assert "aktiv" in approve(run).stdout
    assert run("case", "renew", 1, "--end", "31.02.2029", "--review", "01.06.2028", "--reason", "x").exit_code == 2
    assert "nichts veröffentlicht" in run("case", "restrict", 1, "--reason", "bestritten").stdout
    assert empty.office.store.records() == []
    assert "zweite Person" in run("case", "restrict", 1, "--lift", "--reason", "geprüft").stdout
    approve(run)
    assert len(empty.office.store.records()) == 1


@pytest.mark.usefixtures("active")
def test_the_history_is_shown_and_verified(run: Run) -> None:
    told = run("case", "history", 1).stdout.splitlines()
    assert [line.split("  ")[1:3] for line in told] == [
        ["anna", "angelegt"],
        ["anna", "vorgelegt"],
        ["bernd", "freigegeben"],
        ["bernd", "in Kraft getreten"],
    ]
    assert run("case", "history", "--verify", user="dora").stdout == "4 Einträge, unverändert.\n"
    assert run("case", "history").exit_code == 2


@pytest.mark.usefixtures("active")
def test_similar_cases_are_told_with_why(run: Run) -> None:
    run("case", "new", "--file", "-", said=text(content()))
    assert run("case", "similar", 2, "--why", "Prüfung").stdout == (
        "Fall 1: gleicher Name, gleiches Geburtsdatum (100 %, 0)\n"
    )


def test_the_template_is_a_document(run: Run) -> None:
    blank = CliRunner().invoke(main, ["case", "template"])
    assert run("case", "new", "--file", "-", said=blank.stdout).exit_code == 0
    assert "kein JSON" in run("case", "new", "--file", "-", said="{").stderr


def test_an_import_is_approved_but_for_what_cannot_be(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    born = 2027 - 17
    path.write_bytes(
        table(
            "Meyer;Jörg;;14.05.1971;;;;;2;1;31.12.2027;Strafanzeige;1 Js 1/26",
            f"Jung;Jan;;01.01.{born};;;;;2;1;31.12.2027;Strafanzeige;2 Js 2/26",
        )
    )
    assert run("import", path, "--yes").exit_code == 0
    done = run("case", "approve", "--import", 1, user="bernd")
    assert done.stdout.splitlines()[0].startswith("1 Fälle sind in Kraft")
    assert done.stdout.splitlines()[1] == "Fall 2: eine dritte Person fehlt noch."
    again = run("case", "approve", "--import", 1, user="bernd")
    assert again.exit_code == 1
    assert again.stderr.startswith("2: Sie haben schon zugestimmt")
    assert run("case", "approve", user="bernd").exit_code == 2


@pytest.mark.usefixtures("active")
def test_requests_are_taken_down_extended_and_decided(run: Run, empty: Site) -> None:
    assert "Antrag 1 ist" in run("request", "receive", "objection", "--text-file", "-", said="Ich widerspreche").stdout
    assert "Fall 1" in run("request", "assign", 1, 1).stdout
    assert "Ich widerspreche" in run("request", "show", 1, "--why", "Bearbeitung").stdout
    assert "offen" in run("request", "extend", 1, "--reason", "viel zu prüfen").stdout
    decided = run("request", "decide", 1, "granted", "--text-file", "-", said="Dem Widerspruch wird stattgegeben")
    assert "gewährt" in decided.stdout
    assert empty.office.store.records() == []
    assert run("request", "list", "--open", user="dora").stdout == ""
    assert "objection" in run("request", "list", user="dora", language="en").stdout


@pytest.mark.usefixtures("active")
def test_calls_are_put_on_record(run: Run) -> None:
    told = json.dumps({"caller": "Paul Posten", "department": "Ordnungsamt", "told": "Stufe 2"})
    assert "Anruf 1 ist" in run("call", "record", "--file", "-", "--case", 1, "--person", "wrong", said=told).stdout
    listed = run("call", "list", "--case", 1, user="dora").stdout
    assert "falsche Person" in listed
    assert "Posten" not in listed
    assert "Anrufer: Paul Posten" in run("call", "show", 1, "--why", "Rückfrage").stdout
    assert "caller" in run("call", "record", "--file", "-", said="{}").stderr
    assert "kein JSON" in run("call", "record", "--file", "-", said="x").stderr
    assert "16 Zeichen" in run("call", "find", "xyz").stderr
    assert "keinen Eintrag" in run("call", "find", "00" * 8).stderr


@pytest.mark.usefixtures("active")
def test_an_export_is_written_once_to_a_private_file(run: Run, tmp_path: Path) -> None:
    assert "zweite Person" in run("case", "export", "ask", 1, "--why", "Antrag 1").stdout
    out = tmp_path / "export.json"
    assert "noch niemand freigegeben" in run("case", "export", "read", 1, out).stderr
    assert not out.exists()
    assert run("case", "export", "approve", 1, user="bernd").exit_code == 0
    assert run("case", "export", "read", 1, out).exit_code == 0
    assert json.loads(out.read_text())["says"] == json.loads(text(content()))
    assert out.stat().st_mode & 0o777 == 0o600
    assert "ausgelesen" in run("case", "export", "list", user="dora").stdout


@pytest.mark.usefixtures("active")
def test_an_export_that_cannot_be_written_is_not_used_up(run: Run, tmp_path: Path) -> None:
    run("case", "export", "ask", 1, "--why", "Antrag 1")
    run("case", "export", "approve", 1, user="bernd")
    assert run("case", "export", "read", 1, tmp_path / "missing" / "export.json").exit_code == 1
    assert run("case", "export", "read", 1, tmp_path / "export.json").exit_code == 0


@pytest.mark.usefixtures("active")
def test_time_is_let_pass_by_cron(run: Run, empty: Site) -> None:
    empty.now += 701 * DAY
    assert run("retention", "run", user="").stdout.startswith("1 abgelaufen, 0 aufgegeben, 0 anonymisiert")
    empty.now += 30 * DAY
    assert run("retention", "run", user="", language="en").stdout.startswith("0 expired, 0 given up, 1 anonymised")


@pytest.mark.usefixtures("active")
def test_the_year_is_counted_without_small_numbers(run: Run) -> None:
    assert "Neue Fälle nach Stufe: unterdrückt" in run("statistics", 2027, user="dora").stdout
    made = run("statistics", 2027, "--csv", user="dora")
    assert made.stdout_bytes.startswith("\ufeffTabelle;Merkmal;Anzahl\r\n".encode())


def test_whoever_does_not_say_who_they_are_does_nothing(run: Run) -> None:
    assert "--user" in run("case", "list", user="").stderr
    assert run("case", "list", user="nobody").exit_code == 1


def test_users_are_added_changed_and_set_their_own_password(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    added = run("user", "add", "emil", "--name", "Emil Ehrlich", "--role", "head", user="")
    code = write_secret(tmp_path / "code", added.stdout.split()[-1].encode())
    new = write_secret(tmp_path / "new", PASSWORD.encode())
    assert "Code noch nicht benutzt" in run("user", "list", user="").stdout
    done = run("user", "password", "emil", "--code-file", code, "--password-file", new, user="")
    assert done.stdout == "emil hat ein Passwort.\n"
    assert run("case", "list", user="emil").exit_code == 0
    run("user", "roles", "anna", "--role", "case_worker", "--role", "approver", user="")
    assert "Sachbearbeitung, Freigabe" in run("user", "list", user="").stdout
    assert "letzte Leitung" in run("user", "disable", "emil", user="").stderr
    assert run("user", "disable", "dora", user="").exit_code == 0
    assert run("case", "list", user="dora").exit_code == 1
    run("user", "enable", "dora", user="")
    assert run("case", "list", user="dora").exit_code == 0
    assert "Code for dora" in run("user", "reset", "dora", user="", language="en").stdout
    assert run("case", "list", user="dora").exit_code == 1


def test_everything_a_case_says_is_told_in_both_languages(run: Run) -> None:
    run("case", "new", "--file", "-", said=text(everything()))
    german = run("case", "show", 1, "--why", "Prüfung").stdout.splitlines()
    english = run("case", "show", 1, "--why", "Prüfung", language="en").stdout.splitlines()
    assert len(german) == len(english) > 30
