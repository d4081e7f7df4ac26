"""Checking a device's signature: HTTP Message Signatures (RFC 9421) in the profile of :mod:`obacht_protocol.devices`.

The profile leaves one spelling of everything, so the two header fields are taken apart by what must stand there, and
the signature base is put together from the same texts: nothing has to be parsed and written again. That a general
library reads the same from every request is tested. The check has two steps, so that a large body can stream: the
headers, which sign the digest of the body, and the digest, once the body is there.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from nacl.bindings import crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import CryptoError
from starlette.requests import Request

from obacht_protocol.devices import COVERED, LABEL, MAX_SKEW, NONCE_LENGTH, PARAMETERS, TAG, signature_base
from obacht_protocol.encoding import unbase64url
from obacht_protocol.errors import EncodingError
from obacht_service.errors import RefusalError

KeyResolver = Callable[[str], bytes | None]
"""Gives the Ed25519 public key (32 bytes) of a device by its id, or None if the device is not registered."""

_INPUT: Final = re.compile(
    rf"{LABEL}=(\("
    + " ".join(f'"{component}"' for component in COVERED)
    + r'\)((?:;[a-z]{1,16}=(?:0|[1-9][0-9]{0,11}|"[A-Za-z0-9_-]{1,64}")){'
    + str(len(PARAMETERS))
    + r"}))"
)
_SIGNATURE: Final = re.compile(rf"{LABEL}=:([A-Za-z0-9+/]{{85}}[AQgw]==):")
_DIGEST: Final = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")
_FIELDS: Final = (b"signature-input", b"signature", b"content-digest")
_LONGEST: Final = 512

_STRANGER: Final = crypto_sign_seed_keypair(bytes(32))[0]
"""A key with which a stranger's signature is checked too, so that being registered does not show in the time."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a device has signed; its body is still to be checked against the digest.

    Attributes:
        keyid: The id of the device.
        nonce: 16 bytes that the device uses once.
        created: When it signed, Unix seconds.
        content_digest: SHA-256 of the body that belongs to this, 32 bytes.
        signature: 64 bytes.
        signature_base: What was signed, for a log that can show it later.
    """

    keyid: str
    nonce: bytes
    created: int
    content_digest: bytes
    signature: bytes
    signature_base: bytes


class Verifier:
    """Checks the signatures of the requests to one server."""

    def __init__(self, origin: str, resolve: KeyResolver) -> None:
        """Know the server.

        Args:
            origin: The server's configured origin, for which devices sign; what a request says about its host does
                not count.
            resolve: Finds the keys of devices.
        """
        self._authority = _authority(origin)
        self._resolve = resolve

    def verify_headers(self, request: Request, now: int) -> Verified:
        """Check the signature of a request without its body.

        Args:
            request: The request.
            now: Unix seconds.

        Raises:
            RefusalError: ``signature-missing``, ``signature-form``, ``signature-time``, ``digest`` (missing or
                malformed), ``device`` or ``signature``.
        """
        scope = request.scope
        if scope["query_string"]:  # no signature covers it
            raise RefusalError("signature-form")
        values = _header_fields(scope["headers"])
        signed, parameters = _parameters(values["signature-input"])
        created, keyid = parameters["created"], parameters["keyid"]
        signature = _SIGNATURE.fullmatch(values["signature"])
        if signature is None:
            raise RefusalError("signature-form")
        nonce = _nonce(parameters["nonce"])
        if abs(now - int(created)) > MAX_SKEW:
            raise RefusalError("signature-time")
        path, digest = scope["raw_path"].decode("ascii"), values["content-digest"]
        base = signature_base(scope["method"], self._authority, path, digest, signed)
        signature_bytes = base64.b64decode(signature[1])
        key = self._resolve(keyid)
        try:
            # libsodium also refuses keys and points of small order
            crypto_sign_open(signature_bytes + base, _STRANGER if key is None else key)
        except (CryptoError, ValueError) as error:
            raise RefusalError("signature" if key is not None else "device") from error
        if key is None:
            raise RefusalError("device")
        return Verified(
            keyid=keyid,
            nonce=nonce,
            created=int(created),
            content_digest=_digest(values["content-digest"]),
            signature=signature_bytes,
            signature_base=base,
        )


def check_digest(verified: Verified, body: bytes) -> bytes:
    """Return ``body`` if it is what the device signed; ``RefusalError`` (``digest``) otherwise."""
    check_hash(verified, hashlib.sha256(body).digest())
    return body


def check_hash(verified: Verified, digest: bytes) -> bytes:
    """Return ``digest``, the SHA-256 of a body that was streamed, if the device signed it.

    Raises:
        RefusalError: ``digest``.
    """
    if not hmac.compare_digest(verified.content_digest, digest):
        raise RefusalError("digest")
    return digest


@lru_cache(maxsize=1)
def _authority(origin: str) -> str:
    """Give ``@authority`` (RFC 9421, section 2.2.3): lower case, and without the port that the scheme implies."""
    parts = urlsplit(origin.lower())
    implied = {"http": ":80", "https": ":443"}[parts.scheme]
    return parts.netloc.removesuffix(implied)


def _header_fields(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    fields: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _FIELDS:
            if name in fields:
                raise RefusalError("digest" if name == b"content-digest" else "signature-missing")
            fields[name] = value
    if not {b"signature-input", b"signature"} <= fields.keys():
        raise RefusalError("signature-missing")
    if any(len(value) > _LONGEST or not value.isascii() for value in fields.values()):
        raise RefusalError("signature-form")
    if b"," in fields[b"signature-input"] or b"," in fields[b"signature"]:
        raise RefusalError("signature-missing")
    values = {name.decode(): value.decode() for name, value in fields.items()}
    if not _DIGEST.fullmatch(values.setdefault("content-digest", "")):
        raise RefusalError("digest")
    return values


def _parameters(text: str) -> tuple[str, dict[str, str]]:
    """Give the line of the signature base that says what was signed, and its parameters."""
    form = _INPUT.fullmatch(text)
    if form is None:
        raise RefusalError("signature-form")
    parameters: dict[str, str] = {}
    for parameter in form[2][1:].split(";"):
        name, value = parameter.split("=")
        if value.startswith('"') == (name == "created"):
            raise RefusalError("signature-form")
        parameters[name] = value.strip('"')
    if parameters.keys() != set(PARAMETERS) or parameters["tag"] != TAG:
        raise RefusalError("signature-form")
    return form[1], parameters


def _nonce(text: str) -> bytes:
    try:
        return unbase64url(text, NONCE_LENGTH)
    except EncodingError as error:
        raise RefusalError("signature-form") from error


def _digest(field: str) -> bytes:
    return base64.b64decode(field[len("sha-256=:") : -1])
