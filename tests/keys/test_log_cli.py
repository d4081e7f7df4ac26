"""What the operator types about the log: trust, quotas, budget, witnesses, retention, report."""

import json
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner, Result

from deployment import make_deployment
from key_office import Clerk, Office, add_device, code, log_key, put_descriptor, question
from obacht_keys.cli import main
from obacht_keys.log import opening
from obacht_keys.log.store import Store
from obacht_keys.settings import Home
from obacht_protocol import entries
from obacht_protocol.checkpoints import WitnessSigner
from obacht_protocol.entries import EVENT, Entry
from signing import Signer
from watching import Witness

WITNESS = str(WitnessSigner("witness.example.org", bytes(32)).key)


def call(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.folder), *arguments])


def done(home: Home, *arguments: str) -> str:
    result = call(home, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def acts(home: Home) -> list[tuple[str, str]]:
    """The operator's acts that stand on the log of a stopped office."""
    store = Store(home.log)
    try:
        found = [Entry.parse(one[entries.SALT_LENGTH :]) for one in store.details(0, store.size(), 1 << 30) if one]
    finally:
        store.close()
    return [(one.code, one.department) for one in found if one.kind == EVENT]


def test_an_office_s_beginning_and_its_share_stand_on_its_log(home: Home) -> None:
    (made, _), (accepted, words) = acts(home)
    assert (made, accepted) == ("office-made", "share-accepted")
    assert words.startswith("epoch 7, SHA-256 of the transcript ")


def test_roots_are_pinned_once_and_changed_only_by_a_descriptor(home: Home) -> None:
    town, other = make_deployment("test-keys"), make_deployment("test-other")
    roots = ("--office", str(town.office.verify_key), "--auditor", str(town.auditor.verify_key))
    assert "pinned" in done(home, "trust", *roots)
    another = ("--office", str(other.office.verify_key), "--auditor", str(other.auditor.verify_key))
    assert "other roots are pinned" in call(home, "trust", *another).output
    home.descriptor.unlink()
    done(home, "trust", *another)
    same = ("--office", str(town.office.verify_key), "--auditor", str(town.office.verify_key))
    assert "different keys" in call(home, "trust", *same).output
    assert "name+hash+base64" in call(home, "trust", "--office", "x", "--auditor", "y").output


def test_quotas_are_shown_and_changed_on_the_log(home: Home) -> None:
    done(home, "department", "add", "Bürgeramt")
    assert "30 in 24 hours, 6 in ten minutes, 40 in lists" in done(home, "quota", "show")
    assert "60 in 24 hours, 6 in ten minutes, 80 in lists" in done(
        home, "quota", "set", "Bürgeramt", "--user-day", "60", "--list-day", "80"
    )
    done(home, "quota", "set", "--user-burst", "9")
    shown = done(home, "quota", "show")
    assert "every department without limits of its own: 30 in 24 hours, 9 in ten minutes, 40 in lists" in shown
    assert "Bürgeramt: 60 in 24 hours, 6 in ten minutes, 80 in lists" in shown
    assert [one for one, _ in acts(home)][-2:] == ["quota-changed"] * 2
    assert "at least one" in call(home, "quota", "set", "Bürgeramt").output
    assert "no department" in call(home, "quota", "set", "Amt", "--user-day", "1").output


def test_match_keys_are_released_bit_by_bit_on_the_log(home: Home) -> None:
    assert "100 in all" in done(home, "enrolment", "release", "100", "--epoch", "7")
    assert "150 in all" in done(home, "enrolment", "release", "50", "--epoch", "7")
    assert "0 of 150" in done(home, "enrolment", "show", "--epoch", "7")
    assert acts(home)[-1] == ("enrolment-released", "50 match keys more for epoch 7, 150 in all")


def test_witnesses_are_added_listed_and_removed_on_the_log(home: Home) -> None:
    done(home, "witness", "add", "https://witness.example.org/w/", WITNESS)
    assert "https://witness.example.org/w  " in done(home, "witness", "list")
    assert "no witness" in call(home, "witness", "remove", "somebody").output
    done(home, "witness", "remove", "witness.example.org")
    assert done(home, "witness", "list") == ""
    assert [one for one, _ in acts(home)][-2:] == ["witness-added", "witness-removed"]


@pytest.mark.parametrize("url", ["http://witness.example.org", "https://", "ftp://x", "https://x?y=z"])
def test_a_witness_is_not_asked_over_an_open_line(home: Home, url: str) -> None:
    assert "https://host" in call(home, "witness", "add", url, WITNESS).output
    assert "cosignatures" in call(home, "witness", "add", "https://x", str(log_key(home).verify_key)).output


def test_the_log_is_shown_and_pruned_beside_a_service_and_without_one(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 400 * 24 * 3600)
    opening.record(home, "test", "long ago")
    monkeypatch.undo()
    assert done(home, "log", "show") == "3 entries\n"
    clerk = Clerk(home, log_key(home))
    try:
        assert "newest checkpoint is of 3 entries" in done(home, "log", "show")
        assert "Deleted the details of 0 entries" in done(home, "log", "prune", "--days", "500")
        assert clerk.desk.ledger.size == 3
    finally:
        clerk.close()
    assert b"long ago" in home.log.read_bytes()
    assert "Deleted the details of 1 entries" in done(home, "log", "prune")
    assert b"long ago" not in home.log.read_bytes()
    act, words = acts(home)[-1]
    assert (act, words.startswith("of 1 entries")) == ("details-deleted", True)


def test_who_asked_how_much_is_reported_by_pseudonym(office: Office, home: Home, desk: Signer) -> None:
    user = bytes(15) + b"1"
    for _ in range(3):
        assert office.ask(desk, question(user=user)).status_code == 200
    assert code(office.ask(desk, question(user=user, purpose="curiosity"))) == "purpose"
    shown = done(home, "report")
    assert f"Jugendamt  {user.hex()}  3  0  0\n" in shown
    assert "Jugendamt  unread  0  1  0\n" in shown
    found = json.loads(done(home, "report", "--days", "1", "--json"))
    assert {row["user"]: row["persons"] for row in found["totals"]} == {user.hex(): 3, "": 0}
    assert "no day was unusual" in shown.lower() or "Unusual days" in shown


def test_doctor_looks_at_descriptor_log_and_witnesses(home: Home) -> None:
    add_device(home)
    passphrase = ("--passphrase-file", str(home.folder.parent / "passphrase"))
    shown = done(home, "doctor", *passphrase)
    assert f"log key: {log_key(home).verify_key}" in shown
    assert "log: sound; 2 entries" in shown
    assert "witnesses: none; a log that is cut or restored would go unnoticed" in shown
    done(home, "witness", "add", "https://witness.example.org", WITNESS)
    home.descriptor.unlink()
    result = call(home, "doctor")
    assert "no descriptor is here" in result.output
    put_descriptor(home)


@pytest.mark.sockets
def test_doctor_names_a_witness_that_is_silent_and_a_log_that_is_stopped(home: Home) -> None:
    witness = Witness(log_key(home).verify_key)
    add_device(home)
    done(home, "witness", "add", "http://127.0.0.1:9", str(witness.key))
    clerk = Clerk(home, log_key(home))
    try:
        clerk.desk.witnesses[str(witness.key)] = (0, 1_700_000_000)
        assert "has not answered since 2023-11-14" in call(home, "doctor").output
        clerk.desk.witnesses[str(witness.key)] = (3, 0)
        clerk.desk.stopped = "the witness has seen more"
        result = call(home, "doctor").output
        assert "the witness has seen more" in result
        assert "1 of them" in result
        assert "Nothing is answered" in done(home, "log", "show")
    finally:
        clerk.close()


def test_commands_that_serve_nothing_do_not_load_a_server() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, obacht_keys.cli; print('uvicorn' in sys.modules, 'fastapi' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "False False\n"
