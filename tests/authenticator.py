"""An authenticator in software (WebAuthn Level 2): it makes passkeys, signs with them, and can be made to misbehave."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from obacht_protocol.encoding import base64url

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey.

    Attributes:
        origin: Of the page that the browser says it is on.
        rp_id: Of the site that the authenticator thinks it is for.
        verifies: Whether it asks its user for PIN, finger or face.
        counter: Of signatures.
        handle: Of the user, from when the passkey was made.
    """

    origin: str = "http://localhost:8300"
    rp_id: str = "localhost"
    verifies: bool = True
    counter: int = 0
    handle: str = ""
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: str) -> dict[str, Any]:
        """Answer ``navigator.credentials.create``."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + cbor2.dumps(public)
        data = self._data(_ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._credential(attestationObject=attestation, clientDataJSON=client)

    def get(self, options: str) -> dict[str, Any]:
        """Answer ``navigator.credentials.get``."""
        self.counter += 1
        data = self._data(0)
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        answer = self._credential(authenticatorData=data, clientDataJSON=client, signature=signature)
        answer["response"]["userHandle"] = self.handle
        return answer

    def _data(self, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        return {
            "id": base64url(self.credential_id),
            "rawId": base64url(self.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {name: base64url(value) for name, value in response.items()},
        }
