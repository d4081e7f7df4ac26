"""How a device signs its requests: our profile of HTTP Message Signatures (RFC 9421), which both sides hold to.

Ed25519 (RFC 9421, section 3.3.6), exactly one signature, over exactly :data:`COVERED`, with the parameters
:data:`PARAMETERS` and no other; ``Content-Digest`` (RFC 9530) with ``sha-256`` alone.
"""

import hashlib
from typing import Final

from obacht_protocol.encoding import base64url
from obacht_protocol.errors import EncodingError

COVERED: Final = ("@method", "@authority", "@path", "content-digest")
PARAMETERS: Final = ("created", "nonce", "keyid", "tag")
TAG: Final = "obacht-v1"
LABEL: Final = "obacht"
NONCE_LENGTH: Final = 16
MAX_SKEW: Final = 60
"""Seconds by which ``created`` may differ from the server's clock, either way."""
NONCE_MEMORY: Final = 180
"""Seconds for which a server remembers a nonce: longer than its signature can be valid."""

_PUBLIC_KEY_LENGTH: Final = 32


def device_id(public_key: bytes) -> str:
    """Name a device after its Ed25519 public key (32 bytes): the ``keyid`` of its signatures, 22 letters of base64url.

    Raises:
        EncodingError: The key has another length.
    """
    if len(public_key) != _PUBLIC_KEY_LENGTH:
        raise EncodingError("a device key has 32 bytes")
    return base64url(hashlib.sha256(b"obacht/v1/device" + public_key).digest()[:16])
