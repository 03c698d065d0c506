"""The Merkle tree of RFC 6962, section 2.1: roots, proofs and their checking. Knows hashes; knows not what is in them.

Checking follows RFC 9162, sections 2.1.3.2 and 2.1.4.2, which says of the same tree how a proof is walked. Why this
is our own code and no library's: docs/decisions/0014-our-own-merkle-tree.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()
_SIZE = 32


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry. The prefix keeps an entry from passing for two hashes side by side."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Changes at its end alone. Holds 64 bytes a leaf: the hashes of all complete subtrees, a row a height."""

    def __init__(self) -> None:
        self._rows: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        return len(self._rows[0]) // _SIZE

    def append(self, leaf: bytes) -> None:
        """``leaf`` is a hash by ``leaf_hash``."""
        height, completed = 0, leaf
        while True:
            row = self._rows[height]
            row += completed
            if (len(row) // _SIZE) % 2:
                return
            completed = node_hash(bytes(row[-2 * _SIZE : -_SIZE]), bytes(row[-_SIZE:]))
            height += 1
            if height == len(self._rows):
                self._rows.append(bytearray())

    def shrink(self, size: int) -> None:
        """Forgets all leaves behind the first ``size``: they were not kept after all."""
        for height, row in enumerate(self._rows):
            del row[(size >> height) * _SIZE :]

    def leaf(self, position: int) -> bytes:
        return self._subtree(position, position + 1)

    def root(self, size: int | None = None) -> bytes:
        """The tree's head when it had so many leaves. Raises ValueError where it never had."""
        size = self._known(self.size if size is None else size)
        return self._subtree(0, size) if size else EMPTY

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The hashes by which the leaf at ``position`` leads to the root over ``size``. Raises ValueError."""
        if not 0 <= position < self._known(size):
            raise ValueError(f"There is no entry {position} among the first {size}.")
        path: list[bytes] = []
        first, end = 0, size
        while end - first > 1:
            middle = first + _split(end - first)
            if position < middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(first, middle))
                first = middle
        return path[::-1]

    def consistency(self, size: int, later: int) -> list[bytes]:
        """The hashes by which the first ``size`` leaves are shown to begin those ``later`` ones. Raises ValueError."""
        if not 0 < size <= self._known(later):
            raise ValueError(f"No tree of {size} entries comes before one of {later}.")
        path: list[bytes] = []
        first, end = 0, later
        while size != end:
            middle = first + _split(end - first)
            if size <= middle:
                path.append(self._subtree(middle, end))
                end = middle
            else:
                path.append(self._subtree(first, middle))
                first = middle
        if first:  # The checker knows the root over the first `size` unless the walk has left the left edge.
            path.append(self._subtree(first, end))
        return path[::-1]

    def _known(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ValueError(f"The log has {self.size} entries, not {size}.")
        return size

    def _subtree(self, first: int, end: int) -> bytes:
        """The root over the leaves from ``first`` to before ``end``, which are a subtree of ours."""
        width = end - first
        if width & (width - 1) == 0:
            at = first // width * _SIZE
            return bytes(self._rows[width.bit_length() - 1][at : at + _SIZE])
        middle = first + _split(width)
        return node_hash(self._subtree(first, middle), self._subtree(middle, end))


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The head over these hashes of leaves."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def includes(root: bytes, size: int, position: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows that ``leaf`` is at ``position`` of the tree with this root."""
    if not 0 <= position < size:
        return False
    number, last, reached = position, size - 1, leaf
    for sibling in path:
        if not last:
            return False
        if number % 2 or number == last:
            reached = node_hash(sibling, reached)
            while number and not number % 2:
                number, last = number // 2, last // 2
        else:
            reached = node_hash(reached, sibling)
        number, last = number // 2, last // 2
    return not last and reached == root


def is_consistent(root: bytes, size: int, later_root: bytes, later: int, path: Sequence[bytes]) -> bool:
    """Whether the path shows that the tree of ``size`` leaves begins the one of ``later``."""
    if not 0 < size <= later:
        return False
    if size == later:
        return not path and root == later_root
    steps = [root, *path] if size & (size - 1) == 0 else list(path)
    if not steps:
        return False
    number, last = size - 1, later - 1
    while number % 2:
        number, last = number // 2, last // 2
    then = now = steps[0]
    for step in steps[1:]:
        if not last:
            return False
        if number % 2 or number == last:
            then, now = node_hash(step, then), node_hash(step, now)
            while number and not number % 2:
                number, last = number // 2, last // 2
        else:
            now = node_hash(now, step)
        number, last = number // 2, last // 2
    return not last and then == root and now == later_root


def _split(width: int) -> int:
    """The largest power of two below ``width``."""
    return 1 << ((width - 1).bit_length() - 1)
