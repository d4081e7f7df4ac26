"""The real parties of the demo's deployment, each in its own processes, on this machine's loopback and disk."""

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
from nacl.public import PrivateKey

from key_office import put_descriptor
from obacht_demo import people
from obacht_demo.deployment import DEPARTMENT as DEMO_DEPARTMENT
from obacht_demo.deployment import Deployment
from obacht_demo.servers import Server, command
from obacht_enrollment.office import Office
from obacht_enrollment.publication import current_descriptor
from obacht_keys.custody import Custody
from obacht_keys.limits import Limits
from obacht_keys.registry import DEPARTMENT, MAX_LIMIT, OFFICE, Registry
from obacht_keys.settings import Home
from obacht_protocol.descriptor import Descriptor, ReceiptKey
from obacht_protocol.identity import Person, parse_birth_date
from signing import Signer

NAME: Final = "test-bench"
PURPOSE: Final = "vorsprache"
_ROOT: Final = Path(__file__).parents[2]


@contextmanager
def workplace() -> Iterator[Path]:
    """Give a folder on the repository's disk (the temp folder may be memory), removed at the end."""
    (_ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=_ROOT / "var") as folder:
        yield Path(folder)


@contextmanager
def deployed(folder: Path, key_offices: tuple[str, ...] = ("IT-Amt",), *, needed: int = 1) -> Iterator[Deployment]:
    """Set a deployment with the demo's people up, and stop its servers at the end."""
    deployment = Deployment(folder, name=NAME, stretch="CHEAPEST", ports={}, key_offices=key_offices, needed=needed)
    today = _today()
    try:
        deployment.set_up(people.as_csv(people.people(today), today))
        for server in deployment.keys:
            _unlimited(Home(deployment.folder / server.name))
        yield deployment
    finally:
        deployment.stop()


def _unlimited(home: Home) -> None:
    """Let no quota stop what is measured."""
    with Registry(home.registry) as registry:
        for department in (None, DEMO_DEPARTMENT):
            registry.set_limits(Limits(MAX_LIMIT, MAX_LIMIT, MAX_LIMIT), department)
        registry.release(1, 10 * MAX_LIMIT)


def listed() -> list[Person]:
    """Give the demo's people of whom all is known that can be, as somebody would ask about them."""
    today = _today()
    return [
        Person(one.family_name, one.given_names, parse_birth_date(one.birth_date, today), one.birth_name)
        for one in people.people(today)
        if one.family_name and "." in one.birth_date
    ]


@contextmanager
def office(deployment: Deployment) -> Iterator[Office]:
    """Unlock the deployment's safety office in this process."""
    opened = Office.open(deployment.folder / "office", _passphrase(deployment))
    try:
        yield opened
    finally:
        opened.close()


def key_office(deployment: Deployment) -> Home:
    """Give the home of the deployment's key office."""
    return Home(deployment.folder / deployment.keys[0].name)


def custody(deployment: Deployment) -> Custody:
    """Unlock the key office's share in this process."""
    return Custody.unlock(key_office(deployment).share.read_bytes(), _passphrase(deployment))


def descriptor(deployment: Deployment) -> Descriptor:
    """Give the descriptor in force."""
    with office(deployment) as opened:
        return current_descriptor(opened, int(time.time()))[0]


def department_device(deployment: Deployment) -> Signer:
    """Register a new device of a department."""
    device = Signer(deployment.keys[0].url)
    _add_device(deployment, "bench", DEPARTMENT, device.public_key)
    return device


def add_office(deployment: Deployment, device: bytes) -> None:
    """Let one more safety office enrol, with this device (its public key, 32 bytes)."""
    _add_device(deployment, "another office", OFFICE, device)


def _add_device(deployment: Deployment, name: str, kind: str, public_key: bytes) -> None:
    with Registry(key_office(deployment).registry) as registry:
        registry.add_department(name, kind)
        registry.add_device(name, public_key, "bench")


@contextmanager
def receipts_asked(office: Home) -> Iterator[None]:
    """Let a key office know a descriptor, of other roots, that asks for receipts, and then its own again."""
    kept = {path: path.read_bytes() for path in (office.roots, office.descriptor)}
    office.descriptor.unlink()
    months = {time.strftime("%Y-%m", time.gmtime(time.time() + day * 86_400)) for day in (0, 1)}
    receipts = [ReceiptKey(month, bytes(PrivateKey.generate().public_key)) for month in sorted(months)]
    put_descriptor(office, purposes=(PURPOSE,), receipts=receipts)
    try:
        yield
    finally:
        for path, data in kept.items():
            path.write_bytes(data)


@contextmanager
def key_service(deployment: Deployment, workers: int) -> Iterator[psutil.Process]:
    """Run the key office in so many processes, in the place of the deployment's own."""
    (own,) = deployment.keys
    passphrase = ("--passphrase-file", deployment.folder / "passphrase", "--workers", str(workers))
    arguments = (command("obacht-keys"), "--home", deployment.folder / own.name, "serve", *passphrase)
    own.stop()
    server = Server(own.name, own.port, own.log, arguments)
    server.start()
    try:
        yield process(server)
    finally:
        server.stop()
        own.start()


def valkey(deployment: Deployment) -> psutil.Process:
    """Give the process of the matcher's store, which is no child of the matcher's."""
    return psutil.Process(int((deployment.folder / "matcher" / "store" / "valkey.pid").read_text()))


def process(server: Server) -> psutil.Process:
    """Give a running server's process, whose children are its workers."""
    if server.pid is None:
        raise AssertionError(f"{server.name} does not run")
    return psutil.Process(server.pid)


def _passphrase(deployment: Deployment) -> bytes:
    return (deployment.folder / "passphrase").read_text(encoding="utf-8").splitlines()[0].encode()


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
