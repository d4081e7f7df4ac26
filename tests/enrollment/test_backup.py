"""A backup is whole or none, works while others write, and brings the office back elsewhere with the same answers."""

import datetime as dt
import hashlib
import re
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, MetaData, select

import postgres
from killing import killed_at
from obacht_enrollment import archive, copying
from obacht_enrollment.accounts import sessions, users
from obacht_enrollment.accounts.sessions import Origin
from obacht_enrollment.backing_up import back_up
from obacht_enrollment.cli import main
from obacht_enrollment.errors import (
    BackupError,
    HomeError,
    OfficeError,
    SettingsError,
    SignInError,
    StoreError,
    VaultError,
)
from obacht_enrollment.home import Home
from obacht_enrollment.office import Office
from obacht_enrollment.restoring import restore, try_out
from obacht_enrollment.tables import PublicationRow, RecordRow
from obacht_enrollment.turns import BACKUP, in_use, turn
from obacht_protocol.identity import Address, Person
from obacht_protocol.matching import address_enrollment_keys, enrollment_keys
from postgres import BOTH, SQLITE, Postgres, in_sqlite
from safety_office import DAY, PASSPHRASE, Site, address_line, people, person_line

DATABASES = BOTH
KEYS = [
    key.encode(b"test-town")
    for key in (
        *enrollment_keys(Person("Meyer", "Jörg", dt.date(1971, 5, 14))),
        *address_enrollment_keys(Address("50825", "Venloer Str.", "12"), "all"),
    )
]


@pytest.fixture
def full(site: Site) -> Site:
    """An office with records and publications, and with a gap behind its last number."""
    site.take_in(person_line(), *people(8), address_line(level=3))
    site.publish()
    site.take_in(person_line("Schulz", "Eva"))
    with site.office.store.database.writing() as session:
        session.delete(session.get_one(RecordRow, 12))  # 11 is the canary
    site.publish()
    return site


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Lines of ``office.toml`` that name another database than the office's."""
    if request.param == SQLITE:
        yield ""
    else:
        server: Postgres = request.getfixturevalue("postgresql")
        name = server.take(empty=True)
        yield postgres.storage(server.url(name), tmp_path / "other-password")
        server.give_back(name)


def settings_with(site: Site, storage: str) -> str:
    return site.office.home.read("office.toml").decode().partition("\n[storage]\n")[0] + storage


def run(site: Site, *arguments: object) -> Result:
    words = ["--home", str(site.office.home.folder), "--language", "en", *map(str, arguments)]
    return CliRunner().invoke(main, words, catch_exceptions=False)


def answers(site: Site) -> list[Any]:
    """What departments are told about some keys; the reference of a row is another one each time."""
    found = [[entry for entry, _ in site.servers.lookup(site.servers.prk(key))] for key in KEYS]
    return [[(e.level, e.contact, e.valid_until, e.address, e.several) for e in entries] for entries in found]


def all_rows(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    with office.store.database.reading() as session:
        connection, tables = session.connection(), MetaData()
        tables.reflect(connection)
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(select(*sorted(table.c, key=lambda c: c.name)))), key=repr
            )
            for table in tables.sorted_tables
        }


@pytest.mark.parametrize("elsewhere", BOTH, indirect=True)
def test_an_office_restored_elsewhere_publishes_the_same_answers(full: Site, tmp_path: Path, elsewhere: str) -> None:
    before, held = answers(full), all_rows(full.office)
    assert sum(map(len, before)) > 4
    back_up(full.office.home, tmp_path / "office.backup", full.now)
    full.office.close()
    manifest = restore(tmp_path / "office.backup", tmp_path / "new", settings_with(full, elsewhere))
    assert (manifest.deployment, manifest.made) == ("test-town", full.now)
    office = Office.open(tmp_path / "new", PASSPHRASE)
    assert all_rows(office) == held
    new = Site(office, full.servers, full.now + 60)
    sequence = new.servers.current_head.sequence
    assert new.publish().sequence > sequence
    assert answers(new) == before
    new.take_in(person_line("Vogel", "Ida"))
    assert [row.number for row in office.store.records()] == [*range(1, 11), 13], "no number is given twice"
    office.close()


