"""The device's own key: what makes a request that of this device, and names for its users that say nothing."""

import contextlib
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from nacl.signing import SigningKey

from obacht_clients.errors import HomeError
from obacht_protocol.devices import device_id
from obacht_protocol.encoding import base64url, unbase64url
from obacht_protocol.errors import EncodingError
from obacht_protocol.messages import USER_LENGTH

_SEED_LENGTH: Final = 32
_PURPOSE: Final = b"obacht/v1/user"


@dataclass(frozen=True)
class DeviceKey:
    """An Ed25519 seed (32 bytes, secret)."""

    seed: bytes = field(repr=False)

    @cached_property
    def signing_key(self) -> SigningKey:
        """The key, ready to sign."""
        return SigningKey(self.seed)

    @property
    def public_key(self) -> bytes:
        """What a key office's registry holds of this device, 32 bytes."""
        return bytes(self.signing_key.verify_key)

    @cached_property
    def id(self) -> str:
        """The ``keyid`` of its signatures."""
        return device_id(self.public_key)

    def pseudonym(self, user: str) -> bytes:
        """Give the 16 bytes under which the key offices count and log a user of this device.

        Nobody without the device's key can tell whose they are, or whether two devices have the same user.
        """
        return hmac.digest(hashlib.sha256(_PURPOSE + self.seed).digest(), user.encode(), "sha256")[:USER_LENGTH]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the key's file.

        Raises:
            HomeError: ``device-key``: it is missing, unreadable or malformed.
        """
        try:
            return cls(unbase64url(path.read_text("ascii").strip(), _SEED_LENGTH))
        except (OSError, UnicodeDecodeError, EncodingError) as error:
            raise HomeError("device-key") from error

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """Read the key's file, or make one that only its owner may read, where the system has such rights.

        On Windows the folder's own rights protect it.

        Raises:
            HomeError: ``device-key``.
        """
        with contextlib.suppress(FileExistsError):
            try:
                write_secret(path, base64url(os.urandom(_SEED_LENGTH)) + "\n")
            except FileExistsError:
                raise
            except OSError as error:
                raise HomeError("device-key") from error
        return cls.load(path)


def write_secret(path: Path, text: str) -> None:
    """Write a new file that only its owner may read; ``FileExistsError`` if there is one, ``OSError`` if it fails."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
