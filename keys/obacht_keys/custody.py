"""The one place that touches the key share: it makes, locks, unlocks and uses it, and shows only public facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nacl.utils import random

from obacht_keys.errors import CustodyError
from obacht_protocol import group, locks, oprf
from obacht_protocol.encoding import base64url, canonical_json, parse_canonical_json, unbase64url
from obacht_protocol.errors import EncodingError, GroupError, LockError

TYPE: Final = "obacht/v1/share"
PUBLIC_TYPE: Final = "obacht/v1/key-office"
_REASONS: Final = {
    "form": "the file is no locked key share of this version",
    "passphrase": "the passphrase is wrong, or the file was altered",
    "memory": "there is not enough memory to unlock the key share",
}


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """What everybody may know of a key share.

    Attributes:
        deployment: The deployment whose key it is of.
        epoch: The number of the key's epoch.
        index: The office's place on the polynomial, 1 to 255.
        threshold: How many shares an answer needs.
        public_key: The whole key's public element, 32 bytes.
        public_share: The share's public element, 32 bytes.
    """

    deployment: str
    epoch: int
    index: int
    threshold: int
    public_key: bytes
    public_share: bytes


class Custody:
    """An unlocked key share."""

    __slots__ = ("_secret", "facts")

    def __init__(self, secret: bytes, facts: PublicFacts) -> None:
        """Hold the share; ``CustodyError`` if it is not the one that the facts are about."""
        try:
            public_share = group.multiply_base(secret)
        except GroupError as error:
            raise CustodyError("the key share is not a scalar") from error
        if public_share != facts.public_share:
            raise CustodyError("the key share and its public share do not belong together")
        self._secret = secret
        self.facts = facts

    def __repr__(self) -> str:
        """Show nothing."""
        return "<Custody>"

    def __reduce__(self) -> str:
        """Refuse to leave the process in any serialised form."""
        raise CustodyError("a key share is not copied")

    @classmethod
    def generate(cls, deployment: str, epoch: int, index: int) -> "Custody":
        """Make a new key of which this office holds all: one share, one needed."""
        secret, public = oprf.derive_key_pair(random(32), f"{deployment}/{epoch}".encode())
        return cls(secret, PublicFacts(deployment, epoch, index, 1, public, public))

    def lock(self, passphrase: bytes, cost: locks.Cost) -> bytes:
        """Give the share's file: everything behind the passphrase, at ``cost``."""
        facts = self.facts
        plain = canonical_json(
            {
                "deployment": facts.deployment,
                "epoch": facts.epoch,
                "index": facts.index,
                "threshold": facts.threshold,
                "public_key": base64url(facts.public_key),
                "public_share": base64url(facts.public_share),
                "secret": base64url(self._secret),
            }
        )
        return locks.lock(TYPE, plain, passphrase, cost)

    @classmethod
    def unlock(cls, file: bytes, passphrase: bytes) -> "Custody":
        """Open a share's file; ``CustodyError`` if the passphrase is wrong or the file is none."""
        try:
            fields = parse_canonical_json(locks.unlock(TYPE, file, passphrase))
            facts = PublicFacts(
                deployment=fields["deployment"],
                epoch=fields["epoch"],
                index=fields["index"],
                threshold=fields["threshold"],
                public_key=unbase64url(fields["public_key"], 32),
                public_share=unbase64url(fields["public_share"], 32),
            )
            return cls(unbase64url(fields["secret"], 32), facts)
        except LockError as error:
            raise CustodyError(_REASONS[error.code]) from error
        except (EncodingError, KeyError, TypeError) as error:
            raise CustodyError("the file holds no key share") from error

    def evaluate(self, elements: Sequence[bytes]) -> tuple[list[bytes], bytes]:
        """Multiply every element (32 bytes, already checked) with the share, and prove it (64 bytes)."""
        return oprf.blind_evaluate(self._secret, list(elements))
