"""The verifiable oblivious pseudorandom function VOPRF(ristretto255, SHA-512), RFC 9497, mode 0x01.

A client blinds an input, a key office multiplies the blinded element with its key and proves that it did so with the
key behind its public share, and the client unblinds. The office learns nothing about the input, the client nothing
about the key. Elements, scalars and keys are 32 bytes, proofs 64, outputs 64.
"""

import hmac
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha512
from typing import Final

from obacht_protocol import group
from obacht_protocol.encoding import prefixed, u16
from obacht_protocol.errors import EncodingError, GroupError, ProofError

_CONTEXT: Final = b"OPRFV1-\x01-ristretto255-SHA512"
_LENGTH: Final = u16(64)
_MOST: Final = 65_535


def _suffixed(tag: bytes) -> bytes:
    return tag + bytes([len(tag)])


_TO_GROUP: Final = _suffixed(b"HashToGroup-" + _CONTEXT)
_TO_SCALAR: Final = _suffixed(b"HashToScalar-" + _CONTEXT)
_TO_KEY: Final = _suffixed(b"DeriveKeyPair" + _CONTEXT)
_SEED: Final = b"Seed-" + _CONTEXT
# Every expansion starts with one block of zeros, so its state after that block is kept.
_ZERO_BLOCK: Final = sha512(bytes(128))


