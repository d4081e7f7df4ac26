"""Merkle trees after RFC 6962, section 2.1, over SHA-256: roots, inclusion proofs and consistency proofs.

A proof is a list of subtree hashes. Which subtrees they are depends on sizes and places alone, so whoever keeps a
large tree asks :func:`inclusion_path` or :func:`consistency_path` for the ranges, and :func:`cover` for the perfect
subtrees, which never change once they are full, that make up each range.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from obacht_protocol.errors import MerkleError

HASH_LENGTH: Final = 32
_MAX_SIZE: Final = 2**63


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf, 32 bytes (RFC 6962, section 2.1: behind a zero byte)."""
    return leaf_hasher(data).digest()


def leaf_hasher(data: bytes = b"") -> "hashlib._Hash":
    """Begin the hash of one leaf, for leaves that arrive in pieces; ``update`` it, then take ``digest()``."""
    return hashlib.sha256(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees of 32 bytes each, 32 bytes (RFC 6962, section 2.1: behind a byte one)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Hash the tree over ``leaves`` (leaf hashes of 32 bytes each), 32 bytes; of no leaves, the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node_hash(root(leaves[:split]), root(leaves[split:]))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Prove that leaf ``index`` is in the tree over ``leaves`` (RFC 6962, section 2.1.1).

    Returns:
        Subtree hashes of 32 bytes each, from the leaf upwards.

    Raises:
        MerkleError: There is no such leaf.
    """
    return [root(leaves[begin:end]) for begin, end in inclusion_path(len(leaves), index)]


def inclusion_path(size: int, index: int) -> list[tuple[int, int]]:
    """Give the ranges of leaves (begin, end) whose subtree hashes prove that leaf ``index`` is in a tree of ``size``.

    Raises:
        MerkleError: There is no such leaf.
    """
    if not 0 <= index < size <= _MAX_SIZE:
        raise MerkleError("there is no such leaf")
    path = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """Prove that the tree over the first ``old`` of ``leaves`` is a beginning of the whole one (RFC 6962, 2.1.2).

    Returns:
        Subtree hashes of 32 bytes each.

    Raises:
        MerkleError: There are not so many leaves.
    """
    return [root(leaves[begin:end]) for begin, end in consistency_path(old, len(leaves))]


def consistency_path(old: int, new: int) -> list[tuple[int, int]]:
    """Give the ranges of leaves (begin, end) whose subtree hashes prove that a tree of ``old`` grew to one of ``new``.

    Nothing needs a proof if ``old`` is 0 or equal to ``new``.

    Raises:
        MerkleError: ``old`` is larger.
    """
    if not 0 <= old <= new <= _MAX_SIZE:
        raise MerkleError("the tree never had that size")
    if old in {0, new}:
        return []
    path = []
    begin, end = 0, new
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    if begin:  # otherwise the old tree is itself a subtree, and the verifier knows its root
        path.append((begin, end))
    return path[::-1]


def cover(begin: int, end: int) -> list[tuple[int, int]]:
    """Give the perfect subtrees, as (level, place), that make up one of the ranges of a path, from left to right.

    Level 0 are the leaves; the subtree at (level, place) is over the leaves from place * 2^level on.
    """
    subtrees = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        subtrees.append((level, begin >> level))
        begin += 1 << level
    return subtrees


def bag(hashes: Sequence[bytes]) -> bytes:
    """Hash what :func:`cover` gave into the one hash of the range, 32 bytes; of nothing, the hash of nothing."""
    if not hashes:
        return hashlib.sha256().digest()
    current = hashes[-1]
    for left in hashes[-2::-1]:
        current = node_hash(left, current)
    return current


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bytes:
    """Check an inclusion proof (RFC 9162, section 2.1.3.2).

    Args:
        leaf: The leaf hash, 32 bytes.
        index: The leaf's place, from 0.
        size: Leaves in the tree.
        proof: Subtree hashes of 32 bytes each, from the leaf upwards.
        expected_root: The root that the tree must have, 32 bytes.

    Returns:
        The leaf hash, now known to be in the tree.

    Raises:
        MerkleError: The proof does not lead from the leaf to the root.
    """
    if not 0 <= index < size <= _MAX_SIZE or any(len(part) != HASH_LENGTH for part in proof):
        raise MerkleError("the inclusion proof is malformed")
    place, last, current = index, size - 1, leaf
    for part in proof:
        if last == 0:
            raise MerkleError("the inclusion proof is too long")
        if place & 1 or place == last:
            current = node_hash(part, current)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, part)
        place, last = place >> 1, last >> 1
    if last != 0 or not hmac.compare_digest(current, expected_root):
        raise MerkleError("the inclusion proof does not lead to the root")
    return leaf


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bytes:
    """Check a consistency proof (RFC 9162, section 2.1.4.2).

    Args:
        old: Leaves in the smaller tree, which may be none.
        old_root: Its root, 32 bytes.
        new: Leaves in the larger tree.
        new_root: Its root, 32 bytes.
        proof: Subtree hashes of 32 bytes each.

    Returns:
        The larger tree's root, now known to go on from the smaller tree.

    Raises:
        MerkleError: The proof does not lead from one to the other.
    """
    if not 0 <= old <= new <= _MAX_SIZE or any(len(part) != HASH_LENGTH for part in proof):
        raise MerkleError("the consistency proof is malformed")
    if old in {0, new}:
        _check_trivial(old, old_root, new, new_root, proof)
        return new_root
    parts = list(proof) if old & (old - 1) else [old_root, *proof]
    if not parts:
        raise MerkleError("the consistency proof is too short")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = parts[0]
    for part in parts[1:]:
        if last == 0:
            raise MerkleError("the consistency proof is too long")
        if place & 1 or place == last:
            first, second = node_hash(part, first), node_hash(part, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, part)
        place, last = place >> 1, last >> 1
    if last != 0 or not hmac.compare_digest(first, old_root) or not hmac.compare_digest(second, new_root):
        raise MerkleError("the consistency proof does not lead from one root to the other")
    return new_root


def verify_appended(
    old: int, old_root: bytes, leaves: Sequence[bytes], new_root: bytes, proof: Sequence[bytes]
) -> Sequence[bytes]:
    """Check that a tree grew by these leaves and no others.

    That a tree goes on from a smaller one does not say what was added; the proof's hashes to the right of the smaller
    one do (RFC 6962, section 2.1.2).

    Args:
        old: Leaves in the smaller tree, which may be none.
        old_root: Its root, 32 bytes.
        leaves: The hashes of the leaves that came after them, 32 bytes each.
        new_root: The larger tree's root, 32 bytes.
        proof: The consistency proof between the two, subtree hashes of 32 bytes each.

    Returns:
        The leaves, now known to be the larger tree's from place ``old`` on.

    Raises:
        MerkleError: The proof does not lead from one to the other, or something else was added.
    """
    new = old + len(leaves)
    verify_consistency(old, old_root, new, new_root, proof)
    # A tree that grew from nothing needs no proof, and is all there.
    parts = zip(consistency_path(old, new), proof, strict=True) if old else [((0, new), new_root)]
    for (begin, end), part in parts:
        if begin >= old and not hmac.compare_digest(root(leaves[begin - old : end - old]), part):
            raise MerkleError("the tree grew by other leaves")
    return leaves


def _check_trivial(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Judge the two cases that have no proof: no tree before, and the same tree."""
    before = hashlib.sha256().digest() if old == 0 else new_root
    if proof or not hmac.compare_digest(before, old_root) or (new == 0 and not hmac.compare_digest(new_root, before)):
        raise MerkleError("the consistency proof does not lead from one root to the other")


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
