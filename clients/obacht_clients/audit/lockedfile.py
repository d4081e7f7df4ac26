"""The auditor's secrets on disk, each in a file of its own: locked by a passphrase, the public half in the open."""

from pathlib import Path
from typing import Final

from obacht_clients.device import write_secret
from obacht_clients.errors import AuditError
from obacht_protocol import locks
from obacht_protocol.encoding import base64url, canonical_json, parse_json, unbase64url
from obacht_protocol.errors import EncodingError, LockError

MIN_PASSPHRASE: Final = 12
COST: Final = locks.RFC_9106_LOW_MEMORY
_MAX_FILE: Final = 4096


def create(path: Path, kind: str, public: str, secret: bytes, passphrase: str) -> None:
    """Write a new file.

    Args:
        path: A file that is not there yet.
        kind: What the secret is; it must be named again to unlock it.
        public: The public half, as text.
        secret: Any bytes.
        passphrase: At least 12 characters.

    Raises:
        AuditError: ``passphrase-short``, ``key-exists``, ``key-file`` (it cannot be written) or ``memory``.
    """
    if len(passphrase) < MIN_PASSPHRASE:
        raise AuditError("passphrase-short")
    try:
        locked = locks.lock(kind, secret, passphrase.encode(), COST)
        write_secret(path, canonical_json({"public": public, "locked": base64url(locked)}).decode() + "\n")
    except LockError as error:
        raise AuditError("memory") from error
    except FileExistsError as error:
        raise AuditError("key-exists") from error
    except OSError as error:
        raise AuditError("key-file") from error


def public_half(path: Path) -> str:
    """Read the public half, for which no passphrase is needed; ``AuditError`` (``key-file``) if it is malformed."""
    return _read(path)[0]


def unlock(path: Path, kind: str, passphrase: str) -> bytes:
    """Give the secret; ``AuditError`` (``key-file``, ``passphrase`` or ``memory``) if that fails."""
    _, locked = _read(path)
    try:
        return locks.unlock(kind, locked, passphrase.encode())
    except LockError as error:
        raise AuditError("key-file" if error.code == "form" else error.code) from error


def _read(path: Path) -> tuple[str, bytes]:
    try:
        with path.open("rb") as file:
            fields = parse_json(file.read(_MAX_FILE))
        public, locked = fields["public"], unbase64url(fields["locked"])
    except (OSError, EncodingError, TypeError, KeyError) as error:
        raise AuditError("key-file") from error
    if not isinstance(public, str):
        raise AuditError("key-file")
    return public, locked
