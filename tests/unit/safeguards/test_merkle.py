"""The tree of RFC 6962: heads as Certificate Transparency's own tests have them, proofs that hold and none beside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from seawall.safeguards.merkle import EMPTY, Tree, includes, is_consistent, leaf_hash, node_hash

# The entries and heads by which implementations of Certificate Transparency check each other.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = some.binary(min_size=32, max_size=32)


def tree_of(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree


def by_the_definition(leaves: list[bytes]) -> bytes:
    """The tree's head word by word as section 2.1 defines it."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(by_the_definition(leaves[:k]), by_the_definition(leaves[k:]))


def test_the_heads_are_those_of_certificate_transparency():
    tree = tree_of([leaf_hash(entry) for entry in ENTRIES])

    assert [tree.root(size).hex() for size in range(len(HEADS))] == HEADS


@given(some.lists(HASHES, max_size=70))
def test_the_head_is_the_one_that_the_definition_gives(leaves: list[bytes]):
    assert tree_of(leaves).root() == by_the_definition(leaves)


@given(some.data(), some.lists(HASHES, min_size=1, max_size=70), some.lists(HASHES, max_size=20))
def test_a_tree_that_shrank_grows_on_as_if_nothing_had_been(
    data: some.DataObject, leaves: list[bytes], others: list[bytes]
):
    size = data.draw(some.integers(0, len(leaves)))
    tree = tree_of(leaves)

    tree.shrink(size)
    for leaf in others:
        tree.append(leaf)

    assert tree.size == size + len(others)
    assert tree.root() == by_the_definition([*leaves[:size], *others])


@given(some.data(), some.lists(HASHES, min_size=1, max_size=70, unique=True))
def test_every_entry_is_shown_to_be_where_it_is_and_nowhere_else(data: some.DataObject, leaves: list[bytes]):
    tree = tree_of(leaves)
    size = data.draw(some.integers(1, len(leaves)))
    position = data.draw(some.integers(0, size - 1))
    path = tree.inclusion(position, size)

    assert includes(tree.root(size), size, position, leaves[position], path)
    elsewhere = data.draw(some.integers(0, size + 3).filter(lambda other: other != position))
    assert not includes(tree.root(size), size, elsewhere, leaves[position], path)
    assert not includes(tree.root(size), size, position, leaf_hash(b"another"), path)


@given(some.data(), some.lists(HASHES, min_size=1, max_size=70, unique=True))
def test_a_later_tree_is_shown_to_begin_with_the_former(data: some.DataObject, leaves: list[bytes]):
    tree = tree_of(leaves)
    later = data.draw(some.integers(1, len(leaves)))
    size = data.draw(some.integers(1, later))
    path = tree.consistency(size, later)

    assert is_consistent(tree.root(size), size, tree.root(later), later, path)
    assert not is_consistent(leaf_hash(b"another"), size, tree.root(later), later, path)
    assert not is_consistent(tree.root(size), size, leaf_hash(b"another"), later, path)


@given(some.data(), some.lists(HASHES, min_size=2, max_size=70, unique=True))
def test_a_tree_in_which_a_former_entry_was_edited_is_consistent_by_no_changed_proof(
    data: some.DataObject, leaves: list[bytes]
):
    size = data.draw(some.integers(1, len(leaves) - 1))
    edited = data.draw(some.integers(0, size - 1))
    tree = tree_of(leaves)
    forged = tree_of([*leaves[:edited], leaf_hash(b"forged"), *leaves[edited + 1 :]])

    path = forged.consistency(size, len(leaves))

    assert not is_consistent(tree.root(size), size, forged.root(), len(leaves), path)


@given(some.data(), some.lists(HASHES, min_size=2, max_size=70, unique=True))
def test_a_proof_with_one_bit_changed_holds_no_more(data: some.DataObject, leaves: list[bytes]):
    tree, size = tree_of(leaves), len(leaves)
    position = data.draw(some.integers(0, size - 1))
    path = tree.inclusion(position, size)
    step = data.draw(some.integers(0, len(path) - 1))
    bit = data.draw(some.integers(0, 255))
    path[step] = (int.from_bytes(path[step]) ^ (1 << bit)).to_bytes(32)

    assert not includes(tree.root(), size, position, leaves[position], path)


@given(some.binary(max_size=200), some.integers(0, 40), some.integers(0, 40))
def test_no_path_of_any_length_makes_the_checks_stumble(noise: bytes, one: int, other: int):
    path = [leaf_hash(bytes([number])) for number in noise]

    assert not includes(leaf_hash(b"root"), other, one, leaf_hash(b"leaf"), path)
    assert not is_consistent(leaf_hash(b"root"), one, leaf_hash(b"later"), other, path)
