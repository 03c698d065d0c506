"""A plain fair queue: accounts take turns, each account first come first served. Knows no prices yet.

States of a turn: entered -> granted | waiting -> granted | refused; ended from each of them. Work-conserving: a slot
is never free while somebody waits. A flood by one account delays the others by one round at most (round robin;
Nagle, "On packet switches with infinite storage", 1987).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from math import ceil
from random import Random
from types import TracebackType

from seawall.scheduling.slots import Slot, SlotOutcome
from seawall.values.refusal import Reason, Refusal
from seawall.values.ticket import Screened

# Between two sweeps, expired turns are refused, places told, and slots that an engine gained are handed out.
SWEEP_S = 0.5
# Weight of the newest answer in the mean time a slot is held, from which Retry-After is told.
HELD_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody waits at ``place``, counted from 1 in the order of service, for about ``wait_s`` more."""

    place: int
    wait_s: float | None = None


@dataclass(frozen=True, slots=True)
class QueueReport:
    """A snapshot; ``outcomes`` counts ended slots by what their holders told."""

    held: int
    waiting: int
    outcomes: dict[SlotOutcome, int]


class Turn:
    """One question's way through the queue; an ``async with`` so that whoever vanishes leaves at once."""

    __slots__ = ("_changed", "_queue", "expires_s", "flow", "place", "result")

    def __init__(self, queue: FairQueue, flow: str, expires_s: float) -> None:
        self._queue = queue
        self._changed: asyncio.Event | None = None
        self.flow = flow
        self.expires_s = expires_s
        self.place = 0
        self.result: Slot | Refusal | None = None

    async def __aenter__(self) -> Turn:
        self._queue.enter(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.leave(self)

    async def waiting(self) -> AsyncIterator[Waiting]:
        """Tells the place at first and whenever it changes, until ``result`` is there."""
        while self.result is None:
            changed = self._changed = asyncio.Event()
            yield Waiting(self.place)
            if self.result is None:
                await changed.wait()

    def settle(self, result: Slot | Refusal) -> None:
        """The queue's decision: a slot or a refusal."""
        self.result = result
        self.wake()

    def wake(self) -> None:
        """Lets the waiter look again."""
        if self._changed is not None:
            self._changed.set()


class FairQueue:
    """Grants at most ``slots()`` turns at once. Must be used from one event loop."""

    def __init__(
        self,
        slots: Callable[[], int],
        *,
        waiting_limit: int,
        waiting_per_flow: int,
        clock: Callable[[], float],
        random: Random,
    ) -> None:
        self._slots = slots
        self._waiting_limit = waiting_limit
        self._waiting_per_flow = waiting_per_flow
        self._clock = clock
        self._random = random
        self._flows: OrderedDict[str, deque[Turn]] = OrderedDict()
        self._waiting = 0
        self._held = 0
        self._held_mean_s = 1.0
        self._outcomes = dict.fromkeys(SlotOutcome, 0)
        self._sweeper: asyncio.TimerHandle | None = None

    def turn(self, screened: Screened) -> Turn:
        """A turn for this question, to be entered with ``async with``."""
        return Turn(self, screened.ticket.flow.account, screened.ticket.expires_s)

    def report(self) -> QueueReport:
        """How it is now."""
        return QueueReport(held=self._held, waiting=self._waiting, outcomes=dict(self._outcomes))

    def enter(self, turn: Turn) -> None:
        """Grants at once where a slot is free and nobody waits; else lines up, or refuses when the line is full."""
        if self._waiting == 0 and self._held < self._slots():
            self._grant(turn)
            return
        flow = self._flows.get(turn.flow)
        if flow is not None and len(flow) >= self._waiting_per_flow:
            turn.settle(self._share_used())
        elif self._waiting >= self._waiting_limit:
            turn.settle(self._no_room("The line is full."))
        else:
            self._line_up(turn)

    def leave(self, turn: Turn) -> None:
        """Ends a turn from whatever state: gives its slot back or takes it out of the line."""
        if isinstance(turn.result, Slot):
            self._release(turn.result)
        elif turn.result is None:
            self._take_out(turn)
        self._serve()

    def _grant(self, turn: Turn) -> None:
        self._held += 1
        turn.settle(Slot(self._clock(), self._clock))

    def _line_up(self, turn: Turn) -> None:
        own = self._flows.setdefault(turn.flow, deque())
        own.append(turn)
        self._waiting += 1
        turn.place = sum(min(len(flow), len(own)) for flow in self._flows.values())
        self._keep_sweeping()

    def _release(self, slot: Slot) -> None:
        self._held -= 1
        self._outcomes[slot.outcome] += 1
        held_s = self._clock() - slot.granted_s
        self._held_mean_s += HELD_WEIGHT * (held_s - self._held_mean_s)

    def _take_out(self, turn: Turn) -> None:
        flow = self._flows.get(turn.flow)
        if flow is None or turn not in flow:
            return
        flow.remove(turn)
        self._waiting -= 1
        if not flow:
            del self._flows[turn.flow]

    def _serve(self) -> None:
        """Round robin: the first flow's first turn is granted, and the flow goes to the end of the ring."""
        while self._waiting and self._held < self._slots():
            name, flow = next(iter(self._flows.items()))
            turn = flow.popleft()
            self._waiting -= 1
            if flow:
                self._flows.move_to_end(name)
            else:
                del self._flows[name]
            self._grant(turn)

    def _keep_sweeping(self) -> None:
        if self._sweeper is None and self._waiting:
            self._sweeper = asyncio.get_running_loop().call_later(SWEEP_S, self._sweep)

    def _sweep(self) -> None:
        self._sweeper = None
        now = self._clock()
        for turn in [turn for flow in self._flows.values() for turn in flow if turn.expires_s <= now]:
            self._take_out(turn)
            turn.settle(self._no_room("No place came free in time."))
        self._serve()
        self._tell_places()
        self._keep_sweeping()

    def _tell_places(self) -> None:
        """Numbers the line in the order of service: every flow's first, then every flow's second, ..."""
        place, round_ = 0, 0
        flows = list(self._flows.values())
        while flows:
            for flow in flows:
                place += 1
                turn = flow[round_]
                if turn.place != place:
                    turn.place = place
                    turn.wake()
            round_ += 1
            flows = [flow for flow in flows if len(flow) > round_]

    def _retry_after_s(self, ahead: int) -> float:
        """Until so many are served at the mean rate of now; jitter keeps those refused together apart."""
        estimate = self._held_mean_s * max(1, ahead) / max(1, self._slots())
        return ceil(max(1.0, estimate) * (1 + 0.25 * self._random.random()))

    def _share_used(self) -> Refusal:
        return Refusal(
            Reason.SHARE_USED,
            f"Your account already has {self._waiting_per_flow} questions waiting. Wait for one to be answered.",
            retry_after_s=self._retry_after_s(self._waiting_per_flow),
        )

    def _no_room(self, why: str) -> Refusal:
        return Refusal(
            Reason.NO_ROOM,
            f"All places are taken. {why} Your question was not asked; try again shortly.",
            retry_after_s=self._retry_after_s(self._waiting),
        )
