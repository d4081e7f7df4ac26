"""The log's Merkle tree (RFC 6962), grown leaf by leaf: perfect subtrees alone are kept, each when it becomes whole.

They are kept in the order in which they become whole, as in Go's ``sumdb/tlog``: the leaf, then whatever it completes,
from small to large. So a store only ever appends, and knows from level and place where a hash lies.
"""

from collections.abc import Sequence

from obacht_protocol import merkle


def position(level: int, place: int) -> int:
    """Say where a subtree's hash lies among all that are kept, from 0.

    Args:
        level: 0 for leaves, 1 for pairs of them, and so on.
        place: Its number among those of its level, from the left.
    """
    leaf = ((place + 1) << level) - 1  # the one that completes it
    return 2 * leaf - leaf.bit_count() + level


def kept(size: int) -> int:
    """Count the hashes that are kept of a tree of ``size`` leaves."""
    return 2 * size - size.bit_count()


def size_of(hashes: int) -> int:
    """Tell of how many leaves a tree is of which so many hashes are kept; -1 if there is no such tree."""
    size = (hashes + 1) // 2
    while kept(size) < hashes:
        size += 1
    return size if kept(size) == hashes else -1


class Edge:
    """The right edge of a tree: what the next leaf is hashed with.

    Attributes:
        size: Leaves in the tree.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int, peaks: Sequence[bytes]) -> None:
        """Take the hashes of the perfect subtrees that make the tree up, left to right, 32 bytes each."""
        self.size = size
        self._peaks = list(peaks)

    @property
    def root(self) -> bytes:
        """The root, 32 bytes."""
        return merkle.bag(self._peaks)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf hash (32 bytes), and give the hashes that became whole by it, in the order of their keeping."""
        whole, place, node = [leaf], self.size, leaf
        while place & 1:
            node = merkle.node_hash(self._peaks.pop(), node)
            whole.append(node)
            place >>= 1
        self._peaks.append(node)
        self.size += 1
        return whole
