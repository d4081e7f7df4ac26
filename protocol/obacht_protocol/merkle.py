"""Merkle trees after RFC 6962, section 2.1, over SHA-256: roots and inclusion proofs."""

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
    if not 0 <= index < len(leaves):
        raise MerkleError("there is no such leaf")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


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


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
