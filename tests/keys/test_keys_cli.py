"""What the operator of a key office types, and is told."""

import json
import time
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nacl.signing import SigningKey

from key_office import PASSPHRASE, found, log_key, make_home
from obacht_keys.cli import main
from obacht_keys.custody import TransportKey
from obacht_keys.settings import Home
from obacht_protocol.devices import device_id
from obacht_protocol.encoding import base64url


def call(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.folder), *arguments])


def passphrase_file(home: Home) -> str:
    return str(home.folder.parent / "passphrase")


def test_init_writes_settings_a_locked_transport_key_and_a_card_but_no_share(tmp_path: Path) -> None:
    home = found(tmp_path, "https://keys.example.org")
    assert tomllib.loads(home.settings.read_text()) == {
        "deployment": "test-keys",
        "origin": "https://keys.example.org",
        "name": "IT",
    }
    transport = TransportKey.unlock(home.transport.read_bytes(), PASSPHRASE.encode())
    key = log_key(home)
    assert key.name == "keys.example.org/test-keys"
    assert json.loads(home.card.read_bytes()) == {
        "type": "obacht/v1/key-office",
        "deployment": "test-keys",
        "name": "IT",
        "url": "https://keys.example.org",
        "transport_key": base64url(transport.public),
        "log": str(key.verify_key),
    }
    for verb in ("serve", "doctor"):
        result = call(home, verb, *(("--port", "1") if verb == "serve" else ()))
        assert result.exit_code == 1
        assert "obacht-keys share accept" in result.output


def test_an_office_is_never_made_over_another(home: Home) -> None:
    before = {path: path.read_bytes() for path in home.folder.iterdir()}
    arguments = ("--deployment", "test-keys", "--origin", "https://keys.example.org", "--name", "IT")
    result = call(home, "init", *arguments, "--passphrase-file", passphrase_file(home))
    assert result.exit_code == 1
    assert "never overwritten" in result.output
    home.settings.unlink()
    assert call(home, "init", *arguments, "--passphrase-file", passphrase_file(home)).exit_code == 1
    assert {path: path.read_bytes() for path in home.folder.iterdir()} | {
        home.settings: before[home.settings]
    } == before


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("--deployment", "Stadt Köln"), "a deployment's id"),
        (("--origin", "http://keys.example.org"), "https://"),
        (("--origin", "https://keys.example.org/path"), "https://"),
        (("--name", ""), "printable"),
        (("--deployment", "koeln", "--lock", "CHEAPEST"), "test-"),
    ],
)
def test_an_office_that_no_descriptor_could_name_is_not_made(
    tmp_path: Path, changed: tuple[str, ...], told: str
) -> None:
    home = Home(tmp_path / "keys")
    arguments = ("--deployment", "test-keys", "--origin", "https://keys.example.org", "--name", "IT")
    result = call(home, "init", *arguments, *changed)
    assert result.exit_code != 0
    assert told in result.output
    assert not home.transport.exists()


def test_a_passphrase_that_others_can_read_or_that_is_short_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "keys")
    file = tmp_path / "passphrase"
    arguments = (
        "--deployment",
        "test-keys",
        "--origin",
        "https://keys.example.org",
        "--name",
        "IT",
        "--lock",
        "CHEAPEST",
    )
    file.write_text(PASSPHRASE)
    file.chmod(0o644)
    assert "chmod 600" in call(home, "init", *arguments, "--passphrase-file", str(file)).output
    file.chmod(0o600)
    file.write_text("short")
    assert "12 letters" in call(home, "init", *arguments, "--passphrase-file", str(file)).output
    assert not home.transport.exists()