def derive_key_pair(seed: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Derive a key pair from a secret seed (RFC 9497, section 3.2.1).

    Args:
        seed: 32 random bytes.
        info: Public bytes that tell keys from one seed apart, at most 65,535.

    Returns:
        The secret scalar and the public element.

    Raises:
        EncodingError: The seed or the info has the wrong length.
        GroupError: The seed gives no key, which happens to none of 2^252 seeds.
    """
    if len(seed) != 32:
        raise EncodingError("the seed of a key pair is not 32 bytes long")
    material = seed + prefixed([info])
    for counter in range(256):
        with suppress(GroupError):
            secret = group.scalar_reduce(_expand(material + bytes([counter]), _TO_KEY))
            return secret, group.multiply_base(secret)
    raise GroupError("no key pair can be derived from this seed")


def hash_to_group(data: bytes) -> bytes:
    """Hash an input to an element whose logarithm nobody knows (RFC 9497, section 4.1).

    Raises:
        EncodingError: The input is longer than 65,535 bytes.
    """
    if len(data) > _MOST:
        raise EncodingError("an input is longer than 65,535 bytes")
    return group.from_hash(_expand(data, _TO_GROUP))


def blind(input: bytes, scalar: bytes | None = None) -> tuple[bytes, bytes]:  # noqa: A002 - the RFC's word
    """Hide an input in a blinded element (RFC 9497, section 3.3.2).

    Args:
        input: At most 65,535 bytes.
        scalar: The blind. None, the default, draws a random one; anything else is for test vectors and for an auditor
            who computes a blinded element again.

    Returns:
        The blind, to be kept secret until :func:`finalize`, and the blinded element for the key offices.

    Raises:
        EncodingError: The input is too long.
        GroupError: The blind is not a scalar.
    """
    if scalar is None:
        scalar = group.scalar_random()
    return scalar, group.multiply(scalar, hash_to_group(input))


def blind_evaluate(
    secret: bytes, elements: list[bytes], *, proof_scalar: bytes | None = None
) -> tuple[list[bytes], bytes]:
    """Multiply blinded elements with a key and prove it, once for all of them (RFC 9497, sections 2.2.1 and 3.3.2).

    Args:
        secret: The key.
        elements: 1 to 65,535 blinded elements.
        proof_scalar: The proof's random scalar. It must be None except in test vectors: one scalar in two proofs gives
            the key away.

    Returns:
        The evaluated elements in the same order, and the proof of 64 bytes.

    Raises:
        GroupError: The key is not a scalar, or an element is refused.
        ProofError: There are no elements, or too many for one proof.
    """
    public = group.multiply_base(secret)
    evaluated = [group.multiply(secret, element) for element in elements]
    combined = group.linear_combination(_weights(public, elements, evaluated), elements)
    combined_evaluated = group.multiply(secret, combined)
    if proof_scalar is None:
        proof_scalar = group.scalar_random()
    commitments = group.multiply_base(proof_scalar), group.multiply(proof_scalar, combined)
    challenge = _challenge(public, combined, combined_evaluated, *commitments)
    response = group.scalar_subtract(proof_scalar, group.scalar_multiply(challenge, secret))
    return evaluated, challenge + response


def verify_proof(public: bytes, elements: list[bytes], evaluated: list[bytes], proof: bytes) -> list[bytes]:
    """Check that every element was multiplied with the key behind ``public`` (RFC 9497, section 2.2.2).

    Returns:
        The evaluated elements, now known to be right.

    Raises:
        ProofError: They are not, or the proof is malformed or covers another number of elements.
        GroupError: The public key or an element is refused.
    """
    if len(elements) != len(evaluated):
        raise ProofError("not as many evaluated elements as blinded ones")
    group.check_element(public)
    weights = _weights(public, elements, evaluated)
    combined = group.linear_combination(weights, elements)
    combined_evaluated = group.linear_combination(weights, evaluated)
    challenge, response = proof[:32], proof[32:]
    try:
        commitments = (
            group.add(group.multiply_base(response), group.multiply(challenge, public)),
            group.linear_combination((response, challenge), (combined, combined_evaluated)),
        )
    except GroupError as error:
        raise ProofError("a proof is not 64 bytes of two scalars that make a commitment") from error
    if not hmac.compare_digest(challenge, _challenge(public, combined, combined_evaluated, *commitments)):
        raise ProofError("the proof does not hold")
    return evaluated


def unblind(inputs: list[bytes], blinds: list[bytes], evaluated: list[bytes]) -> list[bytes]:
    """Remove the blinds from evaluated elements and hash them to the outputs (RFC 9497, section 3.3.2).

    It checks no proof: for elements that :func:`verify_proof` has returned, or that were combined out of such.

    Returns:
        One output of 64 bytes for each input.

    Raises:
        EncodingError: The lists differ in length, or an input is too long.
        GroupError: A blind or an element is refused.
    """
    if not len(inputs) == len(blinds) == len(evaluated):
        raise EncodingError("not as many inputs as blinds and elements")
    return [
        sha512(prefixed([data, group.multiply(group.scalar_invert(scalar), element)]) + b"Finalize").digest()
        for data, scalar, element in zip(inputs, blinds, evaluated, strict=True)
    ]


def finalize(  # noqa: PLR0917 - the order of the RFC
    inputs: list[bytes], blinds: list[bytes], elements: list[bytes], evaluated: list[bytes], proof: bytes, public: bytes
) -> list[bytes]:
    """Verify one key's answer and turn it into the outputs (RFC 9497, section 3.3.2).

    Args:
        inputs: What was given to :func:`blind`.
        blinds: The blinds it returned.
        elements: The blinded elements it returned.
        evaluated: What :func:`blind_evaluate` returned for them.
        proof: Its proof, 64 bytes.
        public: The public key that was promised.

    Returns:
        One output of 64 bytes for each input.

    Raises:
        ProofError: The answer was not made with this key, or not for these elements.
        EncodingError: The lists differ in length, or an input is too long.
        GroupError: A blind, an element or the public key is refused.
    """
    return unblind(inputs, blinds, verify_proof(public, elements, evaluated, proof))


def _expand(message: bytes, tag: bytes) -> bytes:
    """Give 64 bytes by expand_message_xmd with SHA-512 (RFC 9380, section 5.3.1); one block is all they need."""
    state = _ZERO_BLOCK.copy()
    state.update(message + _LENGTH + b"\x00" + tag)
    return sha512(state.digest() + b"\x01" + tag).digest()


def _weights(public: bytes, elements: Sequence[bytes], evaluated: Sequence[bytes]) -> list[bytes]:
    """Give the scalars that fold all pairs into one, bound to every one of them (RFC 9497, section 2.2.1)."""
    if not 0 < len(elements) <= _MOST:
        raise ProofError("a proof covers 1 to 65,535 elements")
    seed = prefixed([sha512(prefixed([public, _SEED])).digest()])
    return [
        group.scalar_reduce(_expand(seed + u16(number) + prefixed(pair) + b"Composite", _TO_SCALAR))
        for number, pair in enumerate(zip(elements, evaluated, strict=True))
    ]


def _challenge(*transcript: bytes) -> bytes:
    return group.scalar_reduce(_expand(prefixed(transcript) + b"Challenge", _TO_SCALAR))
