"""Signatures of devices: our profile of RFC 9421 and nothing beside it."""

import base64
import datetime as dt
import hashlib
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from obacht_protocol.devices import COVERED, LABEL, MAX_SKEW, TAG
from obacht_protocol.encoding import base64url
from obacht_service.errors import RefusalError
from obacht_service.signatures import Verified, Verifier, check_digest, check_hash
from signing import COVERED as COVERED_TEXT
from signing import Signer

ORIGIN = "https://keys.example.org"
PATH = "/v1/evaluations"
BODY = b'{"a":1}'
Headers = list[tuple[bytes, bytes]]


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer(ORIGIN)


def raw(headers: dict[str, str]) -> Headers:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def request(headers: Headers, *, method: str = "POST", path: bytes = b"/v1/evaluations", query: bytes = b"") -> Request:
    return Request(
        {"type": "http", "method": method, "raw_path": path, "query_string": query, "headers": headers, "path": PATH}
    )


def verify(signer: Signer, headers: Headers, *, origin: str = ORIGIN, **parts: Any) -> Verified:
    verifier = Verifier(origin, {signer.device: signer.public_key}.get)
    return verifier.verify_headers(request(headers, **parts), int(time.time()))


def refusal(signer: Signer, headers: Headers, **parts: Any) -> str:
    with pytest.raises(RefusalError) as refused:
        verify(signer, headers, **parts)
    return refused.value.code


def test_a_signature_gives_what_was_signed(signer: Signer) -> None:
    nonce = bytes(range(16))
    headers = raw(signer.but(nonce=base64url(nonce)).headers("POST", PATH, BODY))
    verified = verify(signer, headers)
    assert (verified.keyid, verified.nonce) == (signer.device, nonce)
    assert verified.content_digest == hashlib.sha256(BODY).digest()
    assert abs(verified.created - time.time()) <= 2
    # what a log keeps can be checked without us
    signer.key.verify_key.verify(verified.signature_base, verified.signature)


def test_a_body_is_the_one_that_was_signed(signer: Signer) -> None:
    verified = verify(signer, raw(signer.headers("POST", PATH, BODY)))
    assert check_digest(verified, BODY) == BODY
    assert check_hash(verified, hashlib.sha256(BODY).digest()) == hashlib.sha256(BODY).digest()
    with pytest.raises(RefusalError, match="digest"):
        check_digest(verified, BODY + b" ")


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self.key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:  # noqa: ARG002 - there is one
        return self.key


class Message:
    method = "POST"
    url = ORIGIN + PATH

    def __init__(self) -> None:
        digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
        self.headers = {"Content-Digest": f"sha-256=:{digest}:"}


def test_what_the_library_signs_is_accepted(signer: Signer) -> None:
    message = Message()
    key = Ed25519PrivateKey.from_private_bytes(bytes(signer.key))
    HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=Keys(key)).sign(
        message,
        key_id=signer.device,
        nonce=base64url(bytes(16)),
        tag=TAG,
        label=LABEL,
        include_alg=False,
        covered_component_ids=COVERED,
        use_existing_digest=True,
    )
    assert verify(signer, raw(message.headers)).nonce == bytes(16)


@pytest.mark.parametrize(
    ("origin", "authority"),
    [
        ("https://keys.example.org", "keys.example.org"),
        ("https://keys.example.org:443", "keys.example.org"),
        ("https://keys.example.org:8443", "keys.example.org:8443"),
        ("http://127.0.0.1:80", "127.0.0.1"),
        ("http://[::1]:8801", "[::1]:8801"),
    ],
)
def test_the_authority_is_that_of_the_configured_origin(signer: Signer, origin: str, authority: str) -> None:
    headers = [*raw(signer.but(authority=authority).headers("POST", PATH, BODY)), (b"host", b"evil.example")]
    assert verify(signer, headers, origin=origin).keyid == signer.device
    assert refusal(signer, raw(signer.but(authority="evil.example").headers("POST", PATH, BODY)), origin=origin)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"method": "PUT"}, "signature"),
        ({"path": b"/v1/other"}, "signature"),
        ({"query": b"a=b"}, "signature-form"),
    ],
)
def test_method_path_and_query_cannot_be_changed(signer: Signer, parts: dict[str, object], code: str) -> None:
    assert refusal(signer, raw(signer.headers("POST", PATH, BODY)), **parts) == code


