"""Documents of a case at the command line: sealed when added, private when they come out, gone when removed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from invented_cases import content
from invented_passwords import PASSWORD, give_password, write_secret
from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import Role
from obacht_enrollment.cases import service
from obacht_enrollment.cli import main
from safety_office import NOW, PASSPHRASE, Site

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, empty: Site, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command about documents as one of the office's users; case 1 is a draft."""
    for login, role in (("anna", Role.CASE_WORKER), ("dora", Role.AUDITOR)):
        added = users.add(empty.office, None, login=login, name=login, roles=[role], now=NOW)
        give_password(empty.office, login, added.code, NOW)
    service.create_draft(empty.office, users.find(empty.office, "anna"), content(), NOW)
    secrets = ["--passphrase-file", str(write_secret(tmp_path / "passphrase", PASSPHRASE))]
    secrets += ["--password-file", str(write_secret(tmp_path / "password", PASSWORD.encode()))]
    monkeypatch.setattr("obacht_enrollment.cli.context._now", empty.clock)

    def run(*arguments: object, user: str = "anna") -> Result:
        given = ["--home", str(empty.office.home.folder), "case", "document", *map(str, arguments)]
        return CliRunner().invoke(main, [*given, "--user", user, *secrets], catch_exceptions=False)

    return run


def test_a_document_goes_in_and_comes_out_as_it_was(run: Run, tmp_path: Path, empty: Site) -> None:
    file, out = tmp_path / "Hausverbot Straße.pdf", tmp_path / "out.pdf"
    file.write_bytes(b"%PDF Geheimsache")
    assert run("add", 1, file).stdout == "Dokument 1 ist hinzugefügt.\n"
    assert b"Geheimsache" not in empty.stored()
    listed = run("list", 1, "--why", "Prüfung").stdout
    assert listed.startswith("     1  ")
    assert listed.endswith("  Hausverbot Straße.pdf\n")
    assert run("get", 1, out).exit_code == 0
    assert out.read_bytes() == b"%PDF Geheimsache"
    assert out.stat().st_mode & 0o777 == 0o600
    assert run("get", 1, out).exit_code == 1
    for arguments in (("list", 1, "--why", "Neugier"), ("get", 1, tmp_path / "dora.pdf"), ("add", 1, file)):
        refused = run(*arguments, user="dora")
        assert refused.exit_code == 1
        assert "Recht" in refused.stderr
    assert not (tmp_path / "dora.pdf").exists()


def test_a_document_is_removed_for_a_reason(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"x")
    run("add", 1, file)
    assert run("remove", 1).exit_code == 2
    assert "Begründung" in run("remove", 1, "--reason", " ").stderr
    assert run("remove", 1, "--reason", "falscher Fall").stdout == "Dokument 1 von Fall 1 ist entfernt.\n"
    assert "kein Dokument 1" in run("get", 1, tmp_path / "out").stderr
    assert run("list", 1, "--why", "Prüfung").stdout == ""


def test_an_empty_file_is_no_document(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_bytes(b"")
    assert "leer oder größer als 10 MiB" in run("add", 1, file).stderr
