"""Every released form of the tables comes up to today's with all that is in it, and today's are what the code says."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy import URL, column, table, text

import postgres
from obacht_enrollment import engines, migrations
from obacht_enrollment.cli import main
from obacht_enrollment.database import Database, migrate
from obacht_enrollment.engines import at_server, in_file
from obacht_enrollment.errors import StoreError
from obacht_enrollment.home import Home
from obacht_enrollment.ledger import open_grounds, open_subject
from obacht_enrollment.office import Office
from obacht_enrollment.records import Place
from obacht_enrollment.restoring import restore
from obacht_enrollment.tables import Base
from obacht_enrollment.turns import BACKUP, in_use, turn
from obacht_protocol.identity import Person
from postgres import BOTH, SQLITE, Postgres
from safety_office import PASSPHRASE

RELEASED = Path(__file__).parent / "released"
"""Homes of offices as released programs made them, the database as SQL; all in them is invented."""
TABLES = ("records", "enrolments", "publications", "destructions")


@pytest.fixture(params=sorted(path.name for path in RELEASED.iterdir()))
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The home of an office that was made by a released program."""
    home = tmp_path / "office"
    home.mkdir(mode=0o700)
    for path in (RELEASED / request.param).iterdir():
        shutil.copy(path, home)
        (home / path.name).chmod(0o600)
    dump = home / "office.sql"
    database = sqlite3.connect(home / "office.db")
    database.executescript(dump.read_text())
    database.close()
    dump.unlink()
    return home


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """The address of an empty database."""
    if request.param == SQLITE:
        path = tmp_path / "office.db"
        path.touch()
        yield in_file(path)
    else:
        server: Postgres = request.getfixturevalue("postgresql")
        name = server.take(empty=True)
        yield at_server(server.url(name), postgres.PASSWORD)
        server.give_back(name)


def test_the_migrated_tables_are_those_of_the_code(url: URL) -> None:
    database = Database.create(url)
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_what_stood_in_the_first_tables_stands_in_todays(url: URL) -> None:
    """The data of a released database, carried over from its tables in either database to today's."""
    with closing(sqlite3.connect(":memory:")) as dump:
        dump.executescript((RELEASED / "2" / "office.sql").read_text())
        dump.row_factory = sqlite3.Row
        first = {name: dump.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}
    engine = engines.make(url)
    with engine.begin() as connection:
        if engines.is_file(url):
            connection.exec_driver_sql("BEGIN")
        migrations.upgrade(connection, "0001")
        for name, rows in first.items():
            there = table(name, *(column(key) for key in rows[0].keys()))  # noqa: SIM118 - a row is no mapping
            connection.execute(there.insert(), [dict(row) for row in rows])
    engine.dispose()
    with pytest.raises(StoreError, match="database-old"):
        Database.open(url)
    assert migrate(url) == ("0001", migrations.revisions()[-1])
    database = Database.open(url)
    with database.reading() as session:
        now = {
            name: [dict(row) for row in session.execute(text(f"SELECT * FROM {name} ORDER BY 1")).mappings()]
            for name in TABLES
        }
    for name, rows in first.items():
        for before, after in zip(rows, now[name], strict=True):
            assert dict(before).items() <= after.items()
    assert migrate(url) == (migrations.revisions()[-1],) * 2
    database.close()


def test_revisions_are_linear_and_named_by_their_number() -> None:
    folder = Path(migrations.__file__).parent / "versions"
    known = migrations.revisions()
    assert known == tuple(f"{number:04}" for number in range(1, len(known) + 1))
    for before, path in zip([None, *known], sorted(folder.glob("[0-9]*.py")), strict=False):
        text = path.read_text()
        assert f'revision: Final = "{path.name[:4]}"' in text
        assert f"down_revision: Final = {before and chr(34) + before + chr(34)}\n" in text


def test_a_released_database_is_brought_up_to_date_with_all_that_is_in_it(released: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="database-old"):
        Office.open(released, PASSPHRASE)
    told = CliRunner().invoke(main, ["--home", str(released), "--language", "en", "migrate"])
    (backup,) = released.glob("*.backup")
    assert told.output.splitlines() == [
        f"Backed up into {backup}.",
        f"From revision 0001 to revision {migrations.revisions()[-1]}.",
    ]
    check_all(Office.open(released, PASSPHRASE))
    restored = restore(backup, tmp_path / "new")
    assert restored.revision == "0001"
    check_all(Office.open(tmp_path / "new", PASSPHRASE))


