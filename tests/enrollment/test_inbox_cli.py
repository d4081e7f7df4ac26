"""``obacht-office device`` and ``obacht-office inbox``, from the terminal's side."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from nacl.signing import SigningKey

from obacht_enrollment.accounts import passwords
from obacht_enrollment.accounts.roles import Role
from obacht_enrollment.cli import main
from obacht_enrollment.inbox.service import CONTENT_DAYS
from obacht_protocol.encoding import base64url
from obacht_protocol.reports import Status
from reporting_site import REPORT, SECRETS, Desk, make_user
from safety_office import DAY, PASSPHRASE, Site
from signing import Signer
from workplace import CHEAP

PASSWORD = "an invented password"
Run = Callable[..., Result]


@pytest.fixture
def desk(empty: Site) -> Desk:
    empty.now = int(time.time())
    made = Desk(empty)
    made.register()
    return made


@pytest.fixture
def run(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    for name, content in (("passphrase", PASSPHRASE.decode()), ("password", PASSWORD)):
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_text(content)
    make_user(desk.office, "worker", Role.CASE_WORKER, password=PASSWORD)
    make_user(desk.office, "auditor", Role.AUDITOR, password=PASSWORD)

    def invoke(*arguments: str, user: str = "", language: str = "de", given: str | None = None) -> Result:
        acting = ("--user", user, "--password-file", str(tmp_path / "password")) if user else ()
        lock = ("--passphrase-file", str(tmp_path / "passphrase")) if user else ()
        own = ("--home", str(desk.office.home.folder), "--language", language)
        return CliRunner().invoke(main, [*own, *arguments, *acting, *lock], input=given)

    return invoke


def test_devices_are_added_listed_and_revoked(run: Run) -> None:
    other = Signer("https://x", SigningKey(bytes(32)))
    key = base64url(other.public_key)
    added = run("device", "add", "Jobcenter", key, "--label", "Empfang")
    assert (added.exit_code, added.output) == (0, f"{other.device} darf für Jobcenter melden.\n")
    listed = run("device", "list", language="en").output.splitlines()
    assert [line.split("  ")[1:3] for line in listed] == [["Bürgeramt", "Schalter 1"], ["Jobcenter", "Empfang"]]
    assert all(line.endswith("in use") for line in listed)
    assert run("device", "revoke", other.device).exit_code == 0
    assert "gesperrt" in run("device", "list").output
    again = run("device", "add", "Jobcenter", key, "--label", "Empfang")
    assert (again.exit_code, "neuen Schlüssel" in again.output) == (1, True)
    assert run("device", "revoke", "-unknown").exit_code == 1


def test_the_list_names_no_person(run: Run, desk: Desk) -> None:
    numbers = [Status.parse(answer.content).receipt for answer in desk.send(desk.seal(), desk.seal())]
    listed = run("inbox", "list", user="auditor")
    assert listed.exit_code == 0, listed.output
    assert all(number in listed.output for number in numbers)
    assert "Bürgeramt (Schalter 1)" in listed.output
    assert not any(secret in listed.output for secret in SECRETS)
    one = run("inbox", "list", "--receipt", numbers[0].lower(), user="auditor")
    assert (numbers[0] in one.output, numbers[1] in one.output) == (True, False)


def test_a_report_is_shown_in_words_to_those_who_may(run: Run, desk: Desk) -> None:
    desk.send(desk.seal())
    shown = run("inbox", "open", "1", user="worker")
    assert shown.exit_code == 0, shown.output
    for line in (
        "Familienname: Geheimnis", "Geburtsdatum: 1971-05", "Art: Bedrohung (2)", "Art: Strafanzeige",
        "Aktenzeichen: 17 Js 1234/26", "Gemeldet von:", "Telefon: 0221 1234", "Sie schrie.",
    ):  # fmt: skip
        assert line in shown.output
    assert "Family name: Geheimnis" in run("inbox", "open", "1", user="worker", language="en").output
    refused = run("inbox", "open", "1", user="auditor")
    assert (refused.exit_code, "Geheimnis" in refused.output) == (1, False)
    looks = run("inbox", "looks", "1", user="auditor")
    assert [line.split()[-1] for line in looks.output.splitlines()] == ["worker", "worker"]


def test_what_was_not_reported_is_not_shown(run: Run, desk: Desk) -> None:
    desk.send(desk.seal(replace(REPORT, ground=None)))
    shown = run("inbox", "open", "1", user="worker").output
    assert "Geburtsname" not in shown
    assert "Grundlage" not in shown


def test_one_that_cannot_be_read_is_shown_as_such(run: Run, desk: Desk) -> None:
    desk.send(bytes(4096))
    shown = run("inbox", "open", "1", user="worker")
    assert (shown.exit_code, "nicht öffnen" in shown.output) == (0, True)


def test_a_case_is_begun_and_a_report_turned_down(run: Run, desk: Desk) -> None:
    desk.send(desk.seal(), desk.seal())
    drafted = run("inbox", "draft", "1", user="worker")
    assert (drafted.exit_code, drafted.output) == (0, "Fall 1 ist angelegt.\n"), drafted.output
    rejected = run(
        *("inbox", "reject", "2", "--reason", "repeated", "--answer-file", "-"), user="worker", given="Schon bekannt.\n"
    )
    assert (rejected.exit_code, rejected.output) == (0, "Meldung 2 ist abgewiesen.\n")
    listed = run("inbox", "list", user="worker").output
    assert "Fall angelegt 1" in listed
    assert "schon bekannt" in listed
    assert run("inbox", "list", "--open", user="worker").output == ""
    assert "Antwort: Schon bekannt." in run("inbox", "open", "2", user="worker").output
    again = run("inbox", "draft", "2", user="worker")
    assert (again.exit_code, "schon entschieden" in again.output) == (1, True)


def test_whoever_does_not_prove_who_they_are_sees_nothing(run: Run, desk: Desk, tmp_path: Path) -> None:
    desk.send(desk.seal())
    (tmp_path / "password").write_text("another password")
    wrong = run("inbox", "open", "1", user="worker")
    assert (wrong.exit_code, "Geheimnis" in wrong.output) == (1, False)
    assert desk.inbox.looks(1) == []
    assert run("inbox", "open", "1", "--passphrase-file", str(tmp_path / "passphrase")).exit_code == 2


def test_the_password_is_asked_for_at_a_terminal(
    run: Run, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send(desk.seal())
    lock = ("--passphrase-file", str(tmp_path / "passphrase"))
    nobody = run("inbox", "list", "--user", "worker", *lock)
    assert (nobody.exit_code, "--password-file" in nobody.output) == (2, True)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: PASSWORD)
    monkeypatch.setattr("obacht_enrollment.cli.acting._is_watched", lambda: True)
    assert run("inbox", "list", "--user", "worker", *lock).exit_code == 0


def test_cron_erases_old_reports_as_the_service_does(
    run: Run, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send(desk.seal(), desk.seal())
    assert run("inbox", "reject", "1", "--reason", "wrong", user="worker").exit_code == 0
    monkeypatch.setattr("obacht_enrollment.cli.context._now", lambda: desk.site.now + (CONTENT_DAYS + 1) * DAY)
    for erased in (1, 0):
        cron = run("retention", "run", "--passphrase-file", str(tmp_path / "passphrase"))
        assert cron.output.endswith(f"und {erased} Meldungen gelöscht.\n")
    assert [desk.inbox.report(number).is_erased for number in (1, 2)] == [True, False]
