"""Signing a request as this device, in our profile of HTTP Message Signatures (:mod:`obacht_protocol.devices`)."""

import base64
import os
from datetime import UTC, datetime
from typing import Final

import httpx2
from http_message_signatures import HTTPMessageSigner
from http_message_signatures.algorithms import ED25519
from http_message_signatures.httpx2 import adapt_message

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
    prepared = _SIGNER.prepare(
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
    # What the library would do with a signature, but without computing all of its base again to see whether it changed.
    signature = device.signing_key.sign(prepared.signature_base).signature
    request.headers["Signature-Input"] = f"{LABEL}={prepared.signature_params}"
    request.headers["Signature"] = f"{LABEL}=:{base64.b64encode(signature).decode()}:"


_SIGNER: Final = HTTPMessageSigner(signature_algorithm=ED25519)
