"""Asking the single sign-on service (OpenID Connect Core 1.0): what it says of itself, its keys, its tokens.

Every answer is bounded in size and time, and no redirect is followed. A token counts only if a key of the service's own
has signed it, for this office, now, and for the visit that was begun here.
"""

import base64
import contextlib
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import httpx2
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped] # Authlib brings no types
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped] # the same
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped] # the same
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from obacht_enrollment.accounts.settings import SingleSignOn
from obacht_enrollment.errors import SignInError
from obacht_protocol.descriptor import check_origin
from obacht_protocol.errors import ProtocolError

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
LEEWAY: Final = 60
"""Seconds by which the service's clock may differ from ours."""
_SCOPE: Final = "openid profile"
_TIMEOUT: Final = 10.0
_MOST: Final = 256 * 1024
_FRESH: Final = 3600
_REFETCH: Final = 60
_OK: Final = 200
_AT_ONCE: Final = 6
"""Visits that wait for the service at the same time: each holds a thread, and one that does not answer must not keep
those who are at work from their pages."""


@dataclass(slots=True)
class _Kept:
    value: dict[str, Any]
    at: int


class Provider:
    """The service, and what is known of it; threads may share one."""

    def __init__(self, settings: SingleSignOn, secret: str = "", network: httpx2.BaseTransport | None = None) -> None:
        """Ask nothing yet.

        Args:
            settings: Which service.
            secret: What the office proves itself with; empty where the service knows it as a public client.
            network: Stands in for the network in tests.
        """
        self.settings = settings
        self._secret = secret
        self._network = network
        self._tls = ssl.create_default_context()
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def authorization(self, *, redirect: str, state: str, nonce: str, verifier: str, again: bool, now: int) -> str:
        """Give the address to which the visitor is sent.

        Args:
            redirect: Where they come back to.
            state: Returned unchanged.
            nonce: Returned inside the token.
            verifier: Whose hash ties the code to this office (PKCE, RFC 7636).
            again: Whether they must prove anew who they are.
            now: Unix seconds.

        Raises:
            SignInError: ``single-sign-on-unreachable``, or ``single-sign-on`` if it says nonsense.
        """
        asked = {"prompt": "login", "max_age": "0"} if again else {}
        with self._waiting():
            endpoint = self._endpoint("authorization_endpoint", now)
        return str(
            prepare_grant_uri(
                endpoint,
                self.settings.client_id,
                "code",
                redirect,
                _SCOPE,
                state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
                **asked,
            )
        )

    def claims(
        self, code: str, *, redirect: str, nonce: str, verifier: str, again: bool, now: int
    ) -> Mapping[str, Any]:
        """Turn the code that the visitor brought back into what the service says of them; arguments as above.

        Raises:
            SignInError: ``single-sign-on``: the service does not accept the code, or its token is not for this visit;
                ``single-sign-on-unreachable``.
        """
        with self._waiting():
            tokens = self._redeem(code, redirect, verifier, now)
            claims = self._verify(tokens, nonce, again=again, now=now)
            wanted = {self.settings.login_claim, self.settings.roles_claim.partition(".")[0]} - {""}
            if wanted <= claims.keys():
                return claims
            return self._more(tokens, claims["sub"], now) | claims

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise SignInError("single-sign-on-unreachable")
        try:
            yield
        finally:
            self._places.release()

    def _redeem(self, code: str, redirect: str, verifier: str, now: int) -> dict[str, Any]:
        headers, named = {}, {"code": code, "code_verifier": verifier, "client_id": self.settings.client_id}
        if self._secret:
            methods = self._metadata(now).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" in methods:
                pair = f"{quote_plus(self.settings.client_id)}:{quote_plus(self._secret)}"
                headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
            else:
                named["client_secret"] = self._secret
        body = prepare_token_request("authorization_code", "", redirect, **named)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._exchange("POST", self._endpoint("token_endpoint", now), headers, str(body).encode())

    def _verify(self, tokens: Mapping[str, Any], nonce: str, *, again: bool, now: int) -> dict[str, Any]:
        required = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
            "sub": {"essential": True},
        }
        known = {
            "nonce": nonce,
            "client_id": self.settings.client_id,
            "access_token": tokens.get("access_token"),
            "max_age": again,
        }
        try:
            token = jwt.decode(str(tokens["id_token"]), self._keys(str(tokens["id_token"]), now), ALGORITHMS)
            checked = CodeIDToken(token.claims, token.header, required, known)
            checked.validate(now=now, leeway=LEEWAY)
        except (JoseError, KeyError, ValueError, TypeError) as error:
            raise SignInError("single-sign-on") from error
        return dict(token.claims)

    def _more(self, tokens: Mapping[str, Any], subject: str, now: int) -> dict[str, Any]:
        """Ask for claims that the token does not hold; they must be about the same person."""
        headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        more = self._exchange("GET", self._endpoint("userinfo_endpoint", now), headers)
        if more.get("sub") != subject:
            raise SignInError("single-sign-on")
        return more

    def _keys(self, token: str, now: int) -> KeySet:
        """Give the service's keys, fetched anew where none of those that are kept has signed the token."""
        address = self._endpoint("jwks_uri", now)
        kept = self._cached(address, now)
        name = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "==")).get("kid")
        if name is not None and all(key.get("kid") != name for key in kept["keys"]):
            kept = self._cached(address, now, fresh=_REFETCH)
        return KeySet.import_key_set({"keys": kept["keys"]})

    def _endpoint(self, name: str, now: int) -> str:
        address = self._metadata(now).get(name)
        if not isinstance(address, str):
            raise SignInError("single-sign-on")
        parts = urlsplit(address)
        try:
            check_origin(f"{parts.scheme}://{parts.netloc}")
        except ProtocolError as error:
            raise SignInError("single-sign-on") from error
        return address

    def _metadata(self, now: int) -> dict[str, Any]:
        """Give what the service says of itself (OpenID Connect Discovery 1.0, section 4)."""
        said = self._cached(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration", now)
        if said.get("issuer") != self.settings.issuer:
            raise SignInError("single-sign-on")
        return said

    def _cached(self, address: str, now: int, fresh: int = _FRESH) -> dict[str, Any]:
        with self._lock:
            kept = self._kept.get(address)
            if kept is None or now >= kept.at + fresh:
                kept = self._kept[address] = _Kept(self._exchange("GET", address, {}), now)
            return kept.value

    def _exchange(self, method: str, address: str, headers: Mapping[str, str], body: bytes = b"") -> dict[str, Any]:
        client = httpx2.Client(
            trust_env=False, verify=self._tls, timeout=_TIMEOUT, follow_redirects=False, transport=self._network
        )
        fields = {"Accept": "application/json", **headers}
        try:
            with client, client.stream(method, address, headers=fields, content=body) as answer:
                status, data = answer.status_code, b""
                for piece in answer.iter_bytes():
                    data += piece
                    if len(data) > _MOST:
                        raise SignInError("single-sign-on")
        except httpx2.HTTPError as error:
            raise SignInError("single-sign-on-unreachable") from error
        try:
            value = json.loads(data)
        except ValueError as error:
            raise SignInError("single-sign-on") from error
        if status != _OK or not isinstance(value, dict):
            raise SignInError("single-sign-on")
        return value