def test_departments_and_devices_are_added_listed_and_refused(home: Home) -> None:
    key = bytes(SigningKey.generate().verify_key)
    assert call(home, "department", "add", "Jugendamt").exit_code == 0
    assert call(home, "department", "add", "Sicherheitsstelle", "--office").exit_code == 0
    added = call(home, "device", "add", "Jugendamt", base64url(key), "--label", "Schalter 3")
    assert added.exit_code == 0, added.output
    assert device_id(key) in added.output
    assert "Schalter 3" in call(home, "device", "list").output
    assert call(home, "device", "revoke", device_id(key)).exit_code == 0
    assert "revoked" in call(home, "device", "list").output
    assert call(home, "department", "disable", "Jugendamt").exit_code == 0
    assert (
        call(home, "department", "list").output
        == "Jugendamt  department  disabled\nSicherheitsstelle  office  enabled\n"
    )


def test_a_key_or_an_id_may_begin_with_a_hyphen(home: Home) -> None:
    call(home, "department", "add", "Jugendamt")
    added = call(home, "device", "add", "Jugendamt", base64url(b"\xf8" + bytes(31)), "--label", "Schalter 3")
    assert base64url(b"\xf8" + bytes(31)).startswith("-")
    assert added.exit_code == 0, added.output
    assert "no such device" in call(home, "device", "revoke", "-" + "A" * 21).output


def test_mistakes_are_said_in_words(home: Home, tmp_path: Path) -> None:
    assert "32 bytes" in call(home, "device", "add", "Jugendamt", "abc", "--label", "x").output
    assert "no department" in call(home, "department", "disable", "Jugendamt").output
    nowhere = Home(tmp_path / "nowhere")
    for arguments in (("department", "list"), ("serve", "--passphrase-file", passphrase_file(home))):
        result = call(nowhere, *arguments)
        assert result.exit_code == 1
        assert "obacht-keys init" in result.output
    assert "There is no terminal" in call(home, "serve", "--port", "1").output


def test_an_office_serves_only_the_deployment_its_share_was_made_for(home: Home) -> None:
    home.settings.write_text(home.settings.read_text().replace("test-keys", "test-other"))
    result = call(home, "serve", "--port", "1", "--passphrase-file", passphrase_file(home))
    assert "another deployment's" in result.output


def test_behind_a_proxy_the_port_must_be_named(home: Home) -> None:
    assert "--port" in call(home, "serve", "--passphrase-file", passphrase_file(home)).output


def test_doctor_finds_a_whole_office_well(home: Home) -> None:
    call(home, "department", "add", "Jugendamt")
    call(home, "device", "add", "Jugendamt", base64url(bytes(31) + b"\1"), "--label", "Schalter 3")
    result = call(home, "doctor", "--passphrase-file", passphrase_file(home))
    assert result.exit_code == 0, result.output
    assert "unlocks; epoch 7" in result.output
    assert call(home, "doctor").exit_code == 0


def test_doctor_says_what_is_wrong_and_what_mends_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "obacht-keys department add" in call(home, "doctor").output
    home.folder.chmod(0o755)
    home.settings.write_text("deployment = 5")
    home.share.write_bytes(b"{}")
    home.transport.write_bytes(b"{}")
    home.registry.write_bytes(b"no database" * 100)
    home.log.write_bytes(b"no database" * 100)
    home.log_key.write_bytes(b"{}")
    home.roots.unlink()
    home.descriptor.unlink()
    monkeypatch.setattr(time, "time", lambda: 1_000_000.0)
    result = call(home, "doctor", "--passphrase-file", passphrase_file(home))
    assert result.exit_code == 1
    for told in (
        "chmod go=",
        "a backup",
        "timedatectl",
        "obacht-keys init",
        "obacht-keys trust",
        "If it refuses to start",
    ):
        assert told in result.output
    home.share.unlink()
    home.transport.unlink()
    result = call(home, "doctor")
    assert "holds no key share yet" in result.output
    assert "transport.locked cannot be read" in result.output


@pytest.mark.sockets
def test_doctor_tells_whether_something_listens(tmp_path: Path) -> None:
    home = make_home(tmp_path, "http://127.0.0.1:9")
    assert "nothing listens on port 9" in call(home, "doctor").output
