"""A new office key takes over all that the old one sealed, also when interrupted, and leaves nothing to the old one."""

import datetime as dt
import re
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import LargeBinary, select, update

from case_office import Desk, hire
from invented_cases import content
from killing import killed_at
from obacht_enrollment import importing, rekeying, sealed
from obacht_enrollment.accounts import single_sign_on
from obacht_enrollment.accounts.tables import FailureRow
from obacht_enrollment.backing_up import back_up
from obacht_enrollment.cases import contents, service
from obacht_enrollment.cases.content import Name
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.cli import main
from obacht_enrollment.errors import HomeError, VaultError
from obacht_enrollment.home import NEXT_OFFICE_KEY, OFFICE_KEY
from obacht_enrollment.ledger import open_subject
from obacht_enrollment.lookup import find_case
from obacht_enrollment.office import Office
from obacht_enrollment.rekeying import abandon
from obacht_enrollment.restoring import restore, try_out
from obacht_enrollment.tables import Base, RecordRow
from obacht_enrollment.vault import Vault
from obacht_protocol import matching
from obacht_protocol.identity import Person
from obacht_protocol.locks import CHEAPEST
from postgres import BOTH, in_sqlite
from safety_office import NOW, PASSPHRASE, Site, address_line, person_line, table

DATABASES = BOTH
NEXT = b"another invented passphrase"
LINES = (person_line("Müller", "Eva"), person_line(), address_line())
#: Columns of bytes that do not lie under the office key: random, public, hashed without a key, or sealed with a key
#: that the office key wraps. A new one belongs here, or in ``obacht_enrollment.sealed``.
UNAFFECTED = {
    *("records.id", "records.subject", "records.ground", "records.file_number", "office_key.id"),
    *("enrolments.epoch_id", "enrolments.prks", "publications.epoch_id", "publications.salt", "publications.head"),
    *("users.handle", "users.name", "users.code", "users.subject", "passkeys.credential", "passkeys.public_key"),
    *("passkeys.label", "sessions.token", "sessions.origin", "login_flows.token", "login_flows.data"),
    *("cases.id", "cases.content", "cases.proposal", "case_events.detail", "case_events.digest", "case_events.link"),
    *("case_history.note", "case_looks.why", "case_documents.name", "case_documents.data", "case_exports.why"),
    *("case_requests.id", "case_requests.text", "case_requests.answer", "case_calls.id", "case_calls.content"),
    *("reports.id", "reports.digest", "reports.sealed", "reports.answer", "reporting_devices.public_key"),
    *("report_nonces.nonce",),
}


@pytest.fixture
def full(site: Site) -> Site:
    site.take_in(*LINES)
    site.publish()
    single_sign_on.keep_secret(site.office, "an invented secret")
    with site.office.store.database.writing() as session:
        session.add(FailureRow(subject=site.office.vault.fingerprint(b"login|eva"), count=1, last=NOW, until=0))
    return site


def rekey(site: Site, old: bytes = PASSPHRASE, new: bytes = NEXT) -> None:
    rekeying.rekey(site.office.home, old, new, NOW, CHEAPEST)


def reopened(site: Site, passphrase: bytes = NEXT) -> Site:
    return Site(Office.open(site.office.home.folder, passphrase), site.servers, site.now)


def check_all(site: Site) -> None:
    """All that was there opens, and works as before."""
    with site.office.store.database.reading() as session:
        assert sealed.open_all(session, site.office.vault) == 7
    people = [open_subject(site.office.vault, row) for row in site.office.store.records()]
    assert [person.family_name for person in people if isinstance(person, Person)] == ["Müller", "Meyer"]
    again = importing.prepare(site.office, site.importer, table(*LINES, person_line("Vogel", "Ida")), site.now)
    assert (len(again.preview.known), len(again.preview.new)) == (3, 1)
    with site.office.store.database.reading() as session:
        assert session.get(FailureRow, site.office.vault.fingerprint(b"login|eva")) is not None
    assert site.office.keys.root.verify_key == site.descriptor.office
    service = single_sign_on.SECRET
    assert site.office.vault.open_file(service, site.office.home.read("single-sign-on.secret")) == b"an invented secret"
    site.now += 60
    site.publish()


