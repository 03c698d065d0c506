"""Between whom the engine is shared, and who is next. Knows flows and engine-milliseconds; knows no slot and no clock.

A tree of virtual token counters (Sheng et al., "Fairness in Serving Large Language Models", OSDI 2024). Each node
counts the engine-milliseconds that it was given; the child with the lowest counter is served. A child that comes back
from idleness is lifted to the lowest counter of its active siblings, so that nobody saves up for a flood. While two
siblings both wait, what they are given differs by at most twice the largest request (their Theorem 4.4), since a
request is charged when it is granted.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

from seawall.scheduling.backlogs import Backlogs

Item = TypeVar("Item", bound=Hashable)

# Idle children that are remembered because they were given more than those who wait. Past it the smallest debt goes.
MOST_IDLE = 4096
# Heap entries that no longer hold are swept out once they outnumber the others by this.
_STALE = 64


class Node(Generic[Item]):
    """One flow, or a group of them.

    States, as its parent sees it: absent -> ready (something waits, below its ``bound``) <-> held back (at its
    bound) -> running (nothing waits, something is at the engine) -> idle -> absent, once its counter is no more than
    what a newcomer starts from. Whatever waits or runs is counted at every node up to the root.
    """

    __slots__ = (
        "backlog_ms", "bound", "counter", "foretold_ms", "heap_key", "key", "level", "parent", "parked_at", "ready",
        "running", "tie", "trail", "waiting", "weight",
    )  # fmt: skip

    def __init__(self, parent: Branch[Item] | None, key: Hashable) -> None:
        self.parent = parent
        self.trail: tuple[Node[Item], ...] = (self,) if parent is None else (self, *parent.trail)
        """This node and all above it."""
        self.key = key
        self.counter = 0.0
        self.foretold_ms = 0.0
        """The part of its counter, in engine time, that what runs is only predicted to take."""
        self.weight = 1.0
        """What its engine time is divided by before it counts."""
        self.waiting = 0
        self.running = 0
        self.backlog_ms = 0.0
        self.bound = 0
        """How many may run at once; 0 for no bound."""
        self.ready = False
        self.tie = 0.0
        """Of ready siblings with equal counters the one with the lower tie goes first."""
        self.level = 0
        """The tie in coarse steps, by which ``Backlogs`` tells who goes first."""
        self.heap_key: tuple[float, float] | None = None
        self.parked_at: float | None = None

    @property
    def able(self) -> bool:
        """Whether something in it could be served, its own bound aside."""
        raise NotImplementedError

    @property
    def settled(self) -> float:
        """Its counter without what is only predicted."""
        return self.counter - self.foretold_ms / self.weight

    def owe(self, ms: float) -> None:
        """Its backlog grows or shrinks."""
        before = self.backlog_ms
        # Exactly nothing where nothing waits, so that rounding cannot pile up.
        self.backlog_ms = max(0.0, before + ms) if self.waiting else 0.0
        if self.parent is not None:
            self.parent.spread.move(before, self.backlog_ms, self.level)


class Branch(Node[Item]):
    """A node whose children take turns."""

    __slots__ = ("_heap", "_idle", "_last", "_live", "_serial", "children", "spread")

    def __init__(self, parent: Branch[Item] | None = None, key: Hashable = None) -> None:
        super().__init__(parent, key)
        self.children: dict[Hashable, Node[Item]] = {}
        self.spread = Backlogs()
        self._heap: list[tuple[float, float, int, Node[Item]]] = []
        self._idle: list[tuple[float, int, Node[Item]]] = []
        self._live = 0
        self._last = 0.0
        self._serial = 0

    @property
    def able(self) -> bool:
        return self._live > 0

    def first(self) -> Leaf[Item] | None:
        """The leaf whose turn it is; None while nobody may be served."""
        node: Node[Item] = self
        while isinstance(node, Branch):
            child = node.least()
            if child is None:
                return None
            node = child
        assert isinstance(node, Leaf)
        return node

    def leaf(self, path: Sequence[Hashable]) -> Leaf[Item]:
        """The leaf at the end of this path, made where it is absent."""
        node = self
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

    def floor(self) -> float:
        """What a child that comes now starts from: the lowest counter of those ready, else of the last to leave.

        Without what is only predicted: whoever predicted too much is given the difference back, and a newcomer that
        had started from it would then stand behind all that it still asks.
        """
        least = self.least()
        return self._last if least is None else least.settled

    def least(self) -> Node[Item] | None:
        """The ready child with the lowest counter. One whose counter grew is put right when it comes up, not before."""
        heap = self._heap
        while heap:
            counter, tie, _, child = heap[0]
            if child.heap_key != (counter, tie):
                heappop(heap)
            elif child.counter > counter:
                heappop(heap)
                self.offer(child)
            else:
                return child
        return None

    def admit(self, child: Node[Item]) -> None:
        """``child`` becomes ready, and has saved up nothing meanwhile."""
        child.counter = max(child.counter, self.floor())
        child.ready = True
        self._live += 1
        self.offer(child)

    def offer(self, child: Node[Item]) -> None:
        """Puts a ready child where its counter belongs; where else it stands in the heap does not count from now on."""
        child.heap_key = (child.counter, child.tie)
        self._serial += 1
        heappush(self._heap, (child.counter, child.tie, self._serial, child))
        if len(self._heap) > 2 * self._live + _STALE:
            self._heap = [one for one in self._heap if one[3].heap_key == one[:2]]
            heapify(self._heap)

    def dismiss(self, child: Node[Item]) -> None:
        """``child`` is ready no more."""
        child.ready = False
        child.heap_key = None
        self._live -= 1
        self._last = max(self._last, child.settled)

    def park(self, child: Node[Item]) -> None:
        """Forgets an idle child once its counter says nothing that lifting would not say again."""
        if child.parked_at != child.counter:
            child.parked_at = child.counter
            self._serial += 1
            heappush(self._idle, (child.counter, self._serial, child))
        floor = self.floor()
        while self._idle and (self._idle[0][0] <= floor or len(self._idle) > MOST_IDLE):
            parked_at, _, idle = heappop(self._idle)
            if idle.parked_at == parked_at:
                idle.parked_at = None
                if not idle.waiting and not idle.running and self.children.get(idle.key) is idle:
                    del self.children[idle.key]


class Leaf(Node[Item]):
    """A line, first come first served."""

    __slots__ = ("_entered_ms", "_gone_ms", "_line")

    def __init__(self, parent: Branch[Item], key: Hashable) -> None:
        super().__init__(parent, key)
        self._line: OrderedDict[Item, tuple[float, float]] = OrderedDict()
        self._entered_ms = 0.0
        self._gone_ms = 0.0

    @property
    def able(self) -> bool:
        return self.waiting > 0

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
        for node in self.trail:
            if not node.waiting:
                node.tie, node.level = tie, level
            node.waiting += 1
            node.owe(cost_ms)
        self._refresh()

    def remove(self, item: Item) -> None:
        """``item`` leaves the line unserved."""
        self._unline(item)
        self._refresh()
        self._forget()

    def take(self, item: Item) -> None:
        """``item`` goes to the engine. To be charged for it before anybody else is served."""
        self._unline(item)
        for node in self.trail:
            node.running += 1

    def charge(self, ms: float) -> None:
        """So much more engine time was given; negative for what was charged and not used."""
        for node in self.trail:
            node.counter += ms / node.weight
            if ms < 0 and node.ready and node.parent is not None:
                node.parent.offer(node)
        self._refresh()

    def foretell(self, ms: float) -> None:
        """So much of what was charged is only predicted; negative once it is known."""
        for node in self.trail:
            node.foretold_ms += ms

    def release(self) -> None:
        """What ran has ended."""
        for node in self.trail:
            node.running -= 1
            if not node.running:
                node.foretold_ms = 0.0  # Exactly nothing, so that rounding cannot pile up.
        self._refresh()
        self._forget()

    def _unline(self, item: Item) -> None:
        cost_ms, _ = self._line.pop(item)
        self._gone_ms += cost_ms
        for node in self.trail:
            node.waiting -= 1
            node.owe(-cost_ms)

    def _refresh(self) -> None:
        """Tells every parent on the way up whether its child can be served now."""
        for node in self.trail:
            if node.parent is not None:
                ready = node.able and (node.bound == 0 or node.running < node.bound)
                if ready and not node.ready:
                    node.parent.admit(node)
                elif node.ready and not ready:
                    node.parent.dismiss(node)

    def _forget(self) -> None:
        for node in self.trail:
            if node.parent is None or node.waiting or node.running:
                return
            node.parent.park(node)
