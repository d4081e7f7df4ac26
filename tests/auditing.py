"""An auditor and the town whose logs it reads, for tests."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from nacl.signing import SigningKey as Ed25519SigningKey

from log_office import Client, Log, with_logs
from obacht_clients.audit import keyfile, lockedfile
from obacht_clients.audit.months import Months
from obacht_clients.cli.commands import obacht
from obacht_clients.cli.console import Console
from obacht_clients.department import Department
from obacht_clients.device import DeviceKey
from obacht_protocol import locks
from town import NOW, make_home, make_town, person

PASSPHRASE = "correct horse battery"
SECOND = "another horse battery"
ANNA = person("Müllersohn", "Annegret", "07.03.1980")
BORIS = person("Zwickelmann", "Borislav", "11.11.1975")
NAMES = ("Müllersohn", "Annegret", "Zwickelmann", "Borislav", "1980-03-07", "1975-11-11", "07.03.1980", "Kanaria")


class Auditor:
    """An auditor's folder, and a town whose offices keep logs."""

    def __init__(self, tmp_path: Path, **changes: Any) -> None:
        self.home = tmp_path / "auditor"
        self.home.mkdir()
        self.secret = tmp_path / "passphrase"
        self.secret.write_text(PASSPHRASE + "\n", "utf-8")
        key = keyfile.create(self.home / "auditor.key", "test-town/auditor", PASSPHRASE)
        self.root = keyfile.unlock(self.home / "auditor.key", PASSPHRASE)
        months = Months(self.home).make("2026-12", 3, PASSPHRASE, frozenset())
        self.town = make_town(receipts=months, auditor=key, **changes)
        self.town.deployment = replace(self.town.deployment, auditor=self.root)
        self.town.note = self.town.deployment.note()
        self.logs = with_logs(self.town)
        (self.home / "auditor.last").write_bytes(self.town.note)
        self.device = DeviceKey.load_or_create(self.home / "audit-device.key")
        for log in self.logs.logs.values():
            log.readers.add(self.device.public_key)
        self.now = NOW

    @property
    def log(self) -> Log:
        return next(iter(self.logs.logs.values()))

    @property
    def client(self) -> Client:
        return Client(self.log)

    @property
    def publisher(self) -> Client:
        """The safety office's device, at the first office."""
        return Client(self.log, Ed25519SigningKey(self.town.deployment.publisher))

    def run(self, *arguments: str, secret: bool = True, stdin: str = "") -> Result:
        console = Console(home=self.home, clock=lambda: self.now, network=self.town.network)
        options = ("--passphrase-file", str(self.secret)) if secret else ()
        return CliRunner().invoke(obacht, ["audit", *arguments, *options], input=stdin, obj=console)

    def audited(self, *arguments: str) -> dict[str, Any]:
        """Run over the logs, and give what the first office's one gave."""
        done = self.run("receipts", "--json", *arguments)
        assert done.exit_code in {0, 1}, done.output
        assert not any(name in done.output for name in NAMES)
        first: dict[str, Any] = json.loads(done.stdout)["offices"][0]
        assert first["passed"] == (done.exit_code == 0)
        return first

    def faults(self) -> list[str]:
        """Run over the log, and give what is wrong with its entries."""
        told = self.audited()
        assert told["faults"] == []
        return [fault for one in told["failed"] for fault in one["faults"]]

    def seal(self, receipt: Any) -> bytes:
        months = {key.month: key.public_key for key in self.town.deployment.descriptor.receipts}
        sealed: bytes = receipt.seal(months["2027-01"])
        return sealed

    def ask(self, *parts: Any, client: Client | None = None, **changes: Any) -> None:
        asking = client or self.client
        asking.ask(*parts, **{"sealed": [self.seal(receipt) for _, receipt in parts]} | changes)


def department(auditor: Auditor, folder: Path) -> Department:
    home = make_home(auditor.town, folder)
    auditor.logs.know(DeviceKey.load(home / "device.key").public_key)
    return Department(home, clock=auditor.town.clock, network=auditor.town.network)


def cheap_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock and unlock at the least cost that Argon2 allows."""
    monkeypatch.setattr(lockedfile, "COST", locks.CHEAPEST)
