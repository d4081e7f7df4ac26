"""What the office key locks stays locked."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.errors import VaultError
from obacht_enrollment.vault import Vault
from obacht_protocol.locks import CHEAPEST

RECORD = bytes(range(16))
VAULT = Vault.create(b"invented passphrase", CHEAPEST)[0]


def test_only_the_passphrase_unlocks() -> None:
    vault, locked = Vault.create(b"invented passphrase", CHEAPEST)
    again = Vault.unlock(locked, b"invented passphrase")
    assert again.open_file("root", vault.seal_file("root", b"secret")) == b"secret"
    with pytest.raises(VaultError, match="passphrase"):
        Vault.unlock(locked, b"another passphrase")


def test_the_default_lock_is_named_beside_the_key_and_dear() -> None:
    _, locked = Vault.create(b"invented passphrase")
    assert b'"cost":{"lanes":4,"memory":65536,"name":"RFC_9106_LOW_MEMORY","passes":3}' in locked


@given(st.binary(max_size=300))
def test_a_damaged_key_file_is_refused_in_one_way(locked: bytes) -> None:
    with pytest.raises(VaultError):
        Vault.unlock(locked, b"invented passphrase")


@given(st.data())
def test_an_altered_key_file_is_refused(data: st.DataObject) -> None:
    _, locked = Vault.create(b"invented passphrase", CHEAPEST)
    place = data.draw(st.integers(0, len(locked) - 2))
    altered = locked[:place] + bytes([locked[place] ^ 1]) + locked[place + 1 :]
    with pytest.raises(VaultError):
        Vault.unlock(altered, b"invented passphrase")


def test_what_is_sealed_is_bound_to_its_record_and_its_column() -> None:
    key, wrapped = VAULT.new_record_key(RECORD)
    sealed = key.seal("subject", b"Meyer")
    assert VAULT.record_key(RECORD, wrapped).open("subject", sealed) == b"Meyer"
    with pytest.raises(VaultError):
        key.open("ground", sealed)
    with pytest.raises(VaultError):
        VAULT.record_key(bytes(16), wrapped)
    other, _ = VAULT.new_record_key(RECORD)
    with pytest.raises(VaultError):
        other.open("subject", sealed)
    with pytest.raises(VaultError):
        VAULT.open_file("head", VAULT.seal_file("root", b"secret"))


def test_without_its_wrapped_key_a_record_is_erased() -> None:
    key, _ = VAULT.new_record_key(RECORD)
    sealed = key.seal("subject", b"Meyer")
    with pytest.raises(VaultError):
        VAULT.record_key(RECORD, b"")
    with pytest.raises(VaultError):
        VAULT.record_key(RECORD, bytes(72)).open("subject", sealed)


def test_sealing_twice_gives_different_bytes() -> None:
    key, _ = VAULT.new_record_key(RECORD)
    assert key.seal("subject", b"Meyer") != key.seal("subject", b"Meyer")


def test_fingerprints_and_references_say_nothing_without_the_office_key() -> None:
    other = Vault.create(b"invented passphrase", CHEAPEST)[0]
    assert VAULT.fingerprint(b"Meyer") == VAULT.fingerprint(b"Meyer") != other.fingerprint(b"Meyer")
    salt = os.urandom(32)
    assert VAULT.reference(salt, RECORD, 0) != other.reference(salt, RECORD, 0)
    assert len({VAULT.reference(salt, RECORD, position) for position in range(24)}) == 24
    assert VAULT.reference(salt, RECORD, 0) != VAULT.reference(os.urandom(32), RECORD, 0)


def test_keys_do_not_show_when_printed() -> None:
    key, _ = VAULT.new_record_key(RECORD)
    assert "_key" not in repr(key)
