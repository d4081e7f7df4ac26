"""From one epoch to the next: the register goes over by itself, and what the last epoch left is destroyed."""

import asyncio
import sqlite3
import threading
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from obacht_enrollment import engines, epochs, erasing, ledger, rotation
from obacht_enrollment.background import Background
from obacht_enrollment.errors import DescriptorDraftError, EnrollingError, OfficeError, StoreError
from obacht_enrollment.home import RECORDS
from obacht_enrollment.outside import Outside
from obacht_enrollment.publication import publish, trial
from obacht_enrollment.renewing import Renewer
from obacht_enrollment.rotation import Standing
from obacht_enrollment.turns import NEXT_EPOCH, turn
from obacht_protocol.identity import Person
from obacht_protocol.matching import enrollment_keys
from postgres import BOTH, in_postgresql, in_sqlite
from safety_office import DAY, Site, people, person_line, unreachable

DATABASES = BOTH


def service(site: Site) -> Renewer:
    async def prepare() -> None:
        await rotation.prepare(site.office, site.outside, site.descriptor, site.clock)

    return Renewer(
        site.office, site.outside, site.clock, lambda: publish(site.office, site.outside, site.clock), prepare
    )


def ticks(site: Site, own: Renewer, times: int = 1) -> None:
    async def walk() -> None:
        for _ in range(times):
            await own.tick()
            await own.settle()
            site.now += 5

    asyncio.run(walk())


def standings(site: Site) -> list[Standing]:
    return rotation.standings(site.office.store, site.descriptor, site.now)


def sealed_keys(site: Site, epoch: int) -> list[bytes]:
    """What the database holds of an epoch, as it stands in its file."""
    found = epochs.of_number(site.descriptor, epoch)
    assert found is not None
    rows = site.office.store.enrolled(epochs.identify("test-town", found), site.now)
    return [row.prks for row in rows]


def listed(site: Site, family: str, given: str, born: int) -> bool:
    keys = enrollment_keys(Person(family, given, born))
    return any(site.servers.lookup(site.servers.prk(key.encode(b"test-town"))) for key in keys)


@pytest.fixture
def rotating(site: Site) -> Site:
    """A register of epoch 1 is in force, and the descriptor names epoch 2 too."""
    site.take_in(*people(40))
    site.publish()
    site.sign_descriptor(epoch=2)
    return site


def test_the_service_enrols_everybody_anew_and_then_goes_over_by_itself(rotating: Site) -> None:
    site = rotating
    assert [(standing.published, standing.missing) for standing in standings(site)] == [(True, 0), (False, 41)]
    own = service(site)
    ticks(site, own)
    assert site.servers.current_head.epoch == 1, "while they are enrolled, the register is that of epoch 1"
    assert [(standing.published, standing.missing) for standing in standings(site)] == [(True, 0), (False, 0)]
    ticks(site, own, 2)
    assert site.servers.current_head.epoch == 2
    assert (own.enrolling.failing, own.publishing.failing) == ("", "")
    sequence = site.servers.current_head.sequence
    ticks(site, own, 5)
    assert site.servers.current_head.sequence == sequence, "there is nothing left to do"


def test_a_record_that_comes_in_meanwhile_is_published_without_waiting_for_the_next_epoch(rotating: Site) -> None:
    site = rotating
    site.take_in(person_line("Schulz", "Eva", "03.04.1980"))
    published = site.publish()
    assert (published.epoch, published.records) == (1, 41)
    assert standings(site)[1].missing == 42
    ticks(site, service(site), 3)
    assert site.servers.current_head.epoch == 2
    assert listed(site, "Schulz", "Eva", 1980)


def test_once_gone_over_the_register_does_not_go_back(rotating: Site) -> None:
    site = rotating
    ticks(site, service(site), 3)
    site.take_in(person_line("Schulz", "Eva", "03.04.1980"))
    assert rotation.awaiting(site.office.store, site.descriptor, site.now) == []
    assert trial(site.office, site.clock).epoch == 2
    assert site.publish().epoch == 2
    assert standings(site)[0].missing == 1, "nobody is enrolled for the epoch that ends"


def test_an_epoch_that_has_not_begun_is_enrolled_for_and_not_published(rotating: Site) -> None:
    site = rotating
    later = [replace(epoch, begins=epoch.begins + (epoch.number - 1) * DAY) for epoch in site.descriptor.epochs]
    coming = replace(site.descriptor, epochs=later)
    asyncio.run(rotation.prepare(site.office, site.outside, coming, site.clock))
    assert standings(site)[1].missing == 0
    assert rotation.choose(site.office.store, coming, site.now).number == 1
    assert rotation.choose(site.office.store, coming, site.now + DAY).number == 2
    with pytest.raises(DescriptorDraftError, match="epoch-over"):
        rotation.choose(site.office.store, coming, site.now + 90 * DAY)


