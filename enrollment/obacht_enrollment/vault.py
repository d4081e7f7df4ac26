"""The office key: what locks names, dates, addresses, file numbers and signing keys. Nothing else touches it.

The office key is 32 random bytes. It lies in the home locked with Argon2id (RFC 9106) and a secretbox, so that the
passphrase can be changed without touching a record. Every record has a random key of its own, wrapped by the office
key: whoever deletes the wrapped key has erased the record, also in copies of the database made later; and whoever
changes the office key, and destroys the one before, has erased also what older copies held of it.
"""

import hashlib
import os
import struct
from dataclasses import dataclass, field
from typing import Final, Self

import nacl.bindings
from nacl.exceptions import CryptoError

from obacht_enrollment.errors import VaultError
from obacht_protocol import locks
from obacht_protocol.encoding import prefixed
from obacht_protocol.errors import LockError
from obacht_protocol.locks import RFC_9106_LOW_MEMORY, Cost

REFERENCE_LENGTH: Final = 8
FINGERPRINT_LENGTH: Final = 32
WRAPPED_LENGTH: Final = 72
_TYPE: Final = "obacht/v1/office-key"
_KEY_LENGTH: Final = 32
_ID_LENGTH: Final = 16
_NONCE_LENGTH: Final = 24
_REASONS: Final = {"form": "office-key", "passphrase": "passphrase", "memory": "memory"}


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


def _hash(key: bytes, data: bytes, length: int) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=length).digest()


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

    def __init__(self, secret: bytes) -> None:
        """Derive a key for each use from the office key, which itself is not kept.

        Args:
            secret: The office key (32 bytes), and behind it what is still needed of each one before it, the oldest
                first: its keys for fingerprints and for references (32 bytes each).

        Raises:
            VaultError: ``office-key``: the secret is of another length.
        """
        office_key, self._earlier = secret[:_KEY_LENGTH], secret[_KEY_LENGTH:]
        if len(office_key) != _KEY_LENGTH or len(self._earlier) % (2 * _KEY_LENGTH):
            raise VaultError("office-key")
        self._wrap, self._file, fingerprint, reference, office_id = (
            hashlib.blake2b(b"obacht/v1/office/" + use, key=office_key, digest_size=_KEY_LENGTH).digest()
            for use in (b"wrap", b"file", b"fingerprint", b"reference", b"id")
        )
        keys = [self._earlier[place : place + _KEY_LENGTH] for place in range(0, len(self._earlier), _KEY_LENGTH)]
        self._fingerprints = (*keys[::2], fingerprint)
        self._references = (reference, *keys[::-2])
        self.id = office_id[:_ID_LENGTH]
        """16 bytes by which this office key is told from those before it, and that say nothing else."""

    @classmethod
    def create(cls, passphrase: bytes, cost: Cost = RFC_9106_LOW_MEMORY) -> tuple[Self, bytes]:
        """Make a new office key.

        Args:
            passphrase: What will unlock it.
            cost: What a guess at the passphrase costs.

        Returns:
            The unlocked vault, and the locked key for the home (JSON).
        """
        return cls._locked(os.urandom(_KEY_LENGTH), passphrase, cost)

    def successor(self, passphrase: bytes, cost: Cost = RFC_9106_LOW_MEMORY) -> tuple[Self, bytes]:
        """Make a new office key in the place of this one; what this one sealed, it can take over.

        Fingerprints are hashed once more with each new key, and so found again without what they were made of; the
        case references of older publications are still made with the older keys.

        Args:
            passphrase: What will unlock it.
            cost: What a guess at the passphrase costs.

        Returns:
            As :meth:`create`.
        """
        kept = self._earlier + self._fingerprints[-1] + self._references[0]
        return self._locked(os.urandom(_KEY_LENGTH) + kept, passphrase, cost)

    @classmethod
    def _locked(cls, secret: bytes, passphrase: bytes, cost: Cost) -> tuple[Self, bytes]:
        try:
            return cls(secret), locks.lock(_TYPE, secret, passphrase, cost) + b"\n"
        except LockError as error:
            raise VaultError(_REASONS[error.code]) from error

    @classmethod
    def unlock(cls, locked: bytes, passphrase: bytes) -> Self:
        """Unlock the office key; ``VaultError`` (``passphrase``, ``office-key`` or ``memory``) if that fails."""
        try:
            return cls(locks.unlock(_TYPE, locked, passphrase))
        except LockError as error:
            raise VaultError(_REASONS[error.code]) from error

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

    def take_over_key(self, before: "Vault", record_id: bytes, wrapped: bytes) -> bytes:
        """Wrap a record's key (72 bytes) that the office key before this one wrapped."""
        key = _open(before._wrap, wrapped, record_id)  # noqa: SLF001 - a vault as well
        return _seal(self._wrap, key, record_id)

    def take_over_file(self, before: "Vault", name: str, sealed: bytes) -> bytes:
        """Seal a secret of :meth:`seal_file` that the office key before this one sealed."""
        return self.seal_file(name, before.open_file(name, sealed))

    def take_over_fingerprint(self, fingerprint: bytes) -> bytes:
        """Give the fingerprint that stands for what the office key before this one gave ``fingerprint`` (32 bytes)."""
        return _hash(self._fingerprints[-1], fingerprint, FINGERPRINT_LENGTH)

    def fingerprint(self, data: bytes) -> bytes:
        """Give 32 bytes by which equal records are found without decrypting any (BLAKE2b, keyed; RFC 7693)."""
        for key in self._fingerprints:
            data = _hash(key, data, FINGERPRINT_LENGTH)
        return data

    def reference(self, salt: bytes, record_id: bytes, position: int) -> bytes:
        """Give the case reference of a row, 8 bytes that say nothing to those without the office key.

        Args:
            salt: Of the publication, 32 bytes.
            record_id: Of the record, 16 bytes.
            position: Which of the record's match keys the row stands under.
        """
        return self.references(salt, record_id, position)[0]

    def references(self, salt: bytes, record_id: bytes, position: int) -> list[bytes]:
        """Give the case reference of a row, and what it was under each office key before, the newest first."""
        data = salt + record_id + struct.pack(">H", position)
        return [_hash(key, data, REFERENCE_LENGTH) for key in self._references]
