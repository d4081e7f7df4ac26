"""One row of the register, 128 bytes: found by a tag and opened with a key, both derived anew for each publication."""

import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import nacl.bindings
import nacl.utils
from nacl.exceptions import CryptoError

from obacht_protocol.encoding import u32
from obacht_protocol.errors import RowError

ROW_LENGTH: Final = 128
TAG_LENGTH: Final = 32
KEY_LENGTH: Final = 32
NONCE_LENGTH: Final = 24
SALT_LENGTH: Final = 32
PRK_LENGTH: Final = 64
SKETCH_LENGTH: Final = 24
REFERENCE_LENGTH: Final = 8
SLOTS: Final = 8
"""How many rows one match key can lead to."""

_VERSION: Final = 1
_FLAG_ADDRESS: Final = 1
_FLAG_SEVERAL: Final = 2
_LAYOUT: Final = struct.Struct(">BBBHI8s24s15s")
_PADDING: Final = bytes(15)
_MAC_LENGTH: Final = 16

if _LAYOUT.size != ROW_LENGTH - TAG_LENGTH - NONCE_LENGTH - _MAC_LENGTH:  # pragma: no cover - a slip in this file
    raise AssertionError


@dataclass(frozen=True, slots=True)
class Publication:
    """What all rows of one publication are bound to.

    Attributes:
        epoch: Number of the epoch, 0 to 2^32 - 1.
        salt: Random salt of the publication, 32 bytes.
    """

    epoch: int
    salt: bytes

    def __post_init__(self) -> None:
        """Refuse an epoch out of range or a salt of another length."""
        if not 0 <= self.epoch < 2**32 or len(self.salt) != SALT_LENGTH:
            raise RowError("a publication has an epoch of 32 bits and a salt of 32 bytes")

    def derive(self, prk: bytes, slot: int) -> tuple[bytes, bytes]:
        """Derive where the ``slot``-th row (0 to 7) of a match key stands and what opens it.

        HKDF-Expand-SHA512 (RFC 5869, section 2.3) of one block, with info = ``obacht/v1/row`` || u32 epoch || salt ||
        u8 slot.

        Args:
            prk: The match key's stretched output, 64 bytes.
            slot: Which of its rows.

        Returns:
            Tag and entry key, 32 bytes each.
        """
        okm = hmac.digest(prk, self._info + bytes((slot, 1)), "sha512")
        return okm[:TAG_LENGTH], okm[TAG_LENGTH:]

    def derive_all(self, prk: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Derive tag and entry key of all eight rows of a match key, in order."""
        for slot in range(SLOTS):
            yield self.derive(prk, slot)

    def associated_data(self, tag: bytes) -> bytes:
        """Give what a row's encryption is bound to: u8 version, u32 epoch, salt, tag."""
        return bytes((_VERSION,)) + u32(self.epoch) + self.salt + tag

    @property
    def _info(self) -> bytes:
        return b"obacht/v1/row" + u32(self.epoch) + self.salt


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row says to whoever can open it.

    Attributes:
        level: Risk level, 1 to 255; 2 and 3 are in use.
        contact: Number of the contact in the descriptor, 0 to 65,535.
        valid_until: Unix seconds; from then on the row is ignored.
        reference: 8 bytes, another in every row, to name on the telephone.
        sketch: 24 bytes (:mod:`obacht_protocol.sketch`); zero for an address.
        address: Whether the warning is about an address, not a person.
        several: Whether it stands for several records.
    """

    level: int
    contact: int
    valid_until: int
    reference: bytes
    sketch: bytes = bytes(SKETCH_LENGTH)
    address: bool = False
    several: bool = False

    def encode(self) -> bytes:
        """Give the 56 bytes of plaintext; ``RowError`` if a value does not fit its field."""
        flags = _FLAG_ADDRESS * self.address | _FLAG_SEVERAL * self.several
        if len(self.reference) != REFERENCE_LENGTH or len(self.sketch) != SKETCH_LENGTH or self.level == 0:
            raise RowError("a row has a level from 1, a reference of 8 bytes and a sketch of 24")
        try:
            return _LAYOUT.pack(
                _VERSION, self.level, flags, self.contact, self.valid_until, self.reference, self.sketch, _PADDING
            )
        except struct.error as error:
            raise RowError("a value does not fit its field of a row") from error

    @classmethod
    def decode(cls, plaintext: bytes) -> Self:
        """Read 56 bytes of plaintext; ``RowError`` if they are of another version or form."""
        try:
            version, level, flags, contact, valid_until, reference, sketch, padding = _LAYOUT.unpack(plaintext)
        except struct.error as error:
            raise RowError("a row's plaintext has another length") from error
        if version != _VERSION or level == 0 or flags > (_FLAG_ADDRESS | _FLAG_SEVERAL) or padding != _PADDING:
            raise RowError("a row's plaintext is of another version or form")
        return cls(
            level=level,
            contact=contact,
            valid_until=valid_until,
            reference=reference,
            sketch=sketch,
            address=bool(flags & _FLAG_ADDRESS),
            several=bool(flags & _FLAG_SEVERAL),
        )


def seal(publication: Publication, tag: bytes, entry_key: bytes, entry: Entry, nonce: bytes | None = None) -> bytes:
    """Make a row: tag, nonce, and the entry under XChaCha20-Poly1305.

    Args:
        publication: What the row is bound to.
        tag: From :meth:`Publication.derive`, 32 bytes.
        entry_key: The same, 32 bytes.
        entry: What the row says.
        nonce: 24 bytes; random unless a test vector gives it.

    Returns:
        128 bytes.

    Raises:
        RowError: A value does not fit its field.
    """
    return seal_encoded(publication.associated_data(tag), tag, entry_key, entry.encode(), nonce)


def seal_encoded(
    associated_data: bytes, tag: bytes, entry_key: bytes, plaintext: bytes, nonce: bytes | None = None
) -> bytes:
    """Make a row as :func:`seal` does, of what is already encoded: the short way for a publisher of many."""
    nonce = nacl.utils.random(NONCE_LENGTH) if nonce is None else nonce
    sealed = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associated_data, nonce, entry_key)
    return tag + nonce + sealed


def open_row(publication: Publication, row: bytes, tag: bytes, entry_key: bytes) -> Entry:
    """Open a row that was found by its tag.

    The whole tag is compared, in constant time, before anything is decrypted: whoever publishes rows must not learn
    from a failing decryption which of several keys was tried.

    Args:
        publication: What the row is bound to.
        row: 128 bytes of the register.
        tag: From :meth:`Publication.derive`, 32 bytes.
        entry_key: The same, 32 bytes.

    Raises:
        RowError: The tag is another one, or the row was not made with this key for this publication.
    """
    if len(row) != ROW_LENGTH or not hmac.compare_digest(row[:TAG_LENGTH], tag):
        raise RowError("the row stands under another tag")
    nonce, sealed = row[TAG_LENGTH : TAG_LENGTH + NONCE_LENGTH], row[TAG_LENGTH + NONCE_LENGTH :]
    try:
        plaintext = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed, publication.associated_data(tag), nonce, entry_key
        )
    except CryptoError as error:
        raise RowError("the row was not made with this key for this publication") from error
    return Entry.decode(plaintext)
