"""The auditor looks before signing, and its key stays locked."""

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deployment import Deployment, make_deployment, signing_key
from obacht_clients.audit import keyfile, summary
from obacht_clients.cli.commands import obacht
from obacht_clients.cli.console import Console
from obacht_clients.errors import AuditError
from obacht_clients.words import LANGUAGES
from obacht_protocol import notes
from obacht_protocol.descriptor import Canary, Contact, Descriptor, KeyOffice, Purpose, ReceiptKey
from obacht_protocol.notes import VerifyKey
from town import NOW

PASSPHRASE = "correct horse battery"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", "utf-8")

    def invoke(*arguments: str, answers: str = "") -> Result:
        return CliRunner().invoke(
            obacht, ["audit", *arguments], input=answers, obj=Console(home=tmp_path / "home", clock=lambda: NOW)
        )

    return invoke


@pytest.fixture
def secret(tmp_path: Path) -> str:
    return str(tmp_path / "passphrase")


@pytest.fixture
def auditor(run: Run, secret: str) -> VerifyKey:
    result = run("init", "--name", "auditor", "--passphrase-file", secret)
    assert result.exit_code == 0, result.output
    return VerifyKey.parse(result.output.splitlines()[-1])


@pytest.fixture
def town(auditor: VerifyKey) -> Deployment:
    return make_deployment(now=NOW, auditor=auditor)


def drafted(town: Deployment, path: Path, *keys: notes.SigningKey) -> Path:
    """Sign as the office does."""
    path.write_bytes(notes.sign(town.descriptor.encode(), keys or [town.office]))
    return path


def test_a_descriptor_gets_its_second_signature(
    run: Run, town: Deployment, auditor: VerifyKey, secret: str, tmp_path: Path
) -> None:
    file = drafted(town, tmp_path / "descriptor")
    result = run("sign", str(file), "--yes", "--passphrase-file", secret)
    assert result.exit_code == 0, result.output
    assert Descriptor.verify(file.read_bytes(), town.descriptor.office, auditor) == town.descriptor
    for part in ("Bereitstellung: test-town", "Anlass visit: Hausbesuch", "noch keine Beschreibung"):
        assert part in result.output


def test_what_changed_is_shown_and_the_order_is_kept(run: Run, town: Deployment, secret: str, tmp_path: Path) -> None:
    run("sign", str(drafted(town, tmp_path / "1")), "--yes", "--passphrase-file", secret)
    following = town.revised(purposes=[Purpose("visit", "Außendienst")])
    following = replace(
        following, descriptor=replace(following.descriptor, previous=notes.digest((tmp_path / "1").read_bytes()))
    )
    output = str(tmp_path / "signed")
    result = run(
        "sign", str(drafted(following, tmp_path / "2")), "--output", output, "--yes", "--passphrase-file", secret
    )
    assert result.exit_code == 0, result.output
    assert "Anlass visit: bisher Hausbesuch; jetzt Außendienst" in result.output
    assert "Anlass desk: bisher Vorsprache; jetzt (nichts)" in result.output
    assert "ACHTUNG" not in result.output
    again = run("sign", str(tmp_path / "1"), "--yes", "--passphrase-file", secret)
    assert again.exit_code == 1
    assert "folgt nicht" in again.output
    same = run("sign", output, "--yes", "--passphrase-file", secret)
    assert same.exit_code == 0, "the same once more does no harm"


def test_nothing_is_signed_without_a_yes(run: Run, town: Deployment, secret: str, tmp_path: Path) -> None:
    file = drafted(town, tmp_path / "descriptor")
    before = file.read_bytes()
    assert run("sign", str(file), "--passphrase-file", secret).exit_code == 1
    assert file.read_bytes() == before


