"""One OPRF key shared among key offices, t of n needed: the threshold form of 2HashDH.

Jarecki, Kiayias, Krawczyk, Xu: TOPPSS, 2017. Each office holds the value of a polynomial of degree t - 1 at its index;
the key is the value at 0. Every office answers as if its share were a whole key (:mod:`obacht_protocol.oprf`), and t
answers are combined with Lagrange coefficients. With one office and t = 1 this is RFC 9497 exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod

from obacht_protocol import group, oprf
from obacht_protocol.errors import GroupError, ProofError, ProtocolError, ThresholdError


@dataclass(frozen=True, slots=True)
class Answer:
    """What one key office answers.

    Attributes:
        evaluated: The evaluated elements, in the order of the blinded ones.
        proof: The proof over all of them, 64 bytes.
    """

    evaluated: list[bytes]
    proof: bytes


def split(
    secret: bytes, threshold: int, indices: Iterable[int], coefficients: Sequence[bytes] | None = None
) -> dict[int, bytes]:
    """Split a key into shares, one per index, as a dealer who knows the whole key (Shamir 1979).

    Args:
        secret: The key, a scalar.
        threshold: How many shares are needed, t.
        indices: The offices' indices, distinct, 1 to 255, at least t.
        coefficients: The other t - 1 coefficients of the polynomial, lowest first, or None for random ones. A dealer
            who commits to them draws them afresh for every key: two keys split with the same give each other away.

    Returns:
        The secret share of each index, a scalar. Its public share is ``group.multiply_base(share)``.

    Raises:
        ThresholdError: The threshold, the indices or the number of coefficients do not fit together.
        GroupError: The key or a coefficient is not a scalar.
    """
    offices = list(indices)
    _check_offices(offices, threshold)
    if coefficients is None:
        coefficients = [group.scalar_random() for _ in range(threshold - 1)]
    if len(coefficients) != threshold - 1:
        raise ThresholdError("a polynomial for t shares has t - 1 coefficients besides the key")
    polynomial = [group.check_scalar(scalar) for scalar in (secret, *coefficients)]
    return {index: _value_at(polynomial, index) for index in offices}


def committed_share(commitments: Sequence[bytes], index: int) -> bytes:
    """Compute an office's public share from the dealer's commitments (Feldman 1987).

    Args:
        commitments: The polynomial's t coefficients times the generator, lowest first; the first is the public key.
        index: The office's index, 1 to 255.

    Returns:
        The public share, 32 bytes.

    Raises:
        ThresholdError: There is no commitment, or the index is out of range.
        GroupError: A commitment is not an element, or the share is the identity.
    """
    _check_offices([index], 1)
    if not commitments:
        raise ThresholdError("a key is shared with one commitment or more")
    at = group.scalar_from_int(index)
    *lower, highest = [group.check_element(element) for element in commitments]
    return reduce(lambda value, element: group.add(group.multiply(at, value), element), reversed(lower), highest)


def check_polynomial(public_key: bytes, shares: Mapping[int, bytes], threshold: int) -> Mapping[int, bytes]:
    """Check that any t of the offices, and no fewer, stand for one and the same key.

    Otherwise some subsets of offices would give another answer than others, silently; or fewer than t offices would
    have the key. It costs about t scalar multiplications per share.

    Args:
        public_key: The whole key's public element.
        shares: The public share of each index (1 to 255).
        threshold: How many shares are needed, t.

    Returns:
        The shares, now known to lie on one polynomial of degree t - 1 whose value at 0 is the public key.

    Raises:
        ThresholdError: They do not, or threshold and indices do not fit together.
        GroupError: The public key or a share is not an element.
    """
    _check_offices(list(shares), threshold)
    for element in (public_key, *shares.values()):
        group.check_element(element)
    order = sorted(shares)
    base = {index: shares[index] for index in order[:threshold]}
    expected = {0: public_key} | {index: shares[index] for index in order[threshold:]}
    if any(not _passes_through(base, index, element) for index, element in expected.items()):
        raise ThresholdError("the public shares do not lie on one polynomial through the public key")
    # If one share fewer leads to the key as well, the polynomial's degree is lower than was promised.
    fewer = {index: shares[index] for index in order[: threshold - 1]}
    if fewer and _passes_through(fewer, 0, public_key):
        raise ThresholdError("fewer shares than the threshold would do")
    return shares


def combine(evaluations: Mapping[int, list[bytes]]) -> list[bytes]:
    """Combine t offices' evaluated elements into those of the whole key, by Lagrange interpolation at 0.

    It checks no proof: for elements that :func:`obacht_protocol.oprf.verify_proof` has returned.

    Args:
        evaluations: The evaluated elements of each index; t indices or more.

    Raises:
        ThresholdError: There are none, an index is not from 1 to 255, or the lists differ in length.
        GroupError: An element is refused.
    """
    _check_offices(list(evaluations), 1)
    if len({len(elements) for elements in evaluations.values()}) != 1:
        raise ThresholdError("the offices answered for different numbers of elements")
    if len(evaluations) == 1:  # its coefficient is 1, so the multiplications would change nothing
        return [group.check_element(element) for elements in evaluations.values() for element in elements]
    weights = _coefficients(list(evaluations), 0)
    return [group.linear_combination(weights, elements) for elements in zip(*evaluations.values(), strict=True)]


def finalize(
    inputs: list[bytes],
    blinds: list[bytes],
    elements: list[bytes],
    answers: Mapping[int, Answer],
    *,
    shares: Mapping[int, bytes],
    threshold: int,
) -> list[bytes]:
    """Verify every office's answer, combine t of them and turn them into the outputs.

    Args:
        inputs: What was given to :func:`obacht_protocol.oprf.blind`.
        blinds: The blinds it returned.
        elements: The blinded elements it returned.
        answers: The answers by office index; at least t. More cost more and change nothing.
        shares: The public shares by office index, as :func:`check_polynomial` returned them.
        threshold: How many answers are needed, t.

    Returns:
        One output of 64 bytes for each input.

    Raises:
        ThresholdError: There are fewer than t answers, or one of an office without a public share.
        ProofError: An office's answer was not made with its share, or not for these elements; it names the index.
        EncodingError: The lists differ in length, or an input is too long.
        GroupError: A blind is refused.
    """
    if not 1 <= threshold <= len(answers):
        raise ThresholdError("fewer offices answered than are needed")
    if not answers.keys() <= shares.keys():
        raise ThresholdError("an office answered that has no public share")
    verified = {index: _verified(index, answers[index], elements, shares[index]) for index in sorted(answers)}
    return oprf.unblind(inputs, blinds, combine(verified))


def _verified(index: int, answer: Answer, elements: list[bytes], share: bytes) -> list[bytes]:
    try:
        return oprf.verify_proof(share, elements, answer.evaluated, answer.proof)
    except ProtocolError as error:
        raise ProofError(f"the answer of key office {index} is refused: {error}") from error


def _check_offices(indices: Sequence[int], threshold: int) -> None:
    if len(set(indices)) != len(indices) or not all(1 <= index <= 255 for index in indices):
        raise ThresholdError("the indices of key offices are distinct and from 1 to 255")
    if not 1 <= threshold <= len(indices):
        raise ThresholdError("the threshold is from 1 to the number of key offices")


def _value_at(polynomial: Sequence[bytes], index: int) -> bytes:
    at = group.scalar_from_int(index)
    return reduce(
        lambda value, coefficient: group.scalar_add(group.scalar_multiply(value, at), coefficient),
        reversed(polynomial),
    )


def _passes_through(points: Mapping[int, bytes], at: int, element: bytes) -> bool:
    try:
        return group.linear_combination(_coefficients(list(points), at), points.values()) == element
    except GroupError:  # the value there is the identity, which no element to compare with is
        return False


def _coefficients(indices: Sequence[int], at: int) -> list[bytes]:
    """Give the Lagrange coefficients of ``indices`` for the value at ``at``, which is none of them."""
    return [
        group.scalar_from_int(
            prod(at - other for other in indices if other != index)
            * pow(prod(index - other for other in indices if other != index), -1, group.ORDER)
        )
        for index in indices
    ]
