"""The service keeps the register in force alive, whatever the matcher does."""

import asyncio

import httpx2
import pytest

from obacht_enrollment import rotation
from obacht_enrollment.publication import publish
from obacht_enrollment.renewing import Renewer
from obacht_protocol import notes
from safety_office import DAY, Site, person_line, unreachable


def renewer(site: Site) -> Renewer:
    async def prepare() -> None:
        await rotation.prepare(site.office, site.outside, site.descriptor, site.clock)

    return Renewer(
        site.office, site.outside, site.clock, lambda: publish(site.office, site.outside, site.clock), prepare
    )


def ticks(site: Site, own: Renewer, times: int = 1, seconds: int = 0) -> None:
    async def walk() -> None:
        for _ in range(times):
            await own.tick()
            await own.settle()
            site.now += seconds

    asyncio.run(walk())


def test_the_head_is_renewed_at_the_start_and_then_hourly(site: Site) -> None:
    site.publish()
    own = renewer(site)
    site.now += 10
    ticks(site, own)
    assert site.servers.current_head.issued == site.now
    assert site.servers.current_head.expires == site.now + 48 * 3600
    first = site.now
    ticks(site, own, times=59, seconds=60)
    assert site.servers.current_head.issued == first
    ticks(site, own, times=2, seconds=60)
    assert site.servers.current_head.issued == first + 3600


def test_a_new_descriptor_is_named_by_the_head_at_once(site: Site) -> None:
    site.publish()
    own = renewer(site)
    ticks(site, own, seconds=5)
    site.sign_descriptor()
    ticks(site, own)
    assert site.servers.current_head.descriptor == notes.digest(site.servers.descriptor)
    assert site.servers.current_head.issued == site.now


def test_a_descriptor_that_never_reached_the_matcher_is_brought_there(site: Site) -> None:
    site.publish()
    own = renewer(site)
    site.now += 5
    note = site.sign_descriptor(send=False)
    assert site.servers.descriptor != note
    ticks(site, own)
    assert site.servers.descriptor == note
    assert site.servers.current_head.descriptor == notes.digest(note)


def test_a_matcher_that_is_down_is_tried_again_less_and_less_often(site: Site) -> None:
    site.publish()
    own = renewer(site)
    site.now += 10
    site.servers.instead["GET /v1/register"] = unreachable
    site.servers.requests.clear()
    start = site.now
    ticks(site, own, times=200, seconds=5)
    assert own.renewing.failing == "unreachable"
    assert own.renewing.since == start
    assert 5 <= site.servers.requests.count("GET /v1/register/head") <= 20
    site.servers.instead.clear()
    ticks(site, own, times=61, seconds=5)
    assert own.renewing.failing == ""
    assert site.servers.current_head.issued > start


def test_an_expired_record_is_published_away(site: Site) -> None:
    site.take_in(person_line(until="16.01.2027"), person_line("Schulz", "Eva"))
    site.publish()
    own = renewer(site)
    ticks(site, own, seconds=DAY)
    assert site.servers.current_head.sequence == 1
    ticks(site, own, times=2, seconds=DAY)
    ticks(site, own, times=2, seconds=5)
    sequence = site.servers.current_head.sequence
    assert sequence in {2, 3}, "once more if the case is ended while the register without it is being made"
    assert [row.valid_until > site.now for row in site.office.store.records()] == [True]
    ticks(site, own, times=3, seconds=5)
    assert site.servers.current_head.sequence == sequence


@pytest.mark.parametrize("lost", ["head", "descriptor"])
def test_a_matcher_that_lost_its_register_gets_another(site: Site, lost: str) -> None:
    site.publish()
    site.servers.head = b""
    if lost == "descriptor":
        site.servers.descriptor = b""
    own = renewer(site)
    ticks(site, own, times=2, seconds=5)
    assert site.servers.current_head.sequence == 2
    assert own.head is not None
    assert own.head.sequence == 2


def test_a_matcher_that_fell_back_to_an_older_register_gets_a_new_one(site: Site) -> None:
    site.publish()
    old = site.servers.head, site.servers.buckets
    site.publish()
    site.servers.head, site.servers.buckets = old
    ticks(site, renewer(site), times=2, seconds=5)
    assert site.servers.current_head.sequence == 3


def test_a_publication_whose_end_was_not_written_down_is_recognised(site: Site) -> None:
    site.publish()
    site.office.store.update_publication(1, published=0)
    site.now += 10
    own = renewer(site)
    ticks(site, own)
    latest = site.office.store.latest_publication()
    assert latest is not None
    assert (latest.sequence, site.servers.current_head.sequence) == (1, 1)
    assert site.servers.current_head.issued == site.now


def test_a_register_that_is_not_in_the_records_is_replaced(site: Site) -> None:
    """The records come from a backup that is older than the last publication."""
    site.publish()
    with site.office.store.database.writing() as session:
        for row in site.office.store.publications():
            session.delete(row)
    ticks(site, renewer(site), times=2, seconds=5)
    assert site.servers.current_head.sequence == 2


def test_before_the_first_publication_there_is_nothing_to_do(site: Site) -> None:
    own = renewer(site)
    ticks(site, own, times=3, seconds=5)
    assert (own.renewing.failing, own.publishing.failing, own.head) == ("", "", None)
    assert not site.servers.head


def test_without_a_descriptor_the_service_waits(empty: Site) -> None:
    own = renewer(empty)
    ticks(empty, own)
    assert own.renewing.failing == "descriptor-none"
    empty.sign_descriptor()
    empty.publish()
    ticks(empty, own, times=3, seconds=5)
    assert own.renewing.failing == ""


def test_a_failed_publication_does_not_keep_the_head_from_being_renewed(site: Site) -> None:
    site.take_in(person_line(until="16.01.2027"))
    site.publish()
    site.take_in(person_line("Schulz", "Eva"))
    site.servers.instead["POST /v1/evaluations"] = unreachable
    own = renewer(site)
    site.now += 2 * DAY - 3600
    ticks(site, own, times=70, seconds=60)
    assert own.publishing.failing == "key-offices"
    sequence = site.servers.current_head.sequence
    assert sequence in {2, 3}, "the new person is missing, and whose time is over is gone: once more, as above"
    assert site.servers.current_head.issued >= site.now - 3660
    site.servers.instead.clear()
    ticks(site, own, times=10, seconds=60)
    assert own.publishing.failing == ""
    assert site.servers.current_head.sequence == sequence + 1


def test_the_loop_survives_whatever_happens(site: Site) -> None:
    def broken(_: httpx2.Request) -> httpx2.Response:
        raise AssertionError

    site.publish()
    site.servers.instead["GET /v1/register"] = broken
    own = renewer(site)
    ticks(site, own)
    assert own.renewing.failing == "internal"


def test_cancelling_the_loop_ends_it(site: Site) -> None:
    async def walk() -> None:
        task = asyncio.create_task(renewer(site).run())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(walk())
    assert "GET /v1/register/head" in site.servers.requests