def test_a_session_that_was_ended_after_the_backup_opens_nothing_after_a_restore(site: Site, tmp_path: Path) -> None:
    office, now = site.office, site.now
    user = users.add(office, None, login="wanda", name="Wanda", roles=["head"], now=now, single_sign_on=True).user
    stolen = sessions.begin(office, user, "single_sign_on", Origin("", ""), now)
    back_up(office.home, tmp_path / "office.backup", now)
    sessions.end(office, user, sessions.find(office, stolen, now).number)
    restore(tmp_path / "office.backup", tmp_path / "new", settings_with(site, ""))
    restored = Office.open(tmp_path / "new", PASSPHRASE)
    assert users.find(restored, "wanda") == user
    with pytest.raises(SignInError):
        sessions.find(restored, stolen, now)
    restored.close()


def test_a_backup_holds_all_that_belongs_to_the_office_and_nothing_else(full: Site, tmp_path: Path) -> None:
    home = full.office.home
    home.write_new("something.new", b"that a later version keeps here")
    for name in ("before-0009-1.backup", "office.db-journal", ".hidden"):
        home.write_new(name, b"")
    home.write_new("witness.db", b"what a witness saw must never be put back")
    back_up(home, tmp_path / "first", full.now)
    told = run(full, "backup", tmp_path / "second").output
    with tarfile.open(tmp_path / "second") as tar:
        *names, last = tar.getnames()
        assert {member.mode for member in tar.getmembers()} == {0o600}
    assert last == "manifest.json"
    assert names == sorted(
        [
            *("descriptor.draft.json", "descriptor.in-force.note", "descriptor.note", "head.key", "office.db"),
            *("office.key", "office.toml", "public.json", "publisher.key", "report.key", "root.key", "something.new"),
            "witness.key",
        ]
    )
    assert (tmp_path / "second").stat().st_mode & 0o777 == 0o600
    digest = hashlib.sha256((tmp_path / "second").read_bytes()).hexdigest()
    assert f"SHA-256: {digest}\n" in told
    assert not list(home.folder.glob(".backup*"))