def test_key_offices_that_are_not_ready_are_asked_again_and_the_register_lives_on(rotating: Site) -> None:
    site = rotating
    site.servers.destroyed.add(2)  # they have not opened the new share yet
    own = service(site)
    ticks(site, own, 3)
    assert own.enrolling.failing == "key-offices"
    assert own.renewing.failing == ""
    assert site.servers.current_head.epoch == 1
    site.servers.destroyed.clear()
    site.now += 3600
    ticks(site, own, 3)
    assert own.enrolling.failing == ""
    assert site.servers.current_head.epoch == 2


def test_who_failed_is_told_once_by_name(rotating: Site) -> None:
    site = rotating
    site.servers.instead["POST /v1/evaluations"] = unreachable
    told: list[tuple[int, str, str]] = []

    async def walk() -> None:
        evaluate = site.outside.evaluator(
            site.descriptor,
            site.descriptor.epochs[1],
            lambda index, warning: told.append((index, warning.code, warning.office)),
        )
        for _ in range(3):
            with pytest.raises(EnrollingError, match="key-offices"):
                await evaluate([b"somebody"])

    asyncio.run(walk())
    assert told == [(1, "unreachable", "IT-Amt")]


def test_two_processes_do_not_enrol_for_the_next_epoch_both(rotating: Site) -> None:
    site = rotating

    def prepare() -> bool:
        return asyncio.run(rotation.prepare(site.office, site.outside, site.descriptor, site.clock))

    with turn(site.office.home, NEXT_EPOCH) as mine:
        assert mine
        assert not prepare()
    assert standings(site)[1].missing == 41
    progress: list[tuple[int, int, int]] = []
    asyncio.run(
        rotation.prepare(
            site.office, site.outside, site.descriptor, site.clock, enrolled=lambda *told: progress.append(told)
        )
    )
    assert progress[0] == (2, 0, 41)
    assert (2, 41, 0) in progress
    assert prepare()


def test_the_secrets_of_an_epoch_that_is_over_are_destroyed_and_that_is_on_record(rotating: Site) -> None:
    site = rotating
    own = service(site)
    ticks(site, own, 3)
    before, kept = sealed_keys(site, 1), sealed_keys(site, 2)
    assert len(before) == len(kept) == 41
    stored = site.stored()
    assert all(keys in stored for keys in before)
    site.sign_descriptor(drop=[1])
    site.now += 5
    ticks(site, own)
    stored = site.stored()
    assert not [keys for keys in before if keys[24:56] in stored]
    assert all(keys in stored for keys in kept)
    (row,) = site.office.store.destructions()
    assert (row.epoch, row.records) == (1, 41)
    assert row.begun == row.ended > 0
    site.office.store.database.check()
    ticks(site, own, 3)
    assert len(site.office.store.destructions()) == 1
    site.publish()
    assert site.servers.current_head.epoch == 2


