"""The records at a PostgreSQL server: what is wrong with it is told in words, and its password never."""

import os
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

import postgres
from obacht_enrollment import engines
from obacht_enrollment.cli import main
from obacht_enrollment.database import Database
from obacht_enrollment.engines import at_server
from obacht_enrollment.errors import OfficeError, SettingsError, StoreError
from obacht_enrollment.office import DATABASE_VARIABLE, Office, open_store
from obacht_enrollment.settings import Settings
from postgres import PASSWORD, POSTGRESQL, Postgres
from safety_office import PASSPHRASE, Site, make_office, person_line

DATABASES = [POSTGRESQL]


@pytest.fixture
def database(site: Site) -> Iterator[Database]:
    own = Database.open(site.office.store.database.url)
    yield own
    own.close()


def settings_of(site: Site, storage: str) -> None:
    before = site.office.home.path("office.toml").read_text().rpartition("[storage]\n")[0]
    site.office.home.replace("office.toml", (before + storage).encode())


def shown(site: Site, *arguments: str) -> str:
    told = CliRunner().invoke(
        main, ["--home", str(site.office.home.folder), "--language", "en", *arguments], catch_exceptions=False
    )
    assert PASSWORD not in told.output
    return told.output


def test_the_commands_work_as_over_a_file(site: Site) -> None:
    site.take_in(person_line())
    site.publish()
    assert "1" in shown(site, "list")
    assert "epoch 1" in shown(site, "epochs")
    assert "at revision" in shown(site, "migrate")
    assert "1 records" in shown(site, "doctor")
    assert not site.office.home.has("office.db")


def test_an_office_opens_again_with_its_records(site: Site) -> None:
    site.take_in(person_line())
    again = Office.open(site.office.home.folder, PASSPHRASE)
    assert len(again.store.records()) == 1
    again.close()


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (("office@", "nobody@"), "database-login", "accepts neither user nor password"),
        (("office_", "none_"), "database-none", "no such database; it must be made"),
        (('/data"', '/elsewhere"'), "database-unreachable", "cannot be reached"),
        (("?host", "?sslmode=verify-full&host"), "database-unreachable", "cannot be reached"),
    ],
)
def test_what_is_wrong_with_the_server_is_told_in_words(
    site: Site, storage: str, change: tuple[str, str], code: str, words: str
) -> None:
    settings_of(site, storage.strip().replace(*change))
    with pytest.raises(StoreError) as caught, open_store(site.office.home):
        pass
    assert caught.value.code == code
    assert PASSWORD not in f"{caught.value!r} {caught.value.details}"
    assert caught.value.__cause__ is None
    assert words in shown(site, "list")
    assert words in shown(site, "doctor")


def test_a_wrong_password_is_told_and_not_shown(site: Site, storage: str, tmp_path: Path) -> None:
    (tmp_path / "database-password").write_text("quite another password\n")
    settings_of(site, storage.strip())
    told = shown(site, "list")
    assert "accepts neither user nor password" in told
    assert "another" not in told
    assert "office@" in told


def test_the_password_comes_from_the_environment_where_no_file_is_named(
    site: Site, storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_of(site, "\n".join(line for line in storage.strip().splitlines() if "password_file" not in line))
    assert "accepts neither" in shown(site, "list")
    monkeypatch.setenv(DATABASE_VARIABLE, PASSWORD)
    assert shown(site, "list").startswith("Number")


def test_a_file_with_the_password_that_others_may_read_is_refused(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "database-password"
    path.chmod(0o640)
    assert f"chmod 600 {path}" in shown(site, "list")
    path.unlink()
    assert "cannot be read" in shown(site, "list")


def test_the_address_does_not_show_the_password_when_printed(site: Site) -> None:
    database = site.office.store.database
    assert database.url.password == PASSWORD
    for thing in (database.url, database._reader, engines.name(database.url), site.office):
        assert PASSWORD not in f"{thing} {thing!r}"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://office@/records?host=relative/folder",
        "postgresql://office@db.example.org/records?host=/run/postgresql",
        "postgresql://office@db.example.org/records?sslmode=require",
        "postgresql://office@db.example.org/records?options=x",
        "postgresql://office@db.example.org/records?sslmode=disable&sslmode=disable",
        "postgresql://office@db.example.org",
        "postgresql://db.example.org/records",
        "postgresql:///records",
        "postgresql://office@db.example.org:port/records",
        "mysql://office@db.example.org/records",
        "sqlite:///office.db",
        "office.db",
    ],
)
def test_an_address_that_no_office_can_work_with_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"setting name=storage\.url"):
        at_server(url, None)


def test_a_password_in_the_address_is_refused_and_not_repeated(site: Site, storage: str) -> None:
    settings_of(site, storage.strip().replace("office@", f"office:{PASSWORD.replace(' ', '%20')}@"))
    told = shown(site, "list")
    assert "storage.password_file" in told
    assert "invented" not in told
    with pytest.raises(OfficeError) as caught:
        Settings.parse(site.office.home.path("office.toml").read_text())
    assert "invented" not in repr(caught.value)


