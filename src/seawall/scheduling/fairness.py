"""Between whom the engine is shared, and who is next. Knows flows and engine-milliseconds; knows no slot and no clock.

A tree of virtual token counters (Sheng et al., "Fairness in Serving Large Language Models", OSDI 2024). Each node
counts the engine-milliseconds that it was given; the child with the lowest counter is served. A child that comes back
from idleness is lifted to the lowest counter of its active siblings, so that nobody saves up for a flood. While two
siblings both wait, what they are given differs by at most twice the largest request (their Theorem 4.4), since a
request is charged when it is granted.

Here is what a node and its children are to each other; a ``Leaf`` moves the counts, a ``Tree`` finds the way down.
"""

from __future__ import annotations

from collections.abc import Hashable
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
    what a newcomer starts from. Whatever waits or runs is counted at every node on the way up, but not at the root.
    """

    __slots__ = (
        "backlog_ms", "bound", "counter", "entry", "foretold_ms", "key", "level", "live", "parent", "parked_at",
        "ready", "running", "tie", "waiting", "weight",
    )  # fmt: skip

    def __init__(self, parent: Branch[Item] | None, key: Hashable) -> None:
        self.parent = parent
        self.key = key
        self.counter = 0.0
        self.foretold_ms = 0.0
        """The part of its counter, in engine time, that what runs is only predicted to take."""
        self.weight = 1.0
        """What its engine time is divided by before it counts."""
        self.waiting = 0
        self.running = 0
        self.live: int = 0
        """How much in it could be served, its own bound aside: requests of a leaf, ready children of a branch."""
        self.backlog_ms = 0.0
        self.bound = 0
        """How many may run at once; 0 for no bound."""
        self.ready = False
        self.tie = 0.0
        """Of ready siblings with equal counters the one with the lower tie goes first."""
        self.level = 0
        """The tie in coarse steps, by which ``Backlogs`` tells who goes first."""
        self.entry = 0
        """The number of its one entry in its parent's heap that holds; 0 for none."""
        self.parked_at: float | None = None

    @property
    def settled(self) -> float:
        """Its counter without what is only predicted."""
        return self.counter - self.foretold_ms / self.weight

    def weigh(self, weight: float) -> None:
        """From now on. What runs was charged by the old weight and will be given back by the new one, so its
        prediction is charged anew: else a flow that always has something running could never be weighed.
        """
        if weight == self.weight:
            return
        self.counter += self.foretold_ms * (1 / weight - 1 / self.weight)
        self.weight = weight
        if self.ready and self.parent is not None:
            self.parent.offer(self)


class Branch(Node[Item]):
    """A node whose children take turns."""

    __slots__ = ("_heap", "_idle", "_last", "_serial", "children", "spread")

    def __init__(self, parent: Branch[Item] | None = None, key: Hashable = None) -> None:
        super().__init__(parent, key)
        self.children: dict[Hashable, Node[Item]] = {}
        self.spread = Backlogs()
        self._heap: list[tuple[float, float, int, Node[Item]]] = []
        self._idle: list[tuple[float, int, Node[Item]]] = []
        self._last = 0.0
        self._serial = 0

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
            counter, _, entry, child = heap[0]
            if child.entry != entry:
                heappop(heap)
            elif child.counter > counter:
                heappop(heap)
                self.offer(child)
            else:
                return child
        return None

    def review(self, child: Node[Item]) -> None:
        """Sees whether ``child`` can be served now, after anything in it has changed."""
        if child.live and (not child.bound or child.running < child.bound):
            if not child.ready:
                self.lift(child)
                child.ready = True
                self.live += 1
                self.offer(child)
        elif child.ready:
            child.ready = False
            child.entry = 0
            self.live -= 1
            self.remember(child)
            if not self.live:
                self._heap.clear()

    def lift(self, child: Node[Item]) -> None:
        """``child`` comes, and has saved up nothing meanwhile."""
        floor = self.floor()
        if child.counter < floor:
            child.counter = floor

    def remember(self, child: Node[Item]) -> None:
        """``child`` goes; whoever comes while nobody is there starts from where the last one left."""
        settled = child.settled
        if settled > self._last:
            self._last = settled

    def offer(self, child: Node[Item]) -> None:
        """Puts a ready child where its counter belongs; where else it stands in the heap does not count from now on."""
        entry = child.entry = self._serial = self._serial + 1
        heap = self._heap
        heappush(heap, (child.counter, child.tie, entry, child))
        if len(heap) > 2 * self.live + _STALE:
            heap[:] = [one for one in heap if one[3].entry == one[2]]
            heapify(heap)

    def park(self, child: Node[Item]) -> None:
        """Forgets an idle child once its counter says nothing that lifting would not say again."""
        if self.children.get(child.key) is not child:
            return  # It was not made by a path, and stays.
        floor = self.floor()
        if child.counter <= floor:
            child.parked_at = None
            del self.children[child.key]
        elif child.parked_at != child.counter:
            child.parked_at = child.counter
            self._serial += 1
            heappush(self._idle, (child.counter, self._serial, child))
        while self._idle and (self._idle[0][0] <= floor or len(self._idle) > MOST_IDLE):
            parked_at, _, idle = heappop(self._idle)
            if idle.parked_at == parked_at:
                idle.parked_at = None
                if not idle.waiting and not idle.running and self.children.get(idle.key) is idle:
                    del self.children[idle.key]
