"""Month keys are made ahead, are the auditor's own, and are gone for good when their time is over; all on record."""

import json
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from auditing import PASSPHRASE, SECOND, Auditor, cheap_locks
from obacht_clients.audit import keyfile
from obacht_clients.audit.looks import LookLog
from obacht_clients.audit.months import Months
from obacht_clients.errors import AuditError
from obacht_protocol import notes
from obacht_protocol.checkpoints import Checkpoint
from obacht_protocol.descriptor import ReceiptKey
from obacht_protocol.encoding import unbase64url
from town import NOW


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_locks(monkeypatch)


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    """One that has keys for 2026-12 to 2027-02; it is January 2027."""
    return Auditor(tmp_path)


def public(auditor: Auditor) -> dict[str, bytes]:
    listed = json.loads((auditor.home / "receipt-keys.json").read_bytes())
    return {key["month"]: unbase64url(key["public_key"], 32) for key in listed}


def test_keys_are_made_over_the_turn_of_the_year_and_listed_for_the_office(auditor: Auditor) -> None:
    done = auditor.run("keys", "make", "--from", "2027-11", "--months", "3")
    assert done.exit_code == 0, done.output
    assert list(public(auditor)) == ["2026-12", "2027-01", "2027-02", "2027-11", "2027-12", "2028-01"]
    unlocked = Months(auditor.home).unlock(PASSPHRASE, "9")
    assert {month: bytes(PrivateKey(key).public_key) for month, key in unlocked.items()} == public(auditor)
    assert list(Months(auditor.home).unlock(PASSPHRASE, "2027-01")) == ["2026-12", "2027-01"]


def test_a_key_is_never_made_twice(auditor: Auditor) -> None:
    before = public(auditor)
    assert auditor.run("keys", "make", "--from", "2027-02", "--months", "2").exit_code == 1
    assert auditor.run("keys", "destroy", "--before", "2027-01").exit_code == 0
    assert auditor.run("keys", "make", "--from", "2026-12", "--months", "1").exit_code == 1
    assert public(auditor) == {month: key for month, key in before.items() if month != "2026-12"}


@pytest.mark.parametrize("month", ["2027-13", "2027-00", "27-01", "2027-1", "1999-12", "../../x", ""])
def test_a_month_that_is_none_is_refused(auditor: Auditor, month: str) -> None:
    assert auditor.run("keys", "make", "--from", month).exit_code == 1
    assert auditor.run("keys", "destroy", "--before", month).exit_code == 1
    assert len(public(auditor)) == 3


def test_a_mistyped_passphrase_locks_nothing(auditor: Auditor) -> None:
    auditor.secret.write_text("correct horse batterY\n", "utf-8")
    done = auditor.run("keys", "make", "--from", "2027-05")
    assert done.exit_code == 1
    assert "Passphrase" in done.output
    assert len(public(auditor)) == 3


