"""A file is taken in step by step: stopped at any moment and taken up again, nothing is lost and nothing doubled."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from imported import address_row, file, row
from invented_passwords import PASSWORD, write_secret
from obacht_enrollment import importing, words
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.cases import contents, intake
from obacht_enrollment.errors import ForbiddenError, ImportFileError
from obacht_enrollment.importing import Imported
from obacht_enrollment.imports import lines, sheets, steps
from obacht_enrollment.imports.store import ImportStore
from obacht_enrollment.imports.tables import ImportRow
from obacht_enrollment.language import Language
from obacht_enrollment.streets.index import Street
from obacht_enrollment.streets.store import StreetStore
from postgres import BOTH
from safety_office import HEADER, PASSPHRASE, Site, person_line, table

DATABASES = BOTH
LANGUAGES: tuple[Language, ...] = ("de", "en")
MANY = [row(Az=f"{number} Js 1/26") for number in range(40)]


def run(site: Site, data: bytes, *, whole: bool = False, stop_after: int | None = None) -> Imported:
    prepared = importing.prepare(site.office, site.importer, data, site.now, whole=whole)
    told: list[int] = []

    def progress(line: int, of: int) -> None:
        assert line <= of
        told.append(line)
        if len(told) == stop_after:
            raise KeyboardInterrupt

    done = importing.take_in(site.office, site.importer, prepared, site.clock, progress=progress)
    assert told == sorted(told)
    return done


def imports(site: Site) -> list[ImportRow]:
    return list(ImportStore(site.office.store.database).imports())


def counts(imported: ImportRow) -> tuple[int, int, int]:
    return imported.new, imported.known, imported.skipped


def taken_in(site: Site) -> int:
    return len(contents.versions(site.office))


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "AT_ONCE", 7)


def test_a_look_writes_nothing(empty: Site) -> None:
    prepared = importing.prepare(empty.office, empty.importer, file(row(), row(Az="")), empty.now)
    assert (len(prepared.preview.new), len(prepared.preview.faulty)) == (1, 1)
    assert (taken_in(empty), imports(empty)) == (0, [])


@pytest.mark.parametrize("role", [Role.APPROVER, Role.AUDITOR, Role.OPERATOR])
def test_a_look_is_for_those_who_work_on_cases_since_it_tells_who_is_known(empty: Site, role: Role) -> None:
    with pytest.raises(ForbiddenError):
        importing.prepare(empty.office, User(9, "other", "Other", frozenset({role})), file(row()), empty.now)


def test_faulty_lines_are_left_out_and_counted(empty: Site) -> None:
    done = run(empty, file(row(), row(Az=""), address_row(), row()))
    (imported,) = imports(empty)
    assert done == Imported(imported.number, new=2, known=1, skipped=1)
    assert (counts(imported), imported.position, imported.last_line) == ((2, 1, 1), 5, 5)
    assert (imported.begun, imported.finished, imported.begun_by) == (empty.now, empty.now, empty.importer.id)


def test_taking_in_the_same_file_twice_changes_nothing(empty: Site) -> None:
    data = file(row(), address_row(Hausnr="12, 14"))
    run(empty, data)
    before = taken_in(empty)
    assert run(empty, data) == Imported(None, new=0, known=2, skipped=0)
    assert run(empty, data.decode().encode("utf-16")) == Imported(None, new=0, known=2, skipped=0)
    assert taken_in(empty) == before
    assert len(imports(empty)) == 1


def test_a_line_is_known_again_after_the_street_list_came(empty: Site) -> None:
    run(empty, file(address_row()))
    StreetStore(empty.office.store.database).replace([Street("Venloer Straße", "", ("50825",))])
    assert run(empty, file(address_row())).known == 1
    prepared = importing.prepare(empty.office, empty.importer, file(address_row(Straße="Goetheweg")), empty.now)
    assert [doubt.code for doubt in prepared.preview.doubtful] == ["street_unknown"]


def test_who_may_be_known_already_is_told(empty: Site) -> None:
    run(empty, file(row(), address_row()))
    numbers = sorted(contents.versions(empty.office))
    prepared = importing.prepare(
        empty.office,
        empty.importer,
        file(row(Nachname="Maier"), address_row(Stufe="3"), row(Nachname="Schulz", Vorname="Eva")),
        empty.now,
    )
    assert prepared.preview.similar == [(2, numbers[:1]), (3, numbers[1:])]


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("stop_after", [1, 3, 5])
@pytest.mark.parametrize("whole", [False, True])
def test_an_interrupted_import_goes_on_where_it_stopped(empty: Site, stop_after: int, *, whole: bool) -> None:
    data = file(*MANY, row(Az=""), MANY[0])
    with pytest.raises(KeyboardInterrupt):
        run(empty, data, stop_after=stop_after)
    assert taken_in(empty) == 7 * stop_after
    (stopped,) = imports(empty)
    assert (counts(stopped), stopped.position, stopped.finished) == ((7 * stop_after, 0, 0), 7 * stop_after + 1, 0)
    empty.now += 60
    done = run(empty, data, whole=whole)
    assert (done.number, done.new) == (stopped.number, 40 - 7 * stop_after)
    assert taken_in(empty) == 40
    (finished,) = imports(empty)
    assert (counts(finished), finished.position, finished.last_line) == ((40, 1, 1), 43, 43)
    assert (finished.begun, finished.finished) == (empty.now - 60, empty.now)


@pytest.mark.usefixtures("small_steps")
def test_what_was_taken_in_is_not_looked_at_again_unless_all_is(empty: Site) -> None:
    data = file(row(Az=""), *MANY)
    with pytest.raises(KeyboardInterrupt):
        run(empty, data, stop_after=1)
    assert importing.prepare(empty.office, empty.importer, data, empty.now).preview.lines == 33
    whole = importing.prepare(empty.office, empty.importer, data, empty.now, whole=True)
    assert (whole.preview.lines, len(whole.preview.faulty)) == (41, 1)


@pytest.mark.usefixtures("small_steps")
def test_another_file_does_not_go_on_where_one_stopped(empty: Site) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(empty, file(*MANY), stop_after=2)
    assert run(empty, file(*MANY, row(Az="new"))) == Imported(2, new=27, known=14, skipped=0)
    # what the first file lacked came with the second one: there is nothing left to do for it but to say so
    assert run(empty, file(*MANY)) == Imported(1, new=0, known=26, skipped=0)
    assert [one.finished for one in imports(empty)] == [empty.now, empty.now]


@pytest.mark.usefixtures("small_steps")
def test_two_who_take_in_the_same_file_at_the_same_time_double_nothing(empty: Site) -> None:
    data = file(*MANY)
    first, second, third = (importing.prepare(empty.office, empty.importer, data, empty.now) for _ in range(3))
    overtaken: list[str] = []

    def meanwhile(*_: int) -> None:
        if not overtaken:
            with pytest.raises(ImportFileError) as caught:
                importing.take_in(empty.office, empty.importer, second, empty.clock)
            overtaken.append(caught.value.code)

    assert importing.take_in(empty.office, empty.importer, first, empty.clock, progress=meanwhile).new == 40
    assert overtaken == ["import-overtaken"]
    assert importing.take_in(empty.office, empty.importer, third, empty.clock) == Imported(
        2, new=0, known=40, skipped=0
    )
    assert taken_in(empty) == 40


@pytest.mark.usefixtures("small_steps")
def test_a_step_that_fails_leaves_nothing_behind(empty: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = intake.take_in, []

    def failing(*arguments: Any) -> list[int]:
        numbers = write(*arguments)
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError
        return numbers

    monkeypatch.setattr(intake, "take_in", failing)
    with pytest.raises(RuntimeError):
        run(empty, file(*MANY))
    (stopped,) = imports(empty)
    assert (taken_in(empty), stopped.position) == (7, 8)


SLOWLY = """
import sys, time
from obacht_enrollment.cli import main
from obacht_enrollment.imports import steps
steps.AT_ONCE = 4
main()
"""


def test_an_import_that_is_killed_goes_on_with_the_same_command(empty: Site, tmp_path: Path) -> None:
    many = tmp_path / "many.csv"
    many.write_bytes(file(*[row(Az=f"{number} Js 1/26") for number in range(400)]))
    secret = write_secret(tmp_path / "passphrase", PASSPHRASE)
    password = write_secret(tmp_path / "password", PASSWORD.encode())
    user = ("--user", empty.importer.login, "--password-file", str(password), "--passphrase-file", str(secret))
    own = ("--home", str(empty.office.home.folder), "--language", "en")
    command = [sys.executable, "-c", SLOWLY, *own, "import", str(many), "--yes", *user]
    # one that dies in the middle, wherever that is
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while not imports(empty) and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    (stopped,) = imports(empty)
    assert 0 < stopped.position < 401
    assert taken_in(empty) == stopped.new == stopped.position - 1
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"Up to line {stopped.position} it is taken in already." in done.stdout
    assert f"{400 - stopped.new} taken in, 0 were there already" in done.stdout
    assert taken_in(empty) == 400
    assert [(one.number, one.new, one.finished > 0) for one in imports(empty)] == [(stopped.number, 400, True)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv-empty"),
        (HEADER.encode() + b"\n", "csv-empty"),
        (table(person_line()).decode().encode("mac-roman"), "csv-encoding"),
        (b"x" * (sheets.MAX_FILE_LENGTH + 1), "csv-large"),
        (table('"Meyer;Jörg'), "csv-form"),
        (b"Meyer;14.05.1971\n", "csv-header-none"),
        (b"Familienname;Vornahmen\n", "csv-header-unknown"),
        (f"{HEADER};Level\n".encode(), "csv-header-twice"),
        (HEADER.replace("Aktenzeichen", "").encode(), "csv-header-missing"),
    ],
)
def test_what_is_no_table_of_records_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        list(lines.read(data).lines())
    assert caught.value.code == code
    assert words.sentence(caught.value, "de") != words.sentence(caught.value, "en")


def test_every_other_refusal_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINES", 1)
    with pytest.raises(ImportFileError) as many:
        list(lines.read(file(row(), row())).lines())
    with pytest.raises(ImportFileError) as ignored:
        lines.read(file(row()), ["Ort"])
    for caught in (many, ignored):
        said = [words.sentence(caught.value, language) for language in LANGUAGES]
        assert said[0] != said[1]