def check_all(office: Office) -> None:
    """All that the released offices hold."""
    rows = office.store.records()
    subjects = [open_subject(office.vault, row) for row in rows]
    assert [subject.family_name if isinstance(subject, Person) else "" for subject in subjects] == [
        "Müller-Lüdenscheidt",
        "Meyer",
        "",
    ]
    assert isinstance(subjects[2], Place)
    assert subjects[2].address.street == "Venloer Straße"
    assert open_grounds(office.vault, rows[0]) == ("complaint", "1 Js 1/26")
    (publication,) = office.store.publications()
    assert office.store.enrolled_numbers(publication.epoch_id) == {1, 2, 3, 4}
    assert [(row.epoch, row.records) for row in office.store.destructions()] == [(0, 2)]
    office.close()


def test_what_is_up_to_date_already_stays_as_it_is(released: Path) -> None:
    migrate(in_file(released / "office.db"))
    before = (released / "office.db").read_bytes()
    told = CliRunner().invoke(main, ["--home", str(released), "--language", "en", "migrate"])
    assert told.output == f"The database is at revision {migrations.revisions()[-1]} already.\n"
    assert (released / "office.db").read_bytes() == before


def test_nothing_is_migrated_that_could_not_be_backed_up_first(released: Path) -> None:
    before = (released / "office.db").read_bytes()
    own = ["--home", str(released), "--language", "en", "migrate"]
    with turn(Home(released), BACKUP):
        told = CliRunner().invoke(main, own)
        assert (told.exit_code, told.output) == (1, "Error: Another backup is under way; please try again later.\n")
        assert (released / "office.db").read_bytes() == before
        assert CliRunner().invoke(main, [*own, "--without-backup"]).exit_code == 0
    assert not list(released.glob("*.backup"))


def test_nothing_is_migrated_under_the_hands_of_the_service(released: Path) -> None:
    before = (released / "office.db").read_bytes()
    with in_use(Home(released)):
        told = CliRunner().invoke(main, ["--home", str(released), "--language", "en", "migrate"])
        assert told.exit_code == 1
        assert f"is working with {released}; please end it first" in told.output
        assert (released / "office.db").read_bytes() == before


def test_an_older_database_is_refused_with_the_command_to_run(released: Path) -> None:
    for command in (["list"], ["epochs"], ["migrate"]):
        told = CliRunner().invoke(main, ["--home", str(released), *command])
        if command == ["migrate"]:
            assert told.exit_code == 0
        else:
            assert told.exit_code == 1
            assert "älteren Version" in told.output
            assert "obacht-office migrate" in told.output
    told = CliRunner().invoke(main, ["--home", str(released), "list"])
    assert told.exit_code == 0


def test_doctor_names_the_command_for_an_older_database(released: Path) -> None:
    told = CliRunner().invoke(main, ["--home", str(released), "--language", "en", "doctor"])
    assert re.search(r"records.*older version[^\n]*\n.*obacht-office migrate\n", told.output, re.DOTALL)


def test_a_newer_database_is_refused_in_words(released: Path) -> None:
    url = in_file(released / "office.db")
    migrate(url)
    with sqlite3.connect(released / "office.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    for command in ("list", "migrate"):
        told = CliRunner().invoke(main, ["--home", str(released), command])
        assert told.exit_code == 1
        assert "neueren Version" in told.output


def test_nothing_is_migrated_where_a_step_fails(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = released / "office.db"
    before = path.read_bytes()
    known = migrations.revisions()
    monkeypatch.setattr(migrations, "_BEFORE_ALEMBIC", (known[-1], 1))
    with pytest.raises(StoreError, match="database-foreign"):
        migrate(in_file(path))
    monkeypatch.undo()
    with sqlite3.connect(path) as database:
        # the last of the steps finds what refers to nothing, when all others are done
        database.execute("INSERT INTO enrolments VALUES (99, 99, 1, zeroblob(16), zeroblob(1))")
    database.close()
    spoilt = path.read_bytes()
    assert spoilt != before
    with pytest.raises(StoreError, match="database-damaged"):
        migrate(in_file(path))
    assert path.read_bytes() == spoilt


def test_a_database_that_is_another_programs_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE stamps (number INTEGER)")
    database.close()
    for attempt in (migrate, Database.create, Database.open):
        with pytest.raises(StoreError, match="database-foreign"):
            attempt(in_file(path))
    with pytest.raises(StoreError, match="database-missing"):
        migrate(in_file(tmp_path / "other.db"))