def wrapped_keys(site: Site) -> list[bytes]:
    with site.office.store.database.reading() as session:
        return [key for of in sealed.WRAPPED for key in session.scalars(select(of.key))]


def test_all_opens_with_the_new_key_and_nothing_with_the_old_one(full: Site) -> None:
    home, thief, before = full.office.home, full.office.vault, wrapped_keys(full)
    stored = full.stored()
    assert len(before) > 8
    assert all(key in stored for key in before)
    full.office.close()
    rekey(full)
    with pytest.raises(VaultError, match="passphrase"):
        Office.open(home.folder, PASSPHRASE)
    new = reopened(full)
    check_all(new)
    stored = new.stored()
    assert not [key for key in before if key[24:56] in stored]
    assert not home.has(NEXT_OFFICE_KEY)
    with new.office.store.database.reading() as session, pytest.raises(VaultError, match="tampered"):
        sealed.open_all(session, thief)
    person = open_subject(new.office.vault, new.office.store.records()[0])
    assert isinstance(person, Person)
    for file, name in sealed.FILES.items():
        with pytest.raises(VaultError):
            thief.open_file(name, home.read(file))
    new.office.close()


def test_who_knows_the_old_key_cannot_guess_who_is_recorded(full: Site) -> None:
    """Fingerprints are of few possible contents: with their key, a whole town could be tried."""
    database = full.office.store.database
    columns = [
        (column, full.office.vault.fingerprint(b"guess %d" % place)) for place, column in enumerate(sealed.FINGERPRINTS)
    ]
    with database.writing() as session:
        for column, guess in columns:
            first = session.scalars(select(column).where(column.is_not(None))).first()
            session.execute(update(column.class_).where(column == first).values({column.name: guess}))
    full.office.close()
    rekey(full)
    new = reopened(full)
    with new.office.store.database.reading() as session:
        for place, (column, guess) in enumerate(columns):
            assert session.scalars(select(column).where(column == guess)).all() == []
            found = new.office.vault.fingerprint(b"guess %d" % place)
            assert len(session.scalars(select(column).where(column == found)).all()) == 1
    new.office.close()


def test_a_second_change_and_a_third_find_what_the_first_key_knew(full: Site) -> None:
    latest = full.office.store.latest_publication()
    assert latest is not None
    row = full.office.store.records()[1]
    reference = full.office.vault.reference(latest.salt, row.id, 2)
    ids = {full.office.vault.id}
    site, passphrase = full, PASSPHRASE
    for change in range(3):
        site.office.close()
        following = b"invented passphrase %d" % change
        rekey(site, passphrase, following)
        site, passphrase = reopened(site, following), following
        ids.add(site.office.vault.id)
        found = find_case(site.office, reference)
        assert found is not None
        assert (found.records[0].number, found.publication.sequence) == (row.number, latest.sequence)
        assert site.office.vault.reference(latest.salt, row.id, 2) != reference
    assert len(ids) == 4
    check_all(site)
    site.office.close()


def test_a_case_edited_under_the_new_key_stays_enrolled_and_found(full: Site) -> None:
    full.office.close()
    rekey(full)
    site = reopened(full)
    desk = Desk(site.office, hire(site.office))
    known, renamed = person("Müller", "Eva"), person("Kramer", "Otto")

    def told(*subjects: Person) -> list[tuple[int, int]]:
        """Publish, and tell the level in force of each, and how many keys were asked for to be enrolled."""
        site.servers.evaluations.clear()
        site.now += 60
        site.publish()
        found = [site.servers.lookup(site.servers.prk(keys[0])) for keys in map(encoded, subjects)]
        return [(max((entry.level for entry, _ in rows), default=0), sum(site.servers.evaluations)) for rows in found]

    assert told(known, renamed) == [(2, 0), (0, 0)]
    (one, _, first), (other, _, second) = contents.opened(site.office, [1, 2])
    desk.edit(one, replace(first, remarks="geändert"), desk.staff.anna)
    assert told(known, renamed) == [(2, 0), (0, 0)], "whoever is enrolled stays so"
    desk.edit(other, replace(second, name=Name("Kramer", "Otto")), desk.staff.anna)
    desk.approve(other, desk.staff.bernd)
    asked = len(encoded(renamed))
    assert told(known, renamed) == [(2, asked), (2, asked)]
    drafted = desk.active(content(name=Name("Vogel", "Ida")), now=site.now)
    vogel = person("Vogel", "Ida")
    assert told(known, vogel) == [(2, len(encoded(vogel))), (2, len(encoded(vogel)))]
    service.end(site.office, desk.staff.anna, drafted, site.now, why=EndReason.GROUND, reason="entfallen")
    assert told(known, vogel) == [(2, 0), (0, 0)]
    site.office.close()


