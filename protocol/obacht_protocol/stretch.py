"""From an OPRF output to the key of a register's rows: Argon2id, then HKDF with SHA-512.

The stretch is a speed bump for a thief who has t key shares and a register, and no more: whoever has those can try out
names, and each try costs him what it costs here.
"""

import hmac
from dataclasses import dataclass
from typing import Final

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from obacht_protocol.errors import EncodingError, StretchError

_SALT: Final = bytes(16)
_NO_SALT: Final = bytes(64)
_BLOCK: Final = 64


@dataclass(frozen=True, slots=True)
class StretchSet:
    """Named parameters of Argon2id, frozen: another cost is another set with another name.

    Parallelism is 1 in all of them, because libsodium in the browser supports no other.

    Attributes:
        name: Its name in a deployment descriptor.
        memory: KiB.
        passes: Passes over the memory, Argon2's t.
        for_tests_only: Whether a production descriptor must refuse it.
    """

    name: str
    memory: int
    passes: int
    for_tests_only: bool = False


#: 19 MiB, 2 passes: the least that the OWASP Password Storage Cheat Sheet recommends for Argon2id, because somebody
#: waits for it. The default.
INTERACTIVE: Final = StretchSet("INTERACTIVE", memory=19 * 1024, passes=2)

#: 64 MiB, 3 passes: memory and passes of RFC 9106, section 4, second recommended option, with 1 lane instead of 4.
HARDENED: Final = StretchSet("HARDENED", memory=64 * 1024, passes=3)

#: 8 KiB, 1 pass: the least that Argon2 allows (RFC 9106, section 3.1). For testing only.
CHEAPEST: Final = StretchSet("CHEAPEST", memory=8, passes=1, for_tests_only=True)

_SETS: Final = {known.name: known for known in (INTERACTIVE, HARDENED, CHEAPEST)}


def by_name(name: str) -> StretchSet:
    """Return the set with this name; ``StretchError`` if there is none."""
    try:
        return _SETS[name]
    except KeyError as error:
        raise StretchError("no stretch set has this name") from error


def stretch(output: bytes, parameters: StretchSet) -> bytes:
    """Return the pseudorandom key of 64 bytes under which the rows of one match key are derived.

    ``HKDF-Extract-SHA512(salt = "", ikm = output || Argon2id(output, salt = 16 zero bytes, length 64))``, the way
    OPAQUE stretches (RFC 9807; Argon2id: RFC 9106; HKDF: RFC 5869, section 2.2). A salt would add nothing: an output
    is different for every key of the OPRF and every input.

    Args:
        output: 64 bytes, from the OPRF.
        parameters: The set of the epoch.

    Raises:
        EncodingError: The output is not 64 bytes long.
        StretchError: The memory cannot be had.
    """
    if len(output) != 64:
        raise EncodingError("the output of an OPRF is 64 bytes long")
    try:
        hardened = argon2id.kdf(64, output, _SALT, opslimit=parameters.passes, memlimit=parameters.memory * 1024)
    except CryptoError as error:
        raise StretchError("no memory for the stretch") from error
    return hmac.digest(_NO_SALT, output + hardened, "sha512")


def expand(prk: bytes, info: bytes, length: int) -> bytes:
    """Derive ``length`` bytes for ``info`` by HKDF-Expand-SHA512 (RFC 5869, section 2.3).

    Args:
        prk: A pseudorandom key, 64 bytes.
        info: What the bytes are for.
        length: 1 to 16,320; up to 64 cost one HMAC.

    Raises:
        EncodingError: The key or the length is not as it must be.
    """
    if len(prk) != 64 or not 0 < length <= 255 * _BLOCK:
        raise EncodingError("HKDF expands a key of 64 bytes to 1 to 16,320 bytes")
    block = result = hmac.digest(prk, info + b"\x01", "sha512")
    for counter in range(2, -(-length // _BLOCK) + 1):
        block = hmac.digest(prk, block + info + bytes([counter]), "sha512")
        result += block
    return result[:length]