def test_destroyed_keys_are_overwritten_gone_and_on_record(auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> None:
    file = auditor.home / "receipt-keys" / "2026-12.key"
    before, seen = file.read_bytes(), []
    unlink = Path.unlink

    def watched(self: Path, missing_ok: bool = False) -> None:  # noqa: FBT001, FBT002 - as the library has it
        if self == file:
            seen.append(self.read_bytes())
            assert LookLog(auditor.home, auditor.root.verify_key).read().destroyed == {"2026-12"}, "on record first"
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", watched)
    done = auditor.run("keys", "destroy", "--before", "2027-01")
    assert done.exit_code == 0, done.output
    assert not file.exists()
    (overwritten,) = seen
    assert len(overwritten) == len(before)
    assert overwritten[:40] != before[:40]
    assert list(public(auditor)) == ["2027-01", "2027-02"]
    assert "Schlüssel vernichtet: 2026-12" in auditor.run("looks", secret=False).output


def test_with_nothing_to_destroy_nothing_is_put_on_record(auditor: Auditor) -> None:
    assert auditor.run("keys", "destroy", "--before", "2026-12").exit_code == 0
    assert not (auditor.home / "looks.log").exists()


def test_the_list_tells_what_every_key_is(auditor: Auditor) -> None:
    auditor.run("keys", "make", "--from", "2027-03", "--months", "1")
    auditor.run("keys", "destroy", "--before", "2027-01")
    lines = auditor.run("keys", "list", secret=False).output.splitlines()
    assert [line[:7] for line in lines] == ["2027-01", "2027-02", "2027-03", "2026-12"]
    assert "dieser Monat, in der Beschreibung" in lines[0]
    assert "künftig, in der Beschreibung" in lines[1]
    assert "künftig, nicht in der Beschreibung" in lines[2]
    assert "vernichtet" in lines[3]


def test_a_key_file_that_was_exchanged_is_noticed(auditor: Auditor) -> None:
    folder = auditor.home / "receipt-keys"
    (folder / "2027-01.key").write_bytes((folder / "2026-12.key").read_bytes())
    fields = json.loads((folder / "2027-02.key").read_bytes())
    fields["public"] = json.loads((folder / "2026-12.key").read_bytes())["public"]
    (folder / "2027-02.key").write_text(json.dumps(fields), "utf-8")
    with pytest.raises(AuditError, match="key-file"):
        Months(auditor.home).unlock(PASSPHRASE, "2027-02")
    (folder / "2026-12.key").write_text('{"public":"x","locked":""}', "utf-8")
    with pytest.raises(AuditError, match="key-file"):
        Months(auditor.home).keys()


def test_without_keys_there_is_nothing_to_open(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no-months"):
        Months(tmp_path / "other").unlock(PASSPHRASE, "2027-01")


def test_a_descriptor_with_a_key_that_the_auditor_has_not_made_is_not_signed(auditor: Auditor, tmp_path: Path) -> None:
    foreign = ReceiptKey("2027-01", bytes(PrivateKey.generate().public_key))
    following = auditor.town.deployment.revised(receipts=[foreign])
    file = tmp_path / "draft"
    file.write_bytes(notes.sign(following.descriptor.encode(), [following.office]))
    done = auditor.run("sign", str(file), "--yes")
    assert done.exit_code == 1
    assert "nicht gemacht" in done.output
    following = auditor.town.deployment.revised(receipts=Months(auditor.home).keys())
    file.write_bytes(notes.sign(following.descriptor.encode(), [following.office]))
    assert auditor.run("sign", str(file), "--yes").exit_code == 0


def looked(auditor: Auditor, count: int) -> LookLog:
    log = LookLog(auditor.home, auditor.root.verify_key)
    for number in range(count):
        log.append({"kind": "destroyed", "time": NOW, "months": [f"2020-{number + 1:02}"]}, [auditor.root])
    return log


def test_the_own_log_is_a_tree_that_its_checkpoint_covers(auditor: Auditor) -> None:
    log = looked(auditor, 3)
    assert (len(log.read().lines), log.read().signed) == (3, 3)
    note = (auditor.home / "looks.checkpoint").read_bytes()
    assert Checkpoint.verify(note, auditor.root.verify_key).size == 3
    assert "unversehrt" in auditor.run("looks", secret=False).output
    assert len(json.loads(auditor.run("looks", "--json", secret=False).output)["looks"]) == 3


@pytest.mark.parametrize("damage", ["changed", "removed", "cut", "swapped", "checkpoint", "kind", "form"])
def test_a_damaged_log_is_noticed(auditor: Auditor, damage: str) -> None:
    log = looked(auditor, 3)
    file, checkpoint = auditor.home / "looks.log", auditor.home / "looks.checkpoint"
    lines = file.read_bytes().splitlines(keepends=True)
    match damage:
        case "changed":
            file.write_bytes(lines[0].replace(b"2020", b"2021") + b"".join(lines[1:]))
        case "removed":
            checkpoint.unlink()
        case "cut":
            file.write_bytes(b"".join(lines[:2]))
        case "swapped":
            file.write_bytes(lines[1] + lines[0] + lines[2])
        case "checkpoint":
            checkpoint.write_bytes(b"x")
        case "kind":
            file.write_bytes(b"".join(lines) + b'{"kind":"else"}\n')
        case _:
            file.write_bytes(b"".join(lines) + b"not json\n")
    with pytest.raises(AuditError, match="looks"):
        log.read()
    assert auditor.run("looks", secret=False).exit_code == 1


def test_a_log_whose_writer_was_killed_goes_on(auditor: Auditor) -> None:
    log = looked(auditor, 2)
    file = auditor.home / "looks.log"
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"kind":"destr')
    assert len(log.read().lines) == 2, "within a line"
    looked(auditor, 1)
    assert len(log.read().lines) == 3
    file.write_bytes(file.read_bytes() + whole.splitlines(keepends=True)[0])
    assert (len(log.read().lines), log.read().signed) == (4, 3), "between line and checkpoint"
    assert "ohne Unterschrift" in auditor.run("looks", secret=False).output
    looked(auditor, 1)
    assert (len(log.read().lines), log.read().signed) == (5, 5)


def test_the_second_person_has_a_name_and_a_passphrase_of_their_own(auditor: Auditor, tmp_path: Path) -> None:
    secret = tmp_path / "second"
    secret.write_text(SECOND, "utf-8")
    options = ("--passphrase-file", str(secret))
    same = auditor.run("second", "init", "--name", "test-town/auditor", *options, secret=False)
    assert same.exit_code == 1
    assert auditor.run("second", "init", "--name", "a b", *options, secret=False).exit_code == 2
    done = auditor.run("second", "init", "--name", "deputy", *options, secret=False)
    assert done.exit_code == 0, done.output
    assert keyfile.unlock(auditor.home / "second.key", SECOND).name == "deputy"
    assert auditor.run("second", "init", "--name", "deputy", *options, secret=False).exit_code == 1
