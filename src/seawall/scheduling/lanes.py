"""The six classes over their trees of flows. Knows their weights and their order; knows no slot and no clock."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from seawall.scheduling.fairness import Branch
from seawall.scheduling.leaf import Leaf
from seawall.scheduling.tree import Tree
from seawall.scheduling.turn import Turn
from seawall.values.ticket import ServiceClass

_COUNTER = attrgetter("counter")


class Lane(Tree[Turn]):
    """One class."""

    __slots__ = ("service_class",)

    def __init__(self, parent: Branch[Turn], service_class: ServiceClass) -> None:
        super().__init__(parent, service_class)
        self.service_class = service_class
        self.weight = float(service_class.weight)


class Lanes:
    """C0 goes first whenever it may. The others share by weight: the lowest counter first, a higher class on a tie."""

    def __init__(self) -> None:
        shared, own = Branch[Turn](), Branch[Turn]()
        self._lanes = {one: Lane(own if one is ServiceClass.C0 else shared, one) for one in ServiceClass}
        self._first, *self._others = self._lanes.values()

    def __getitem__(self, service_class: ServiceClass) -> Lane:
        return self._lanes[service_class]

    def at_bound(self, turn: Turn) -> bool:
        """Whether the turn's account holds as many slots as it may."""
        node = self._lanes[turn.service_class].find(turn.path[:-1]) if turn.is_bounded else None
        return node is not None and node.running >= turn.at_once

    def next(self, allows: Callable[[Turn], bool]) -> Leaf[Turn] | None:
        """Whose turn it is among those that ``allows`` lets go now; None if nobody's.

        Classes that are passed over because of their bounds save up nothing, or they would keep the others out for as
        long as they were kept back. They are lifted together, so that among themselves they stay fair.
        """
        if self._first.live and (leaf := self._first.first()) is not None and allows(leaf.head):
            return leaf
        passed: list[Lane] = []
        # They stand in the order of their ranks, which sorting keeps on a tie.
        for lane in sorted([lane for lane in self._others if lane.live], key=_COUNTER):
            leaf = lane.first()
            if leaf is None:
                continue
            if allows(leaf.head):
                if passed:
                    self._lift(passed, lane.counter)
                return leaf
            passed.append(lane)
        return None

    @staticmethod
    def _lift(passed: list[Lane], counter: float) -> None:
        lifted = counter - max(lane.counter for lane in passed)
        for lane in passed:
            lane.counter += max(0.0, lifted)
