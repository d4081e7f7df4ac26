"""An invented deployment with all its keys, signed descriptor and registers: for the tests of every party."""

import hashlib
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from nacl.signing import SigningKey as Ed25519SigningKey

from obacht_protocol import group, notes, oprf, register, threshold
from obacht_protocol import head as heads
from obacht_protocol.descriptor import Canary, Contact, Descriptor, Epoch, KeyOffice, Purpose
from obacht_protocol.encoding import u32
from obacht_protocol.head import Head
from obacht_protocol.register import Register
from obacht_protocol.rows import Publication
from signing import Signer

DAY = 24 * 3600


def signing_key(role: str) -> notes.SigningKey:
    """Give the same key for the same role every time: a failing test can be run again with the same bytes."""
    return notes.SigningKey(role, hashlib.sha256(b"obacht test key " + role.encode()).digest())


@dataclass(frozen=True, slots=True)
class Deployment:
    """A descriptor and the secrets behind it.

    Attributes:
        descriptor: What is signed.
        office: Key of the safety office, a root of trust.
        auditor: Key of the auditor, the other root of trust.
        head: The online key that signs heads.
        publisher: Ed25519 seed of the device that publishes, 32 bytes.
        secret: The whole OPRF key, a scalar.
        shares: Its share at each key office, by index.
    """

    descriptor: Descriptor
    office: notes.SigningKey
    auditor: notes.SigningKey
    head: notes.SigningKey
    publisher: bytes
    secret: bytes
    shares: Mapping[int, bytes]

    @property
    def name(self) -> str:
        return self.descriptor.deployment

    def note(self) -> bytes:
        """Sign the descriptor with both roots."""
        return notes.sign(self.descriptor.encode(), [self.office, self.auditor])

    @property
    def digest(self) -> bytes:
        return notes.digest(self.note())

    def revised(self, **changes: Any) -> Self:
        """Give the descriptor's next version, with these fields changed."""
        following: dict[str, Any] = {"version": self.descriptor.version + 1, "previous": self.digest}
        return replace(self, descriptor=replace(self.descriptor, **following | changes))

    def publish(
        self, sequence: int = 1, rows: Iterable[bytes] = (), *, issued: int | None = None, **changes: Any
    ) -> "Published":
        """Build a register with a fresh salt and filler, and its head with these fields changed."""
        built = register.build(rows, os.urandom(register.SEED_LENGTH))
        first = heads.of_register(
            built,
            Publication(self.descriptor.epoch.number, os.urandom(32)),
            deployment=self.name,
            sequence=sequence,
            issued=int(time.time()) if issued is None else issued,
            descriptor=self.digest,
        )
        return Published(replace(first, **changes), built, self.head)

    @property
    def device(self) -> Signer:
        """The device that publishes: it signs requests to the matcher."""
        return Signer(self.descriptor.matcher, Ed25519SigningKey(self.publisher))


@dataclass(frozen=True, slots=True)
class Published:
    """A register, its head, and the key that signs the head."""

    head: Head
    register: Register
    key: notes.SigningKey

    @property
    def note(self) -> bytes:
        return self.head.sign(self.key)

    @property
    def body(self) -> bytes:
        """The body of ``PUT /v1/register/{sequence}``."""
        return u32(len(self.note)) + self.note + b"".join(self.register.buckets)

    @property
    def path(self) -> str:
        return f"/v1/register/{self.head.sequence}"

    def renewed(self, **changes: Any) -> Self:
        """Give the same register with these fields of its head changed."""
        return replace(self, head=replace(self.head, **changes))


def make_deployment(
    name: str = "test-town",
    *,
    matcher: str = "http://127.0.0.1:8100",
    key_offices: Sequence[str] = ("http://127.0.0.1:8200",),
    needed: int = 1,
    now: int | None = None,
    stretch: str = "CHEAPEST",
    canary: Canary | None = None,
    **changes: Any,
) -> Deployment:
    """Make a deployment: ``needed`` of the key offices at these origins must answer; ``changes`` go to the descriptor.

    A name that begins with "test-" may use the cheapest stretch set.
    """
    issued = int(time.time()) if now is None else now
    secret, public = oprf.derive_key_pair(hashlib.sha256(name.encode()).digest(), b"test")
    indices = range(1, len(key_offices) + 1)
    shares = threshold.split(secret, needed, indices)
    office, auditor, head = signing_key(f"{name}/office"), signing_key(f"{name}/auditor"), signing_key(f"{name}/head")
    publisher = hashlib.sha256(b"obacht test publisher " + name.encode()).digest()
    epoch = Epoch(
        number=1,
        public_key=public,
        threshold=needed,
        shares={index: group.multiply_base(share) for index, share in shares.items()},
        begins=issued - DAY,
        ends=issued + 60 * DAY,
        stretch=stretch,
    )
    fields: dict[str, Any] = {
        "deployment": name,
        "version": 1,
        "issued": issued,
        "expires": issued + 30 * DAY,
        "office": office.verify_key,
        "auditor": auditor.verify_key,
        "matcher": matcher,
        "offices": [KeyOffice(index, f"Key office {index}", key_offices[index - 1]) for index in indices],
        "epochs": [epoch],
        "head": head.verify_key,
        "publisher": bytes(Ed25519SigningKey(publisher).verify_key),
        "contacts": [Contact(number=1, office="Sicherheitsstelle", phone="0221 000000", hours="Mo-Fr 8-16")],
        "purposes": [Purpose("visit", "Hausbesuch"), Purpose("desk", "Vorsprache")],
        "receipts": [],
        "canary": canary or Canary("Prüfstein", "Kanaria", "1970-01-02"),
    }
    descriptor = Descriptor(**fields | changes)
    return Deployment(descriptor, office, auditor, head, publisher, secret, shares)
