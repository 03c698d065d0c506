"""What a decision of the queue costs with thousands waiting. Knows turns under a clock of its own; opens no socket."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from random import Random
from statistics import median

from heading import heading, table
from seawall.scheduling.queue import FairQueue
from seawall.scheduling.rules import Capacity, Rules
from seawall.scheduling.slots import Slot
from seawall.scheduling.turn import Turn
from seawall.values.arrival import Arrival, Place
from seawall.values.identity import Identity, Role
from seawall.values.question import Question
from seawall.values.refusal import Refusal
from seawall.values.ticket import Flow, Price, Screened, ServiceClass, Ticket

LENGTHS = (0, 100, 1000, 10_000)
DECISIONS, ROUNDS = 1000, 5
SLOTS = 32
ALLOWED_US = 50.0
ENDLESS_S = 1e9
_QUESTION = Question("m", {"messages": []}, 1024)
_MIX = (ServiceClass.C1, ServiceClass.C1B, ServiceClass.C2, ServiceClass.C2, ServiceClass.C3, ServiceClass.C4)


class Reporting(Turn):
    """A turn that is noted down when it is granted, so that looking for it costs nothing."""

    __slots__ = ("granted",)

    def settle(self, result: Slot | Refusal) -> None:
        super().settle(result)
        if isinstance(result, Slot):
            self.granted.append(self)


class Line:
    """A queue in which so many turns of all classes, 5,000 accounts and 280 networks wait."""

    def __init__(self, waiting: int) -> None:
        self._random = Random(1)
        self._now_s = 1000.0
        self._held: deque[Turn] = deque()
        rules = replace(Rules(), waiting=10**6, waiting_per_account=10**6)
        self._queue = FairQueue(lambda: Capacity(SLOTS), rules, clock=lambda: self._now_s, random=Random(2))
        while self._queue.report().waiting < waiting or self._queue.report().held < SLOTS - SLOTS // 8:
            self._queue.enter(self._turn())
        self._queue.tick()

    def decision_us(self) -> float:
        """A question enters, one that holds a slot leaves, one that waits is granted."""
        turns = [self._turn() for _ in range(DECISIONS)]
        begun = time.process_time()
        for turn in turns:
            self._now_s += 0.01
            self._queue.enter(turn)
            self._queue.leave(self._held.popleft())
        return (time.process_time() - begun) / DECISIONS * 1e6

    def refusal_us(self) -> float:
        """A question enters that would wait in vain."""
        turns = [self._turn(patience_s=-1.0) for _ in range(DECISIONS)]
        begun = time.process_time()
        for turn in turns:
            self._queue.enter(turn)
        return (time.process_time() - begun) / DECISIONS * 1e6

    def tick_ms(self) -> float:
        """What time brings about, four times a second."""
        begun = time.process_time()
        self._queue.tick()
        return (time.process_time() - begun) * 1e3

    def _turn(self, patience_s: float = ENDLESS_S) -> Turn:
        random = self._random
        one, number = random.choice(_MIX), random.randrange(5000)
        account, network = f"account-{one}-{number}", f"10.{number % 40}.{number % 7}.0/24"
        arrival = Arrival("r", self._now_s, Place("10.0.0.1"), Identity(account, "", Role.MEMBER, 0.0), _QUESTION)
        price = Price(random.uniform(500, 20_000), 300, 200)
        flow = Flow(network, account, f"session-{number % 3}")
        ticket = Ticket(arrival, one, self._now_s + patience_s, price, flow, _QUESTION)
        turn = Reporting(self._queue, Screened(ticket, _QUESTION))
        turn.granted = self._held
        return turn


def _report() -> str:
    rows: list[tuple[str, ...]] = []
    for waiting in LENGTHS:
        line = Line(waiting)
        measured = [(line.decision_us(), line.refusal_us(), line.tick_ms()) for _ in range(ROUNDS)]
        decision_us, refusal_us, tick_ms = (median(column) for column in zip(*measured, strict=True))
        rows.append((f"{waiting:,}", f"{decision_us:.1f}", f"{refusal_us:.1f}", f"{tick_ms:.1f}"))
    return table(rows, ("waiting", "decision us", "refusal us", "tick ms"))


if __name__ == "__main__":
    print(heading())
    print(_report())
    print(f"A decision is one entering, one leaving and one grant; it may cost {ALLOWED_US:g} us with 10,000 waiting.")
