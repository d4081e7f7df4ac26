"""A department reports to the real office over a real socket: sealed all the way, taken once, opened by staff alone."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from obacht_clients.device import DeviceKey
from obacht_clients.home import Home, Pins
from obacht_clients.trust import first_records
from obacht_demo.servers import Server, command, free_port, run
from obacht_enrollment.accounts.roles import Role
from obacht_enrollment.home import IN_FORCE
from obacht_enrollment.inbox import service
from obacht_enrollment.office import Office
from obacht_enrollment.settings import new_settings
from obacht_protocol.encoding import base64url
from obacht_protocol.locks import CHEAPEST
from reporting_site import make_user
from safety_office import PASSPHRASE, Servers, Site

pytestmark = [pytest.mark.sockets, pytest.mark.timeout(120)]

DEPARTMENT = "Bürgeramt"
TYPED = {
    "person": {"family_name": "Grünspecht", "given_names": "Wendelin", "birth_date": "5.1971", "street": "Moosweg"},
    "incident": {"time": "3.11.2025 14:30", "place": "Schalter drei", "kind": "weapon", "what": "Er zog ein Messer."},
    "ground": {"kind": "complaint", "file_number": "17 Js 1234/25"},
    "reporter": {"office": "Bürgeramt Nord", "name": "Melinda Specht", "phone": "0221 987654"},
}
SECRETS = (
    "Grünspecht",
    "Wendelin",
    "Moosweg",
    "Schalter drei",
    "Messer",
    "17 Js",
    "Melinda",
    "987654",
    "Bürgeramt Nord",
)


@dataclass
class Town:
    """An office, a department, and nobody else: reports need no one between."""

    folder: Path
    server: Server

    @property
    def office(self) -> Office:
        return Office.open(self.folder / "office", PASSPHRASE)

    def office_command(self, *arguments: str) -> str:
        return run(command("obacht-office"), "--home", self.folder / "office", *arguments)

    def report(self, *arguments: str, typed: object = None) -> tuple[int, Any]:
        """Run ``obacht report``, and give its exit code and what it printed."""
        program = [command("obacht"), "--home", str(self.folder / "department"), "report", "--json"]
        given = json.dumps(typed) if typed else ""
        done = subprocess.run([*program, *arguments], input=given, check=False, capture_output=True, encoding="utf-8")
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    port, matcher = free_port(0), free_port(0)
    passphrase = tmp_path / "passphrase"
    passphrase.touch(0o600)
    passphrase.write_bytes(PASSPHRASE)
    own = ("--home", str(tmp_path / "office"), "serve", "--passphrase-file", str(passphrase))
    server = Server("office", port, tmp_path / "office.log", [command("obacht-office"), *own])
    text = new_settings(
        deployment="test-town",
        matcher=f"http://127.0.0.1:{matcher}",
        office="Sicherheitsstelle",
        phone="0221 1",
        stretch="CHEAPEST",
    )
    text = text.replace("127.0.0.1:8300", f"127.0.0.1:{port}").replace('reports = ""', f'reports = "{server.url}"')
    office = Office.create(tmp_path / "office", PASSPHRASE, text, CHEAPEST)
    set_up_department(tmp_path / "department", office)
    office.close()
    server.start()
    yield Town(tmp_path, server)
    server.stop()


def set_up_department(home: Path, office: Office) -> None:
    """Do what ``obacht init`` does; the matcher that it would ask is no part of this."""
    Site(office, Servers(), now=int(office.home.path("office.toml").stat().st_mtime)).sign_descriptor(send=False)
    note = office.home.read(IN_FORCE)
    descriptor = Site(office, Servers()).descriptor
    pins = Pins(descriptor.deployment, descriptor.office, descriptor.auditor)
    Home.create(home, first_records(note, pins)).close()
    device = DeviceKey.load_or_create(home / "device.key")
    key = base64url(device.public_key)
    run(command("obacht-office"), "--home", office.home.folder, "device", "add", DEPARTMENT, key, "--label", "Schalter")


def test_a_report_reaches_the_office_once_and_stays_sealed_until_it_is_opened(town: Town) -> None:
    """One walk, because starting processes is what takes time; at its end the device is revoked."""
    town.server.kill()
    code, kept = town.report("--file", "-", typed=TYPED)
    assert (code, kept) == (4, {"reports": [{"kept": "unreachable"}], "waiting": 1})
    (waiting,) = (town.folder / "department" / "reports").iterdir()
    sealed = waiting.read_bytes()

    town.server.start()
    code, sent = town.report("--send-waiting")
    receipt = sent["reports"][0]["receipt"]
    assert (code, sent["waiting"]) == (0, 0)
    assert town.report("--status", receipt) == (0, {"receipt": receipt, "state": "received"})

    waiting.write_bytes(sealed)  # as if the answer had been lost
    town.server.kill()
    town.server.start()
    assert town.report("--send-waiting")[1]["reports"] == [{"receipt": receipt, "state": "received"}]

    office = town.office
    worker = make_user(office, "worker", Role.CASE_WORKER)
    (entry,) = service.entries(office, worker)
    assert (entry.receipt, entry.department) == (receipt, DEPARTMENT)
    opened = service.open_report(office, worker, entry.number, entry.received)
    assert opened.report is not None
    assert opened.report.person.family_name == "Grünspecht"
    assert opened.report.incident.what == "Er zog ein Messer."
    office.close()

    files = [path for path in town.folder.rglob("*") if path.is_file()]
    assert any(path.name == "office.log" for path in files)
    for path in files:
        content = path.read_bytes()
        for secret in SECRETS:
            for encoding in ("utf-8", "utf-16-le", "latin-1"):
                assert secret.encode(encoding) not in content, path

    device = DeviceKey.load(town.folder / "department" / "device.key").id
    town.office_command("device", "revoke", device)
    code, kept = town.report("--file", "-", typed=TYPED)
    assert (code, kept) == (4, {"reports": [{"kept": "refused-device"}], "waiting": 1})
