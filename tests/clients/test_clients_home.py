"""What a client keeps on disk survives kills, other processes, and damage without being taken for a fresh start."""

import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from deployment import signing_key
from obacht_clients.device import DeviceKey
from obacht_clients.errors import ClientError, HomeError
from obacht_clients.home import Home, Pins, default_home
from obacht_protocol.devices import device_id

PINS = Pins("test-town", signing_key("office").verify_key, signing_key("auditor").verify_key, "http://proxy:3128")


def make(path: Path) -> Home:
    return Home.create(path, {"pins": PINS.encode(), "count": b"0"})


def test_pins_are_read_back(tmp_path: Path) -> None:
    home = make(tmp_path / "deep" / "home")
    assert home.pins() == PINS
    home.close()


def test_a_home_that_was_never_made_is_missing(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="home-missing"):
        Home(tmp_path)
    assert not list(tmp_path.iterdir())


def test_making_a_home_again_changes_nothing(tmp_path: Path) -> None:
    make(tmp_path).close()
    home = Home.create(tmp_path, {"pins": b"other"})
    assert home.pins() == PINS
    home.close()


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000])
def test_a_damaged_file_is_broken_and_no_fresh_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trust.sqlite").write_bytes(content)
    with pytest.raises(HomeError, match="home-broken"):
        Home(tmp_path)


def test_a_file_that_a_killed_setup_left_empty_can_be_set_up(tmp_path: Path) -> None:
    (tmp_path / "trust.sqlite").write_bytes(b"")
    make(tmp_path).close()


def test_a_record_that_is_not_bytes_is_broken(tmp_path: Path) -> None:
    home = make(tmp_path)
    home._database.execute("UPDATE record SET value = 'text'")
    with pytest.raises(HomeError, match="home-broken"):
        home.read("pins")
    home.close()


def test_pins_of_another_form_are_broken() -> None:
    for data in (b"", b"[]", b"{}", PINS.encode().replace(b"test-town", b"\xff"), PINS.encode()[:-1] + b',"z":1}'):
        with pytest.raises(HomeError, match="home-broken"):
            Pins.parse(data)


def test_a_change_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    home = make(tmp_path)

    def refuse(_: object) -> dict[str, bytes]:
        raise ClientError("clock")

    with pytest.raises(ClientError, match="clock"):
        home.update(refuse)
    assert home.read("count") == b"0"
    home.update(lambda _: {"count": b"1"})
    assert home.read("count") == b"1"
    home.close()


def test_a_file_held_by_another_process_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obacht_clients.home._BUSY", 0.01)
    home = make(tmp_path)
    other = sqlite3.connect(tmp_path / "trust.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(HomeError, match="home-busy"):
        home.read("count")
    other.close()
    home.close()


def _count(path: Path, times: int) -> None:
    home = Home(path)
    for _ in range(times):
        home.update(lambda read: {"count": b"%d" % (int(read("count") or b"") + 1)})
    home.close()


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    make(tmp_path).close()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_count, args=(tmp_path, 25)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    home = Home(tmp_path)
    assert home.read("count") == b"75"
    home.close()


def test_a_process_killed_while_it_writes_leaves_old_or_new(tmp_path: Path) -> None:
    make(tmp_path).close()
    script = f"""
        import pathlib
        from obacht_clients.home import Home
        home = Home(pathlib.Path({str(tmp_path)!r}))
        print("ready", flush=True)
        while True:
            home.update(lambda read: dict.fromkeys(("count", "twin"), b"%d" % (int(read("count")) + 1)))
    """
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.kill()
        writer.communicate()
        home = Home(tmp_path)
        assert home.read("twin") in {home.read("count"), None}
        assert home.pins() == PINS
        home.close()


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HomeError, match="home-full"):
        make(tmp_path / "file" / "home")


def test_the_default_home_is_the_users_own() -> None:
    assert default_home().name == "obacht"
    assert default_home().is_absolute()


def test_the_device_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    key = DeviceKey.load_or_create(path)
    assert DeviceKey.load_or_create(path) == key == DeviceKey.load(path)
    assert key.id == device_id(key.public_key)
    assert key.seed.hex() not in repr(key)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 43])
def test_a_damaged_device_key_is_no_new_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "device.key"
    path.write_bytes(content)
    with pytest.raises(HomeError, match="device-key"):
        DeviceKey.load_or_create(path)
    assert path.read_bytes() == content


def test_a_device_key_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="device-key"):
        DeviceKey.load_or_create(tmp_path / "missing" / "device.key")


def test_pseudonyms_differ_by_user_and_by_device() -> None:
    one, other = DeviceKey(bytes(32)), DeviceKey(b"\x01" * 32)
    names = {one.pseudonym("a"), one.pseudonym("b"), other.pseudonym("a"), one.pseudonym("")}
    assert len(names) == 4
    assert {len(name) for name in names} == {16}
    assert one.pseudonym("a") == one.pseudonym("a")
