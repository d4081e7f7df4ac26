"""Secrets behind a passphrase: Argon2id makes a key of it, a secretbox (XSalsa20-Poly1305) holds the secret.

One form for every party, because locked files travel: a key share reaches its office so. The file is canonical JSON and
states its own cost, so that a later version may choose another one. This is about keys at rest; the stretch of an
answer is :mod:`obacht_protocol.stretch`.
"""

from dataclasses import dataclass
from typing import Final

from argon2.exceptions import Argon2Error
from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from obacht_protocol.encoding import canonical_json, parse_canonical_json, prefixed
from obacht_protocol.errors import EncodingError, LockError
from obacht_protocol.structures import from_json, to_json

SALT_LENGTH: Final = 16
_MOST_MEMORY: Final = 4 * 1024 * 1024
_MOST_PASSES: Final = 64
_MOST_LANES: Final = 64


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs, as a named frozen set.

    Attributes:
        name: For people; the numbers beside it count.
        memory: KiB.
        passes: Passes over the memory.
        lanes: Degree of parallelism.
    """

    name: str
    memory: int
    passes: int
    lanes: int


#: 64 MiB, 3 passes, 4 lanes: RFC 9106, section 4, second recommended option.
RFC_9106_LOW_MEMORY: Final = Cost("RFC_9106_LOW_MEMORY", memory=64 * 1024, passes=3, lanes=4)

#: 256 MiB, 4 passes, 4 lanes: for what is unlocked once per start and is worth a long search.
SENSITIVE: Final = Cost("SENSITIVE", memory=256 * 1024, passes=4, lanes=4)

#: 8 KiB, 1 pass, 1 lane: the least that Argon2 allows (RFC 9106, section 3.1). For testing only.
CHEAPEST: Final = Cost("CHEAPEST", memory=8, passes=1, lanes=1)


@dataclass(frozen=True, slots=True)
class _Locked:
    type: str
    cost: Cost
    salt: bytes
    box: bytes


def lock(kind: str, secret: bytes, passphrase: bytes, cost: Cost) -> bytes:
    """Lock a secret.

    Args:
        kind: What it is, such as ``obacht/v1/share``; it must be named again to unlock it.
        secret: Any bytes.
        passphrase: Any bytes; whether they are many enough is for the caller to ask.
        cost: What a guess at them costs.

    Returns:
        The file's bytes, canonical JSON.

    Raises:
        LockError: ``memory``: there is not enough of it.
    """
    salt = random(SALT_LENGTH)
    box = bytes(SecretBox(_key(kind, passphrase, salt, cost)).encrypt(secret))
    return canonical_json(to_json(_Locked(kind, cost, salt, box)))


def unlock(kind: str, file: bytes, passphrase: bytes) -> bytes:
    """Give a locked secret back.

    Args:
        kind: What it must be.
        file: From :func:`lock`; a newline behind it does not count.
        passphrase: The same as there.

    Raises:
        LockError: ``form`` (no such file), ``passphrase`` (it is wrong, or the file was altered) or ``memory``.
    """
    try:
        locked = from_json(_Locked, parse_canonical_json(file.removesuffix(b"\n")))
    except EncodingError as error:
        raise LockError("form") from error
    cost = locked.cost
    affordable = cost.memory <= _MOST_MEMORY and 1 <= cost.passes <= _MOST_PASSES and 1 <= cost.lanes <= _MOST_LANES
    if locked.type != kind or len(locked.salt) != SALT_LENGTH or not affordable or cost.memory < 8 * cost.lanes:
        raise LockError("form")
    try:
        return SecretBox(_key(kind, passphrase, locked.salt, cost)).decrypt(locked.box)
    except (CryptoError, ValueError) as error:
        raise LockError("passphrase") from error


def _key(kind: str, passphrase: bytes, salt: bytes, cost: Cost) -> bytes:
    # Kind and name go in, so that a file cannot be passed off as one of another kind, nor altered in any byte.
    try:
        return hash_secret_raw(
            passphrase,
            salt + prefixed([kind.encode(), cost.name.encode()]),
            time_cost=cost.passes,
            memory_cost=cost.memory,
            parallelism=cost.lanes,
            hash_len=SecretBox.KEY_SIZE,
            type=Type.ID,
        )
    except Argon2Error as error:
        raise LockError("memory") from error
