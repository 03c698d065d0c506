"""One flow's line. Knows what waits in it, and counts what waits and runs on the way up; knows no other flow.

Each move is one way up the tree, as this runs several times for each question: at every node its counts first, then
whether its parent can serve it now.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from seawall.scheduling.fairness import Branch, Item, Node


class Leaf(Node[Item]):
    """A line, first come first served. What goes to the engine is charged at once what it is predicted to take."""

    __slots__ = ("_entered_ms", "_gone_ms", "_line")

    def __init__(self, parent: Branch[Item], key: Hashable) -> None:
        super().__init__(parent, key)
        self._line: OrderedDict[Item, tuple[float, float]] = OrderedDict()
        self._entered_ms = 0.0
        self._gone_ms = 0.0

    @property
    def head(self) -> Item:
        """Who is first in the line."""
        return next(iter(self._line))

    def before_ms(self, item: Item) -> float:
        """About how much work waits here before ``item``."""
        return max(0.0, self._line[item][1] - self._gone_ms)

    def push(self, item: Item, cost_ms: float, *, tie: float = 0.0, level: int = 0) -> None:
        """``item`` lines up; ``tie`` and ``level`` count if nothing waited here before."""
        self._line[item] = (cost_ms, self._entered_ms)
        self._entered_ms += cost_ms
        self.live += 1
        node: Node[Item] = self
        while (parent := node.parent) is not None:
            if not node.waiting:
                node.tie, node.level = tie, level
            node.waiting += 1
            _owe(node, parent, cost_ms)
            node = parent

    def remove(self, item: Item) -> None:
        """``item`` leaves the line unserved."""
        cost_ms = self._unline(item)
        node: Node[Item] = self
        while (parent := node.parent) is not None:
            node.waiting -= 1
            _owe(node, parent, -cost_ms)
            node = parent
        self._forget()

    def take(self, item: Item) -> None:
        """``item`` goes from the line to the engine."""
        cost_ms = self._unline(item)
        node: Node[Item] = self
        while (parent := node.parent) is not None:
            node.waiting -= 1
            node.running += 1
            node.foretold_ms += cost_ms
            node.counter += cost_ms / node.weight
            _owe(node, parent, -cost_ms)
            node = parent

    def pass_by(self, cost_ms: float) -> None:
        """The same for one that never waited, since nobody else could be served."""
        node: Node[Item] = self
        while (parent := node.parent) is not None:
            comes = not node.ready
            if comes:
                parent.lift(node)
            node.running += 1
            node.foretold_ms += cost_ms
            node.counter += cost_ms / node.weight
            if comes:
                parent.remember(node)
            parent.review(node)
            node = parent

    def charge(self, ms: float) -> None:
        """So much more engine time was given than was predicted."""
        node: Node[Item] = self
        while (parent := node.parent) is not None:
            node.counter += ms / node.weight
            node = parent

    def release(self, cost_ms: float, beyond_ms: float) -> None:
        """What ran has ended: ``cost_ms`` was predicted of it, and by so much less or more than charged it took."""
        node: Node[Item] = self
        while (parent := node.parent) is not None:
            node.running -= 1
            # Exactly nothing where nothing runs, so that rounding cannot pile up.
            node.foretold_ms = node.foretold_ms - cost_ms if node.running else 0.0
            node.counter += beyond_ms / node.weight
            if not node.ready:
                parent.remember(node)
            elif beyond_ms < 0:
                parent.offer(node)
            parent.review(node)
            node = parent
        self._forget()

    def _unline(self, item: Item) -> float:
        cost_ms, _ = self._line.pop(item)
        self._gone_ms += cost_ms
        self.live -= 1
        return cost_ms

    def _forget(self) -> None:
        node: Node[Item] = self
        while (parent := node.parent) is not None and not node.waiting and not node.running:
            parent.park(node)
            node = parent


def _owe(node: Node[Item], parent: Branch[Item], ms: float) -> None:
    """A node's backlog grows or shrinks, and its parent is to know."""
    before = node.backlog_ms
    # Exactly nothing where nothing waits, so that rounding cannot pile up.
    after = before + ms if node.waiting else 0.0
    node.backlog_ms = after = after if after > 0 else 0.0
    if parent.parent is not None:  # Classes share by weight, so of the root's children nobody asks for the sum.
        parent.spread.move(before, after, node.level)
    parent.review(node)
