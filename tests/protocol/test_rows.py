import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import rows
from obacht_protocol.errors import RowError

PUBLICATION = rows.Publication(epoch=7, salt=bytes(range(32)))
PRK = bytes(range(64))
ENTRIES = st.builds(
    rows.Entry,
    level=st.integers(1, 255),
    contact=st.integers(0, 65_535),
    valid_until=st.integers(0, 2**32 - 1),
    reference=st.binary(min_size=8, max_size=8),
    sketch=st.binary(min_size=24, max_size=24),
    address=st.booleans(),
    several=st.booleans(),
)


def test_derivation_is_hkdf_expand_of_one_block() -> None:
    info = b"obacht/v1/row" + bytes([0, 0, 0, 7]) + PUBLICATION.salt + bytes([3])
    okm = hmac.new(PRK, info + b"\x01", hashlib.sha512).digest()
    assert PUBLICATION.derive(PRK, 3) == (okm[:32], okm[32:])


def test_the_eight_rows_of_a_key_stand_in_eight_places() -> None:
    derived = list(PUBLICATION.derive_all(PRK))
    assert len({tag for tag, _ in derived}) == len({key for _, key in derived}) == rows.SLOTS
    assert derived[5] == PUBLICATION.derive(PRK, 5)


@pytest.mark.parametrize(("epoch", "length"), [(-1, 32), (2**32, 32), (1, 31)])
def test_a_publication_out_of_range_is_refused(epoch: int, length: int) -> None:
    with pytest.raises(RowError):
        rows.Publication(epoch, bytes(length))


@given(ENTRIES)
def test_a_row_opens_to_what_was_sealed(entry: rows.Entry) -> None:
    tag, key = PUBLICATION.derive(PRK, 0)
    row = rows.seal(PUBLICATION, tag, key, entry)
    assert len(row) == rows.ROW_LENGTH
    assert rows.open_row(PUBLICATION, row, tag, key) == entry


@given(ENTRIES, st.integers(0, 127), st.integers(1, 255))
def test_a_row_changed_in_any_byte_does_not_open(entry: rows.Entry, place: int, difference: int) -> None:
    tag, key = PUBLICATION.derive(PRK, 0)
    row = bytearray(rows.seal(PUBLICATION, tag, key, entry))
    row[place] ^= difference
    with pytest.raises(RowError):
        rows.open_row(PUBLICATION, bytes(row), tag, key)


def test_a_row_opens_only_in_its_publication_and_under_its_key() -> None:
    entry = rows.Entry(level=2, contact=1, valid_until=9, reference=bytes(8))
    tag, key = PUBLICATION.derive(PRK, 0)
    row = rows.seal(PUBLICATION, tag, key, entry)
    other_tag, other_key = PUBLICATION.derive(PRK, 1)
    for publication, candidate, candidate_key in (
        (rows.Publication(8, PUBLICATION.salt), tag, key),
        (rows.Publication(7, bytes(32)), tag, key),
        (PUBLICATION, tag, other_key),
        (PUBLICATION, other_tag, key),
    ):
        with pytest.raises(RowError):
            rows.open_row(publication, row, candidate, candidate_key)


def test_no_decryption_is_tried_under_another_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    tag, key = PUBLICATION.derive(PRK, 0)
    row = rows.seal(PUBLICATION, tag, key, rows.Entry(level=2, contact=1, valid_until=9, reference=bytes(8)))
    monkeypatch.delattr("nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt")
    with pytest.raises(RowError):
        rows.open_row(PUBLICATION, row, tag[:31] + bytes([tag[31] ^ 1]), key)


def test_two_seals_of_one_entry_look_different() -> None:
    entry = rows.Entry(level=2, contact=1, valid_until=9, reference=bytes(8))
    tag, key = PUBLICATION.derive(PRK, 0)
    assert rows.seal(PUBLICATION, tag, key, entry) != rows.seal(PUBLICATION, tag, key, entry)


@pytest.mark.parametrize(
    "entry",
    [
        rows.Entry(level=0, contact=1, valid_until=9, reference=bytes(8)),
        rows.Entry(level=256, contact=1, valid_until=9, reference=bytes(8)),
        rows.Entry(level=2, contact=65_536, valid_until=9, reference=bytes(8)),
        rows.Entry(level=2, contact=1, valid_until=2**32, reference=bytes(8)),
        rows.Entry(level=2, contact=1, valid_until=9, reference=bytes(7)),
        rows.Entry(level=2, contact=1, valid_until=9, reference=bytes(8), sketch=bytes(23)),
    ],
)
def test_an_entry_that_does_not_fit_is_refused(entry: rows.Entry) -> None:
    with pytest.raises(RowError):
        entry.encode()


@given(st.binary(max_size=80) | st.binary(min_size=56, max_size=56))
def test_any_plaintext_is_an_entry_or_an_error_of_ours(plaintext: bytes) -> None:
    for candidate in (plaintext, b"\x01" + plaintext[1:]):
        try:
            entry = rows.Entry.decode(candidate)
        except RowError:
            continue
        assert entry.encode() == candidate


@pytest.mark.parametrize(("place", "value"), [(0, 2), (1, 0), (2, 4), (55, 1)])
def test_a_plaintext_of_another_version_or_form_is_refused(place: int, value: int) -> None:
    plaintext = bytearray(rows.Entry(level=2, contact=1, valid_until=9, reference=bytes(8)).encode())
    plaintext[place] = value
    with pytest.raises(RowError):
        rows.Entry.decode(bytes(plaintext))


@given(st.binary(max_size=200))
def test_any_bytes_in_the_place_of_a_row_are_refused(row: bytes) -> None:
    tag, key = PUBLICATION.derive(PRK, 0)
    for candidate in (row, tag + row, (tag + row).ljust(128, b"\0")[:128]):
        with pytest.raises(RowError):
            rows.open_row(PUBLICATION, candidate, tag, key)