def person(family: str, given: str) -> Person:
    return Person(family, given, dt.date(1971, 5, 14))


def encoded(of: Person) -> list[bytes]:
    return [key.encode(b"test-town") for key in matching.enrollment_keys(of)]


def opens(locked: bytes, passphrase: bytes) -> bool:
    with suppress(VaultError):
        return bool(Vault.unlock(locked, passphrase).id)
    return False


def test_a_change_that_was_killed_is_no_change_or_can_be_ended(full: Site, storage: str) -> None:
    home, folder = full.office.home, full.office.home.folder
    full.office.close()
    old, new, step, resumed = PASSPHRASE, NEXT, 1, 0
    while killed_at(step, partial(rekeying.rekey, home, old, new, NOW, CHEAPEST)):
        if home.has(NEXT_OFFICE_KEY):
            resumed += 1
            for passphrase in (old, new):
                with pytest.raises(VaultError, match="rekey-interrupted"):
                    Office.open(folder, passphrase)
            with pytest.raises(VaultError, match="rekey-passphrase"):
                rekeying.rekey(home, old, b"quite another", NOW, CHEAPEST)
            rekeying.rekey(home, old, new, NOW, CHEAPEST)
        if not opens(home.read(OFFICE_KEY), old):
            old, new = new, old
        office = Office.open(folder, old)
        with office.store.database.reading() as session:
            assert sealed.open_all(session, office.vault) == 7
        office.close()
        step += 3
    assert resumed >= (4 if storage else 6)
    site = reopened(full, new)
    check_all(site)
    site.office.close()


