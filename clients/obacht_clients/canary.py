"""The canary: an invented person who must always hit, or else no answer out of this register is worth anything."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from obacht_clients.errors import TrustError
from obacht_clients.home import Home
from obacht_protocol.descriptor import Descriptor, Epoch
from obacht_protocol.encoding import prefixed, u32
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import LAST_DAY, Person, parse_birth_date
from obacht_protocol.messages import KEYS_PER_PERSON
from obacht_protocol.rows import PRK_LENGTH

_RECORD: Final = "canary"
_DIGEST_LENGTH: Final = 32


def person_of(descriptor: Descriptor) -> Person:
    """Give the canary as a person; ``TrustError`` (``descriptor-form``) if nobody can be asked about like that."""
    canary = descriptor.canary
    try:
        return Person(canary.family_name, canary.given_names, parse_birth_date(canary.birth_date, LAST_DAY))
    except IdentityError as error:
        raise TrustError("descriptor-form") from error


def recall(home: Home, descriptor: Descriptor, epoch: Epoch) -> list[bytes] | None:
    """Give the canary's ``prk`` values of this epoch (4 of 64 bytes), if they were derived before.

    They are kept on disk: an invented person has nothing to hide.

    Raises:
        HomeError: The home cannot be read.
    """
    record = home.read(_RECORD) or b""
    fitting, prks = record[:_DIGEST_LENGTH], record[_DIGEST_LENGTH:]
    if len(prks) != KEYS_PER_PERSON * PRK_LENGTH or not hmac.compare_digest(fitting, _occasion(descriptor, epoch)):
        return None
    return [prks[place : place + PRK_LENGTH] for place in range(0, len(prks), PRK_LENGTH)]


def remember(home: Home, descriptor: Descriptor, epoch: Epoch, prks: Sequence[bytes]) -> None:
    """Keep what :func:`recall` gives; ``HomeError`` if it cannot be written."""
    record = _occasion(descriptor, epoch) + b"".join(prks)
    home.update(lambda _: {_RECORD: record})


def _occasion(descriptor: Descriptor, epoch: Epoch) -> bytes:
    """Hash all on which the values hang."""
    canary = descriptor.canary
    texts = (descriptor.deployment, canary.family_name, canary.given_names, canary.birth_date, epoch.stretch)
    numbers = (epoch.number, epoch.matching)
    fields = [*(text.encode() for text in texts), *map(u32, numbers), epoch.public_key]
    return hashlib.sha256(prefixed(fields)).digest()