def test_somebody_at_a_terminal_confirms(
    run: Run, town: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("obacht_clients.cli.audit.is_interactive", lambda: True)
    file = drafted(town, tmp_path / "descriptor")
    assert run("sign", str(file), answers="n\n").exit_code == 1
    assert run("sign", str(file), answers=f"y\n{PASSPHRASE}\n").exit_code == 0


@pytest.mark.parametrize("case", ["form", "contradiction", "unsigned", "stranger", "auditor", "expired", "missing"])
def test_what_must_not_be_signed_is_not(run: Run, town: Deployment, secret: str, tmp_path: Path, case: str) -> None:
    file = tmp_path / "descriptor"
    line = town.descriptor.encode()
    match case:
        case "form":
            file.write_bytes(b"nothing")
        case "contradiction":
            file.write_bytes(notes.sign(line.replace(b'"threshold":1', b'"threshold":2'), [town.office]))
        case "unsigned" | "stranger":
            drafted(town, file, signing_key("stranger"))
        case "auditor":
            drafted(make_deployment(now=NOW), file)
        case "expired":
            drafted(town.revised(issued=1, expires=NOW), file)
        case _:
            pass
    before = file.read_bytes() if file.exists() else None
    result = run("sign", str(file), "--yes", "--passphrase-file", secret)
    assert result.exit_code == 1
    assert (file.read_bytes() if file.exists() else None) == before


def test_a_change_of_roots_needs_the_old_root_and_is_called_out(
    run: Run, town: Deployment, secret: str, tmp_path: Path
) -> None:
    first = drafted(town, tmp_path / "1")
    fresh = signing_key("office-2")
    following = replace(town.revised(office=fresh.verify_key), office=fresh)
    options = ("--previous", str(first), "--yes", "--passphrase-file", secret)
    refused = run("sign", str(drafted(following, tmp_path / "2")), *options)
    assert refused.exit_code == 1
    assert "Wurzelschlüssel" in refused.output
    signed = run("sign", str(drafted(following, tmp_path / "2", fresh, town.office)), *options)
    assert signed.exit_code == 0, signed.output
    assert "ACHTUNG" in signed.output


def test_an_auditor_may_hand_over_to_the_next(run: Run, town: Deployment, secret: str, tmp_path: Path) -> None:
    successor = signing_key("auditor-2")
    first = drafted(town, tmp_path / "1")
    following = town.revised(auditor=successor.verify_key)
    result = run(
        "sign", str(drafted(following, tmp_path / "2")), "--previous", str(first), "--yes", "--passphrase-file", secret
    )
    assert result.exit_code == 0, result.output


def test_a_note_without_room_is_not_signed(run: Run, town: Deployment, secret: str, tmp_path: Path) -> None:
    keys = [town.office, *(signing_key(f"witness-{number}") for number in range(15))]
    assert run("sign", str(drafted(town, tmp_path / "d", *keys)), "--yes", "--passphrase-file", secret).exit_code == 1


def test_what_cannot_be_written_is_said_so(run: Run, town: Deployment, secret: str, tmp_path: Path) -> None:
    file = drafted(town, tmp_path / "descriptor")
    missing = str(tmp_path / "nowhere" / "out")
    result = run("sign", str(file), "--output", missing, "--yes", "--passphrase-file", secret)
    assert result.exit_code == 1
    assert "nicht lesen oder schreiben" in result.output


def test_a_wrong_passphrase_opens_nothing(run: Run, town: Deployment, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    for content in (b"another passphrase\n", b""):
        wrong.write_bytes(content)
        result = run("sign", str(drafted(town, tmp_path / "d")), "--yes", "--passphrase-file", str(wrong))
        assert result.exit_code == 1
        assert "Passphrase stimmt nicht" in result.output


def test_a_key_is_never_overwritten(run: Run, auditor: VerifyKey, secret: str, tmp_path: Path) -> None:
    assert run("init", "--name", "auditor", "--passphrase-file", secret).exit_code == 1
    path = tmp_path / "home" / "auditor.key"
    assert keyfile.public_half(path) == auditor
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_passphrase_is_typed_twice_and_long_enough(run: Run) -> None:
    assert run("init", "--name", "a", answers="short\nshort\n").exit_code == 1
    assert run("init", "--name", "a", answers=f"{PASSPHRASE}\nother\n").exit_code == 2
    assert run("init", "--name", "with space", answers=f"{PASSPHRASE}\n{PASSPHRASE}\n").exit_code == 2
    result = run("init", "--name", "a", answers=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert result.exit_code == 0
    assert PASSPHRASE not in result.output


def test_a_key_file_holds_no_seed_in_the_clear_and_notices_damage(tmp_path: Path) -> None:
    path = tmp_path / "key"
    public = keyfile.create(path, "auditor", PASSPHRASE)
    key = keyfile.unlock(path, PASSPHRASE)
    assert key.verify_key == public
    fields = json.loads(path.read_text("ascii"))
    other = str(signing_key("auditor").verify_key)
    assert key.skey() not in path.read_text("ascii")
    for change in ({"public": other}, {"locked": ""}, {"locked": 7}, {"public": "x"}, {"public": 7}):
        path.write_text(json.dumps(fields | change), "ascii")
        with pytest.raises(AuditError, match="key-file"):
            keyfile.unlock(path, PASSPHRASE)
    path.write_text("[]", "ascii")
    with pytest.raises(AuditError, match="key-file"):
        keyfile.public_half(path)
    with pytest.raises(AuditError, match="key-file"):
        keyfile.create(tmp_path / "nowhere" / "key", "auditor", PASSPHRASE)


def test_every_field_of_a_descriptor_is_shown() -> None:
    """A change that the summary does not show is one that an auditor signs unseen."""
    town = make_deployment(now=NOW, web={"index.html": bytes(32)}, receipts=[ReceiptKey("2027-01", bytes(32))])
    before = town.descriptor
    epoch = before.epoch
    log = str(signing_key("log").verify_key)
    revisions: list[dict[str, Any]] = [
        {"deployment": "test-other"}, {"version": 9}, {"issued": NOW + 60}, {"expires": NOW + 86_400},
        {"office": signing_key("o").verify_key}, {"auditor": signing_key("a").verify_key},
        {"matcher": "https://m.example.org"}, {"offices": [KeyOffice(1, "Other", before.offices[0].url)]},
        {"offices": [replace(before.offices[0], log=log)]}, {"offices": [replace(before.offices[0], url="https://k.org")]},
        {"epochs": [replace(epoch, number=2)]}, {"epochs": [replace(epoch, strong=170)]},
        {"epochs": [replace(epoch, possible=140)]}, {"epochs": [replace(epoch, stretch="INTERACTIVE")]},
        {"epochs": [replace(epoch, begins=epoch.begins + 60)]}, {"epochs": [replace(epoch, ends=epoch.ends - 60)]},
        {"epochs": [epoch, replace(epoch, number=2)]},
        {"epochs": [make_deployment("test-b", now=NOW).descriptor.epoch]},
        {"head": signing_key("h").verify_key}, {"publisher": b"\x01" * 32}, {"contacts": [Contact(1, "Other", "1")]},
        {"contacts": [*before.contacts, Contact(2, "Other", "1", "m", "h", "a")]}, {"purposes": [Purpose("desk", "x")]},
        {"canary": Canary("Prüfstein", "Kanaria", "1971-01-02")}, {"previous": b"\x01" * 32},
        {"receipts": [ReceiptKey("2027-02", bytes(32))]}, {"report": bytes(32)}, {"web": {"index.html": b"\x01" * 32}},
        {"report": bytes(32), "reports": "https://office.example.org"},
    ]  # fmt: skip
    fields = {name for revision in revisions for name in revision}
    assert fields == set(Descriptor.__slots__)
    for language in LANGUAGES.values():
        for revision in revisions:
            changed = replace(before, **revision)
            assert summary.changes(before, changed, language), revision
        assert not summary.changes(before, before, language)
