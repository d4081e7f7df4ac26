"""Questions to a key office with one thing wrong each, and what they must be told."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from key_office import EPOCH, question
from obacht_keys.http import EVALUATIONS
from obacht_protocol import oprf
from obacht_protocol.encoding import base64url
from obacht_protocol.messages import MAX_REQUEST_LENGTH
from signing import COVERED, Signer


@dataclass(frozen=True)
class Sent:
    """A request on its way: a test makes one thing wrong with it."""

    body: bytes
    headers: dict[str, str]
    path: str = EVALUATIONS


def body(**changes: object) -> bytes:
    """A question's JSON with fields replaced, or removed where the value is None."""
    fields: dict[str, Any] = json.loads(question().encode()) | changes
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def with_body(**changes: object) -> Callable[[Signer], Sent]:
    return lambda signer: signed(signer, body(**changes))


def signed(signer: Signer, content: bytes, path: str = EVALUATIONS) -> Sent:
    return Sent(content, signer.headers("POST", path, content), path)


def by(**changes: object) -> Callable[[Signer], Sent]:
    return lambda signer: signed(signer.but(**changes), question().encode())


def with_headers(change: Callable[[dict[str, str]], dict[str, str]]) -> Callable[[Signer], Sent]:
    def make(signer: Signer) -> Sent:
        sent = signed(signer, question().encode())
        return Sent(sent.body, change(sent.headers))

    return make


def without(name: str) -> Callable[[Signer], Sent]:
    return with_headers(lambda headers: {key: value for key, value in headers.items() if key != name})


def two_signatures(headers: dict[str, str]) -> dict[str, str]:
    return headers | {
        name: f"{headers[name]}, {headers[name].replace('obacht=', 'second=', 1)}"
        for name in ("Signature", "Signature-Input")
    }


def altered(signer: Signer) -> Sent:
    sent = signed(signer, question().encode())
    return Sent(question().encode(), sent.headers)


def elements(*items: bytes) -> list[str]:
    return [base64url(item) for item in items]


ONE = oprf.blind(b"one")[1]
HIGH_BIT = ONE[:-1] + bytes([ONE[-1] | 0x80])
ABOVE_P = (2**255 - 19 + 2).to_bytes(32, "little")
NOT_A_MEMBER = bytes.fromhex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371")  # RFC 9496, A.3
NEGATIVE = (2**255 - 19 - 2).to_bytes(32, "little")

