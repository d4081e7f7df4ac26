"""The one place that touches an office's share: it takes it in, locks, unlocks and uses it, and shows public facts."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from obacht_keys.errors import CustodyError
from obacht_protocol import group, locks, oprf
from obacht_protocol.encoding import base64url, canonical_json, parse_canonical_json, unbase64url
from obacht_protocol.errors import EncodingError, GroupError, LockError
from obacht_protocol.transcript import Transcript

TYPE: Final = "obacht/v1/share"
TRANSPORT_TYPE: Final = "obacht/v1/transport-key"
_SECRET_LENGTH: Final = 32
_REASONS: Final = {
    "form": "the file is not locked by this version, or holds something else",
    "passphrase": "the passphrase is wrong, or the file was altered",
    "memory": "there is not enough memory to unlock the file",
}


def digest(sealed: bytes) -> bytes:
    """Give the SHA-256 by which a transcript names a sealed share, 32 bytes."""
    return sha256(sealed).digest()


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

    def seal(self, transport_key: bytes, facts: bytes) -> bytes:
        """Give the share as only the office with this transport key can open it, 112 bytes.

        Args:
            transport_key: X25519 public key, 32 bytes.
            facts: What :attr:`obacht_protocol.transcript.Transcript.facts` is of the ceremony, 32 bytes.

        Raises:
            CustodyError: It is no key to which anything can be sealed.
        """
        try:
            return SealedBox(PublicKey(transport_key)).encrypt(self._secret + facts)
        except CryptoError as error:
            raise CustodyError("nothing can be sealed to this transport key") from error

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


class TransportKey:
    """The key with which an office opens the share that a dealer sealed to it."""

    __slots__ = ("_key", "public")

    def __init__(self, secret: bytes) -> None:
        """Hold the key; ``CustodyError`` if it is not 32 bytes."""
        if len(secret) != PrivateKey.SIZE:
            raise CustodyError("a transport key is 32 bytes long")
        self._key = PrivateKey(secret)
        self.public = bytes(self._key.public_key)

    def __repr__(self) -> str:
        """Show nothing."""
        return "<TransportKey>"

    def __reduce__(self) -> str:
        """Refuse to leave the process in any serialised form."""
        raise CustodyError("a transport key is not copied")

    @classmethod
    def generate(cls) -> "TransportKey":
        """Make a new key."""
        return cls(bytes(PrivateKey.generate()))

    def lock(self, passphrase: bytes, cost: locks.Cost) -> bytes:
        """Give the key's file: everything behind the passphrase, at ``cost``."""
        return locks.lock(TRANSPORT_TYPE, bytes(self._key), passphrase, cost)

    @classmethod
    def unlock(cls, file: bytes, passphrase: bytes) -> "TransportKey":
        """Open a key's file; ``CustodyError`` if the passphrase is wrong or the file is none."""
        try:
            return cls(locks.unlock(TRANSPORT_TYPE, file, passphrase))
        except LockError as error:
            raise CustodyError(_REASONS[error.code]) from error

    def open(self, sealed: bytes, transcript: Transcript) -> Custody:
        """Take in the share that a dealer sealed to this office.

        Args:
            sealed: The file.
            transcript: Of the ceremony, verified.

        Returns:
            The share, which is the one that the transcript promises.

        Raises:
            CustodyError: The transcript knows no office with this key, names another file, is not the one that the
                dealer made, or promises another share.
        """
        seat = next((office for office in transcript.offices if office.transport_key == self.public), None)
        if seat is None:
            raise CustodyError("the ceremony was held without this office: no office in it has this transport key")
        if digest(sealed) != seat.sealed:
            raise CustodyError(f"the sealed file is not the one that the transcript names for office {seat.index}")
        try:
            content = SealedBox(self._key).decrypt(sealed)
        except CryptoError as error:
            raise CustodyError("the sealed share was not sealed to this office, or was altered") from error
        secret, agreed = content[:_SECRET_LENGTH], content[_SECRET_LENGTH:]
        if not hmac.compare_digest(agreed, transcript.facts):
            raise CustodyError("the transcript was altered since the key was shared: it is not the one the dealer made")
        facts = PublicFacts(
            transcript.deployment,
            transcript.epoch,
            seat.index,
            transcript.threshold,
            transcript.public_key,
            seat.public_share,
        )
        return Custody(secret, facts)