@pytest.mark.parametrize("skew", [-61, 61, -(10**9)])
def test_clocks_may_differ_by_a_minute(signer: Signer, skew: int) -> None:
    assert refusal(signer, raw(signer.but(skew=skew).headers("POST", PATH, BODY))) == "signature-time"
    within = signer.but(skew=58 if skew > 0 else -58)
    assert verify(signer, raw(within.headers("POST", PATH, BODY))).keyid == signer.device


@pytest.mark.parametrize(
    "changes",
    [
        {"tag": "another"},
        {"extra": ';alg="ed25519"'},
        {"extra": ";expires=2000000000"},
        {"extra": ";created=2000000000"},
        {"extra": ";nonce"},
        {"covered": '("@method" "@authority" "@path")'},
        {"covered": '("@method" "@authority" "content-digest" "@path")'},
        {"covered": COVERED_TEXT.replace("@path", "@target-uri")},
        {"covered": COVERED_TEXT.replace('"@path"', '"@path" "@path"')},
        {"covered": COVERED_TEXT.replace('"content-digest"', '"content-digest";sf')},
        {"covered": COVERED_TEXT.replace(" ", "  ")},
        {"nonce": base64url(bytes(15))},
        {"nonce": base64url(bytes(17))},
        {"nonce": "A" * 21 + "B"},
        {"nonce": ""},
        {"keyid": "a" * 65},
        {"keyid": "ä" * 22},
        {"label": "Upper"},
        {"label": "other"},
    ],
)
def test_only_the_profile_is_accepted(signer: Signer, changes: dict[str, object]) -> None:
    assert refusal(signer, raw(signer.but(**changes).headers("POST", PATH, BODY))) == "signature-form"


def edit(name: bytes, change: Callable[[bytes], bytes]) -> Callable[[Headers], Headers]:
    return lambda headers: [(key, change(value) if key == name else value) for key, value in headers]


def without(name: bytes) -> Callable[[Headers], Headers]:
    return lambda headers: [(key, value) for key, value in headers if key != name]


def twice(name: bytes) -> Callable[[Headers], Headers]:
    return lambda headers: headers + [(key, value) for key, value in headers if key == name]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (without(b"signature"), "signature-missing"),
        (without(b"signature-input"), "signature-missing"),
        (twice(b"signature"), "signature-missing"),
        (twice(b"signature-input"), "signature-missing"),
        (edit(b"signature", lambda value: value + b", " + value), "signature-missing"),
        (edit(b"signature-input", lambda value: value + b", x=()"), "signature-missing"),
        (without(b"content-digest"), "digest"),
        (twice(b"content-digest"), "digest"),
        (edit(b"content-digest", lambda value: value + b", sha-512=:AAAA:"), "digest"),
        (edit(b"content-digest", lambda value: value.replace(b"sha-256", b"sha-512")), "digest"),
        (edit(b"content-digest", lambda value: value[:-5] + b":"), "digest"),
        (edit(b"signature", lambda value: value.replace(b"obacht=", b"other=")), "signature-form"),
        (edit(b"signature", lambda value: value[:-5] + b":"), "signature-form"),
        (edit(b"signature", lambda _: b"obacht"), "signature-form"),
        (edit(b"signature", lambda value: value + b" " * 10_000), "signature-form"),
        (edit(b"signature-input", lambda value: value + b";x=" + b"9" * 10_000), "signature-form"),
        (edit(b"signature-input", lambda value: value.replace(b"created=", b"created=-")), "signature-form"),
        (edit(b"signature-input", lambda value: value.replace(b";tag", b";expires=1;tag")), "signature-form"),
        (edit(b"signature-input", lambda value: value.replace(b"nonce=", b"nonce=\xe9")), "signature-form"),
        (edit(b"signature-input", lambda value: value.replace(b'tag="obacht-v1"', b"tag=1")), "signature-form"),
        (edit(b"signature", lambda _: b"obacht=:" + base64.b64encode(bytes(64)) + b":"), "signature"),
    ],
)
def test_malformed_and_repeated_fields_are_refused(
    signer: Signer, change: Callable[[Headers], Headers], code: str
) -> None:
    assert refusal(signer, change(raw(signer.headers("POST", PATH, BODY)))) == code


