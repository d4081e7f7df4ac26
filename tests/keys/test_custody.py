"""The key share: locked at rest, used in one place, shown nowhere."""

import copy
import pickle
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from key_office import whole_key
from obacht_keys.custody import TYPE, Custody, PublicFacts
from obacht_keys.errors import CustodyError
from obacht_protocol import group, locks, oprf
from obacht_protocol.encoding import base64url

PASSPHRASE = b"correct horse battery staple"


@pytest.fixture(scope="module")
def custody() -> Custody:
    return whole_key()


@pytest.fixture(scope="module")
def file(custody: Custody) -> bytes:
    return custody.lock(PASSPHRASE, locks.CHEAPEST)


def test_one_of_one_is_the_oprf_of_the_public_key(custody: Custody) -> None:
    assert custody.facts.public_key == custody.facts.public_share
    blind, element = oprf.blind(b"somebody")
    evaluated, proof = custody.evaluate([element])
    assert oprf.finalize([b"somebody"], [blind], [element], evaluated, proof, custody.facts.public_key)


def test_a_locked_share_opens_to_the_same_share(custody: Custody, file: bytes) -> None:
    opened = Custody.unlock(file, PASSPHRASE)
    assert opened.facts == custody.facts
    element = oprf.blind(b"x")[1]
    assert opened.evaluate([element])[0] == custody.evaluate([element])[0]


def test_a_wrong_passphrase_opens_nothing(file: bytes) -> None:
    with pytest.raises(CustodyError, match="passphrase is wrong"):
        Custody.unlock(file, PASSPHRASE + b"x")


def test_the_file_holds_no_secret_that_can_be_read(custody: Custody, file: bytes) -> None:
    assert custody._secret not in file
    assert base64url(custody._secret).encode() not in file


@given(position=st.integers(min_value=0), byte=st.integers(0, 255))
def test_an_altered_file_opens_nothing_or_the_same(custody: Custody, file: bytes, position: int, byte: int) -> None:
    altered = bytearray(file)
    altered[position % len(file)] = byte
    with suppress(CustodyError):
        assert Custody.unlock(bytes(altered), PASSPHRASE).facts == custody.facts


@given(st.binary(max_size=200))
def test_whatever_a_file_holds_the_error_is_our_own(data: bytes) -> None:
    with pytest.raises(CustodyError):
        Custody.unlock(data, PASSPHRASE)
    with pytest.raises(CustodyError):
        Custody.unlock(locks.lock(TYPE, data, PASSPHRASE, locks.CHEAPEST), PASSPHRASE)


def test_a_share_and_another_shares_facts_do_not_go_together(custody: Custody) -> None:
    with pytest.raises(CustodyError, match="belong together"):
        Custody(group.scalar_random(), custody.facts)
    with pytest.raises(CustodyError, match="not a scalar"):
        Custody(bytes(32), custody.facts)


def test_a_share_shows_and_copies_nothing(custody: Custody) -> None:
    assert repr(custody) == "<Custody>"
    assert isinstance(custody.facts, PublicFacts)
    with pytest.raises(CustodyError):
        pickle.dumps(custody)
    with pytest.raises(CustodyError):
        copy.deepcopy(custody)