@in_sqlite
def test_a_change_can_be_dropped_until_it_has_reached_the_records(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    home = full.office.home
    full.office.close()
    with pytest.raises(VaultError, match="rekey-none"):
        abandon(home, PASSPHRASE)
    with monkeypatch.context() as patched:
        patched.setattr(rekeying, "_take_over", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rekey(full)
    assert home.has(NEXT_OFFICE_KEY)
    with pytest.raises(VaultError, match="passphrase"):
        abandon(home, NEXT)
    abandon(home, PASSPHRASE)
    reopened(full, PASSPHRASE).office.close()
    with monkeypatch.context() as patched:
        patched.setattr("obacht_enrollment.erasing.clean_all", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rekey(full)
    with pytest.raises(VaultError, match="rekey-reached"):
        abandon(home, PASSPHRASE)
    rekey(full)
    site = reopened(full)
    check_all(site)
    site.office.close()


def test_what_was_tampered_with_is_told_and_nothing_is_changed(full: Site) -> None:
    home = full.office.home
    with full.office.store.database.writing() as session:
        session.get_one(RecordRow, 2).wrapped_key = session.get_one(RecordRow, 1).wrapped_key
    before = wrapped_keys(full)
    full.office.close()
    with pytest.raises(VaultError, match="tampered table=records number=2"):
        rekey(full)
    abandon(home, PASSPHRASE)
    site = reopened(full, PASSPHRASE)
    assert wrapped_keys(site) == before
    with site.office.store.database.writing() as session:
        session.execute(update(RecordRow).where(RecordRow.number == 2).values(wrapped_key=b""))
    site.office.close()
    home.replace("head.key", b"x" * 72)
    with pytest.raises(VaultError, match=r"rekey-tampered-file path=.*head\.key"):
        rekey(full)


@in_sqlite
def test_nobody_may_use_the_office_meanwhile(full: Site) -> None:
    with pytest.raises(HomeError, match="office-in-use"):
        rekey(full)
    assert not full.office.home.has(NEXT_OFFICE_KEY)


@in_sqlite
def test_a_key_that_is_not_that_of_the_records_is_told(full: Site, tmp_path: Path) -> None:
    home = full.office.home
    older = home.read(OFFICE_KEY)
    back_up(home, tmp_path / "before.backup", NOW)
    full.office.close()
    rekey(full)
    newer = home.read(OFFICE_KEY)
    home.replace(OFFICE_KEY, older)
    with pytest.raises(VaultError, match="office-key-other"):
        Office.open(home.folder, PASSPHRASE)
    with pytest.raises(VaultError, match="office-key-other"):
        rekey(full)
    home.remove(NEXT_OFFICE_KEY)
    home.replace(OFFICE_KEY, newer)
    reopened(full).office.close()
    assert try_out(home, tmp_path / "before.backup", PASSPHRASE, NOW)[1] == 7


@in_sqlite
def test_a_backup_in_mid_change_is_restored_and_the_change_ended(
    full: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.office.close()
    with monkeypatch.context() as patched:
        patched.setattr("obacht_enrollment.erasing.clean_all", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rekey(full)
    back_up(full.office.home, tmp_path / "office.backup", NOW)
    with pytest.raises(VaultError, match="rekey-interrupted"):
        try_out(full.office.home, tmp_path / "office.backup", NEXT, NOW)
    restore(tmp_path / "office.backup", tmp_path / "new")
    rekeying.rekey(type(full.office.home)(tmp_path / "new"), PASSPHRASE, NEXT, NOW, CHEAPEST)
    site = Site(Office.open(tmp_path / "new", NEXT), full.servers, full.now)
    check_all(site)
    site.office.close()


@in_sqlite
def test_the_command_changes_the_key_and_doctor_tells_when(
    full: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("obacht_enrollment.cli.context._now", lambda: NOW)
    home = full.office.home
    full.office.close()
    files = []
    for name, passphrase in (("old", PASSPHRASE), ("new", NEXT)):
        path = tmp_path / name
        path.write_bytes(passphrase)
        path.chmod(0o600)
        files.append(str(path))

    def run(*arguments: str, passphrase: str = files[0]) -> str:
        words = ["--home", str(home.folder), "--language", "en", *arguments, "--passphrase-file", passphrase]
        return CliRunner().invoke(main, words, catch_exceptions=False).output

    assert re.search(r"^ok +office key: last changed: never$", run("doctor"), re.MULTILINE)
    assert run("rekey", "--abandon") == "Error: No change of the key was begun.\n"
    assert run("rekey", "--new-passphrase-file", files[1]).startswith("Changed. Now start the service")
    assert "The passphrase is wrong" in run("rekey", "--new-passphrase-file", files[1])
    told = run("doctor", passphrase=files[1])
    assert re.search(r"^ok +office key: last changed: 15\.01\.2027$", told, re.MULTILINE)
    (tmp_path / "short").write_text("short")
    (tmp_path / "short").chmod(0o600)
    assert "needs 12 letters" in run("rekey", "--new-passphrase-file", str(tmp_path / "short"), passphrase=files[1])
    home.write_new(NEXT_OFFICE_KEY, b"begun")
    told = run("doctor", passphrase=files[1])
    assert "office key: The change of it was interrupted.\n         mend it with: obacht-office rekey" in told
    assert run("rekey", "--abandon", passphrase=files[1]) == "Dropped; all is as before.\n"
    site = reopened(full)
    check_all(site)
    site.office.close()


def test_whatever_lies_under_the_office_key_is_taken_over() -> None:
    bytes_columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    named = {
        f"{column.table.name}.{column.name}"
        for column in (
            *(wrapped.key for wrapped in sealed.WRAPPED),
            *(of.column for of in sealed.SEALED),
            *sealed.FINGERPRINTS,
        )
    }
    assert not named & UNAFFECTED
    assert bytes_columns == named | UNAFFECTED
