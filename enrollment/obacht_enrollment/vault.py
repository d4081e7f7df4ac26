"""The office key: what locks names, dates, addresses, file numbers and signing keys. Nothing else touches it.

The office key is 32 random bytes. It lies in the home locked with Argon2id (RFC 9106) and a secretbox, so that the
passphrase can be changed without touching a record. Every record has a random key of its own, wrapped by the office
key: whoever deletes the wrapped key has erased the record, also in copies of the database made later.
"""

import hashlib
import os
import struct
from dataclasses import dataclass, field
from typing import Any, Final, Self

import nacl.bindings
from argon2.exceptions import Argon2Error
from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError

from obacht_enrollment.errors import VaultError
from obacht_protocol.encoding import base64url, canonical_json, parse_json, prefixed, unbase64url
from obacht_protocol.errors import EncodingError

REFERENCE_LENGTH: Final = 8
FINGERPRINT_LENGTH: Final = 32
_TYPE: Final = "obacht/v1/office-key"
_KEY_LENGTH: Final = 32
_NONCE_LENGTH: Final = 24
_SALT_LENGTH: Final = 16
_FIELDS: Final = frozenset({"type", "parameters", "salt", "sealed"})


@dataclass(frozen=True, slots=True)
class LockParameters:
    """Named parameters of Argon2id for the passphrase, frozen: another cost is another set with another name.

    Attributes:
        name: Its name in the locked file.
        memory: KiB.
        passes: Passes over the memory.
        lanes: Degree of parallelism.
    """

    name: str
    memory: int
    passes: int
    lanes: int


#: RFC 9106, section 4, second recommended option: 64 MiB, 3 passes, 4 lanes.
RFC_9106_LOW_MEMORY: Final = LockParameters("RFC_9106_LOW_MEMORY", memory=64 * 1024, passes=3, lanes=4)

#: 8 KiB, 1 pass, 1 lane: the least that Argon2 allows (RFC 9106, section 3.1). For testing only.
CHEAPEST: Final = LockParameters("CHEAPEST", memory=8, passes=1, lanes=1)

_PARAMETERS: Final = {known.name: known for known in (RFC_9106_LOW_MEMORY, CHEAPEST)}


def _seal(key: bytes, plaintext: bytes, associated_data: bytes) -> bytes:
    nonce = os.urandom(_NONCE_LENGTH)
    return nonce + nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associated_data, nonce, key)


def _open(key: bytes, sealed: bytes, associated_data: bytes) -> bytes:
    try:
        return nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[_NONCE_LENGTH:], associated_data, sealed[:_NONCE_LENGTH], key
        )
    except (CryptoError, ValueError) as error:
        raise VaultError("sealed") from error


@dataclass(frozen=True, slots=True)
class RecordKey:
    """The key of one record: seals its columns, each bound to the record and to the column's name."""

    record_id: bytes
    _key: bytes = field(repr=False)

    def seal(self, column: str, plaintext: bytes) -> bytes:
        """Encrypt what stands in ``column``: nonce, then XChaCha20-Poly1305 (40 bytes longer than the plaintext)."""
        return _seal(self._key, plaintext, prefixed([self.record_id, column.encode()]))

    def open(self, column: str, sealed: bytes) -> bytes:
        """Decrypt what :meth:`seal` made for this record and this column; ``VaultError`` for anything else."""
        return _open(self._key, sealed, prefixed([self.record_id, column.encode()]))


