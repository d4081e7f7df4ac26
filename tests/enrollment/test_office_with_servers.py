"""The office against the real key service and the real matcher, inside the process: no rule is only ours."""

import asyncio
import datetime as dt
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from key_office import Clerk
from obacht_clients.transport import Transport
from obacht_enrollment import drafting
from obacht_enrollment.errors import EnrollingError
from obacht_enrollment.home import IN_FORCE, SIGNED
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.office import descriptor_in_force
from obacht_enrollment.outside import Outside
from obacht_enrollment.publication import Published, publish
from obacht_enrollment.renewing import Renewer
from obacht_keys.custody import Custody, PublicFacts
from obacht_keys.http import create_app as create_key_service
from obacht_keys.log import opening
from obacht_keys.log.key import LogKey, log_name
from obacht_keys.registry import OFFICE, Registry
from obacht_keys.settings import Home as KeysHome
from obacht_keys.settings import Settings as KeysSettings
from obacht_matcher.embedded import Embedded
from obacht_matcher.http import create_app as create_matcher
from obacht_matcher.settings import Settings as MatcherSettings
from obacht_protocol import notes
from obacht_protocol.head import Head
from safety_office import AUDITOR, KEYS, MATCHER, Servers, Site, make_office, person_line


class Network(httpx2.AsyncBaseTransport):
    """Brings each request to the application at its port."""

    def __init__(self, applications: dict[int, httpx2.ASGITransport]) -> None:
        self.applications = applications

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        assert request.url.port is not None
        return await self.applications[request.url.port].handle_async_request(request)


@pytest.fixture
def valkey() -> Iterator[Embedded]:
    folder = Path(tempfile.mkdtemp(prefix="ob-"))
    embedded = Embedded(folder)
    embedded.start()
    yield embedded
    embedded.stop()
    shutil.rmtree(folder)


async def not_now() -> None:
    """There is no next epoch."""
    raise AssertionError


class Town:
    """A key office and a matcher that run, and an office whose descriptor is not in force yet."""

    def __init__(self, folder: Path, url: str) -> None:
        self.site = Site(make_office(folder / "office"), Servers(), int(time.time()))
        office = self.site.office
        self.ceremony = self.site.servers.ceremony()
        public = self.site.servers.public
        custody = Custody(self.site.servers.secret, PublicFacts("test-town", 1, 1, 1, public, public))
        keys_settings = KeysSettings("test-town", KEYS, "IT-Amt")
        self.keys_home = KeysHome(folder)
        self.device = office.keys.publisher
        with Registry(self.keys_home.registry) as registry:
            registry.add_department("Sicherheitsstelle", OFFICE)
            registry.add_device("Sicherheitsstelle", self.device.public_key, "office")
            registry.release(1, 10_000)
        opening.make(self.keys_home, "IT-Amt")
        self.log_key = LogKey.generate(log_name(KEYS, "test-town"))
        matcher_settings = MatcherSettings(
            folder, "test-town", MATCHER, office.keys.root.verify_key, AUDITOR.verify_key, redis=url
        )
        self.apps = [create_key_service(self.keys_home, keys_settings, {1: custody}), create_matcher(matcher_settings)]

    @property
    def outside(self) -> Outside:
        places = {8200: self.apps[0], 8100: self.apps[1]}
        network = Network({port: httpx2.ASGITransport(app) for port, app in places.items()})
        return Outside(Transport(self.device, self.site.clock, network=network), self.device, MATCHER)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Outside]:
        key_office, matcher = self.apps
        clerk = Clerk(self.keys_home, self.log_key)
        try:
            async with key_office.router.lifespan_context(key_office), matcher.router.lifespan_context(matcher):
                yield self.outside
        finally:
            await asyncio.to_thread(clerk.close)  # the connections end while it waits

    def sign_descriptor(self) -> bytes:
        office = self.site.office
        previous = descriptor_in_force(office.home)
        keys = PublicKeys(office.home)
        drafted = drafting.draft(office.settings, keys, self.ceremony, AUDITOR.verify_key, previous, now=self.site.now)
        drafting.write_draft(office.home, drafted)
        drafting.sign(office.home, office.keys)
        return notes.cosign(office.home.read(SIGNED), AUDITOR)

    async def publish(self, outside: Outside) -> Published:
        return await publish(self.site.office, outside, self.site.clock)


@pytest.fixture
def town(tmp_path: Path, valkey: Embedded) -> Iterator[Town]:
    made = Town(tmp_path, valkey.url)
    yield made
    made.site.office.close()


def later(site: Site, days: int) -> str:
    return f"{dt.datetime.fromtimestamp(site.now, dt.UTC) + dt.timedelta(days=days):%d.%m.%Y}"


def test_the_matcher_serves_what_the_office_enrolled_through_the_key_service(town: Town) -> None:
    town.site.take_in(*(person_line("Meyer", name, until=later(town.site, 300)) for name in ("Jörg", "Eva", "Uwe")))

    async def walk() -> None:
        async with town.running() as outside:
            await drafting.put(town.site.office.home, town.sign_descriptor(), outside)
            published = await town.publish(outside)
            assert (published.sequence, published.records) == (1, 3)
            note = await outside.head()
            assert note is not None
            head = Head.verify(note, town.site.office.keys.head.verify_key)
            assert head.root == published.register.root
            # renewal, with a descriptor that the matcher does not know yet
            town.site.now += 30
            town.site.office.home.replace(IN_FORCE, town.sign_descriptor())
            renewer = Renewer(town.site.office, outside, town.site.clock, lambda: town.publish(outside), not_now)
            await renewer.tick()
            assert renewer.renewing.failing == ""
            note = await outside.head()
            assert note is not None
            renewed = Head.verify(note, town.site.office.keys.head.verify_key)
            assert (renewed.sequence, renewed.issued, renewed.root) == (1, town.site.now, head.root)
            assert renewed.descriptor == notes.digest(town.site.office.home.read(IN_FORCE))
            assert (await town.publish(outside)).sequence == 2

    asyncio.run(walk())


def test_who_is_overtaken_is_told_so_by_the_matcher_and_builds_again(town: Town) -> None:
    town.site.take_in(person_line(until=later(town.site, 300)))

    async def walk() -> None:
        async with town.running() as outside:
            await drafting.put(town.site.office.home, town.sign_descriptor(), outside)
            await asyncio.gather(*(town.publish(outside) for _ in range(3)))
            note = await outside.head()
            assert note is not None
            head = Head.verify(note, town.site.office.keys.head.verify_key)
            latest = town.site.office.store.latest_publication()
            assert latest is not None
            assert latest.sequence == head.sequence >= 3

    asyncio.run(walk())


def test_a_revoked_device_cannot_enrol(town: Town) -> None:
    town.site.take_in(person_line(until=later(town.site, 300)))
    with Registry(town.keys_home.registry) as registry:
        registry.revoke_device(town.device.id)

    async def walk() -> None:
        async with town.running() as outside:
            await drafting.put(town.site.office.home, town.sign_descriptor(), outside)
            with pytest.raises(EnrollingError) as caught:
                await town.publish(outside)
            assert caught.value.details == {"reason": "refused-device"}

    asyncio.run(walk())
