"""Only the safety office's own device enrols, and only who cosigned a checkpoint stands there as its witness."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from nacl.signing import SigningKey as Ed25519SigningKey

from auditing import ANNA, PASSPHRASE, Auditor, cheap_locks
from log_office import Client
from obacht_clients.audit import keyfile
from obacht_clients.audit.known import Known
from obacht_protocol import notes
from obacht_protocol.checkpoints import WitnessSigner
from obacht_protocol.devices import device_id
from obacht_protocol.encoding import base64url
from obacht_protocol.messages import ENROLMENT
from town import NOW, reply

SECOND = Ed25519SigningKey(bytes(range(32)))
WITNESS = WitnessSigner("office/witness", bytes(32))


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_locks(monkeypatch)


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


def enrol(auditor: Auditor, key: Ed25519SigningKey | None = None) -> None:
    client = auditor.publisher if key is None else Client(auditor.log, key)
    client.ask(client.part(ANNA), sealed=[], purpose=ENROLMENT, entry={"department": "Sicherheitsstelle"})


def hand_over(auditor: Auditor, *options: str, **changes: object) -> Result:
    """Let the safety office enrol with its second device from now on, by a descriptor that the auditor signs."""
    facts = {"publisher": bytes(SECOND.verify_key)} | changes
    auditor.town.deployment = auditor.town.deployment.revised(**facts)
    draft = auditor.home.parent / "draft"
    draft.write_bytes(notes.sign(auditor.town.deployment.descriptor.encode(), [auditor.town.deployment.office]))
    return auditor.run("sign", str(draft), "--yes", *options)


def test_a_second_device_of_the_office_cannot_ask_without_receipts_unseen(auditor: Auditor) -> None:
    enrol(auditor)
    enrol(auditor, SECOND)
    told = auditor.audited()
    strange = device_id(bytes(SECOND.verify_key))
    assert [(one["index"], one["device"], one["faults"]) for one in told["failed"]] == [(1, strange, ["enroller"])]
    assert told["enrollers"] == {device_id(auditor.publisher.public_key): 4, strange: 4}
    words = auditor.run("receipts")
    assert words.exit_code == 1
    assert "mit einem Gerät aufgenommen, das nicht das der Sicherheitsstelle ist." in words.output
    assert "obacht audit trust --publisher" in words.output


def test_a_department_cannot_enrol_either(auditor: Auditor) -> None:
    client = auditor.client
    client.ask(client.part(ANNA), sealed=[], purpose=ENROLMENT)
    assert auditor.faults() == ["enroller"]


def test_a_change_that_the_auditor_signed_is_known_before_and_after(auditor: Auditor) -> None:
    enrol(auditor)
    assert hand_over(auditor).exit_code == 0
    enrol(auditor, SECOND)
    assert auditor.audited()["passed"]
    assert Known(auditor.home).publishers() == {auditor.publisher.public_key, bytes(SECOND.verify_key)}


def test_a_descriptor_that_was_only_used_here_is_remembered_too(auditor: Auditor, tmp_path: Path) -> None:
    enrol(auditor, SECOND)
    other = auditor.town.deployment.revised(publisher=bytes(SECOND.verify_key))
    (tmp_path / "other").write_bytes(other.note())
    assert auditor.audited("--descriptor", str(tmp_path / "other"))["passed"]
    assert auditor.audited("--all")["passed"]


def test_what_is_only_said_to_have_been_before_is_not_believed(auditor: Auditor, tmp_path: Path) -> None:
    """The descriptor to sign names the hash of the one before; any other file could be anybody's."""
    forged = auditor.town.deployment.revised(publisher=bytes(Ed25519SigningKey.generate().verify_key))
    (tmp_path / "forged").write_bytes(forged.note())
    assert hand_over(auditor, "--previous", str(tmp_path / "forged"), version=9).exit_code == 0
    assert Known(auditor.home).publishers() == {bytes(SECOND.verify_key)}


def test_a_folder_that_is_younger_than_the_change_is_told_of_it(auditor: Auditor) -> None:
    earlier = bytes(SECOND.verify_key)
    enrol(auditor, SECOND)
    assert auditor.faults() == ["enroller"]
    told = auditor.run("trust", "--publisher", base64url(earlier), secret=False)
    assert told.exit_code == 0
    assert f"  {device_id(earlier)}  {base64url(earlier)}" in told.output
    assert auditor.audited()["passed"]


