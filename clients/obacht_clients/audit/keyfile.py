"""The auditor's root key on disk: locked by a passphrase with Argon2id and a secretbox."""

import os
from pathlib import Path
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from obacht_clients.device import write_secret
from obacht_clients.errors import AuditError
from obacht_protocol.encoding import base64url, canonical_json, parse_json, unbase64url
from obacht_protocol.errors import EncodingError, NoteError
from obacht_protocol.notes import SigningKey, VerifyKey

MIN_PASSPHRASE: Final = 12
_TYPE: Final = "obacht/v1/auditor-key"
"""It stands for the parameters too: 64 MiB, 3 passes, 4 lanes (RFC 9106, section 4, second recommended option)."""
_SALT_LENGTH: Final = 16
_SEED_LENGTH: Final = 32
_BOX_LENGTH: Final = SecretBox.NONCE_SIZE + _SEED_LENGTH + SecretBox.MACBYTES
_MAX_FILE: Final = 4096


def create(path: Path, name: str, passphrase: str) -> VerifyKey:
    """Make a key and write its file.

    Args:
        path: A file that is not there yet.
        name: The key's name, without white space or plus sign.
        passphrase: At least 12 characters.

    Returns:
        The public half, for every client to pin.

    Raises:
        AuditError: ``passphrase-short``, ``key-exists`` or ``key-file`` (it cannot be written).
        NoteError: The name cannot be a key's.
    """
    if len(passphrase) < MIN_PASSPHRASE:
        raise AuditError("passphrase-short")
    key = SigningKey(name, os.urandom(_SEED_LENGTH))
    salt = os.urandom(_SALT_LENGTH)
    box = bytes(SecretBox(_lock(passphrase, salt)).encrypt(key.seed))
    fields = {"type": _TYPE, "vkey": str(key.verify_key), "salt": base64url(salt), "box": base64url(box)}
    try:
        write_secret(path, canonical_json(fields).decode() + "\n")
    except FileExistsError as error:
        raise AuditError("key-exists") from error
    except OSError as error:
        raise AuditError("key-file") from error
    return key.verify_key


def public_half(path: Path) -> VerifyKey:
    """Read whose key the file holds, for which no passphrase is needed; ``AuditError`` (``key-file``) otherwise."""
    return _read(path)[0]


def unlock(path: Path, passphrase: str) -> SigningKey:
    """Read the key.

    Raises:
        AuditError: ``key-file`` or ``passphrase``.
    """
    public, salt, box = _read(path)
    try:
        seed = SecretBox(_lock(passphrase, salt)).decrypt(box)
    except CryptoError as error:
        raise AuditError("passphrase") from error
    key = SigningKey(public.name, seed)
    if key.verify_key != public:
        raise AuditError("key-file")
    return key


def _read(path: Path) -> tuple[VerifyKey, bytes, bytes]:
    try:
        with path.open("rb") as file:
            fields = parse_json(file.read(_MAX_FILE))
        if fields["type"] != _TYPE:
            raise AuditError("key-file")
        public = VerifyKey.parse(fields["vkey"])
        return public, unbase64url(fields["salt"], _SALT_LENGTH), unbase64url(fields["box"], _BOX_LENGTH)
    except (OSError, EncodingError, NoteError, TypeError, KeyError, AttributeError) as error:
        raise AuditError("key-file") from error


def _lock(passphrase: str, salt: bytes) -> bytes:
    profile = RFC_9106_LOW_MEMORY
    return hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=profile.time_cost,
        memory_cost=profile.memory_cost,
        parallelism=profile.parallelism,
        hash_len=SecretBox.KEY_SIZE,
        type=Type.ID,
    )
