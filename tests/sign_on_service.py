"""A single sign-on service inside the process, which can be made to lie (OpenID Connect Core 1.0)."""

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "http://localhost:9400"
CLIENT = "obacht"


@cache
def _key() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


@dataclass
class SignOnService:
    """The service.

    Attributes:
        now: Its clock, Unix seconds.
        person: Claims about whoever signs in there.
        more: Claims that only the address for them tells.
        metadata: What it says of itself besides.
        token: Claims in the place of those that are true.
        key: Signs tokens.
        published: Keys that it publishes.
        algorithm: Of the signature.
        codes: What was asked, by the code that was given.
        requests: Addresses that were asked, with the header fields.
    """

    now: int
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "4711", "preferred_username": "wanda"})
    more: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=_key)
    published: list[RSAKey] = field(default_factory=list)
    algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: list[httpx2.Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.published.append(self.key)

    @property
    def network(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def sign_in(self, address: str) -> dict[str, str]:
        """Sign somebody in whom the office has sent, and give the query with which they come back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"state": asked["state"], "code": code}

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        match request.url.path:
            case "/.well-known/openid-configuration":
                known = {
                    "issuer": ISSUER,
                    "authorization_endpoint": f"{ISSUER}/authorize",
                    "token_endpoint": f"{ISSUER}/token",
                    "jwks_uri": f"{ISSUER}/keys",
                    "userinfo_endpoint": f"{ISSUER}/userinfo",
                }
                return httpx2.Response(200, json=known | self.metadata)
            case "/keys":
                return httpx2.Response(200, json={"keys": [key.as_dict(private=False) for key in self.published]})
            case "/token":
                return self._redeem({name: values[0] for name, values in parse_qs(request.content.decode()).items()})
            case "/userinfo":
                return httpx2.Response(200, json={"sub": self.person["sub"]} | self.more)
        return httpx2.Response(404, json={})

    def _redeem(self, sent: dict[str, str]) -> httpx2.Response:
        asked = self.codes.pop(sent.get("code", ""), None)
        verifier = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != sent["redirect_uri"]:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.token,
        }
        header = {"alg": self.algorithm, "kid": self.key.kid}
        kept = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode(header, kept, self.key, algorithms=[self.algorithm])
        return httpx2.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": token})