def test_a_stranger_is_told_so_whatever_he_signs(signer: Signer) -> None:
    assert refusal(signer, raw(Signer(ORIGIN).headers("POST", PATH, BODY))) == "device"
    broken = edit(b"signature", lambda _: b"obacht=:" + base64.b64encode(bytes(64)) + b":")
    assert refusal(signer, broken(raw(Signer(ORIGIN).headers("POST", PATH, BODY)))) == "device"
    pretending = Signer(ORIGIN, keyid=signer.device)
    assert refusal(signer, raw(pretending.headers("POST", PATH, BODY))) == "signature"


def test_a_device_whose_key_is_weak_signs_nothing(signer: Signer) -> None:
    # with a key of small order one signature fits every message
    verifier = Verifier(ORIGIN, lambda _: bytes(31) + b"\0")
    forged = edit(b"signature", lambda _: b"obacht=:" + base64.b64encode(bytes(64)) + b":")
    with pytest.raises(RefusalError, match="signature"):
        verifier.verify_headers(request(forged(raw(signer.headers("POST", PATH, BODY)))), int(time.time()))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"signature", b"signature-input", b"content-digest", b"x"]), st.binary(max_size=200)
        ),
        max_size=5,
    )
)
def test_whatever_the_header_says_the_refusal_is_our_own(headers: Headers) -> None:
    with pytest.raises(RefusalError):
        Verifier(ORIGIN, lambda _: None).verify_headers(request(headers), 0)


@given(
    position=st.integers(min_value=0),
    byte=st.integers(0, 127),
    field=st.sampled_from([b"signature-input", b"signature"]),
)
def test_no_altered_header_verifies(signer: Signer, position: int, byte: int, field: bytes) -> None:
    def alter(value: bytes) -> bytes:
        at = position % len(value)
        return value[:at] + bytes([byte]) + value[at + 1 :]

    headers = raw(signer.headers("POST", PATH, BODY))
    altered = edit(field, alter)(headers)
    try:
        verified = verify(signer, altered)
    except RefusalError:
        return
    assert verified == verify(signer, headers)


class Known(HTTPSignatureKeyResolver):
    def __init__(self, key: bytes) -> None:
        self.key = Ed25519PublicKey.from_public_bytes(key)

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:  # noqa: ARG002 - there is one
        return self.key


def by_the_library(signer: Signer, headers: Headers) -> bytes:
    """Give the signature base as the library finds it; it raises if the signature does not hold."""
    message = Message()
    message.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Known(signer.public_key))
    verifier.max_clock_skew = dt.timedelta(seconds=MAX_SKEW)
    (found,) = verifier.verify(message, max_age=None, expect_tag=TAG)
    return "\n".join(f"{name}: {value}" for name, value in found.covered_components.items()).encode()


@given(nonce=st.binary(min_size=16, max_size=16), skew=st.integers(-50, 50), order=st.permutations(range(4)))
def test_it_reads_the_same_as_a_general_library(signer: Signer, nonce: bytes, skew: int, order: list[int]) -> None:
    parameters = signer.but(nonce=base64url(nonce), skew=skew).parameters().removeprefix(COVERED_TEXT)[1:].split(";")
    ordered = ";".join(["", *(parameters[place] for place in order)])
    headers = raw(replaced(signer, ordered).headers("POST", PATH, BODY))
    assert verify(signer, headers).signature_base == by_the_library(signer, headers)


def replaced(signer: Signer, parameters: str) -> Signer:
    class Ordered(Signer):
        def parameters(self) -> str:
            return self.covered + parameters

    return Ordered(signer.origin, signer.key)


@given(
    position=st.integers(min_value=0),
    byte=st.integers(0, 127),
    field=st.sampled_from([b"signature-input", b"signature", b"content-digest"]),
)
def test_it_accepts_nothing_that_a_general_library_refuses(
    signer: Signer, position: int, byte: int, field: bytes
) -> None:
    def alter(value: bytes) -> bytes:
        at = position % len(value)
        return value[:at] + bytes([byte]) + value[at + 1 :]

    headers = edit(field, alter)(raw(signer.headers("POST", PATH, BODY)))
    try:
        base = verify(signer, headers).signature_base
    except RefusalError:
        return
    assert base == by_the_library(signer, headers)
