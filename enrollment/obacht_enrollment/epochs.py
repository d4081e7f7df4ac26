"""Which epoch a record was enrolled for: its number alone would not tell another key from the same one."""

import hashlib
from typing import Final

from obacht_protocol import matching
from obacht_protocol.descriptor import Descriptor, Epoch
from obacht_protocol.encoding import prefixed, u32

ID_LENGTH: Final = 16


def identify(deployment: str, epoch: Epoch) -> bytes:
    """Give 16 bytes for all that a record's derived keys depend on: deployment, epoch, its key, stretch, matching."""
    fields = [
        b"obacht/v1/office/epoch",
        deployment.encode(),
        u32(epoch.number),
        epoch.public_key,
        epoch.stretch.encode(),
        matching.VERSION.encode(),
    ]
    return hashlib.sha256(prefixed(fields)).digest()[:ID_LENGTH]


def in_order(descriptor: Descriptor) -> list[Epoch]:
    """Give a descriptor's epochs, the oldest first."""
    return sorted(descriptor.epochs, key=lambda epoch: epoch.number)


def of_number(descriptor: Descriptor, number: int) -> Epoch | None:
    """Find a descriptor's epoch by its number."""
    return next((epoch for epoch in descriptor.epochs if epoch.number == number), None)
