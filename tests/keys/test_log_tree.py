"""The kept subtrees: appended in order, found by level and place, and enough for every root and every proof."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_keys.log.tree import Edge, kept, position, size_of
from obacht_protocol import merkle

MOST = 70
LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(MOST)]


def grown(size: int) -> tuple[Edge, list[bytes]]:
    edge, hashes = Edge(0, []), []
    for leaf in LEAVES[:size]:
        hashes += edge.append(leaf)
    return edge, hashes


@given(st.integers(0, MOST))
def test_a_tree_that_grew_leaf_by_leaf_has_the_root_of_the_whole(size: int) -> None:
    edge, hashes = grown(size)
    assert (edge.size, edge.root) == (size, merkle.root(LEAVES[:size]))
    assert len(hashes) == kept(size)
    assert size_of(len(hashes)) == size


@given(st.data())
def test_every_range_of_a_proof_is_made_of_what_is_kept(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    _, hashes = grown(size)
    index = data.draw(st.integers(0, size - 1))
    for begin, end in [*merkle.inclusion_path(size, index), *merkle.consistency_path(index, size), (0, size)]:
        found = [hashes[position(level, place)] for level, place in merkle.cover(begin, end)]
        assert merkle.bag(found) == merkle.root(LEAVES[begin:end])


@given(st.integers(1, MOST), st.integers(0, MOST - 1))
def test_a_tree_goes_on_from_its_edge(size: int, more: int) -> None:
    more = min(more, MOST - size)
    _, hashes = grown(size)
    edge = Edge(size, [hashes[position(*one)] for one in merkle.cover(0, size)])
    for leaf in LEAVES[size : size + more]:
        edge.append(leaf)
    assert edge.root == merkle.root(LEAVES[: size + more])


@pytest.mark.parametrize("hashes", [2, 5, 6, 9])
def test_a_number_of_hashes_that_no_tree_has_is_noticed(hashes: int) -> None:
    assert size_of(hashes) == -1
