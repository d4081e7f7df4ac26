"""A stolen database says nothing, and several processes can use it at once."""

import base64
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from obacht_enrollment.cases import contents
from obacht_enrollment.engines import in_file
from obacht_enrollment.errors import StoreError, VaultError
from obacht_enrollment.ledger import open_subject, seal
from obacht_enrollment.records import Place, Record, match_keys
from obacht_enrollment.store import Store
from obacht_enrollment.tables import PublicationRow
from obacht_protocol.folding import fold
from obacht_protocol.identity import Person
from postgres import BOTH, in_sqlite
from safety_office import NOW, Site, address_line, person_line

DATABASES = BOTH

WORDS = (
    "Müller-Lüdenscheidt",
    "Anna-Lena",
    "07.03.1984",
    "1984-03-07",
    "Venloer Straße",
    "50825",
    "1 Js 1/26",
    "Strafanzeige",
    "complaint",
    "house-ban",
    "Kanarienprobe",
)


def forms(word: str) -> Iterator[bytes]:
    """All the ways in which somebody who looks for ``word`` might find it."""
    for typed in {word, word.upper(), word.lower(), fold(word), re.sub("[^a-z0-9]", "", fold(word))}:
        for encoded in {typed.encode(code) for code in ("utf-8", "latin-1", "utf-16-le", "utf-16-be")}:
            yield encoded
            yield encoded.hex().encode()
            # base64 of bytes in which the word begins at any place: the letters that hang on the word alone
            for before in range(3):
                whole = base64.b64encode(bytes(before) + encoded)
                yield whole[4 if before else 0 : len(whole) // 4 * 4 - 4]


def test_a_stolen_database_shows_no_name_date_place_or_file_number(site: Site) -> None:
    site.take_in(
        person_line("Müller-Lüdenscheidt", "Anna-Lena", "07.03.1984"), address_line("Venloer Straße", "12", level=3)
    )
    site.publish()
    person = open_subject(site.office.vault, site.office.store.records()[0])
    assert isinstance(person, Person)
    data = site.stored() + b"".join(path.read_bytes() for path in site.office.home.folder.glob("*.key"))
    assert b"records" in data
    for word in WORDS:
        assert not [form for form in forms(word) if len(form) > 3 and form in data]
    for key in match_keys(person, "test-town"):
        assert key not in data
        assert site.servers.prk(key) not in data


def test_records_come_back_as_they_went_in(site: Site) -> None:
    site.take_in(person_line("Müller-Lüdenscheidt", "Anna-Lena", "1984"), address_line("Venloer Straße", "12-16"))
    person, address = (open_subject(site.office.vault, row) for row in site.office.store.records())
    assert isinstance(person, Person)
    assert (person.family_name, person.birth_date) == ("Müller-Lüdenscheidt", 1984)
    assert isinstance(address, Place)
    assert (address.address.house_number, address.side) == ("12-16", "all")
    assert [(row.ground, row.file_number) for row in site.office.store.records()] == [(b"", b"")] * 2
    _, _, content = list(contents.opened(site.office, contents.versions(site.office)))[1]
    assert (content.ground.kind, content.ground.file_number) == ("house-ban", "2 Js 12-16/26")


def test_a_record_moved_to_another_row_does_not_open(site: Site) -> None:
    site.take_in(person_line(), person_line("Schulz", "Eva"))
    with site.office.store.database.writing() as session:
        session.execute(
            text("UPDATE records SET subject = (SELECT subject FROM records WHERE number = 2) WHERE number = 1")
        )
    row = site.office.store.records()[0]
    with pytest.raises(VaultError) as caught:
        open_subject(site.office.vault, row)
    assert (caught.value.code, caught.value.details) == ("record", {"number": 1})
    with pytest.raises(VaultError, match="record number=1"):
        site.publish()


def test_the_files_of_the_office_are_its_owners_alone(site: Site) -> None:
    site.take_in(person_line())
    assert site.office.home.open_to_others() == []
    assert {path.stat().st_mode & 0o777 for path in site.office.home.folder.iterdir()} == {0o600}
    assert site.office.home.folder.stat().st_mode & 0o777 == 0o700


def test_a_database_that_is_missing_or_not_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="database-missing"):
        Store.open(in_file(tmp_path / "office.db"))
    (tmp_path / "office.db").write_bytes(b"not a database at all, but long enough to be looked at")
    with pytest.raises(StoreError, match="database-failed"):
        Store.open(in_file(tmp_path / "office.db"))
    (tmp_path / "other.db").touch()
    with pytest.raises(StoreError, match="database-foreign"):
        Store.open(in_file(tmp_path / "other.db"))


def test_an_error_of_the_database_quotes_no_statement(tmp_path: Path) -> None:
    (tmp_path / "office.db").write_bytes(b"x" * 4096)
    with pytest.raises(StoreError) as caught:
        Store.open(in_file(tmp_path / "office.db"))
    assert re.fullmatch(r"database-failed kind=\w+", str(caught.value))
    assert caught.value.__cause__ is None


def test_writers_wait_for_one_another(site: Site) -> None:
    """Every number of a publication is given once, however many processes ask."""
    url = site.office.store.database.url
    numbers: list[int] = []

    def take() -> None:
        store = Store.open(url)
        for _ in range(8):
            row = PublicationRow(started=1, epoch=1, epoch_id=bytes(16), salt=bytes(32), seed=b"")
            numbers.append(store.begin_publication(row, 1))
        store.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 33))


def test_an_enrolment_that_another_process_kept_first_stays(site: Site) -> None:
    site.take_in(person_line())
    store = site.office.store
    store.add_enrolments(1, b"e" * 16, {1: b"first"})
    store.add_enrolments(1, b"e" * 16, {1: b"second", 99: b"of a record that is gone"})
    assert [record.prks for record in store.enrolled(b"e" * 16, NOW)] == [b"first"]


@in_sqlite
def test_damage_is_noticed(site: Site) -> None:
    site.take_in(*(person_line("Meyer", f"Jörg {'Karl ' * i}") for i in range(10)))
    site.office.store.database.check()
    path = site.office.home.path("office.db")
    data = bytearray(path.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    path.write_bytes(data)
    site.office.store.close()
    with pytest.raises(StoreError, match="database"):
        site.office.store.database.check()


def test_records_do_not_show_when_printed(site: Site) -> None:
    record = Record(Person("Meyer", "Jörg", 1971), 2, 1, NOW, "complaint", "1 Js 2/26")
    assert "Meyer" not in f"{record!r} {record}"
    assert "Js" not in f"{record!r} {record}"
    assert "Meyer" not in repr(seal(site.office.vault, record, taken_in=NOW))