@in_sqlite
def test_the_journal_keeps_nothing_of_what_was_destroyed(rotating: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site = rotating
    ticks(site, service(site), 3)
    before = sealed_keys(site, 1)
    site.sign_descriptor(drop=[1])
    journal = site.office.home.path(f"{RECORDS}-journal")
    journals: list[bytes] = []
    delete, overwrite = erasing._delete, erasing._overwrite

    def deleting(connection: sqlite3.Connection, kept: Collection[bytes], now: int) -> None:
        delete(connection, kept, now)
        journals.append(journal.read_bytes())
        pages = site.office.home.path(RECORDS).read_bytes()
        assert not [keys for keys in before if keys[24:56] in pages], "even if it were interrupted now"

    def overwriting(path: Path) -> None:
        overwrite(path)
        journals.append(journal.read_bytes())

    monkeypatch.setattr(erasing, "_delete", deleting)
    monkeypatch.setattr(erasing, "_overwrite", overwriting)
    rotation.forget(site.office.store, site.descriptor, site.now)
    held, left = journals
    assert [keys for keys in before if keys in held], "the deletion copies the old pages"
    assert len(left) >= len(held)
    assert not left.strip(b"\0")
    assert not journal.exists()


@in_sqlite
def test_what_once_was_copied_within_the_database_goes_too(rotating: Site) -> None:
    site = rotating
    ticks(site, service(site), 3)
    path = site.office.home.path(RECORDS)
    remnant = b"what a page held before its rows were moved " * 3
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("INSERT INTO enrolments (record, epoch, epoch_id, prks) VALUES (1, 1, ?, ?)", (b"x", remnant))
    connection.execute("DELETE FROM enrolments WHERE epoch_id = ?", (b"x",))
    connection.close()
    assert remnant[:60] in path.read_bytes()
    site.sign_descriptor(drop=[1])
    rotation.forget(site.office.store, site.descriptor, site.now)
    assert remnant[:60] not in path.read_bytes()


@in_sqlite
def test_an_interrupted_destruction_is_ended_by_the_next(rotating: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site = rotating
    ticks(site, service(site), 3)
    before = sealed_keys(site, 1)
    site.sign_descriptor(drop=[1])

    def fail(_: Path) -> None:
        raise OSError("I/O error")

    with monkeypatch.context() as patched:
        patched.setattr("obacht_enrollment.erasing._overwrite", fail)
        with pytest.raises(StoreError, match="database-failed"):
            rotation.forget(site.office.store, site.descriptor, site.now)
    assert [row.ended for row in site.office.store.destructions()] == [0]
    (row,) = rotation.forget(site.office.store, site.descriptor, site.now + 9)
    assert (row.epoch, row.records, row.begun, row.ended) == (1, 41, site.now, site.now + 9)
    stored = site.stored()
    assert not [keys for keys in before if keys in stored]


@in_sqlite
def test_records_stay_readable_while_others_read(rotating: Site) -> None:
    """A reader that is slow to end delays the destruction, and loses nothing."""
    site = rotating
    ticks(site, service(site), 3)
    site.sign_descriptor(drop=[1])
    reader = sqlite3.connect(site.office.home.path(RECORDS), isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM records").fetchone()

    def end() -> None:
        reader.execute("COMMIT")
        reader.close()

    timer = threading.Timer(0.3, end)
    timer.start()
    assert [row.records for row in rotation.forget(site.office.store, site.descriptor, site.now)] == [41]
    timer.join()
    assert len(site.office.store.records()) == 40


@in_postgresql
def test_a_destruction_that_the_server_interrupts_is_ended_by_the_next(
    rotating: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = rotating
    ticks(site, service(site), 3)
    before = sealed_keys(site, 1)
    site.sign_descriptor(drop=[1])
    with monkeypatch.context() as patched:
        patched.setattr(engines, "_BUSY_SECONDS", 0.2)
        with site.office.store.database.reading() as session:
            session.execute(text("SELECT count(*) FROM enrolments"))
            with pytest.raises(StoreError, match="database-failed kind=ProgrammingError 55P03"):
                rotation.forget(site.office.store, site.descriptor, site.now)
    assert [row.ended for row in site.office.store.destructions()] == [0]
    (row,) = rotation.forget(site.office.store, site.descriptor, site.now + 9)
    assert (row.epoch, row.records, row.begun, row.ended) == (1, 41, site.now, site.now + 9)
    stored = site.stored()
    assert not [keys for keys in before if keys[24:56] in stored]


def test_what_is_kept_opens_no_register_of_the_epoch_that_is_over(rotating: Site) -> None:
    site = rotating
    old_head, old_buckets = site.servers.head, list(site.servers.buckets)
    ticks(site, service(site), 3)
    site.sign_descriptor(drop=[1])
    site.now += 5
    ticks(site, service(site))
    site.servers.head, site.servers.buckets = old_head, old_buckets
    assert site.servers.current_head.epoch == 1
    for epoch in site.descriptor.epochs:
        epoch_id = epochs.identify("test-town", epoch)
        for row in site.office.store.enrolled(epoch_id, site.now):
            for prk in ledger.open_enrolled(site.office.vault, row, epoch_id, row.prks)[1]:
                assert site.servers.lookup(prk) == []


def test_trouble_with_the_descriptor_is_told_once(empty: Site) -> None:
    own = service(empty)
    ticks(empty, own)
    assert own.renewing.failing == "descriptor-none"
    assert own.enrolling.failing == ""


def test_a_stopped_service_gives_up_between_two_batches(rotating: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site = rotating
    site.take_in(*people(300))
    monkeypatch.setattr(Outside, "open", lambda *_: site.outside)
    background = Background(site.office, site.clock)

    def stop(request: httpx2.Request) -> httpx2.Response:
        background.stop()
        return site.servers.truth(request)

    site.servers.instead["POST /v1/evaluations"] = stop
    site.servers.evaluations.clear()
    with pytest.raises(OfficeError, match="stopped"):
        asyncio.run(background.prepare())
    assert len(site.servers.evaluations) <= 2
    assert standings(site)[1].missing > 0
    with pytest.raises(OfficeError, match="stopped"):
        asyncio.run(background.publish())
