"""One of three key offices has lost its share: the other two go on, and the next ceremony puts another in its place."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from obacht_clients.answers import Entry, NoCheck, NoEntry
from obacht_clients.device import DeviceKey
from obacht_demo.deployment import OFFICE, Deployment
from obacht_demo.servers import Server
from obacht_protocol.encoding import base64url
from obacht_protocol.identity import Person
from rotating import begin, describe, next_ceremony, published, restart, until_epoch
from world import ask, copy_of, records, small_deployment

pytestmark = [pytest.mark.slow, pytest.mark.sockets]

MEYER = Person("Meyer", "Jörg Peter", dt.date(1971, 5, 14))
SCHULZ = Person("Schulz", "Eva", dt.date(1980, 4, 3))
NEW = "Rechnungsprüfung"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    made = small_deployment(tmp_path_factory.mktemp("town") / "d")
    try:
        made.set_up(records())
        yield made
    finally:
        made.stop()


def lose_share(town: Deployment, server: Server) -> None:
    """A disk is lost with everything on it, and there is no backup."""
    server.kill()
    for path in (town.folder / server.name).iterdir():
        path.unlink()


def replace_office(town: Deployment) -> Server:
    """Make another office, which knows the safety office's device and the department's."""
    server = town._server("keys-4", "obacht-keys", "serve", *town._passphrase)
    own = ("--origin", server.url, "--name", NEW, *town._lock)
    town._key_office(server, "init", "--deployment", town.name, *own, *town._passphrase)
    town._register(server, OFFICE, town._office_keys["publisher"], "Veröffentlichung", "--office")
    device = DeviceKey.load(town.department / "device.key").public_key
    town._admit_department(server, base64url(device))
    town._key_office(server, "trust", "--office", town._office_keys["office"], "--auditor", town._auditor_key)
    town._key_office(server, "enrolment", "release", "10000", "--epoch", "2")
    return server


def test_two_offices_go_on_and_the_next_ceremony_replaces_the_third(town: Deployment, tmp_path: Path) -> None:
    home = copy_of(town.department, tmp_path / "department")
    first, second, lost = town.keys
    lose_share(town, lost)
    assert isinstance(ask(home, MEYER), Entry)
    late = records().splitlines()[0] + "\nSchulz;Eva;;03.04.1980;;;;;2;1;31.12.2027;Hausverbot;DEMO 99/26\n"
    town.take_in(late)
    town.publish()
    assert isinstance(ask(home, SCHULZ), Entry)
    second.stop()
    assert isinstance(ask(home, MEYER), NoCheck), "with one office there is no answer"
    second.start()

    replacement = replace_office(town)
    transcript = next_ceremony(town, "keys-1", "keys-2", "keys-4")
    assert [seat["index"] for seat in json.loads(transcript.read_bytes())["offices"]] == [1, 2, 4]
    for index, server in ((1, first), (2, second)):
        begin(town, server, transcript, index)
        restart(server)
        assert isinstance(ask(home, MEYER), Entry)
    sealed = transcript.with_name("share-4.sealed")
    town._key_office(replacement, "share", "accept", transcript, sealed, *town._lock, *town._passphrase)
    replacement.start()
    try:
        describe(town, "--ceremony", transcript)
        assert isinstance(ask(home, MEYER), Entry)
        until_epoch(town, 2)
        describe(town, "--drop-epoch", "1")
        for server in (first, second):
            town._key_office(server, "rotate", "finish", "--epoch", "1", "--yes")
        first.stop()
        assert isinstance(ask(home, MEYER), Entry), "the second and the new one are enough"
        assert isinstance(ask(home, SCHULZ), Entry)
        assert isinstance(ask(home, Person("Niemand", "Nora", dt.date(1990, 2, 3))), NoEntry)
        assert published(town)[0].epoch == 2
    finally:
        replacement.stop()
