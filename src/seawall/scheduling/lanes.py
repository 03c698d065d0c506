"""The six classes over their trees of flows. Knows their weights and their order; knows no slot and no clock."""

from __future__ import annotations

from collections.abc import Callable

from seawall.scheduling.fairness import Branch, Leaf
from seawall.scheduling.turn import Turn
from seawall.values.ticket import ServiceClass


class Lane(Branch[Turn]):
    """One class."""

    __slots__ = ("service_class",)

    def __init__(self, parent: Branch[Turn] | None, service_class: ServiceClass) -> None:
        super().__init__(parent, service_class)
        self.service_class = service_class
        self.weight = float(service_class.weight)


class Lanes:
    """C0 goes first whenever it may. The others share by weight: the lowest counter first, a higher class on a tie."""

    def __init__(self) -> None:
        root = Branch[Turn]()
        self._lanes = {one: Lane(root if one is not ServiceClass.C0 else None, one) for one in ServiceClass}

    def __getitem__(self, service_class: ServiceClass) -> Lane:
        return self._lanes[service_class]

    def next(self, allows: Callable[[Turn], bool]) -> Leaf[Turn] | None:
        """Whose turn it is among those that ``allows`` lets go now; None if nobody's.

        Classes that are passed over because of their bounds save up nothing, or they would keep the others out for as
        long as they were kept back. They are lifted together, so that among themselves they stay fair.
        """
        passed: list[Lane] = []
        for lane in sorted(self._lanes.values(), key=_order):
            leaf = lane.first() if lane.able else None
            if leaf is None:
                continue
            if allows(leaf.head):
                if passed and lane.parent is not None:
                    lifted = lane.counter - max(other.counter for other in passed)
                    for other in passed:
                        other.counter += max(0.0, lifted)
                return leaf
            if lane.parent is not None:
                passed.append(lane)
        return None


def _order(lane: Lane) -> tuple[bool, float, int]:
    return lane.parent is not None, lane.counter, lane.service_class.rank
