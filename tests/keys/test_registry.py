"""The registry: who may ask, changed by commands while the service runs."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from obacht_keys.errors import RegistryError, StoreError
from obacht_keys.limits import Limits
from obacht_keys.registry import AUDITOR, DEPARTMENT, MAX_LIMIT, OFFICE, Registry
from obacht_keys.store import check_database
from obacht_protocol.devices import device_id


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry(tmp_path / "registry.db", patience=0.1) as opened:
        yield opened


def key() -> bytes:
    return bytes(SigningKey.generate().verify_key)


def test_a_device_is_found_by_the_name_made_of_its_key(registry: Registry) -> None:
    public_key = key()
    registry.add_department("Jugendamt")
    registry.add_device("Jugendamt", public_key, "desk 1")
    found = registry.find(device_id(public_key))
    assert found is not None
    assert (found.public_key, found.department.name, found.department.kind) == (public_key, "Jugendamt", DEPARTMENT)
    assert registry.find(device_id(key())) is None


def test_adding_twice_changes_nothing(registry: Registry) -> None:
    public_key = key()
    assert registry.add_department("Jugendamt") == registry.add_department("Jugendamt")
    first = registry.add_device("Jugendamt", public_key, "desk 1")
    assert registry.add_device("Jugendamt", public_key, "another label") == first
    assert len(registry.devices()) == len(registry.departments()) == 1


def test_a_revoked_device_stays_revoked(registry: Registry) -> None:
    public_key = key()
    registry.add_department("Jugendamt")
    device = registry.add_device("Jugendamt", public_key, "desk 1").id
    revoked = registry.revoke_device(device)
    assert registry.revoke_device(device) == revoked
    assert registry.find(device) is None
    with pytest.raises(RegistryError, match="was revoked"):
        registry.add_device("Jugendamt", public_key, "desk 1")
    assert [found.revoked for found in registry.devices()] == [revoked.revoked]


def test_what_another_connection_changes_counts_at_once(tmp_path: Path, registry: Registry) -> None:
    public_key = key()
    device = device_id(public_key)
    with Registry(tmp_path / "registry.db") as another:
        another.add_department("Jugendamt")
        assert registry.find(device) is None
        another.add_device("Jugendamt", public_key, "desk 1")
        for number in range(50):
            another.set_limits(Limits(number, 1, 1), "Jugendamt")
            found = registry.find(device)
            assert found is not None
            assert found.department.limits.user_day == number
        another.disable_department("Jugendamt")
        found = registry.find(device)
        assert found is not None
        assert not found.department.enabled
        another.revoke_device(device)
        assert registry.find(device) is None


def test_what_is_known_is_not_told_while_another_connection_is_about_to_change_it(
    tmp_path: Path, registry: Registry
) -> None:
    public_key = key()
    registry.add_department("Jugendamt")
    device = registry.add_device("Jugendamt", public_key, "desk 1").id
    assert registry.find(device) is not None
    with closing(sqlite3.connect(tmp_path / "registry.db", isolation_level=None)) as another:
        another.execute("PRAGMA cache_size = 1")  # so that what is changed goes to the file before it counts
        another.execute("BEGIN IMMEDIATE")
        another.execute("UPDATE devices SET revoked = 1")
        another.execute("CREATE TABLE filler AS WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 5000)"
                        " SELECT i, randomblob(200) AS r FROM n")  # fmt: skip
        with suppress(StoreError):  # locked: better no answer than one that is wrong
            assert registry.find(device) is not None
        another.execute("COMMIT")
    assert registry.find(device) is None


def test_a_disabled_department_can_be_enabled_again(registry: Registry) -> None:
    registry.add_department("Jugendamt")
    assert not registry.disable_department("Jugendamt").enabled
    assert registry.add_department("Jugendamt").enabled


def test_a_department_never_changes_its_kind(registry: Registry) -> None:
    registry.add_department("Sicherheitsstelle", OFFICE)
    with pytest.raises(RegistryError, match="as office"):
        registry.add_department("Sicherheitsstelle")


def test_a_device_belongs_to_one_department(registry: Registry) -> None:
    public_key = key()
    registry.add_department("Jugendamt")
    registry.add_department("Ordnungsamt")
    registry.add_device("Jugendamt", public_key, "desk 1")
    with pytest.raises(RegistryError, match="'Jugendamt'"):
        registry.add_device("Ordnungsamt", public_key, "desk 1")


def test_what_is_unknown_or_unusable_is_said_in_words(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="no department is called"):
        registry.add_device("Jugendamt", key(), "desk 1")
    with pytest.raises(RegistryError, match="no such device"):
        registry.revoke_device("A" * 22)
    with pytest.raises(RegistryError, match="printable"):
        registry.add_department("Jugend\namt")
    with pytest.raises(RegistryError, match="no department"):
        registry.disable_department("Jugendamt")


def test_a_locked_or_foreign_database_is_said_so(tmp_path: Path, registry: Registry) -> None:
    other = sqlite3.connect(tmp_path / "registry.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="locked"):
        registry.find("A" * 22)
    with pytest.raises(StoreError, match="locked"):
        Registry(tmp_path / "registry.db", patience=0.1)
    with pytest.raises(StoreError, match="locked"):
        check_database(registry.connection)
    other.execute("ROLLBACK")
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(StoreError, match="another version"):
        Registry(tmp_path / "registry.db")
    with pytest.raises(StoreError, match="cannot be opened"):
        Registry(tmp_path / "nowhere" / "registry.db")


def test_a_database_is_private_and_durable(tmp_path: Path, registry: Registry) -> None:
    assert (tmp_path / "registry.db").stat().st_mode & 0o077 == 0
    (journal,) = registry.connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = registry.connection.execute("PRAGMA synchronous").fetchone()
    assert (journal, synchronous) == ("truncate", 2)


def test_limits_are_a_department_s_own_or_everybody_s(registry: Registry) -> None:
    registry.add_department("Jugendamt")
    registry.add_department("Bürgeramt")
    registry.set_limits(Limits(60, 10, 80), "Bürgeramt")
    registry.set_limits(Limits(1, 2, 3))
    assert {one.name: (one.limits, one.deployment) for one in registry.departments()} == {
        "Jugendamt": (Limits(1, 2, 3), Limits(1, 2, 3)),
        "Bürgeramt": (Limits(60, 10, 80), Limits(1, 2, 3)),
    }
    for wrong in (-1, MAX_LIMIT + 1):
        with pytest.raises(RegistryError, match="from 0 to 1,000,000"):
            registry.set_limits(Limits(user_day=wrong))
    with pytest.raises(RegistryError, match="no department"):
        registry.set_limits(Limits(), "Amt")


def test_match_keys_are_released_for_each_epoch(registry: Registry) -> None:
    assert [registry.release(1, 10), registry.release(1, 5), registry.release(2, 1)] == [10, 15, 1]
    assert [registry.released(epoch) for epoch in (1, 2, 3)] == [15, 1, 0]


def test_an_auditor_s_department_stays_one(registry: Registry) -> None:
    registry.add_department("Datenschutz", AUDITOR)
    with pytest.raises(RegistryError, match="registered as auditor"):
        registry.add_department("Datenschutz")
