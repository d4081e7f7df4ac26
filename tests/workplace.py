"""An office's workplace as staff find it: the real service in a process of its own, with a user for every role."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import argon2
import httpx2
import pytest

from invented_letters import SENDER
from obacht_enrollment.accounts import passwords, users
from obacht_enrollment.accounts.roles import Role
from obacht_enrollment.office import Office
from obacht_enrollment.settings import new_settings
from obacht_protocol.locks import CHEAPEST
from safety_office import MATCHER, PASSPHRASE

PASSWORD: Final = "invented words in a row"
NAMES: Final = {
    "worker": ("Wanda Werk", Role.CASE_WORKER),
    "approver": ("Zoë Zweit", Role.APPROVER),
    "head": ("Lea Leitung", Role.HEAD),
    "auditor": ("Adam Aufsicht", Role.AUDITOR),
    "operator": ("Bo Betrieb", Role.OPERATOR),
}
LETTERS: Final = f"""
[letters]
body = "{SENDER.body}"
office = "{SENDER.office}"
street = "{SENDER.street}"
town = "{SENDER.town}"
phone = "{SENDER.phone}"
mail = "{SENDER.mail}"
data_protection_officer = "dsb@town.example"
supervisory_authority = "aufsicht@land.example"
"""
"""For ``office.toml``, so that the office can write letters."""
CHEAP: Final = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)
_START: Final = 30.0


@dataclass(frozen=True, slots=True)
class Workplace:
    """A running service.

    Attributes:
        origin: Where it is.
        home: Its folder.
    """

    origin: str
    home: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def add_users(office: Office) -> None:
    """Add a user for every role, whose login is the key of :data:`NAMES` and whose password is :data:`PASSWORD`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", CHEAP)
        now = int(time.time())
        for login, (name, role) in NAMES.items():
            added = users.add(office, None, login=login, name=name, roles=[role], now=now)
            users.redeem(office, login, added.code, PASSWORD, now)


@contextmanager
def running(folder: Path, settings: str = "", prepare: Callable[[Office], object] = add_users) -> Iterator[Workplace]:
    """Make an office, and serve it for the length of a block.

    Args:
        folder: Where.
        settings: What ``office.toml`` says besides.
        prepare: Puts into the office what it needs: otherwise a user for every role.
    """
    port = free_port()
    origin = f"http://localhost:{port}"
    text = new_settings(
        deployment="test-town", matcher=MATCHER, office="Sicherheitsstelle", phone="0221 1", stretch="CHEAPEST"
    ).replace('"http://localhost:8300"', f'"{origin}"')
    office = Office.create(folder / "office", PASSPHRASE, text + settings, CHEAPEST)
    prepare(office)
    office.close()
    passphrase = folder / "passphrase"
    passphrase.write_bytes(PASSPHRASE)
    passphrase.chmod(0o600)
    program = str(Path(sys.prefix) / "bin" / "obacht-office")
    command = [program, "--home", str(folder / "office"), "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "--passphrase-file", str(passphrase)], stderr=log)
    try:
        _wait(origin, process)
        yield Workplace(origin, folder / "office")
    finally:
        process.terminate()
        process.wait(20)


def _wait(origin: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START
    with httpx2.Client(trust_env=False) as client:
        while time.monotonic() < end and process.poll() is None:
            try:
                client.get(f"{origin}/healthz")
            except httpx2.HTTPError:
                time.sleep(0.1)
            else:
                return
    raise AssertionError("the service did not start")
