"""A device's requests follow the profile of RFC 9421 to the letter; checked by hand and by a general library."""

import asyncio
import base64
import datetime as dt
import hashlib
import re
import time

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.httpx2 import adapt_message
from nacl.signing import VerifyKey

from obacht_clients.device import DeviceKey
from obacht_clients.transport import Transport
from obacht_protocol.devices import COVERED, LABEL, NONCE_LENGTH, PARAMETERS, TAG
from obacht_protocol.encoding import unbase64url
from town import NOW

DEVICE = DeviceKey(b"\x07" * 32)


def send(origin: str, times: int = 1, now: int = NOW) -> list[httpx2.Request]:
    requests: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return httpx2.Response(200)

    async def run() -> None:
        async with Transport(DEVICE, lambda: now, network=httpx2.MockTransport(handler)) as way:
            for _ in range(times):
                await way.post(origin, "/v1/evaluations", b'{"a":1}', limit=9)

    asyncio.run(run())
    return requests


@pytest.mark.parametrize(
    ("origin", "authority"),
    [
        ("http://127.0.0.1:8200", "127.0.0.1:8200"),
        ("https://keys.example.org", "keys.example.org"),
        ("https://keys.example.org:443", "keys.example.org"),
        ("https://Keys.Example.org:8443", "keys.example.org:8443"),
        ("http://[::1]:8801", "[::1]:8801"),
        ("http://[::1]:80", "[::1]"),
    ],
)
def test_a_request_is_signed_by_the_profile(origin: str, authority: str) -> None:
    (request,) = send(origin)
    form = re.fullmatch(rf"{LABEL}=(\((.*?)\);(.*))", request.headers["signature-input"])
    assert form is not None
    assert form[2] == " ".join(f'"{component}"' for component in COVERED)
    parameters = dict(part.split("=", 1) for part in form[3].split(";"))
    assert sorted(parameters) == sorted(PARAMETERS)
    assert parameters["created"] == str(NOW)
    assert parameters["keyid"] == f'"{DEVICE.id}"'
    assert parameters["tag"] == f'"{TAG}"'
    assert len(unbase64url(parameters["nonce"].strip('"'))) == NONCE_LENGTH
    digest = base64.b64encode(hashlib.sha256(b'{"a":1}').digest()).decode()
    assert request.headers["content-digest"] == f"sha-256=:{digest}:"
    base = (
        f'"@method": POST\n"@authority": {authority}\n"@path": /v1/evaluations\n'
        f'"content-digest": sha-256=:{digest}:\n"@signature-params": {form[1]}'
    )
    signature = re.fullmatch(rf"{LABEL}=:(.*):", request.headers["signature"])
    assert signature is not None
    VerifyKey(DEVICE.public_key).verify(base.encode(), base64.b64decode(signature[1]))


class Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        assert key_id == DEVICE.id
        return Ed25519PublicKey.from_public_bytes(DEVICE.public_key)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8200", "https://keys.example.org:443", "http://[::1]:8801"])
def test_a_general_library_reads_what_was_signed(origin: str) -> None:
    (request,) = send(origin, now=int(time.time()))
    library = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Keys())
    (found,) = library.verify(adapt_message(request), max_age=dt.timedelta(minutes=1))
    assert found.parameters["tag"] == TAG


def test_no_two_requests_share_a_nonce() -> None:
    assert len({request.headers["signature-input"] for request in send("http://localhost", 3)}) == 3


def test_the_seed_is_nowhere_in_a_request() -> None:
    (request,) = send("http://localhost")
    assert DEVICE.seed.hex() not in str(request.headers)
    assert DEVICE.seed not in request.content
