"""The commands, in the words that the office's staff read."""

import datetime as dt
import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from invented_passwords import PASSWORD, write_secret
from obacht_clients.transport import Clock
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cli import main
from obacht_enrollment.home import IN_FORCE
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.outside import Outside
from obacht_enrollment.turns import NEXT_EPOCH, turn
from obacht_protocol import notes
from obacht_protocol.encoding import canonical_json
from safety_office import (
    AUDITOR,
    DAY,
    MATCHER,
    PASSPHRASE,
    Site,
    address_line,
    person_line,
    table,
    unreachable,
)

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of the office that ``site`` is."""
    secret = write_secret(tmp_path / "passphrase", PASSPHRASE)
    password = write_secret(tmp_path / "password", PASSWORD.encode())

    def opened(_seed: bytes, _matcher: str, _clock: Clock) -> Outside:
        return site.outside

    monkeypatch.setattr(Outside, "open", opened)
    monkeypatch.setattr("obacht_enrollment.cli.context._now", site.clock)

    def run(*arguments: object, unlock: bool = True, language: str = "de", user: User | None = None) -> Result:
        passphrase = ["--passphrase-file", str(secret)] if unlock else []
        if user:
            passphrase += ["--user", user.login, "--password-file", str(password)]
        own = ["--home", str(site.office.home.folder), "--language", language]
        return CliRunner().invoke(main, [*own, *map(str, arguments), *passphrase], catch_exceptions=False)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "persons.csv"
    path.write_bytes(table(person_line("Meyer", "Jörg", level=3), address_line()))
    return path


@pytest.fixture
def imported(run: Run, file: Path, site: Site) -> None:
    """The file was imported by one person and approved by another."""
    assert run("import", file, "--yes", user=site.importer).exit_code == 0
    assert run("case", "approve", "--import", 1, user=site.approver).exit_code == 0


def test_a_server_is_loaded_only_by_the_verb_that_serves() -> None:
    look = "import sys, obacht_enrollment.cli; print(sorted({'fastapi', 'uvicorn', 'starlette'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", look], text=True) == "[]\n"


def test_init_makes_an_office_and_says_what_to_hand_out(tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("invented passphrase\n")
    secret.chmod(0o600)
    home = tmp_path / "office"
    arguments = [
        *("--home", str(home), "init", "--deployment", "test-town", "--matcher", MATCHER, "--office", "Amt"),
        *("--phone", "0221 1", "--stretch", "CHEAPEST", "--passphrase-file", str(secret)),
    ]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    keys = json.loads((home / "public.json").read_bytes())
    assert {keys["office"], keys["head"]} <= set(result.output.split())
    assert f"obacht-keys device add NAME {keys['publisher']}" in result.output
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 1
    assert "schon eine Sicherheitsstelle" in again.output


def test_a_short_passphrase_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("short\n")
    secret.chmod(0o600)
    arguments = ["init", "--deployment", "test-town", "--matcher", MATCHER, "--office", "Amt", "--phone", "1"]
    result = CliRunner().invoke(
        main, ["--home", str(tmp_path / "office"), *arguments, "--passphrase-file", str(secret)]
    )
    assert result.exit_code == 1
    assert not (tmp_path / "office").exists()


def test_from_a_file_over_a_second_person_to_a_published_register(run: Run, file: Path, site: Site) -> None:
    result = run("import", file, "--yes", user=site.importer)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-2:] == [
        "2 neu aufgenommen, 0 waren schon da, 0 übergangen.",
        "Eine andere Person gibt sie frei: obacht-office case approve --import 1",
    ]
    again = run("import", file, user=site.importer)
    assert again.stdout.splitlines()[-1] == "0 neu aufgenommen, 2 waren schon da, 0 übergangen."
    assert run("publish", "--dry-run", language="en").stdout.endswith("rows; 0 not enrolled yet.\n")
    approved = run("case", "approve", "--import", 1, user=site.approver)
    assert approved.stdout.startswith("2 Fälle sind in Kraft")
    trial = run("publish", "--dry-run", language="en")
    assert trial.stdout == "Trial: 0 records, 0 real of 1024 rows; 2 not enrolled yet.\n"
    assert site.servers.head == b""
    result = run("publish")
    assert result.exit_code == 0
    assert result.stdout.startswith("Register 1 ist veröffentlicht: 2 Einträge, ")
    assert "eingetragen: 3, noch offen: 0" in result.stderr
    assert site.servers.current_head.sequence == 1


@pytest.mark.usefixtures("imported")
def test_the_list_of_what_is_published_shows_no_name(run: Run) -> None:
    plain = run("list", unlock=False)
    assert plain.exit_code == 0
    assert [line.split() for line in plain.output.splitlines()[1:]] == [
        ["1", "1", "Person", "3", "31.12.2027", "neu"],
        ["2", "2", "Adresse", "2", "31.12.2027", "neu"],
    ]
    run("publish")
    assert run("list", unlock=False, language="en").output.count("enrolled") == 2


@pytest.mark.usefixtures("imported")
def test_a_reference_leads_to_the_record(run: Run, site: Site) -> None:
    run("publish")
    row = site.office.store.records()[0]
    latest = site.office.store.latest_publication()
    assert latest is not None
    reference = site.office.vault.reference(latest.salt, row.id, 2).hex()
    shown = run("list", "--reference", f"{reference[:4]} {reference[4:8]}-{reference[8:].upper()}")
    assert shown.output.splitlines()[0] == "Aus Register 1:"
    assert shown.output.splitlines()[2].split()[0] == "1"
    assert "keinen Eintrag" in run("list", "--reference", "00" * 8).output
    assert "16 Zeichen" in run("list", "--reference", "xyz").output


def test_the_descriptor_goes_from_draft_over_two_signatures_into_force(run: Run, tmp_path: Path, site: Site) -> None:
    ceremony = tmp_path / "transcript.json"
    ceremony.write_bytes(site.servers.ceremony().encode())
    drafted = run("descriptor", "draft", "--ceremony", ceremony, unlock=False)
    assert drafted.exit_code == 0
    assert site.servers.ceremony().digest.hex() in drafted.output, "to be compared with the key offices"
    signed = run("descriptor", "sign")
    assert "obacht audit sign" in signed.output
    note = tmp_path / "descriptor.note"
    note.write_bytes(site.office.home.read("descriptor.note"))
    refused = run("descriptor", "put", note)
    assert refused.exit_code == 1
    assert "Unterschrift fehlt" in refused.output
    note.write_bytes(notes.cosign(note.read_bytes(), AUDITOR))
    assert run("descriptor", "put", note).output == "Version 2 ist in Kraft.\n"
    assert site.servers.current_descriptor.version == 2
    assert run("descriptor", "draft", "--ceremony", ceremony, "--auditor", "x", unlock=False).exit_code == 1
    ceremony.write_bytes(ceremony.read_bytes().replace(b'"threshold":1', b'"threshold":2'))
    assert "Niederschrift" in run("descriptor", "draft", "--ceremony", ceremony, unlock=False).output


@pytest.mark.usefixtures("imported")
def test_from_one_epoch_to_the_next_with_the_commands(run: Run, tmp_path: Path, site: Site) -> None:
    run("publish")
    until = dt.datetime.fromtimestamp(site.now + 90 * DAY).astimezone().strftime("%d.%m.%Y")
    assert run("epochs", unlock=False).output == f"Epoche 1: 3 von 3 eingetragen, veröffentlicht, gilt bis {until}\n"
    ceremony = tmp_path / "transcript.json"
    ceremony.write_bytes(site.servers.ceremony(epoch=2).encode())
    refused = run("descriptor", "draft", "--drop-epoch", 1, "--ceremony", ceremony, unlock=False)
    assert refused.exit_code == 1
    assert "gehört noch zu Epoche 1" in refused.output
    assert "Epochen: 1, 2" in run("descriptor", "draft", "--ceremony", ceremony, unlock=False).output
    put(run, site, tmp_path)
    assert run("epochs", unlock=False, language="en").output.splitlines() == [
        f"epoch 1: 3 of 3 enrolled, published, good until {until}",
        f"epoch 2: 0 of 3 enrolled, not published, good until {until}",
    ]
    assert "epoch 2: 0 of 3 enrolled" in run("doctor", language="en").output
    assert run("list", unlock=False).output.endswith(
        f"Epoche 2: 0 von 3 eingetragen, nicht veröffentlicht, gilt bis {until}\n"
    )
    result = run("publish")
    assert "für Epoche 2 eingetragen: 3, noch offen: 0" in result.stderr
    assert [line[-9:] for line in result.stdout.splitlines()] == ["Epoche 1.", "Epoche 2."]
    assert "Epochen: 2" in run("descriptor", "draft", "--drop-epoch", 1, unlock=False).output
    site.now += 15 * DAY
    assert "mend it with: obacht-office descriptor draft --drop-epoch 1" in run("doctor").output
    site.now -= 15 * DAY
    told = put(run, site, tmp_path)
    assert "Epoche 1 ist zu Ende" in told
    assert "Sicherungen von office.db" in told
    assert "obacht-keys rotate finish --epoch 1" in told
    shown = run("epochs", unlock=False).output.splitlines()
    assert shown[0] == f"Epoche 2: 3 von 3 eingetragen, veröffentlicht, gilt bis {until}"
    assert shown[1].startswith("Epoche 1: Abgeleitetes aus 3 Einträgen vernichtet am ")
    assert len(shown) == 2
    run("backup", tmp_path / "office.backup", unlock=False)
    run("restore", "--test", tmp_path / "office.backup")
    assert run("doctor").exit_code == 0


def test_a_descriptor_that_was_overtaken_by_the_rotation_is_not_put_in_force(
    run: Run, tmp_path: Path, site: Site
) -> None:
    """The new epoch is to be dropped, but while that was signed the register went over to it."""
    site.publish()
    site.sign_descriptor(epoch=2)
    assert run("descriptor", "draft", "--drop-epoch", 2, unlock=False).exit_code == 0
    run("publish")
    assert site.servers.current_head.epoch == 2
    assert run("descriptor", "sign").exit_code == 0
    note = tmp_path / "descriptor.note"
    note.write_bytes(notes.cosign(site.office.home.read("descriptor.note"), AUDITOR))
    refused = run("descriptor", "put", note)
    assert refused.exit_code == 1
    assert "gehört noch zu Epoche 2" in refused.output
    assert site.servers.current_descriptor.version == 2


def put(run: Run, site: Site, tmp_path: Path) -> str:
    """Let both sign the draft, and put it in force."""
    assert run("descriptor", "sign").exit_code == 0
    note = tmp_path / "descriptor.note"
    note.write_bytes(notes.cosign(site.office.home.read("descriptor.note"), AUDITOR))
    done = run("descriptor", "put", note)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.usefixtures("imported")
def test_a_key_office_that_does_not_do_its_part_is_named(run: Run, site: Site) -> None:
    site.servers.instead["POST /v1/evaluations"] = unreachable
    assert "IT-Amt" in run("publish").stderr


@pytest.mark.usefixtures("imported")
def test_the_service_enrols_meanwhile(run: Run, site: Site) -> None:
    run("publish")
    site.sign_descriptor(epoch=2)
    with turn(site.office.home, NEXT_EPOCH):
        assert "trägt der Dienst schon ein" in run("publish").stdout
    assert site.servers.current_head.epoch == 1


def test_the_first_draft_needs_the_auditors_key(tmp_path: Path, empty: Site) -> None:
    ceremony = tmp_path / "transcript.json"
    ceremony.write_bytes(empty.servers.ceremony().encode())
    own = [
        "--home",
        str(empty.office.home.folder),
        "--language",
        "en",
        "descriptor",
        "draft",
        "--ceremony",
        str(ceremony),
    ]
    assert "auditor's key is missing" in CliRunner().invoke(main, own).output
    assert CliRunner().invoke(main, [*own, "--auditor", str(AUDITOR.verify_key)]).exit_code == 0


def test_a_wrong_passphrase_and_servers_that_are_down_are_told_in_words(run: Run, tmp_path: Path, site: Site) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("another passphrase")
    wrong.chmod(0o600)
    result = run("publish", "--passphrase-file", wrong, unlock=False)
    assert (result.exit_code, result.output) == (1, "Error: Die Passphrase ist falsch.\n")
    site.servers.instead["POST /v1/evaluations"] = unreachable
    assert "Die Schlüsselstellen haben nicht geantwortet" in run("publish").output
    site.servers.instead = {"PUT /v1/register": unreachable}
    assert "The matcher cannot be reached, or refused" in run("publish", language="en").output


@pytest.mark.usefixtures("imported")
def test_doctor_finds_nothing_wrong_with_a_healthy_office(run: Run, tmp_path: Path) -> None:
    run("publish")
    run("backup", tmp_path / "office.backup", unlock=False)
    run("restore", "--test", tmp_path / "office.backup")
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert "Everything is well" in result.output


def test_doctor_names_what_is_wrong_and_the_command_that_mends_it(run: Run, file: Path, site: Site) -> None:
    assert "mend it with: obacht-office publish" in run("doctor").output
    run("publish")
    site.now += 10
    run("import", file, "--yes", user=site.importer)
    run("case", "approve", "--import", 1, user=site.approver)
    assert "2 Einträge sind noch nicht veröffentlicht" in run("doctor").output
    run("publish")
    site.now += 5 * 3600
    assert "obacht-office serve" in run("doctor").output
    site.servers.instead["GET /v1/register"] = unreachable
    assert "obacht-matcher doctor" in run("doctor").output
    site.servers.instead.clear()
    site.now += 80 * DAY
    assert "obacht-office descriptor draft" in run("doctor").output
    site.office.home.path("root.key").chmod(0o644)
    assert "chmod -R go=" in run("doctor").output


def test_keys_for_receipts_are_taken_in_and_missed_in_time(run: Run, site: Site, tmp_path: Path) -> None:
    listed = tmp_path / "receipt-keys.json"
    key = {"month": "2027-01", "public_key": "A" * 43}
    listed.write_bytes(canonical_json([key]))
    drafted = run("descriptor", "draft", "--receipts", listed, unlock=False, language="en")
    assert "the keys for receipts of these months are missing" in drafted.output
    assert "2027-02, 2027-03" in drafted.output
    run("descriptor", "sign")
    site.office.home.replace(IN_FORCE, notes.cosign(site.office.home.read("descriptor.note"), AUDITOR))
    assert "keys until 2027-01" in run("doctor", language="en").output
    site.now += 4 * DAY
    assert "nobody can ask for want of: 2027-02" in run("doctor", language="en").output
    listed.write_bytes(b"{}")
    assert "receipt-keys.json" in run("descriptor", "draft", "--receipts", listed, unlock=False).output


def test_doctor_finds_an_office_whose_matcher_serves_a_stranger(run: Run, site: Site) -> None:
    site.publish()
    site.servers.head = notes.sign(b"{}", [AUDITOR])
    assert "not this office's" in run("doctor", language="en").output


def test_doctor_works_where_there_is_no_office(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--home", str(tmp_path / "nowhere"), "--language", "en", "doctor"])
    assert result.exit_code == 1
    assert "obacht-office init" in result.output


def test_public_keys_are_read_back_or_refused(empty: Site) -> None:
    home = empty.office.home
    assert PublicKeys(home).office == empty.office.keys.root.verify_key
    for broken in (b"", b"{}", b"[]", b'{"type":"other"}'):
        home.replace("public.json", broken)
        with pytest.raises(Exception, match="file-form"):
            PublicKeys(home)