def test_nobody_is_known_at_first_and_nonsense_is_no_key(auditor: Auditor) -> None:
    told = auditor.run("trust", secret=False)
    assert told.output.count("(nichts)") == 2
    for arguments in (("--publisher", "x"), ("--witness-key", "x"), ("--witness-key", str(auditor.root.verify_key))):
        assert auditor.run("trust", *arguments, secret=False).exit_code == 2
    assert not (auditor.home / "publishers").exists()


@pytest.mark.parametrize("damage", [b"x", b"\xff", None])
@pytest.mark.parametrize("folder", ["publishers", "witnesses"])
def test_damaged_memory_ends_the_run_in_words(auditor: Auditor, folder: str, damage: bytes | None) -> None:
    auditor.run("trust", "--publisher", base64url(bytes(32)), "--witness-key", str(WITNESS.key), secret=False)
    (file,) = (auditor.home / folder).iterdir()
    if damage is None:
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(damage)
    for done in (auditor.run("receipts"), auditor.run("trust", secret=False)):
        assert done.exit_code == 1
        assert "unter „publishers“ oder „witnesses“ eine Datei beschädigt" in done.output


def test_what_cannot_be_remembered_is_said_so(auditor: Auditor) -> None:
    (auditor.home / "publishers" / f"{device_id(bytes(32))}.pub").mkdir(parents=True)
    assert auditor.run("trust", "--publisher", base64url(bytes(32)), secret=False).exit_code == 1


def know_witness(auditor: Auditor) -> None:
    assert auditor.run("trust", "--witness-key", str(WITNESS.key), secret=False).exit_code == 0


def test_cosignatures_of_known_witnesses_are_verified_and_others_are_said_not_to_be(auditor: Auditor) -> None:
    auditor.run("witness", "--key")
    own = keyfile.witness(auditor.home / "witness.key", "", PASSPHRASE)
    stranger = WitnessSigner("stranger", bytes(32))
    know_witness(auditor)
    auditor.log.cosigners += [own, stranger]
    told = auditor.audited()
    assert told["passed"]
    assert told["cosigners"] == {
        "verified": ["test-town/auditor/witness"], "unknown": ["stranger"], "missing": ["office/witness"], "wrong": [],
    }  # fmt: skip
    auditor.log.cosigners.append(WITNESS)
    words = auditor.run("receipts").output
    for said in (
        "mitunterschrieben von office/witness (geprüft)",
        "mitunterschrieben von test-town/auditor/witness (geprüft)",
        "mitunterschrieben von stranger (NICHT geprüft",
    ):
        assert said in words


def twice(note: bytes) -> list[str]:
    return [WITNESS.cosign(note, NOW), WITNESS.cosign(note, NOW + 1)]


def of_another_checkpoint(note: bytes) -> list[str]:
    return [WITNESS.cosign(note.replace(b"\n0\n", b"\n1\n"), NOW)]


def by_another_key(note: bytes) -> list[str]:
    return [replace(WITNESS, seed=b"x" * 32).cosign(note, NOW)]


def too_short(note: bytes) -> list[str]:
    del note
    return [f"— {WITNESS.name} {base64.b64encode(WITNESS.key.id + bytes(8)).decode()}"]


def with_a_right_one(note: bytes) -> list[str]:
    return [WITNESS.cosign(note, NOW), *by_another_key(note)]


@pytest.mark.parametrize("lines", [twice, of_another_checkpoint, by_another_key, too_short, with_a_right_one])
def test_a_cosignature_in_a_known_witness_s_name_that_is_not_its_own_is_a_fault(
    auditor: Auditor, lines: Callable[[bytes], list[str]]
) -> None:
    note = auditor.log.note
    forged = note + "".join(f"{line}\n" for line in lines(note)).encode()
    auditor.town.instead = {"/v1/log/checkpoint": lambda _: reply(forged), **auditor.logs.answers()}
    assert auditor.audited()["passed"], "whose name it is nobody here can tell"
    know_witness(auditor)
    told = auditor.audited()
    assert (told["faults"], told["cosigners"]["wrong"]) == (["log-cosignature"], ["office/witness"])
    assert told["cosigners"]["verified"] == []
    assert "FALSCH mitunterschrieben im Namen von office/witness" in auditor.run("receipts").output


def test_a_witness_with_a_new_key_is_known_by_both(auditor: Auditor) -> None:
    new = replace(WITNESS, seed=b"x" * 32)
    know_witness(auditor)
    auditor.log.cosigners.append(new)
    assert auditor.audited()["faults"] == ["log-cosignature"]
    auditor.run("trust", "--witness-key", str(new.key), secret=False)
    assert auditor.audited()["cosigners"]["verified"] == ["office/witness"]
