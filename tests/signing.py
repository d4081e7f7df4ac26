"""Signing requests as a device does: written by hand after RFC 9421, so that a test can make anything wrong with it."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urlsplit

from nacl.signing import SigningKey

from obacht_protocol.devices import device_id
from obacht_protocol.encoding import base64url

COVERED = '("@method" "@authority" "@path" "content-digest")'


@dataclass(frozen=True)
class Signer:
    """A device. Every attribute may be set to something wrong with :meth:`but`."""

    origin: str
    key: SigningKey = field(default_factory=SigningKey.generate)
    keyid: str = ""
    label: str = "obacht"
    tag: str = "obacht-v1"
    covered: str = COVERED
    skew: int = 0
    nonce: str | None = None
    extra: str = ""
    authority: str = ""

    @property
    def public_key(self) -> bytes:
        return bytes(self.key.verify_key)

    @property
    def device(self) -> str:
        return self.keyid or device_id(self.public_key)

    def but(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type] # whatever a test wants to be wrong

    def parameters(self) -> str:
        nonce = base64url(secrets.token_bytes(16)) if self.nonce is None else self.nonce
        created = int(time.time()) + self.skew
        return f'{self.covered};created={created};keyid="{self.device}";nonce="{nonce}";tag="{self.tag}"{self.extra}'

    def headers(
        self, method: str, path: str, body: bytes = b"", *, media_type: str = "application/json"
    ) -> dict[str, str]:
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        parameters = self.parameters()
        base = "\n".join(
            (
                f'"@method": {method}',
                f'"@authority": {self.authority or urlsplit(self.origin).netloc}',
                f'"@path": {path}',
                f'"content-digest": {digest}',
                f'"@signature-params": {parameters}',
            )
        )
        signature = base64.b64encode(self.key.sign(base.encode()).signature).decode()
        return {
            "Content-Type": media_type,
            "Content-Digest": digest,
            "Signature-Input": f"{self.label}={parameters}",
            "Signature": f"{self.label}=:{signature}:",
        }
