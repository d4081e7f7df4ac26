"""How a device signs its requests: our profile of HTTP Message Signatures (RFC 9421), which both sides hold to.

Ed25519 (RFC 9421, section 3.3.6), exactly one signature, over exactly :data:`COVERED`, with the parameters
:data:`PARAMETERS` and no other; ``Content-Digest`` (RFC 9530) with ``sha-256`` alone.
"""

import base64
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

_COVERED: Final = " ".join(f'"{name}"' for name in COVERED)
_PUBLIC_KEY_LENGTH: Final = 32


def device_id(public_key: bytes) -> str:
    """Name a device after its Ed25519 public key (32 bytes): the ``keyid`` of its signatures, 22 letters of base64url.

    Raises:
        EncodingError: The key has another length.
    """
    if len(public_key) != _PUBLIC_KEY_LENGTH:
        raise EncodingError("a device key has 32 bytes")
    return base64url(hashlib.sha256(b"obacht/v1/device" + public_key).digest()[:16])


def content_digest(digest: bytes) -> str:
    """Write the SHA-256 of a body (32 bytes) as the field Content-Digest has it (RFC 9530, section 2)."""
    return f"sha-256=:{base64.b64encode(digest).decode()}:"


def signature_parameters(keyid: str, created: int, nonce: bytes) -> str:
    """Write what a signature covers, and its parameters (RFC 9421, section 2.3).

    Args:
        keyid: What :func:`device_id` gives.
        created: Unix seconds.
        nonce: 16 bytes, never used before.
    """
    return f'({_COVERED});created={created};keyid="{keyid}";nonce="{base64url(nonce)}";tag="{TAG}"'


def signature_base(method: str, authority: str, path: str, digest: str, parameters: str) -> bytes:
    """Give what is signed (RFC 9421, section 2.5).

    Args:
        method: Of the request.
        authority: Host, and port where it is not the scheme's own, in lower case.
        path: As it is sent, without a query.
        digest: The field Content-Digest.
        parameters: As :func:`signature_parameters` writes them.
    """
    lines = [f'"{name}": {value}' for name, value in zip(COVERED, (method, authority, path, digest), strict=True)]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()
