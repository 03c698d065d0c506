"""How long one would wait. Knows what is before one and at what rate it is served; decides nothing.

The fair queue's wait is not the length of the line: of everybody else only so much goes first as one's own turn
allows, ``W = (sum over identities of min(backlog, own backlog + cost)) / share``. A flood of ten thousand questions by
one account is to everybody else one question long.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import exp

from seawall.scheduling.fairness import Branch, Node
from seawall.scheduling.lanes import Lanes
from seawall.scheduling.reserve import Reserve
from seawall.scheduling.rules import CLASSES
from seawall.scheduling.sharding import QUEUES, STRANGE
from seawall.scheduling.turn import Turn
from seawall.values.ticket import ServiceClass

# A share is told from what classes held these last seconds.
_USE_S = 10.0
_HELD_WEIGHT = 0.05
# So many answers tell how long an answer takes; until then those still running tell it too, as the first to end are the
# shortest, and somebody who waits behind a first long answer would be told "any moment" for a minute.
_ENOUGH = round(1 / _HELD_WEIGHT)
# Less than this part of a slot is taken for nothing: the estimate must stay a number.
_LEAST_SHARE = 0.05
# A cache that stays full for longer than this, and than answers take, is not about to be freed by their ends.
_SHUT_AFTER_S = 5.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a turn would wait, and at which place, counted from 1 in the order of service."""

    wait_s: float
    place: int


class Waits:
    """Estimates over the lanes and what is held."""

    def __init__(self, lanes: Lanes, reserve: Reserve) -> None:
        self._lanes = lanes
        self._ranked = tuple(lanes[one] for one in CLASSES)
        self._reserve = reserve
        self._use = dict.fromkeys(ServiceClass, 0.0)
        self._shares: dict[tuple[tuple[bool, ...], ServiceClass], float] = {}
        self._slots = 1
        self._full_since_s: float | None = None
        self._full_s = 0.0
        self._mean_ms = 1000.0
        self._running_ms = 0.0
        self._ended = 0

    @property
    def held_ms(self) -> float:
        """How long a slot is held on the average, of all classes."""
        return max(self._mean_ms, self._running_ms)

    def ended(self, held_ms: float) -> None:
        """A slot was given back after so long."""
        self._ended += 1
        self._mean_ms += max(_HELD_WEIGHT, 1 / self._ended) * (held_ms - self._mean_ms)
        self._running_ms = 0.0

    @property
    def knows_little(self) -> bool:
        """Whether too few answers have ended to tell how long one takes."""
        return self._ended < _ENOUGH

    def running(self, mean_ms: float) -> None:
        """So long, on the average, the slots of now are held: by their price, or already."""
        self._running_ms = mean_ms

    def observe(self, elapsed_s: float) -> None:
        """Looks at who holds what, ``elapsed_s`` after the last look."""
        gained = 1 - exp(-elapsed_s / _USE_S)
        for one, held in self._reserve.held.items():
            self._use[one] += gained * (held - self._use[one])
        self._shares.clear()
        # An engine that starts again has none for a while; what it had is the best guess at what it will have.
        self._slots = self._reserve.slots or self._slots

    def look(self, now_s: float) -> None:
        """Looks at how long the engine has told that its cache is full."""
        if not self._reserve.lacks_memory(CLASSES[-1]):
            self._full_since_s, self._full_s = None, 0.0
            return
        self._full_since_s = now_s if self._full_since_s is None else self._full_since_s
        self._full_s = now_s - self._full_since_s

    def memory_s(self, service_class: ServiceClass) -> float:
        """Until the engine's cache has room for this class. Who fills it from elsewhere is not known here: what has
        lasted so long is expected to last as long again, and an ordinary answer at least."""
        return max(self._full_s, self.held_ms / 1000) if self._reserve.lacks_memory(service_class) else 0.0

    def is_shut_out(self, service_class: ServiceClass) -> bool:
        """Whether the cache has been full for so long that waiting for it is no use to this class."""
        return self.memory_s(service_class) > max(_SHUT_AFTER_S, self.held_ms / 1000)

    def _until_s(self, service_class: ServiceClass, ahead_ms: float) -> float:
        # A slot of one's share comes free after the rest of an answer; what is memoryless has all of it before it.
        return (ahead_ms + self.held_ms) / (1000 * self.share(service_class))

    def newcomers_s(self, service_class: ServiceClass, cost_ms: float | None = None) -> float:
        """Of a request by somebody of whom nothing waits; an ordinary one where no cost is named."""
        lane = self._lanes[service_class]
        cost_ms = cost_ms or self._reserve.ordinary_ms or self.held_ms
        if not lane.live and self._reserve.allows(service_class, cost_ms, 0):
            return 0.0
        # A stranger's line is shared, so something stands before it even there.
        own_ms = lane.backlog_ms / QUEUES if service_class in STRANGE else 0.0
        until_s = self._until_s(service_class, work_ahead_ms(lane, (None,), cost_ms, 0, own_ms))
        return max(until_s, self.memory_s(service_class))

    def of_turn(self, turn: Turn) -> Estimate:
        """Of this turn: as it would line up now, or from where it stands."""
        one, lane = turn.service_class, self._lanes[turn.service_class]
        before_ms = turn.leaf.before_ms(turn) if turn.leaf is not None else None
        ahead_ms = work_ahead_ms(lane, turn.path, turn.cost_ms, turn.level, before_ms)
        # Whoever waits in a higher class, and of its own class those that go first.
        above = sum([other.waiting for other in self._ranked[: one.rank]])
        ahead = round(ahead_ms * lane.waiting / lane.backlog_ms) if lane.waiting else 0
        wait_s = max(self._until_s(one, ahead_ms), self._bound_s(turn, before_ms), self.memory_s(one))
        return Estimate(wait_s, 1 + above + ahead)

    def _bound_s(self, turn: Turn, before_ms: float | None) -> float:
        """What an account that may have few at once makes its own questions wait."""
        node = self._lanes[turn.service_class].find(turn.path[:-1]) if turn.is_bounded else None
        if node is None:
            return 0.0
        own_ms = (node.backlog_ms if before_ms is None else before_ms) + node.running * self.held_ms
        return own_ms / turn.at_once / 1000

    def share(self, service_class: ServiceClass) -> float:
        """How many slots serve this class while it waits."""
        key = (tuple([lane.waiting > 0 for lane in self._ranked]), service_class)
        share = self._shares.get(key)
        if share is None:
            share = self._shares[key] = max(_LEAST_SHARE, self._share(service_class))
        return share

    def _share(self, me: ServiceClass) -> float:
        """Those that do not wait have what they want; what is left goes by weight, to nobody more than its bound."""
        if me is ServiceClass.C0:
            return self._slots
        waiting = [one for one in CLASSES if one is me or self._lanes[one].waiting]
        left = self._slots - sum(self._use[one] for one in CLASSES if one not in waiting)
        sharing = [one for one in waiting if one is not ServiceClass.C0]
        bounds = {one: self._bound(one, sharing) for one in sharing}
        while True:
            weights = sum(one.weight for one in sharing)
            full = [one for one in sharing if bounds[one] <= left * one.weight / weights]
            if me in full:
                return bounds[me]
            if not full:
                return left * me.weight / weights
            left -= sum(bounds[one] for one in full)
            sharing = [one for one in sharing if one not in full]

    def _bound(self, one: ServiceClass, sharing: list[ServiceClass]) -> float:
        """A bound is held together with the classes of the same band; of it, too, each has its weight's part."""
        most = self._reserve.most(one)
        if one.is_registered:
            return most
        return most * one.weight / sum(other.weight for other in sharing if not other.is_registered)


