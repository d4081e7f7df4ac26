import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import merkle
from obacht_protocol.errors import MerkleError

# The leaves and roots that the Certificate Transparency project tests its own trees with (RFC 6962 gives no vectors).
LEAVES = [bytes.fromhex(leaf) for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle.root([merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@given(st.integers(1, 70), st.data())
def test_every_leaf_can_be_proved_and_no_other_in_its_place(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    root = merkle.root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(leaves, index)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, root) == leaves[index]
    for wrong in (
        (merkle.leaf_hash(b"other"), index, size, proof, root),
        (leaves[index], index + size, size, proof, root),
        (leaves[index], index, size, [*proof, root], root),
        (leaves[index], index, size, proof, merkle.leaf_hash(root)),
        (leaves[index], index, size, [part[:31] for part in proof] or [b""], root),
    ):
        with pytest.raises(MerkleError):
            merkle.verify_inclusion(*wrong)
    if proof:
        with pytest.raises(MerkleError):
            merkle.verify_inclusion(leaves[index], index, size, proof[:-1], root)


@given(st.binary(), st.integers(), st.integers(), st.lists(st.binary()), st.binary())
def test_any_proof_is_judged_without_another_error(
    leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes
) -> None:
    with pytest.raises(MerkleError):
        merkle.verify_inclusion(leaf, index, size, proof, b"never" + root)


def test_a_leaf_in_pieces_hashes_as_one() -> None:
    hasher = merkle.leaf_hasher(b"ab")
    hasher.update(b"cd")
    assert hasher.digest() == merkle.leaf_hash(b"abcd")


def test_a_leaf_that_is_not_there_has_no_proof() -> None:
    with pytest.raises(MerkleError):
        merkle.inclusion_proof([bytes(32)], 1)


@given(st.integers(0, 70), st.data())
def test_every_growth_can_be_proved_and_no_other_tree_in_its_place(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    old = data.draw(st.integers(0, size))
    before, after = merkle.root(leaves[:old]), merkle.root(leaves)
    proof = merkle.consistency_proof(leaves, old)
    assert merkle.verify_consistency(old, before, size, after, proof) == after
    other = merkle.leaf_hash(b"other")
    for wrong in (
        (old, other, size, after, proof),
        (old, before, size, after, [*proof, other]),
        (old, before, size, after, [part[:31] for part in proof] or [b""]),
        (size + 1, before, size, after, proof),
    ):
        with pytest.raises(MerkleError):
            merkle.verify_consistency(*wrong)
    if old:
        with pytest.raises(MerkleError):
            merkle.verify_consistency(old, before, size, other, proof)
    if proof:
        with pytest.raises(MerkleError):
            merkle.verify_consistency(old, before, size, after, proof[:-1])


@pytest.mark.parametrize("old", [2, 3])
def test_a_growth_without_a_proof_is_refused(old: int) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(4)]
    with pytest.raises(MerkleError):
        merkle.verify_consistency(old, merkle.root(leaves[:old]), 4, merkle.root(leaves), [])


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    nothing = merkle.root([])
    with pytest.raises(MerkleError):
        merkle.verify_consistency(0, merkle.leaf_hash(b""), 0, merkle.leaf_hash(b""), [])
    assert merkle.verify_consistency(0, nothing, 0, nothing, []) == nothing


@given(st.integers(), st.binary(), st.integers(), st.lists(st.binary(min_size=32, max_size=32)), st.binary())
def test_any_consistency_proof_is_judged_without_another_error(
    old: int, before: bytes, new: int, proof: list[bytes], after: bytes
) -> None:
    with pytest.raises(MerkleError):
        merkle.verify_consistency(old, b"never" + before, new, after, proof)


@given(st.integers(0, 70), st.data())
def test_only_the_leaves_that_were_added_pass_for_a_growth(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    old = data.draw(st.integers(0, size))
    before, after, added = merkle.root(leaves[:old]), merkle.root(leaves), leaves[old:]
    proof = merkle.consistency_proof(leaves, old)
    assert merkle.verify_appended(old, before, added, after, proof) == added
    other = merkle.leaf_hash(b"other")
    wrong = [
        (old, other, added, after, proof),
        (old, before, [*added, other], after, proof),
        (old, before, added, other, proof),
        (old, before, added, after, [*proof, other]),
        (-1, before, added, after, proof),
    ]
    if added:
        place = data.draw(st.integers(0, len(added) - 1))
        wrong.append((old, before, [*added[:place], other, *added[place + 1 :]], after, proof))
        wrong.append((old, before, added[1:], after, proof))
    for arguments in wrong:
        with pytest.raises(MerkleError):
            merkle.verify_appended(*arguments)


@given(st.integers(1, 300), st.data())
def test_the_ranges_of_a_proof_are_made_of_perfect_subtrees(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(number.to_bytes(2, "big")) for number in range(size)]

    def perfect(level: int, place: int) -> bytes:
        return merkle.root(leaves[place << level : (place + 1) << level])

    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    ranges = [(0, size), *merkle.inclusion_path(size, index), *merkle.consistency_path(old, size)]
    for begin, end in ranges:
        bagged = merkle.bag([perfect(*subtree) for subtree in merkle.cover(begin, end)])
        assert bagged == merkle.root(leaves[begin:end])
    assert merkle.bag([]) == merkle.root([])


def test_there_is_no_path_for_a_tree_that_never_was() -> None:
    with pytest.raises(MerkleError):
        merkle.consistency_path(3, 2)
    with pytest.raises(MerkleError):
        merkle.inclusion_path(3, 3)
