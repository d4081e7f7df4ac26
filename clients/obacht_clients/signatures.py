"""Signing a request as this device, in our profile of HTTP Message Signatures (:mod:`obacht_protocol.devices`)."""

import os
from datetime import UTC, datetime

import httpx2
from http_message_signatures import HTTPMessageSigner, HTTPSignatureAlgorithm, HTTPSignatureKeyResolver
from http_message_signatures.httpx2 import adapt_message
from nacl.signing import SigningKey

from obacht_clients.device import DeviceKey
from obacht_protocol.devices import COVERED, LABEL, NONCE_LENGTH, TAG
from obacht_protocol.encoding import base64url


def sign(request: httpx2.Request, body: bytes | None, device: DeviceKey, now: int) -> None:
    """Add Content-Digest, Signature-Input and Signature to ``request``.

    Args:
        request: A request to an origin without a query.
        body: Its body; None where the request states its Content-Digest already.
        device: Whose signature it is.
        now: Unix seconds.
    """
    HTTPMessageSigner(signature_algorithm=_Ed25519, key_resolver=_Key(device.seed)).sign(
        adapt_message(request),
        key_id=device.id,
        created=datetime.fromtimestamp(now, UTC),
        nonce=base64url(os.urandom(NONCE_LENGTH)),
        label=LABEL,
        tag=TAG,
        include_alg=False,
        covered_component_ids=COVERED,
        body=body,
        use_existing_digest=body is None,
    )


class _Ed25519(HTTPSignatureAlgorithm):
    """Ed25519 (RFC 9421, section 3.3.6) of PyNaCl, which all else here signs with."""

    algorithm_id = "ed25519"

    def __init__(self, public_key: bytes | None = None, private_key: bytes | None = None) -> None:
        if public_key is not None or private_key is None:
            raise AssertionError("a device only signs")
        self._key = SigningKey(private_key)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message).signature


class _Key(HTTPSignatureKeyResolver):
    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    def resolve_private_key(self, key_id: str) -> bytes:  # noqa: ARG002 - a device has one key
        return self._seed
