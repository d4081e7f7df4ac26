"""Reading the log's tree: its root at any size, and the proofs that it holds an entry, and that it only grew."""

from collections.abc import Sequence

from obacht_keys.log.store import Store
from obacht_protocol import merkle


def root(store: Store, size: int) -> bytes:
    """Give the root of the first ``size`` entries, 32 bytes; ``StoreError`` if they are not all there."""
    return _range(store, 0, size)


def inclusion(store: Store, size: int, index: int) -> list[bytes]:
    """Prove that an entry is in the tree of so many; ``MerkleError`` if there is no such entry."""
    return _hashes(store, merkle.inclusion_path(size, index))


def consistency(store: Store, old: int, new: int) -> list[bytes]:
    """Prove that the tree of ``new`` entries goes on from the one of ``old``; ``MerkleError`` if it is smaller."""
    return _hashes(store, merkle.consistency_path(old, new))


def _hashes(store: Store, path: Sequence[tuple[int, int]]) -> list[bytes]:
    return [_range(store, begin, end) for begin, end in path]


def _range(store: Store, begin: int, end: int) -> bytes:
    return merkle.bag(store.hashes(merkle.cover(begin, end)))
