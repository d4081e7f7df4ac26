"""What the entries of one log are verified with."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from obacht_protocol.encoding import prefixed
from obacht_protocol.matching import Question

_DUMMY: Final = "D"
_PERSON_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Setting:
    """What entries of one log are verified with. It goes to other processes.

    Attributes:
        deployment: The deployment's id.
        authority: For which the devices sign: the office's host and port.
        publishers: Public keys of the safety office's devices, 32 bytes each: the one of now, and those before it.
        keys: The auditor's keys by months, 32 bytes each, secret.
        destroyed: Months whose keys were destroyed.
        secret: Under which persons are told apart in this run and in no other, 32 random bytes.
        canary: Under that, the canary.
    """

    deployment: str
    authority: str
    publishers: frozenset[bytes]
    keys: Mapping[str, bytes] = field(repr=False)
    destroyed: frozenset[str]
    secret: bytes = field(repr=False)
    canary: bytes = b""

    @classmethod
    def of(
        cls,
        *,
        deployment: str,
        origin: str,
        publishers: frozenset[bytes],
        keys: Mapping[str, bytes],
        destroyed: frozenset[str],
        secret: bytes,
        canary: Question,
    ) -> "Setting":
        """Make it for the office with this origin."""
        setting = cls(deployment, authority_of(origin), publishers, keys, destroyed, secret)
        return replace(setting, canary=setting.person(canary))

    def person(self, keys: Question) -> bytes:
        """Give 16 bytes that are the same for whoever sounds the same, and say nothing without the secret."""
        encoded = sorted(key.encode() for key in keys if key.kind != _DUMMY)
        return hmac.digest(self.secret, prefixed(encoded), "sha256")[:_PERSON_LENGTH]


def authority_of(origin: str) -> str:
    """Give ``@authority`` (RFC 9421, section 2.2.3) of an origin: without the port that the scheme implies."""
    parts = urlsplit(origin.lower())
    return parts.netloc.removesuffix({"http": ":80", "https": ":443"}[parts.scheme])
