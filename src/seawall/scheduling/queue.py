"""Whose turn it is: enter, wait, hold, leave. Knows lanes, reserve and line; knows neither HTTP nor engines.

States of a turn: entered -> granted | waiting -> granted | refused; ended from each of them. Work-conserving within the
bounds of ``reserve``: no slot that somebody waiting may have is ever free.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from seawall.scheduling.deadline import Deadline
from seawall.scheduling.giving_way import GivingWay
from seawall.scheduling.held import Held
from seawall.scheduling.lanes import Lanes
from seawall.scheduling.leaf import Leaf
from seawall.scheduling.limit import LearnedLimit
from seawall.scheduling.line import Line
from seawall.scheduling.neighbours import Neighbours
from seawall.scheduling.paths import Paths
from seawall.scheduling.reading import Reading
from seawall.scheduling.recent_use import RecentUse
from seawall.scheduling.reserve import Reserve
from seawall.scheduling.rules import C1B_RANK, CLASSES, Capacity, Rules
from seawall.scheduling.sharding import Dealer
from seawall.scheduling.slots import SlotOutcome
from seawall.scheduling.tally import ClassTally, Tally
from seawall.scheduling.telling import Telling
from seawall.scheduling.threshold import Publisher
from seawall.scheduling.turn import Turn
from seawall.scheduling.waits import Waits
from seawall.values.load import ClassLoad, Load, Threshold
from seawall.values.refusal import Reason, Refusal
from seawall.values.ticket import Screened, ServiceClass

# Between two ticks expired turns are refused, overruns charged, places told and gained slots handed out.
TICK_S = 0.25
# Places told at a tick: of ten thousand that wait each hears every 12 s, and a tick stays within a few milliseconds.
TOLD_A_TICK = 200
# Expired turns refused at a tick; where more came together, the next tick comes sooner. Each is an answer to be sent.
EXPIRED_A_TICK, SOONER_S = 100, 0.02
# While every slot is held the engine is asked no more often than this for what it takes.
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class QueueReport:
    """A snapshot. ``slots`` may be held at most, ``open_classes`` may come to the queue; ``outcomes`` counts ended
    slots by what their holders told, ``by_class`` what was done so far.
    """

    held: int
    waiting: int
    slots: int
    open_classes: float
    outcomes: Mapping[SlotOutcome, int]
    by_class: Mapping[ServiceClass, ClassTally]


class FairQueue:
    """Grants turns as classes, flows and the reserve allow. Must be used from one event loop."""

    def __init__(
        self,
        capacity: Callable[[], Capacity],
        rules: Rules,
        *,
        clock: Callable[[], float],
        random: Random,
        weight_of: Callable[[str], float] = lambda network: 1.0,
        pressed: Callable[[], bool] = lambda: True,
    ) -> None:
        """``weight_of`` is a network's, 1 for most; ``pressed`` is whether this is no ordinary day."""
        self._capacity = capacity
        self._rules = rules
        self._clock = clock
        use = RecentUse()
        self._lanes = Lanes()
        self._line = Line()
        self._tally = Tally()
        self._reserve = Reserve(rules)
        self._waits = Waits(self._lanes, self._reserve)
        self._reading = Reading(rules.prefill_share, self._reserve, clock=clock)
        self._neighbours = Neighbours(rules)
        self._held = Held(
            self._reserve,
            self._neighbours,
            self._reading,
            self._waits,
            use,
            self._tally,
            clock=clock,
            on_room=self._serve,
        )
        self._giving_way = GivingWay(rules, self._reserve, self._held, self._line, self._tally, pressed)
        self._paths = Paths(self._lanes, use, Dealer(random.randbytes(16)), weight_of)
        self._deadline = Deadline(rules, self._line, self._waits, random)
        self._telling = Telling(self._waits)
        self._limit = LearnedLimit()
        self._publisher = Publisher(rules.patience_s, random)
        self._expected_s = dict.fromkeys(ServiceClass, 0.0)
        self._ticked_s: float | None = None
        self._looked_s = float("-inf")
        self._ticker: asyncio.TimerHandle | None = None

    def turn(self, screened: Screened) -> Turn:
        """A turn for this question, to be entered with ``async with``."""
        return Turn(self, screened)

    def report(self) -> QueueReport:
        """How it is now."""
        return QueueReport(
            held=len(self._held),
            waiting=len(self._line),
            slots=self._reserve.slots,
            open_classes=self.threshold.rank + self.threshold.level,
            outcomes=dict(self._tally.outcomes),
            by_class=self._tally.by_class,
        )

    def load(self) -> Load:
        """How full it is by class. The engine is asked anew, as others may fill it while nobody comes here."""
        self._look(self._clock())
        reserve = self._reserve
        by_class = {one: self._class_load(one) for one in CLASSES}
        return Load(by_class, reserve.slots, reserve.kv_use, reserve.told_kv_use, reserve.capacity.waiting)

    @property
    def threshold(self) -> Threshold:
        """Who need not come; new every ``TICK_S``."""
        return self._publisher.threshold

    def enter(self, turn: Turn) -> None:
        """Grants at once where that takes nobody's turn; else lines up, or refuses who would wait in vain."""
        now_s = turn.entered_s = self._clock()
        self._look(now_s)
        self._publisher.arrived(turn.service_class)
        self._paths.place(turn, now_s)
        lane = self._lanes[turn.service_class]
        is_alone = not lane.live
        if is_alone and self._may(turn) and not self._lanes.at_bound(turn):
            self._leaf(turn).pass_by(turn.cost_ms)
            self._held.grant(turn)
            return
        estimate = self._waits.of_turn(turn)
        refusal = self._deadline.refusal(turn, estimate.wait_s, now_s)
        if refusal is not None:
            self._refuse(turn, refusal)
            return
        if len(self._line) >= self._rules.waiting:
            self._displace(turn.service_class)
        self._leaf(turn).push(turn, turn.cost_ms, tie=turn.tie, level=turn.level)
        self._line.add(turn)
        self._telling.tell(turn, estimate, now_s)
        self._giving_way.look(now_s)
        # Whoever waits in this class may be held back by a bound of its own, with a slot free for this one.
        if not is_alone and lane.first() is turn.leaf:
            self._serve()

    def leave(self, turn: Turn) -> None:
        """Ends a turn from whatever state: gives its slot back or takes it out of the line. Idempotent."""
        if turn in self._held:
            self._release(turn)
        elif turn in self._line:
            self._take_out(turn)
        self._serve()

    def keep_ticking(self) -> None:
        """Ticks while there is anybody to tell or to watch, or anything to open again."""
        if self._ticker is None and (len(self._held) or len(self._line) or not self.threshold.is_open):
            delay_s = SOONER_S if self._line.has_expired(self._clock()) else TICK_S
            self._ticker = asyncio.get_running_loop().call_later(delay_s, self._on_tick)

    def tick(self) -> None:
        """What time alone brings about."""
        now_s = self._clock()
        elapsed_s = TICK_S if self._ticked_s is None else now_s - self._ticked_s
        self._ticked_s = now_s
        capacity = self._reserve.capacity
        self._limit.step(len(self._held), capacity.slots, capacity.waiting, now_s)
        self._look(now_s, anew=True)
        for turn in self._line.expired(now_s, EXPIRED_A_TICK):
            refusal = self._deadline.expired(turn)
            self._take_out(turn)
            self._refuse(turn, refusal)
        self._held.accrue()
        self._neighbours.observe(self._reserve.slots, elapsed_s)
        self._reserve.observe({one: self._line.count(one) for one in CLASSES}, elapsed_s)
        self._waits.observe(elapsed_s)
        self._serve()
        self._giving_way.look(now_s)
        self._expected_s = {one: self._waits.newcomers_s(one) for one in CLASSES}
        self._publisher.publish(self._expected_s, now_s, elapsed_s)
        for turn in self._line.some(TOLD_A_TICK):
            self._telling.look(turn, now_s)

    def _on_tick(self) -> None:
        self._ticker = None
        self.tick()
        self.keep_ticking()

    def _look(self, now_s: float, *, anew: bool = False) -> None:
        """Asks the engine how much it takes: always before a slot could be granted, else now and then."""
        if anew or now_s - self._looked_s >= LOOK_S or self._reserve.total < self._reserve.slots:
            self._looked_s = now_s
            capacity = self._reserve.capacity = self._capacity()
            self._reserve.slots = capacity.slots
            if not capacity.slots_fixed:
                self._reserve.slots = min(capacity.slots, int(self._limit.value))
            self._waits.look(now_s)

    def _may(self, turn: Turn) -> bool:
        # Who repairs the service waits for no neighbour.
        is_operator = turn.service_class is ServiceClass.C0
        leave = 0 if is_operator else self._neighbours.leaves(turn.account, self._reserve.slots)
        if not self._reserve.allows(
            turn.service_class, turn.cost_ms, turn.kv_tokens, most_ms=turn.most_ms, leave=leave
        ):
            return False
        return self._reading.allows(turn)

    def _leaf(self, turn: Turn) -> Leaf[Turn]:
        leaf = turn.leaf = self._lanes[turn.service_class].leaf(turn.path)
        if len(turn.path) > 1 and leaf.parent is not None:
            leaf.parent.bound = turn.at_once
        self._paths.weigh(turn)
        return leaf

    def _release(self, turn: Turn) -> None:
        held = len(self._held)
        slot = self._held.release(turn)
        registered = turn.service_class.rank <= C1B_RANK
        self._limit.ended(slot, turn.prompt_tokens, held, self._clock(), counts=registered)
        self._reading.served(turn, slot)

    def _take_out(self, turn: Turn) -> None:
        assert turn.leaf is not None
        self._line.discard(turn)
        turn.leaf.remove(turn)

    def _displace(self, service_class: ServiceClass) -> None:
        last = self._line.last_below(service_class)
        if last is not None:
            refusal = self._deadline.displaced(last)
            self._take_out(last)
            self._refuse(last, refusal)

    def _refuse(self, turn: Turn, refusal: Refusal) -> None:
        self._tally.refused(turn.service_class, refusal)
        if refusal.reason is Reason.NO_ROOM:
            self._publisher.refused(turn.service_class)
        turn.settle(refusal)

    def _serve(self) -> None:
        """Hands out every slot that somebody who waits may have."""
        if not len(self._line) or len(self._held) >= self._reserve.slots:
            return
        self._look(self._clock())
        while len(self._held) < self._reserve.slots and (leaf := self._lanes.next(self._may)) is not None:
            turn = leaf.head
            leaf.take(turn)
            self._line.discard(turn)
            self._held.grant(turn)

    def _class_load(self, one: ServiceClass) -> ClassLoad:
        oldest = self._line.oldest(one)
        oldest_s = self._clock() - oldest.entered_s if oldest else 0.0
        expected_s = max(self._expected_s[one], self._waits.memory_s(one))
        return ClassLoad(self._line.count(one), self._reserve.held[one], oldest_s, expected_s)