def work_ahead_ms(
    lane: Branch[Turn], path: Sequence[Hashable], cost_ms: float, level: int, own_ms: float | None = None
) -> float:
    """The work that is served before a request of ``cost_ms`` at the end of ``path``, from memory of sums alone.

    At each node on the way up every sibling may take what the node itself needs until then. Siblings above ``level``
    go after it while their counters are equal, so they take only what its own line takes. ``own_ms`` is what waits
    before it in its own line; None is all that waits there.
    """
    trail: list[tuple[Branch[Turn], Node[Turn] | None]] = []
    branch: Node[Turn] | None = lane
    for key in path:
        if not isinstance(branch, Branch):
            break
        child = branch.children.get(key)
        trail.append((branch, child))
        branch = child
    complete = len(trail) == len(path)
    own = trail[-1][1] if complete else None
    ahead_ms = own_ms if own_ms is not None else own.backlog_ms if own else 0.0
    for parent, node in reversed(trail):
        debt_ms = max(0.0, node.counter - parent.floor()) if node is not None else 0.0
        until_ms, after_ms = ahead_ms + cost_ms + debt_ms, ahead_ms + debt_ms
        siblings_ms = parent.spread.capped(until_ms, level, after_ms)
        if node is not None and node.backlog_ms:
            siblings_ms -= min(node.backlog_ms, until_ms if node.level <= level else after_ms)
        ahead_ms += max(0.0, siblings_ms)
    return ahead_ms
