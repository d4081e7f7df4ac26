"""Whoever steals the database, with whatever lies beside it, finds no name, date, place or file number in it."""

import base64
import datetime as dt
import hashlib
import itertools
import json
import os
import re
import struct
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Integer, select

from obacht_enrollment.accounts import single_sign_on
from obacht_enrollment.backing_up import back_up
from obacht_enrollment.cases.row import CaseRow
from obacht_enrollment.records import match_keys
from obacht_enrollment.tables import Base, RecordRow
from obacht_protocol.folding import fold
from obacht_protocol.identity import Person
from obacht_protocol.phonetics import cologne
from postgres import BOTH, Postgres, in_sqlite
from safety_office import Site

DATABASES = BOTH
RECORDS = 1000
LENGTH = 7
"""Bytes that whatever is looked for has at least: a shorter one would be found by chance in what is random."""


def invented() -> list[tuple[str, str, dt.date, str, str]]:
    """Make up persons, each with a file number and a street that nobody else has."""
    starts = ("Mühlen", "Böllers", "Taksim", "Winters", "Surkov", "Felgen", "Ötzner", "Kraßen", "Zoller", "Ahrend")
    ends = ("dorfer", "hauser", "berger", "steiner", "wälder", "brücker", "kampner", "leitner", "mannski", "grubert")
    names = [f"{a}{b}" for a, b in itertools.product(starts, ends)]
    given = [f"{a}{b}" for a in ("Annemar", "Friedol", "Gwendol", "Hildega", "Ottokar") for b in ("ie", "in", "ina")]
    return [
        (
            names[i % 100],
            f"{given[i % 15]} {names[(i * 7) % 100]}ine",
            dt.date(1950, 1, 1) + dt.timedelta(days=i * 17),
            f"{1000 + i} Js {20_000 + i * 3}/26",
            f"{names[(i * 3) % 100]}gasse",
        )
        for i in range(RECORDS)
    ]


PERSONS = invented()