@pytest.mark.parametrize(
    ("url", "checked"),
    [
        ("postgresql://office@db.example.org/records", True),
        ("postgresql://office@db.example.org/records?sslmode=disable", False),
        ("postgresql://office@127.0.0.1/records", False),
        ("postgresql://office@localhost/records?sslmode=verify-full", True),
        ("postgresql://office@/records?host=/run/postgresql", False),
    ],
)
def test_a_server_elsewhere_has_to_prove_who_it_is(url: str, *, checked: bool) -> None:
    context = engines._tls(at_server(url, None))
    if checked:
        assert isinstance(context, ssl.SSLContext)
        assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    else:
        assert context is False


def test_roots_of_trust_that_are_not_there_are_told() -> None:
    with pytest.raises(SettingsError, match=r"storage\.url"):
        engines.make(at_server("postgresql://office@db.example.org/records?sslrootcert=/none.pem", None))


def test_a_connection_that_the_server_ended_is_replaced(site: Site, postgresql: Postgres) -> None:
    store = site.office.store
    ending = "SELECT pg_terminate_backend(pid, 9000) FROM pg_stat_activity WHERE application_name = 'obacht-office'"

    def read_on() -> None:
        with store.database.reading() as session:
            session.execute(text("SELECT 1"))
            postgresql.run("postgres", ending)
            session.execute(text("SELECT 1"))

    assert postgresql.run("postgres", ending)
    assert store.records() == []
    with pytest.raises(StoreError, match="database-"):
        read_on()
    assert store.records() == []


def test_whoever_reads_sees_one_moment(site: Site, database: Database) -> None:
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM records")) == 0
        site.take_in(person_line())
        assert session.scalar(text("SELECT count(*) FROM records")) == 0
    assert len(site.office.store.records()) == 1


def test_whoever_reads_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError, match="database-failed kind=ProgrammingError 25006"), database.reading() as session:
        session.execute(text("DELETE FROM records"))


def test_whoever_writes_sees_what_the_writer_before_it_did(site: Site, database: Database) -> None:
    begun, seen = threading.Event(), []

    def count() -> None:
        begun.set()
        with database.writing() as session:
            seen.append(session.scalar(text("SELECT count(*) FROM records")))

    thread = threading.Thread(target=count)
    with site.office.store.database.writing() as session:
        thread.start()
        begun.wait()
        time.sleep(0.1)
        assert not seen
        session.execute(
            text(
                "INSERT INTO records (id, kind, fingerprint, level, contact, valid_until, wrapped_key, subject, ground,"
                " file_number, taken_in) VALUES ('a', 'person', 'f', 2, 1, 9, 'w', 's', 'g', 'n', 1)"
            )
        )
    thread.join()
    assert seen == [1]


def test_a_writer_does_not_wait_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_BUSY_SECONDS", 0.1)
    impatient = Database.open(site.office.store.database.url)
    with (
        site.office.store.database.writing(),
        pytest.raises(StoreError, match="database-failed kind=ProgrammingError 55P03"),
        impatient.writing(),
    ):
        pass
    impatient.close()


def test_damage_on_the_servers_disk_is_noticed(site: Site, postgresql: Postgres) -> None:
    site.take_in(*(person_line("Meyer", f"Jörg {'Karl ' * i}") for i in range(10)))
    database = site.office.store.database
    database.check()
    name = str(database.url.database)
    (place,) = postgresql.run(name, "CHECKPOINT", "SELECT pg_relation_filepath('records')")[0]
    path = postgresql.data / place
    before = path.read_bytes()
    os.pwrite(descriptor := os.open(path, os.O_WRONLY), b"\xff" * 512, 7168)
    try:
        postgresql.run(
            name,
            "CREATE EXTENSION pg_buffercache",
            "SELECT pg_buffercache_evict_relation('records')",
            "DROP EXTENSION pg_buffercache",
        )
        with pytest.raises(StoreError, match="database-failed kind=ProgrammingError XX001"):
            database.check()
    finally:
        os.pwrite(descriptor, before[7168:7680], 7168)
        os.close(descriptor)


def test_nothing_is_made_in_a_database_that_another_program_uses(tmp_path: Path, postgresql: Postgres) -> None:
    name = postgresql.take(empty=True)
    postgresql.run(name, f"SET ROLE {postgres.USER}", "CREATE TABLE stamps (number INTEGER)")
    with pytest.raises(StoreError, match="database-foreign"):
        make_office(tmp_path / "office", postgres.storage(postgresql.url(name), tmp_path / "password"))
    postgresql.run(name, f"DROP OWNED BY {postgres.USER}")
    postgresql.give_back(name)
