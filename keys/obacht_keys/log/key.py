"""The key with which an office signs its log: what makes a promise of an entry, and a checkpoint, the office's own."""

from typing import Final
from urllib.parse import urlsplit

from nacl.bindings import crypto_sign, crypto_sign_seed_keypair
from nacl.utils import random

from obacht_keys.errors import CustodyError
from obacht_protocol import locks
from obacht_protocol.errors import LockError, NoteError
from obacht_protocol.notes import SigningKey, VerifyKey

TYPE: Final = "obacht/v1/log-key"
_LENGTH: Final = 32
_SIGNATURE_LENGTH: Final = 64
_REASONS: Final = {
    "form": "the log key's file is not locked by this version, or holds something else",
    "passphrase": "the passphrase is wrong, or the log key's file was altered",
    "memory": "there is not enough memory to unlock the log key",
}


def log_name(origin: str, deployment: str) -> str:
    """Name an office's log, and its key: host and port of the office's origin, and the deployment."""
    return f"{urlsplit(origin).netloc}/{deployment}"


class LogKey:
    """An unlocked log key."""

    __slots__ = ("_note_key", "_secret")

    def __init__(self, name: str, seed: bytes) -> None:
        """Hold the key of the log with this name; ``CustodyError`` if the seed is not 32 bytes."""
        try:
            self._note_key = SigningKey(name, seed)
        except NoteError as error:
            raise CustodyError("this is no key of a log") from error
        self._secret = crypto_sign_seed_keypair(seed)[1]

    def __repr__(self) -> str:
        """Show nothing."""
        return "<LogKey>"

    def __reduce__(self) -> str:
        """Refuse to leave the process in any serialised form."""
        raise CustodyError("a log key is not copied")

    @property
    def name(self) -> str:
        """The log's name."""
        return self._note_key.name

    @property
    def verify_key(self) -> VerifyKey:
        """The public half, by which everybody knows the log."""
        return self._note_key.verify_key

    @property
    def note_key(self) -> SigningKey:
        """The key in the form in which notes are signed."""
        return self._note_key

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519, 64 bytes."""
        return crypto_sign(message, self._secret)[:_SIGNATURE_LENGTH]

    @classmethod
    def generate(cls, name: str) -> "LogKey":
        """Make a new key."""
        return cls(name, random(_LENGTH))

    def lock(self, passphrase: bytes, cost: locks.Cost) -> bytes:
        """Give the key's file: everything behind the passphrase, at ``cost``."""
        return locks.lock(TYPE, self._note_key.seed, passphrase, cost)

    @classmethod
    def unlock(cls, name: str, file: bytes, passphrase: bytes) -> "LogKey":
        """Open the file of the log with this name; ``CustodyError`` if the passphrase is wrong or it is none."""
        try:
            return cls(name, locks.unlock(TYPE, file, passphrase))
        except LockError as error:
            raise CustodyError(_REASONS[error.code]) from error
