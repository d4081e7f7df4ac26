"""The auditor's signing keys on disk, locked by a passphrase: the root key, the second person's, the witness's."""

import os
from pathlib import Path
from typing import Final

from obacht_clients.audit import lockedfile
from obacht_clients.errors import AuditError
from obacht_protocol.checkpoints import WitnessKey, WitnessSigner
from obacht_protocol.errors import NoteError
from obacht_protocol.notes import SigningKey, VerifyKey

WITNESS: Final = "witness.key"
"""The witness's file, in the auditor's folder."""
_TYPE: Final = "obacht/v1/auditor-key"
_WITNESS: Final = "obacht/v1/witness-key"
_SEED_LENGTH: Final = 32


def create(path: Path, name: str, passphrase: str) -> VerifyKey:
    """Make a key and write its file.

    Args:
        path: A file that is not there yet.
        name: The key's name, without white space or plus sign.
        passphrase: At least 12 characters.

    Returns:
        The public half; of the root key, for every client to pin.

    Raises:
        AuditError: ``passphrase-short``, ``key-exists``, ``key-file`` (it cannot be written) or ``memory``.
        NoteError: The name cannot be a key's.
    """
    key = SigningKey(name, os.urandom(_SEED_LENGTH))
    lockedfile.create(path, _TYPE, str(key.verify_key), key.seed, passphrase)
    return key.verify_key


def public_half(path: Path) -> VerifyKey:
    """Read whose key the file holds, for which no passphrase is needed; ``AuditError`` (``key-file``) otherwise."""
    try:
        return VerifyKey.parse(lockedfile.public_half(path))
    except NoteError as error:
        raise AuditError("key-file") from error


def unlock(path: Path, passphrase: str) -> SigningKey:
    """Read the key; ``AuditError`` (``key-file``, ``passphrase`` or ``memory``) if that fails."""
    public = public_half(path)
    try:
        key = SigningKey(public.name, lockedfile.unlock(path, _TYPE, passphrase))
    except NoteError as error:
        raise AuditError("key-file") from error
    if key.verify_key != public:
        raise AuditError("key-file")
    return key


def witness(path: Path, name: str, passphrase: str) -> WitnessSigner:
    """Read the witness's key, making one with this name if there is none.

    Raises:
        AuditError: ``passphrase-short``, ``key-file``, ``passphrase`` or ``memory``.
    """
    if not path.exists():
        new = WitnessSigner(name, os.urandom(_SEED_LENGTH))
        lockedfile.create(path, _WITNESS, str(new.key), new.seed, passphrase)
    public = witness_public(path)
    try:
        signer = WitnessSigner(public.name, lockedfile.unlock(path, _WITNESS, passphrase))
        if signer.key != public:
            raise AuditError("key-file")
    except NoteError as error:
        raise AuditError("key-file") from error
    return signer


def witness_public(path: Path) -> WitnessKey:
    """Read the public half of the witness's key; ``AuditError`` (``key-file``) if that fails."""
    try:
        return WitnessKey.parse(lockedfile.public_half(path))
    except NoteError as error:
        raise AuditError("key-file") from error
