"""Locking bytes with a passphrase: Argon2id (RFC 9106) makes a key of it, a secretbox holds the bytes."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from argon2.exceptions import Argon2Error
from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from obacht_keys.errors import CustodyError
from obacht_protocol.encoding import base64url, canonical_json, parse_json, unbase64url
from obacht_protocol.errors import EncodingError

TYPE: Final = "obacht/v1/locked"
_SALT_LENGTH: Final = 16
_MOST_MEMORY: Final = 4 * 1024 * 1024
_MOST_PASSES: Final = 64


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs.

    Attributes:
        memory: KiB.
        passes: How often the memory is gone through.
        lanes: How many threads may share the work.
    """

    memory: int
    passes: int
    lanes: int


SENSITIVE: Final = Cost(memory=256 * 1024, passes=4, lanes=4)
"""Four times the memory of RFC 9106's second recommendation: a share is unlocked once per start."""
CHEAPEST: Final = Cost(memory=8, passes=1, lanes=1)
"""For tests only."""
COSTS: Final = {"SENSITIVE": SENSITIVE, "CHEAPEST": CHEAPEST}


@dataclass(frozen=True, slots=True)
class Locked:
    """Bytes behind a passphrase.

    Attributes:
        name: The name of the cost, for people; the numbers beside it count.
        cost: What a guess costs.
        salt: 16 bytes.
        box: The secretbox (XSalsa20-Poly1305) with its nonce.
    """

    name: str
    cost: Cost
    salt: bytes
    box: bytes

    @classmethod
    def lock(cls, data: bytes, passphrase: bytes, name: str) -> Self:
        """Lock ``data`` at the cost of that name."""
        cost, salt = COSTS[name], random(_SALT_LENGTH)
        return cls(name, cost, salt, bytes(SecretBox(_key(passphrase, salt, cost)).encrypt(data)))

    def unlock(self, passphrase: bytes) -> bytes:
        """Give the bytes back; ``CustodyError`` if the passphrase is wrong or the box was altered."""
        try:
            return SecretBox(_key(passphrase, self.salt, self.cost)).decrypt(self.box)
        except (CryptoError, Argon2Error) as error:
            raise CustodyError("the passphrase is wrong, or the file was altered") from error

    def encode(self) -> bytes:
        """Give the file's bytes."""
        return canonical_json(
            {
                "type": TYPE,
                "kdf": "argon2id",
                "version": ARGON2_VERSION,
                "name": self.name,
                **asdict(self.cost),
                "salt": base64url(self.salt),
                "box": base64url(self.box),
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a file's bytes; ``CustodyError`` if they are none."""
        try:
            fields: dict[str, Any] = parse_json(data)
            if (fields["type"], fields["kdf"], fields["version"]) != (TYPE, "argon2id", ARGON2_VERSION):
                raise CustodyError("the file is not a locked key share of this version")
            cost = Cost(memory=int(fields["memory"]), passes=int(fields["passes"]), lanes=int(fields["lanes"]))
            if not (8 <= cost.memory <= _MOST_MEMORY and 1 <= cost.passes <= _MOST_PASSES and 1 <= cost.lanes <= 64):
                raise CustodyError("the file asks for an absurd cost")
            return cls(str(fields["name"]), cost, unbase64url(fields["salt"], _SALT_LENGTH), unbase64url(fields["box"]))
        except (EncodingError, KeyError, TypeError, ValueError) as error:
            raise CustodyError("the file is not a locked key share") from error


def _key(passphrase: bytes, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(
        passphrase,
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory,
        parallelism=cost.lanes,
        hash_len=SecretBox.KEY_SIZE,
        type=Type.ID,
    )
