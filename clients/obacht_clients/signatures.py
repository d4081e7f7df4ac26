"""Signing a request as this device, in our profile of HTTP Message Signatures (:mod:`obacht_protocol.devices`)."""

import base64
import hashlib
import os

import httpx2

from obacht_clients.device import DeviceKey
from obacht_protocol.devices import LABEL, NONCE_LENGTH, content_digest, signature_base, signature_parameters


def sign(request: httpx2.Request, body: bytes | None, device: DeviceKey, now: int) -> None:
    """Add Content-Digest, Signature-Input and Signature to ``request``.

    Args:
        request: A request to an origin without a query.
        body: Its body; None where the request states its Content-Digest already.
        device: Whose signature it is.
        now: Unix seconds.
    """
    if body is not None:
        request.headers["Content-Digest"] = content_digest(hashlib.sha256(body).digest())
    parameters = signature_parameters(device.id, now, os.urandom(NONCE_LENGTH))
    authority, path = request.url.netloc.decode("ascii"), request.url.raw_path.decode("ascii")
    base = signature_base(request.method, authority, path, request.headers["Content-Digest"], parameters)
    signature = device.signing_key.sign(base).signature
    request.headers["Signature-Input"] = f"{LABEL}={parameters}"
    request.headers["Signature"] = f"{LABEL}=:{base64.b64encode(signature).decode()}:"