class Vault:
    """The unlocked office key, as the keys derived from it."""

    def __init__(self, office_key: bytes) -> None:
        """Derive a key for each use from the office key (32 bytes), which itself is not kept."""
        self._wrap, self._file, self._fingerprint, self._reference = (
            hashlib.blake2b(b"obacht/v1/office/" + use, key=office_key, digest_size=_KEY_LENGTH).digest()
            for use in (b"wrap", b"file", b"fingerprint", b"reference")
        )

    @classmethod
    def create(cls, passphrase: bytes, parameters: LockParameters = RFC_9106_LOW_MEMORY) -> tuple[Self, bytes]:
        """Make a new office key.

        Args:
            passphrase: What will unlock it.
            parameters: How dear each try at the passphrase is.

        Returns:
            The unlocked vault, and the locked key for the home (JSON).
        """
        office_key, salt = os.urandom(_KEY_LENGTH), os.urandom(_SALT_LENGTH)
        sealed = _seal(_stretched(passphrase, salt, parameters), office_key, _TYPE.encode())
        locked = {"type": _TYPE, "parameters": parameters.name, "salt": base64url(salt), "sealed": base64url(sealed)}
        return cls(office_key), canonical_json(locked) + b"\n"

    @classmethod
    def unlock(cls, locked: bytes, passphrase: bytes) -> Self:
        """Unlock the office key; ``VaultError`` (``passphrase`` or ``office-key``) if that fails."""
        parameters, salt, sealed = _parse(locked)
        try:
            office_key = _open(_stretched(passphrase, salt, parameters), sealed, _TYPE.encode())
        except VaultError as error:
            raise VaultError("passphrase") from error
        return cls(office_key)

    def seal_file(self, name: str, plaintext: bytes) -> bytes:
        """Encrypt the secret called ``name`` that belongs to no record: a signing key, a publication's seed."""
        return _seal(self._file, plaintext, name.encode())

    def open_file(self, name: str, sealed: bytes) -> bytes:
        """Decrypt what :meth:`seal_file` made under the same name; ``VaultError`` for anything else."""
        return _open(self._file, sealed, name.encode())

    def new_record_key(self, record_id: bytes) -> tuple[RecordKey, bytes]:
        """Make a random key for a record, and wrap it (72 bytes) for the record's row."""
        key = os.urandom(_KEY_LENGTH)
        return RecordKey(record_id, key), _seal(self._wrap, key, record_id)

    def record_key(self, record_id: bytes, wrapped: bytes) -> RecordKey:
        """Unwrap a record's key; ``VaultError`` if it is not this record's."""
        return RecordKey(record_id, _open(self._wrap, wrapped, record_id))

    def fingerprint(self, data: bytes) -> bytes:
        """Give 32 bytes by which equal records are found without decrypting any (BLAKE2b, keyed; RFC 7693)."""
        return hashlib.blake2b(data, key=self._fingerprint, digest_size=FINGERPRINT_LENGTH).digest()

    def reference(self, salt: bytes, record_id: bytes, position: int) -> bytes:
        """Give the case reference of a row, 8 bytes that say nothing to those without the office key.

        Args:
            salt: Of the publication, 32 bytes.
            record_id: Of the record, 16 bytes.
            position: Which of the record's match keys the row stands under.
        """
        data = salt + record_id + struct.pack(">H", position)
        return hashlib.blake2b(data, key=self._reference, digest_size=REFERENCE_LENGTH).digest()


def _stretched(passphrase: bytes, salt: bytes, parameters: LockParameters) -> bytes:
    try:
        return hash_secret_raw(
            passphrase,
            salt,
            time_cost=parameters.passes,
            memory_cost=parameters.memory,
            parallelism=parameters.lanes,
            hash_len=_KEY_LENGTH,
            type=Type.ID,
        )
    except Argon2Error as error:
        raise VaultError("memory") from error


def _parse(locked: bytes) -> tuple[LockParameters, bytes, bytes]:
    try:
        fields: Any = parse_json(locked.strip())
        if not isinstance(fields, dict) or fields.keys() != _FIELDS or fields["type"] != _TYPE:
            raise VaultError("office-key")
        return (
            _PARAMETERS[fields["parameters"]],
            unbase64url(fields["salt"], _SALT_LENGTH),
            unbase64url(fields["sealed"]),
        )
    except (EncodingError, KeyError, TypeError) as error:
        raise VaultError("office-key") from error
