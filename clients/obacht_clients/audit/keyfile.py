"""The auditor's root key on disk: locked by a passphrase."""

import os
from pathlib import Path
from typing import Final

from obacht_clients.device import write_secret
from obacht_clients.errors import AuditError
from obacht_protocol import locks
from obacht_protocol.encoding import base64url, canonical_json, parse_json, unbase64url
from obacht_protocol.errors import EncodingError, LockError, NoteError
from obacht_protocol.notes import SigningKey, VerifyKey

MIN_PASSPHRASE: Final = 12
_TYPE: Final = "obacht/v1/auditor-key"
_SEED_LENGTH: Final = 32
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
    locked = locks.lock(_TYPE, key.seed, passphrase.encode(), locks.RFC_9106_LOW_MEMORY)
    fields = {"vkey": str(key.verify_key), "locked": base64url(locked)}
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
    public, locked = _read(path)
    try:
        seed = locks.unlock(_TYPE, locked, passphrase.encode())
    except LockError as error:
        raise AuditError("passphrase" if error.code == "passphrase" else "key-file") from error
    key = SigningKey(public.name, seed)
    if key.verify_key != public:
        raise AuditError("key-file")
    return key


def _read(path: Path) -> tuple[VerifyKey, bytes]:
    try:
        with path.open("rb") as file:
            fields = parse_json(file.read(_MAX_FILE))
        return VerifyKey.parse(fields["vkey"]), unbase64url(fields["locked"])
    except (OSError, EncodingError, NoteError, TypeError, KeyError, AttributeError) as error:
        raise AuditError("key-file") from error
