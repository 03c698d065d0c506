"""Between whom a question's class is fair. Knows flows, recent use and hands of strangers; knows no slot."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from math import log2

from seawall.scheduling.lanes import Lanes
from seawall.scheduling.recent_use import RecentUse
from seawall.scheduling.sharding import STRANGE, Dealer
from seawall.scheduling.turn import Turn
from seawall.values.ticket import ServiceClass

# To wait this long counts as much as one step of `RecentUse.level`, so that newcomers without recent use cannot keep
# somebody waiting for ever.
AGE_S = 10.0
# Of equals the smaller question goes first (shortest job first: the least waiting in all); half the size is two steps.
# First come, first served has all of a crowd wait beyond the promise instead of some: registered users at six times the
# load were served 35 of 100 in the first minute instead of 63 (virtual siege). Two steps either way at most, so that
# 40 s of waiting outweigh any size.
SIZE_COUNTS, MOST_SIZE = 2.0, 2.0
# The newest two hundred or so: when answers begin to be kept short, whoever asks a short one then goes before those who
# were lined up for a long one, and is served within the promise.
_USUAL_WEIGHT = 0.005


class Paths:
    """Gives each turn its way down the lane's tree, and whose bounds it counts under.

    C0, C1, C1b: account, leaf. C2: network, account, leaf, as an attacker makes new accounts more easily than
    networks. C3, C4: one of 512 lines by a hash of the network, as an attacker makes strangers for nothing.
    """

    def __init__(
        self,
        lanes: Lanes,
        use: RecentUse,
        dealer: Dealer,
        weight_of: Callable[[str], float] = lambda network: 1.0,
    ) -> None:
        self._lanes = lanes
        self._weight_of = weight_of
        self._use = use
        self._dealer = dealer
        self._usual_ms: float | None = None
        """What a registered question is priced at of late."""

    def place(self, turn: Turn, now_s: float) -> None:
        """Fills in what the queue needs to know of it."""
        one, flow = turn.service_class, turn.flow
        if one in STRANGE:
            turn.account = f"network {flow.network}"
            turn.path = (self._shard(one, flow.network),)
            return
        turn.account = flow.account
        turn.path = (flow.account, flow.leaf)
        if one is ServiceClass.C2:
            turn.path = (flow.network, *turn.path)
        else:
            turn.level = self._use.level(flow.account, now_s)
            turn.tie = turn.level + self._size(turn.cost_ms) + now_s / AGE_S

    def weigh(self, turn: Turn) -> None:
        """Once its way down the tree is there: the verdict's and the operator's word on a network of new accounts, and
        of accounts away from home."""
        if turn.service_class is ServiceClass.C2:
            node = self._lanes[ServiceClass.C2].children.get(turn.flow.network)
            if node is not None:
                node.weigh(self._weight_of(turn.flow.network))

    def _size(self, cost_ms: float) -> float:
        """In steps, against what is usual."""
        usual_ms = self._usual_ms or cost_ms
        self._usual_ms = usual_ms + _USUAL_WEIGHT * (cost_ms - usual_ms)
        return max(-MOST_SIZE, min(MOST_SIZE, SIZE_COUNTS * log2(cost_ms / usual_ms)))

    def _shard(self, service_class: ServiceClass, network: str) -> Hashable:
        """Of the network's hand the line with the least before it."""
        lines = self._lanes[service_class].children

        def before(shard: int) -> tuple[float, float]:
            line = lines.get(shard)
            return (0.0, 0.0) if line is None else (line.backlog_ms, line.counter)

        return min(self._dealer.hand(network), key=before)
