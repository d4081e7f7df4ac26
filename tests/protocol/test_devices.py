"""What a device signs: our profile of HTTP Message Signatures (RFC 9421), to the letter."""

import hashlib

import pytest

from obacht_protocol import devices
from obacht_protocol.errors import EncodingError

DIGEST = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
"""Of the body that RFC 9530 has in its examples."""


def test_a_device_is_named_after_its_key() -> None:
    assert devices.device_id(bytes(32)) != devices.device_id(bytes([1]) * 32)
    assert len(devices.device_id(bytes(32))) == 22
    with pytest.raises(EncodingError):
        devices.device_id(bytes(31))


def test_a_digest_is_written_as_in_the_rfc() -> None:
    assert devices.content_digest(hashlib.sha256(b'{"hello": "world"}\n').digest()) == DIGEST


def test_the_signature_base_has_every_component_and_the_parameters() -> None:
    parameters = devices.signature_parameters("device", 1_700_000_000, bytes(16))
    assert parameters == (
        '("@method" "@authority" "@path" "content-digest")'
        ';created=1700000000;keyid="device";nonce="AAAAAAAAAAAAAAAAAAAAAA";tag="obacht-v1"'
    )
    assert devices.signature_base("POST", "keys.example.org", "/v1/evaluations", DIGEST, parameters).decode() == (
        '"@method": POST\n'
        '"@authority": keys.example.org\n'
        '"@path": /v1/evaluations\n'
        f'"content-digest": {DIGEST}\n'
        f'"@signature-params": {parameters}'
    )
