"""The way down to whose turn it is. Knows nodes and paths; changes no count."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from seawall.scheduling.fairness import Branch, Item, Node
from seawall.scheduling.leaf import Leaf


class Tree(Branch[Item]):
    """Branches down to leaves, made as paths ask for them."""

    __slots__ = ()

    def first(self) -> Leaf[Item] | None:
        """The leaf whose turn it is; None while nobody may be served."""
        node: Node[Item] | None = self
        while isinstance(node, Branch):
            node = node.least()
        assert node is None or isinstance(node, Leaf)
        return node

    def leaf(self, path: Sequence[Hashable]) -> Leaf[Item]:
        """The leaf at the end of this path, made where it is absent."""
        node: Branch[Item] = self
        for key in path[:-1]:
            child = node.children.get(key)
            if child is None:
                child = node.children[key] = Branch(node, key)
            assert isinstance(child, Branch)
            node = child
        leaf = node.children.get(path[-1])
        if leaf is None:
            leaf = node.children[path[-1]] = Leaf(node, path[-1])
        assert isinstance(leaf, Leaf)
        return leaf

    def find(self, path: Sequence[Hashable]) -> Node[Item] | None:
        """The node at the end of this path, if there is one."""
        node: Node[Item] | None = self
        for key in path:
            node = node.children.get(key) if isinstance(node, Branch) else None
        return node