BAD: dict[str, tuple[Callable[[Signer], Sent], int, str]] = {
    "empty": (lambda signer: signed(signer, b""), 400, "json"),
    "not JSON": (lambda signer: signed(signer, b"{Mustermann"), 400, "json"),
    "not UTF-8": (lambda signer: signed(signer, b'{"type": "\xff"}'), 400, "json"),
    "a list": (lambda signer: signed(signer, b"[1, 2]"), 400, "json"),
    "nested deeply": (lambda signer: signed(signer, b"[" * 60_000), 400, "json"),
    "a field twice": (lambda signer: signed(signer, body()[:-1] + b', "epoch": 7}'), 400, "json"),
    "a field missing": (with_body(user=None), 400, "json"),
    "a field too many": (with_body(surname="Mustermann"), 400, "json"),
    "another type": (with_body(type="obacht/v2/evaluation"), 400, "json"),
    "a fraction": (with_body(epoch=7.0), 400, "json"),
    "a truth as epoch": (with_body(epoch=True), 409, "epoch"),
    "another epoch": (with_body(epoch=EPOCH + 1), 409, "epoch"),
    "a short question id": (with_body(question=base64url(bytes(15))), 400, "question"),
    "a number as question id": (with_body(question=5), 400, "question"),
    "no elements": (with_body(elements=[]), 400, "elements"),
    "3 elements": (with_body(elements=elements(ONE, ONE, ONE)), 400, "elements"),
    "5 elements": (with_body(elements=elements(*[ONE] * 5)), 400, "elements"),
    "164 elements": (with_body(elements=elements(*[ONE] * 164)), 400, "elements"),
    "elements that are none": (with_body(elements="Mustermann"), 400, "elements"),
    "a short element": (with_body(elements=elements(ONE, ONE, ONE, ONE[:-1])), 400, "element"),
    "a long element": (with_body(elements=elements(ONE, ONE, ONE, ONE + b"\0")), 400, "element"),
    "padded base64url": (with_body(elements=[base64url(ONE) + "="] * 4), 400, "element"),
    "base64 of another alphabet": (with_body(elements=["+/" + "A" * 41] * 4), 400, "element"),
    "spare bits that are set": (with_body(elements=["A" * 42 + "B"] * 4), 400, "element"),
    "the identity": (with_body(elements=elements(ONE, ONE, ONE, bytes(32))), 400, "element"),
    "an element with its high bit set": (with_body(elements=elements(ONE, ONE, ONE, HIGH_BIT)), 400, "element"),
    "an element above p": (with_body(elements=elements(ONE, ONE, ONE, ABOVE_P)), 400, "element"),
    "a negative element": (with_body(elements=elements(ONE, ONE, ONE, NEGATIVE)), 400, "element"),
    "no member of the group": (with_body(elements=elements(ONE, ONE, ONE, NOT_A_MEMBER)), 400, "element"),
    "a purpose with blanks": (with_body(purpose="zu Mustermann"), 400, "purpose"),
    "enrolment by a desk": (with_body(purpose="enrolment"), 400, "purpose"),
    "a short user": (with_body(user=base64url(bytes(8))), 400, "user"),
    "a receipt, which no log could keep": (with_body(receipts=[base64url(bytes(1024))]), 400, "receipts"),
    "a short receipt": (with_body(receipts=[base64url(bytes(1023))]), 400, "receipts"),
    "oversized": (lambda signer: signed(signer, b" " * (MAX_REQUEST_LENGTH + 1)), 413, "too-large"),
    "another media type": (with_headers(lambda headers: headers | {"Content-Type": "text/plain"}), 415, "media-type"),
    "no media type": (without("Content-Type"), 415, "media-type"),
    "an altered body": (altered, 400, "digest"),
    "no digest": (without("Content-Digest"), 400, "digest"),
    "another digest's algorithm": (
        with_headers(lambda headers: headers | {"Content-Digest": headers["Content-Digest"].replace("256", "512")}),
        400,
        "digest",
    ),
    "no signature": (without("Signature"), 401, "signature-missing"),
    "no signature input": (without("Signature-Input"), 401, "signature-missing"),
    "two signatures": (with_headers(two_signatures), 401, "signature-missing"),
    "an unknown device": (lambda signer: signed(Signer(signer.origin), question().encode()), 401, "device"),
    "a device's name that is none": (by(keyid="Mustermann"), 401, "device"),
    "another's name": (lambda signer: signed(Signer(signer.origin, keyid=signer.device), body()), 401, "signature"),
    "a clock 62 seconds behind": (by(skew=-62), 401, "signature-time"),
    "a clock 62 seconds ahead": (by(skew=62), 401, "signature-time"),
    "signed for another server": (by(authority="keys.example.net"), 401, "signature"),
    "another tag": (by(tag="mustermann"), 401, "signature-form"),
    "an algorithm named": (by(extra=';alg="ed25519"'), 401, "signature-form"),
    "an end named": (by(extra=f";expires={int(time.time()) + 60}"), 401, "signature-form"),
    "a component less": (by(covered='("@method" "@authority" "@path")'), 401, "signature-form"),
    "components in another order": (
        by(covered='("@authority" "@method" "@path" "content-digest")'),
        401,
        "signature-form",
    ),
    "a component more": (by(covered=COVERED[:-1] + ' "content-type")'), 401, "signature-form"),
    "a short nonce": (by(nonce=base64url(bytes(15))), 401, "signature-form"),
    "a nonce that is none": (by(nonce="Mustermann" * 2 + "xx"), 401, "signature-form"),
    "another path": (lambda signer: Sent(question().encode(), signer.headers("POST", "/v1/x", b"")), 401, "signature"),
    "a query that is not signed": (
        lambda signer: Sent(**vars(signed(signer, body())) | {"path": f"{EVALUATIONS}?name=Mustermann"}),
        401,
        "signature-form",
    ),
    "an unknown address": (lambda signer: signed(signer, body(), "/v1/Mustermann"), 404, "not-found"),
}


def inputs(sent: Sent) -> set[str]:
    """Collect the words of a request of which nothing may appear again."""
    text = sent.body.decode("utf-8", "replace") + " ".join(sent.headers.values()) + sent.path
    words = text.replace('"', " ").replace(";", " ").replace("=", " ").replace(":", " ").replace(",", " ").split()
    known = {"application/json", EVALUATIONS, "obacht", "obacht/v1/evaluation", "content-digest", "content-type"}
    return {word for word in words if len(word) > 8} - known