def lines() -> list[str]:
    person = (
        f"{family};{given};;{born:%d.%m.%Y};;;;;2;1;31.12.2027;Strafanzeige;{number}"
        for family, given, born, number, _ in PERSONS[: RECORDS // 2]
    )
    place = (
        f";;;;50825;{street};{1 + i};;3;1;31.12.2027;Hausverbot;{number}"
        for i, (_, _, _, number, street) in enumerate(PERSONS[RECORDS // 2 :])
    )
    return [*person, *place]


def words() -> set[str]:
    """All that must not be found, as a person would write it."""
    found = {"Strafanzeige", "Hausverbot", "complaint", "house-ban"}
    for place, (family, given, born, number, street) in enumerate(PERSONS):
        if place < RECORDS // 2:
            found |= {family, given, *given.split(), f"{given} {family}", f"{family}, {given}"}
            found |= {born.isoformat(), f"{born:%d.%m.%Y}", f"{born.day}.{born.month}.{born.year}", f"{born:%Y%m%d}"}
            found |= {f"{born:%d%m%Y}", f"{born:%d/%m/%Y}", f"{born:%m/%d/%Y}", f"{born:%d-%m-%Y}"}
        else:
            found |= {street, street.replace("gasse", "g."), f"{street} {place - RECORDS // 2 + 1}"}
        found |= {number, number.replace(" ", ""), number.partition("/")[0]}
    return found


def spellings(word: str) -> Iterator[str]:
    folded = fold(word)
    yield from {word, word.upper(), word.lower(), folded, folded.upper(), re.sub("[^a-z0-9]", "", folded)}
    yield from {cologne(part) for part in re.split("[^a-z]+", folded)}


def needles() -> dict[bytes, set[bytes]]:
    """All ways in which that may stand in a file, by their first bytes."""
    found: dict[bytes, set[bytes]] = {}

    def add(needle: bytes) -> None:
        if len(needle) >= LENGTH:
            found.setdefault(needle[:LENGTH], set()).add(needle)

    for word in words():
        for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.blake2b):
            add(digest(word.encode()).digest())
            add(digest(word.encode()).hexdigest().encode())
    for text in {spelling for word in words() for spelling in spellings(word)}:
        for code in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
            encoded = text.encode(code, "replace")
            add(encoded)
            add(encoded.hex().encode())
            for before in range(3):
                # base64 of bytes in which the word begins at any place: the letters that hang on the word alone
                whole = base64.b64encode(bytes(before) + encoded)
                inner = whole[4 if before else 0 : len(whole) // 4 * 4 - 4]
                add(inner)
                add(inner.translate(bytes.maketrans(b"+/", b"-_")))
        add(urllib.parse.quote(text).encode())
        add(json.dumps(text).strip('"').encode())
    return found


def found_in(data: bytes, looked_for: dict[bytes, set[bytes]]) -> set[bytes]:
    """Find all that is looked for; every place in the data is looked at."""
    data = re.sub(rb"\0{64,}", bytes(64), data)
    first = {
        start
        for offset in range(LENGTH)
        for (start,) in struct.iter_unpack(
            f"{LENGTH}s", data[offset : offset + (len(data) - offset) // LENGTH * LENGTH]
        )
        if start in looked_for
    }
    return {needle for start in first for needle in looked_for[start] if needle in data}


@pytest.fixture(scope="module")
def looked_for() -> dict[bytes, set[bytes]]:
    return needles()


@pytest.fixture
def full(site: Site) -> Site:
    site.take_in(*lines())
    site.publish()
    single_sign_on.keep_secret(site.office, "an invented secret")
    assert len(site.office.store.records()) == RECORDS
    return site


def test_a_stolen_folder_with_a_thousand_records_says_nothing(
    full: Site, looked_for: dict[bytes, set[bytes]], tmp_path: Path, storage: str, request: pytest.FixtureRequest
) -> None:
    home = full.office.home
    with full.office.store.database.writing() as session:
        # in the midst of a change, so that there is a journal with the pages as they were
        for row in session.scalars(select(RecordRow).where(RecordRow.number % 3 == 0)):
            row.level = 5 - row.level
        session.flush()
        journals = [path for path in home.folder.iterdir() if path.name.endswith("-journal")]
        stolen = b"".join(path.read_bytes() for path in home.folder.iterdir())
    assert len(journals) == (not storage)
    back_up(home, tmp_path / "office.backup", full.now)
    stolen += full.stored() if storage else (tmp_path / "office.backup").read_bytes()
    assert found_in(stolen, looked_for) == set()
    no_number_is_a_birth_date(full)
    if storage:
        server: Postgres = request.getfixturevalue("postgresql")
        a_stolen_server_says_nothing_either(full, server, looked_for)


def no_number_is_a_birth_date(full: Site) -> None:
    epoch = dt.date(1970, 1, 1)
    dates = {
        form
        for _, _, born, _, _ in PERSONS[: RECORDS // 2]
        for days in [(born - epoch).days]
        for form in (days * 86_400, days, days + 25_567, born.toordinal(), int(f"{born:%Y%m%d}"), int(f"{born:%d%m%Y}"))
        if abs(form) > 10 * RECORDS
    }
    with full.office.store.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            numbers = [column for column in table.columns if isinstance(column.type, Integer)]
            for row in session.execute(select(*numbers)):
                assert not dates.intersection(row), table


def a_stolen_server_says_nothing_either(full: Site, server: Postgres, looked_for: dict[bytes, set[bytes]]) -> None:
    """Neither its journal nor what ``pg_dump`` writes of it."""
    name = str(full.office.store.database.url.database)
    dump = server.dump(name)
    ((last,),) = server.run(name, "SELECT pg_walfile_name(pg_current_wal_lsn())")
    journals = sorted(path for path in (server.data / "pg_wal").iterdir() if path.is_file() and path.name <= last)
    with full.office.store.database.reading() as session:
        content = session.scalars(select(CaseRow.content).order_by(CaseRow.number)).all()
    assert content[-1].hex().encode() in dump
    journal = b""
    while content[0][40:90] not in journal:
        journal = journals.pop().read_bytes() + journal
    since = journal.index(content[0][40:90])
    assert content[-1][40:90] in journal[since:]
    # in hexadecimal text, what looks like digits is found by chance
    plain = re.sub(rb"\\\\x([0-9a-f]+)", lambda found: bytes.fromhex(found[1].decode()), dump)
    assert content[-1] in plain
    assert found_in(plain + journal[since - 8192 :], looked_for) == set()


@in_sqlite
def test_nor_does_it_hold_what_the_key_offices_are_asked_about(site: Site) -> None:
    site.take_in(*lines()[:20])
    site.publish()
    stored = site.stored()
    for family, given, born, _, _ in PERSONS[:20]:
        for key in match_keys(Person(family, given, born), "test-town"):
            assert key not in stored
            assert site.servers.prk(key) not in stored


def test_the_search_finds_what_is_there(looked_for: dict[bytes, set[bytes]]) -> None:
    family, given, born, number, _ = PERSONS[7]
    planted = [
        *(family.encode(code) for code in ("utf-8", "latin-1", "utf-16-le", "utf-16-be")),
        *(fold(family).encode(), family.upper().encode(), given.encode().hex().encode()),
        *(base64.b64encode(b"." * before + given.encode()) for before in range(3)),
        *(hashlib.sha256(family.encode()).digest(), urllib.parse.quote(given).encode(), json.dumps(family).encode()),
        *(f"{born:%d.%m.%Y}".encode(), born.isoformat().encode(), f"{born:%Y%m%d}".encode(), number.encode()),
        *(number.encode("utf-16-le"), cologne(fold(family)).encode()),
    ]
    for form in planted:
        around = os.urandom(5000)
        assert found_in(around + form + around, looked_for), form
        assert not found_in(around + bytes(2000) + around, looked_for)
