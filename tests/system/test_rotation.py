"""The key of a town is rotated while its departments go on asking, and the old key then opens nothing any more."""

import datetime as dt
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import rotating
from obacht_clients.answers import Entry, NoEntry
from obacht_demo.deployment import Deployment
from obacht_demo.people import as_csv, people
from obacht_enrollment import epochs, ledger
from obacht_enrollment.office import Office, descriptor_in_force
from obacht_protocol.identity import Person
from rotating import Asking, begin, describe, next_ceremony, opened, prks_of, published, restart, shares_of, until_epoch
from world import ask, copy_of, small_deployment

pytestmark = [pytest.mark.slow, pytest.mark.sockets]

MEYER = Person("Meyer", "Jörg Peter", dt.date(1971, 5, 14))
STRANGER = Person("Niemand", "Nora", dt.date(1990, 2, 3))
NAMES = ("keys-1", "keys-2", "keys-3")
ENROLLED = "SELECT key, prks FROM enrolments WHERE epoch = ? ORDER BY key"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A town with enough people that enrolling all of them takes several batches."""
    made = small_deployment(tmp_path_factory.mktemp("town") / "d")
    try:
        made.set_up(as_csv(people(dt.datetime.now().astimezone().date()), dt.datetime.now().astimezone().date()))
        yield made
    finally:
        made.stop()


def enrolments(town: Deployment, epoch: int) -> dict[int, bytes]:
    """What lies in the office's database, still sealed."""
    connection = sqlite3.connect(town.folder / "office" / "office.db", timeout=30)
    try:
        return dict(connection.execute(ENROLLED, (epoch,)).fetchall())
    finally:
        connection.close()


def kill_in_the_middle(town: Deployment, whole: int) -> dict[int, bytes]:
    """Kill the office's service as soon as it has kept a batch of the new epoch, and give what it kept."""
    deadline = time.monotonic() + rotating.PATIENCE
    while not enrolments(town, 2):
        assert time.monotonic() < deadline, town.office.log.read_text()[-3000:]
        time.sleep(0.002)
    town.office.kill()
    kept = enrolments(town, 2)
    assert 0 < len(kept) < whole
    return kept


def test_a_rotation_goes_unnoticed_and_leaves_nothing_of_the_old_key(town: Deployment, tmp_path: Path) -> None:
    # a client that knows epoch 1 already, one that sees the rotation go on, and later one that only knows epoch 2
    old = copy_of(town.department, tmp_path / "old")
    assert isinstance(ask(old, MEYER), Entry)
    head, buckets = published(town)
    assert head.epoch == 1
    first = enrolments(town, 1)
    with Asking(copy_of(town.department, tmp_path / "asking"), MEYER, STRANGER) as asking:
        transcript = next_ceremony(town, *NAMES)
        for index, server in enumerate(town.keys, 1):
            assert "epochs 1, 2" in begin(town, server, transcript, index)
            restart(server)
        describe(town, "--ceremony", transcript)
        kept = kill_in_the_middle(town, len(first))
        assert published(town)[0].epoch == 1
        assert isinstance(ask(old, MEYER), Entry)
        town.office.start()
        until_epoch(town, 2)
        second = enrolments(town, 2)
        assert len(second) == len(first)
        assert second.items() >= kept.items(), "what was enrolled before the kill was not enrolled again"
        assert isinstance(ask(old, MEYER), Entry)
        assert isinstance(ask(copy_of(town.department, tmp_path / "new"), MEYER), Entry)

        # whoever keeps the old register can still open it, with two of the old shares or with what the office holds
        with_shares = prks_of(MEYER, town.name, shares_of(town, 1, NAMES[:2]))
        assert opened(with_shares, head, buckets)
        assert opened(held_by_office(town), head, buckets)

        told = describe(town, "--drop-epoch", "1")
        assert "Epoche 1 ist zu Ende" in told
        for server in town.keys:
            assert "is destroyed here" in town._key_office(server, "rotate", "finish", "--epoch", "1", "--yes")
        time.sleep(1.5)
        assert isinstance(ask(old, MEYER), Entry)
        assert isinstance(ask(old, STRANGER), NoEntry)
    assert set(asking.states["Meyer"]) == {"entry"}, "nobody was told that no check was made, or no entry"
    assert set(asking.states["Niemand"]) == {"no entry"}
    assert asking.states["Meyer"].total() > 10

    assert not list(town.folder.glob("keys-*/share-1.*"))
    for pair in (NAMES[:2], NAMES[1:], (NAMES[0], NAMES[2])):
        assert opened(prks_of(MEYER, town.name, shares_of(town, 2, pair)), head, buckets) == []
    assert opened(held_by_office(town), head, buckets) == []
    everything = b"".join(path.read_bytes() for path in (town.folder / "office").iterdir() if path.is_file())
    assert not [number for number, sealed in first.items() if sealed in everything]
    assert not [number for number, sealed in first.items() if sealed[32:96] in everything]
    assert all(sealed in everything for sealed in second.values())
    assert "Epoche 1: Abgeleitetes aus" in town._office("epochs")
    now, buckets_now = published(town)
    assert opened(prks_of(MEYER, town.name, shares_of(town, 2, NAMES[1:])), now, buckets_now)


def held_by_office(town: Deployment) -> list[bytes]:
    """Everything that the office can still derive rows from, opened with its passphrase."""
    office = Office.open(town.folder / "office", (town.folder / "passphrase").read_bytes())
    try:
        found = descriptor_in_force(office.home)
        assert found is not None
        prks = []
        for epoch in found[0].epochs:
            epoch_id = epochs.identify(town.name, epoch)
            for row in office.store.enrolled(epoch_id, int(time.time())):
                prks += ledger.open_enrolled(office.vault, row, epoch_id, row.prks)[1]
        return prks
    finally:
        office.close()