def test_a_backup_is_of_one_moment_while_others_write(full: Site, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            row = PublicationRow(started=1, epoch=1, epoch_id=bytes(16), salt=bytes(32), seed=b"")
            full.office.store.begin_publication(row, 1)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for attempt in range(3):
            back_up(full.office.home, tmp_path / f"{attempt}", full.now)
    finally:
        stop.set()
        thread.join()
    assert len(full.office.store.publications()) > 4
    for attempt in range(3):
        _, count = try_out(full.office.home, tmp_path / f"{attempt}", PASSPHRASE, full.now)
        assert count == 22


def test_whatever_is_killed_in_mid_backup_leaves_nothing_that_could_be_restored(
    full: Site, tmp_path: Path, storage: str
) -> None:
    home, backup, new = full.office.home, tmp_path / "office.backup", tmp_path / "new"
    partial = backup.with_name(".office.backup.partial")
    # in PostgreSQL every one of them takes a second
    stride, step, leftovers = (7 if storage else 2), 1, 0
    while killed_at(step, lambda: back_up(home, backup, full.now)):
        if partial.exists() and not backup.exists():
            leftovers += 1
            try:
                restore(partial, new, settings_with(full, ""))
            except BackupError as error:
                assert error.code == "backup-damaged"  # noqa: PT017 - or it was whole by then, but for its name
            else:
                assert step > 20
                shutil.rmtree(new)
        backup.unlink(missing_ok=True)
        step += stride
    assert step > 20
    assert leftovers >= 14 // stride
    assert backup.exists()
    assert not partial.exists()
    assert not [path for path in home.folder.iterdir() if path.is_dir()]
    restore(backup, new, settings_with(full, ""))


@in_sqlite
def test_a_restore_that_was_killed_is_no_office_and_can_be_begun_again(full: Site, tmp_path: Path) -> None:
    backup = tmp_path / "office.backup"
    back_up(full.office.home, backup, full.now)
    step, began = 1, 0
    while True:
        new = tmp_path / f"new-{step}"
        killed = killed_at(step, lambda folder=new: restore(backup, folder))  # type: ignore[misc] # it has one default
        if (new / "office.toml").exists():
            with pytest.raises(BackupError, match="restore-exists"):
                restore(backup, new)
        else:
            assert killed
            with pytest.raises(HomeError, match="office-missing"):
                Office.open(new, PASSPHRASE)
            began += new.exists()
            restore(backup, new)
        office = Office.open(new, PASSPHRASE)
        assert len(office.store.records()) == 10
        office.close()
        assert not [path for path in new.iterdir() if path.is_dir() and any(path.iterdir())]
        shutil.rmtree(new)
        if not killed:
            break
        step += 3
    assert began > 10


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small backup."""
    folder = tmp_path_factory.mktemp("archive")
    sources = [folder / name for name in ("a", "b", "empty")]
    for path, content in zip(sources, (b"first" * 700, b"second" * 400, b""), strict=True):
        path.write_bytes(content)
    archive.write(folder / "backup", sources, deployment="test-town", made=1, revision="0001")
    return (folder / "backup").read_bytes()


def unpacked(data: bytes, folder: Path) -> dict[str, bytes]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder.parent / "altered").write_bytes(data)
    archive.extract(folder.parent / "altered", folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_backup_that_breaks_off_or_was_altered_is_refused(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    held = unpacked(whole, tmp_path / "out")
    content = whole.rstrip(b"\0")
    cut = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(BackupError, match="backup-damaged"):
        unpacked(whole[:cut], tmp_path / "out")
    place, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    altered = bytearray(whole)
    altered[place] ^= 1 << bit
    with suppress(BackupError):  # unless it is in what fills up a block
        assert unpacked(bytes(altered), tmp_path / "out") == held


@pytest.mark.parametrize("name", ["../escape", "/tmp/escape", ".hidden", "a/b", "a" * 100, "a"])
def test_a_name_that_leads_elsewhere_or_stands_twice_is_refused(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "backup", "w", format=tarfile.USTAR_FORMAT) as tar:
        tar.addfile(tarfile.TarInfo("a"))
        tar.addfile(tarfile.TarInfo(name))
    (tmp_path / "out").mkdir()
    with pytest.raises(BackupError, match="backup-damaged"):
        archive.extract(tmp_path / "backup", tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"backup", "out"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "backup", "w", format=tarfile.USTAR_FORMAT) as tar:
        link = tarfile.TarInfo("office.key")
        link.type, link.linkname = kind, "/etc/passwd"
        tar.addfile(link)
    (tmp_path / "out").mkdir()
    with pytest.raises(BackupError, match="backup-damaged"):
        archive.extract(tmp_path / "backup", tmp_path / "out")


@in_sqlite
def test_nothing_is_overwritten(full: Site, tmp_path: Path) -> None:
    home, backup = full.office.home, tmp_path / "office.backup"
    backup.write_bytes(b"an older one")
    with pytest.raises(BackupError, match="backup-exists"):
        back_up(home, backup, full.now)
    assert backup.read_bytes() == b"an older one"
    assert {path.name for path in tmp_path.iterdir()} == {"office", "office.backup"}
    backup.unlink()
    back_up(home, backup, full.now)
    with pytest.raises(BackupError, match="restore-exists"):
        restore(backup, home.folder)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "notes.txt").touch()
    with pytest.raises(BackupError, match="restore-exists"):
        restore(backup, tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["notes.txt"]


def test_a_database_in_use_is_not_restored_into(full: Site, tmp_path: Path, storage: str) -> None:
    back_up(full.office.home, tmp_path / "office.backup", full.now)
    if storage:
        held = all_rows(full.office)
        with pytest.raises(BackupError, match="restore-database"):
            restore(tmp_path / "office.backup", tmp_path / "new")
        assert all_rows(full.office) == held
        assert list((tmp_path / "new").iterdir()) == []
    restore(tmp_path / "office.backup", tmp_path / "new", settings_with(full, ""))


@in_sqlite
def test_a_backup_of_another_deployment_or_of_a_newer_program_is_refused(full: Site, tmp_path: Path) -> None:
    backup = tmp_path / "office.backup"
    back_up(full.office.home, backup, full.now)
    other = settings_with(full, "").replace('deployment = "test-town"', 'deployment = "other-town"')
    with pytest.raises(SettingsError, match="deployment"):
        restore(backup, tmp_path / "new", other)
    with pytest.raises(SettingsError, match="toml"):
        restore(backup, tmp_path / "new", "no settings at all")
    (tmp_path / "parts").mkdir()
    archive.extract(backup, tmp_path / "parts")
    with closing(sqlite3.connect(tmp_path / "parts" / "office.db", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    parts = sorted((tmp_path / "parts").iterdir())
    archive.write(tmp_path / "newer", parts, deployment="test-town", made=full.now, revision="9999")
    with pytest.raises(StoreError, match="database-new"):
        restore(tmp_path / "newer", tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    restore(backup, tmp_path / "new")


@in_sqlite
def test_what_cannot_be_read_or_written_is_told(full: Site, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="backup-write"):
        back_up(full.office.home, tmp_path / "none" / "office.backup", full.now)
    with pytest.raises(BackupError, match="backup-read"):
        restore(tmp_path / "none", tmp_path / "new")
    (tmp_path / "file").touch()
    with pytest.raises(BackupError, match="restore-write"):
        restore(tmp_path / "none", tmp_path / "file")
    told = run(full, "restore", "--settings", tmp_path / "none", tmp_path / "none")
    assert told.output == f"Error: {tmp_path / 'none'} is missing or cannot be read.\n"
    assert list((tmp_path / "new").iterdir()) == []


@in_sqlite
def test_two_backups_do_not_get_into_each_others_way(full: Site, tmp_path: Path) -> None:
    backup = tmp_path / "office.backup"
    with turn(full.office.home, BACKUP) as mine:
        assert mine
        with pytest.raises(BackupError, match="backup-busy"):
            back_up(full.office.home, backup, full.now)
        with pytest.raises(BackupError, match="backup-busy"):
            try_out(full.office.home, backup, PASSPHRASE, full.now)
    full.office.use.end()
    with in_use(full.office.home, alone=True), pytest.raises(HomeError, match="office-in-use"):
        back_up(full.office.home, backup, full.now)
    full.office.use.__init__(full.office.home)  # type: ignore[misc] # as it was


@in_sqlite
def test_files_that_change_meanwhile_are_gathered_again(
    full: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, times = full.office.home, 0

    def changing(url: URL, path: Path) -> str:
        nonlocal times
        times += 1
        if times < limit:
            home.replace("descriptor.note", b"version %d" % times)
        return snapshot(url, path)

    snapshot = copying.snapshot
    monkeypatch.setattr("obacht_enrollment.copying.snapshot", changing)
    limit = 3
    back_up(home, tmp_path / "first", full.now)
    assert times == 3
    restore(tmp_path / "first", tmp_path / "new")
    assert Home(tmp_path / "new").read("descriptor.note") == b"version 2"
    times, limit = 0, 99
    with pytest.raises(BackupError, match="backup-changing"):
        back_up(home, tmp_path / "second", full.now)
    assert not (tmp_path / "second").exists()


def test_a_test_tells_whether_a_backup_is_any_good(full: Site, tmp_path: Path) -> None:
    home, backup = full.office.home, tmp_path / "office.backup"
    back_up(home, backup, full.now)
    manifest, count = try_out(home, backup, PASSPHRASE, full.now)
    assert (manifest.made, count) == (full.now, 22)
    with pytest.raises(VaultError, match="passphrase"):
        try_out(home, backup, b"another passphrase", full.now)
    with full.office.store.database.writing() as session:
        session.get_one(RecordRow, 3).subject = session.get_one(RecordRow, 4).subject
    back_up(home, tmp_path / "swapped", full.now)
    with pytest.raises(VaultError, match="tampered table=records number=3"):
        try_out(home, tmp_path / "swapped", PASSPHRASE, full.now)
    home.replace("head.key", b"not the head's key")
    back_up(home, tmp_path / "spoilt", full.now)
    with pytest.raises(VaultError, match="sealed"):
        try_out(home, tmp_path / "spoilt", PASSPHRASE, full.now)
    assert not [path for path in home.folder.iterdir() if path.is_dir()]


@in_sqlite
def test_doctor_tells_when_the_last_backup_was_made_and_tested(
    full: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = full.now
    monkeypatch.setattr("obacht_enrollment.cli.context._now", lambda: now)
    passphrase = tmp_path / "passphrase"
    passphrase.write_bytes(PASSPHRASE)
    passphrase.chmod(0o600)

    def told() -> str:
        found = re.search(
            r"^(ok|problem) +backup: (.*)\n( +mend it with: (.*)\n)?", run(full, "doctor").output, re.MULTILINE
        )
        assert found
        return f"{found[1]}: {found[2]}; {found[4]}"

    assert told() == "problem: last backup: never; obacht-office backup FILE"
    assert run(full, "backup", tmp_path / "office.backup").exit_code == 0
    assert told() == "problem: last test of one: never; obacht-office restore --test FILE"
    now += DAY
    tested = run(full, "restore", "--test", "--passphrase-file", passphrase, tmp_path / "office.backup")
    assert re.search(r"The backup of 15\.01\.2027 \d\d:\d\d is good: 22 cases and records open\.\n", tested.output)
    assert told() == "ok: of 15.01.2027, last tested on 16.01.2027; None"
    now += 7 * DAY
    assert told() == "problem: last backup: 15.01.2027; obacht-office backup FILE"
    assert run(full, "backup", tmp_path / "next.backup").exit_code == 0
    assert told().startswith("ok")
    now += 94 * DAY
    run(full, "backup", tmp_path / "third.backup")
    assert told() == "problem: last test of one: 16.01.2027; obacht-office restore --test FILE"
    full.office.home.replace("maintenance.json", b"{}")
    path = full.office.home.path("maintenance.json")
    assert told() == f"problem: {path} is damaged.; rm {path}"


@in_sqlite
def test_a_command_restores_into_another_folder(full: Site, tmp_path: Path) -> None:
    run(full, "backup", tmp_path / "office.backup")
    words = ["--home", str(tmp_path / "new"), "--language", "en", "restore", str(tmp_path / "office.backup")]
    told = CliRunner().invoke(main, words)
    assert told.output.startswith(f"Restored into {tmp_path / 'new'}, as it was on ")
    assert "must not go on" in told.output
    assert Home(tmp_path / "new").open_to_others() == []
    assert CliRunner().invoke(main, words).exit_code == 1


def test_an_error_of_a_backup_has_a_sentence(full: Site, tmp_path: Path) -> None:
    (tmp_path / "office.backup").write_bytes(b"none")
    told = run(full, "restore", "--test", tmp_path / "office.backup").output
    assert "passphrase" in told
    with pytest.raises(OfficeError) as caught:
        try_out(full.office.home, tmp_path / "office.backup", PASSPHRASE, full.now)
    assert caught.value.code == "backup-damaged"
