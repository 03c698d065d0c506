"""What a decision of the queue costs with thousands waiting. Knows turns under a clock of its own; opens no socket."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from random import Random

from calibration import CALIBRATION, calibration_us, cpu_us
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

LENGTHS = (0, 100, 10_000)
DECISIONS, ROUNDS = 200, 25
SLOTS = 32
ALLOWED_US, ALLOWED_TICK_MS = 50.0, 2.0
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
    """A queue in which so many turns of all classes, 5,000 accounts and 280 networks wait; at 0, slots are free."""

    def __init__(self, waiting: int) -> None:
        self._random = Random(1)
        self._mix = _MIX if waiting else (ServiceClass.C1,)
        self._now_s = 1000.0
        self._held: deque[Turn] = deque()
        rules = replace(Rules(), waiting=10**6, waiting_per_account=10**6)
        self._capacity = Capacity(SLOTS)
        self._queue = FairQueue(lambda: self._capacity, rules, clock=lambda: self._now_s, random=Random(2))
        while len(self._held) < SLOTS // 2 or self._queue.report().waiting < waiting:
            self._queue.enter(self._turn())
        self._queue.tick()

    def round(self) -> dict[str, float]:
        """Microseconds for each part. The clock is looked at around each call, and what that costs is taken off."""
        turns = [self._turn() for _ in range(DECISIONS)]
        vain = [self._turn(patience_s=-1.0) for _ in range(DECISIONS)]
        enter_us = leave_us = 0.0
        for turn in turns:
            self._now_s += 0.01
            enter_us += cpu_us(lambda: self._queue.enter(turn))  # noqa: B023 - called at once
            leave_us += cpu_us(lambda: self._queue.leave(self._held.popleft()))
        looking_us = sum(cpu_us(lambda: None) for _ in range(DECISIONS))
        enter_us, leave_us = (enter_us - looking_us) / DECISIONS, (leave_us - looking_us) / DECISIONS
        parts = {"enter": enter_us, "leave and grant": leave_us, "decision": enter_us + leave_us}
        if self._queue.report().waiting:  # Where slots are free nobody is refused.
            parts["refusal"] = cpu_us(lambda: [self._queue.enter(turn) for turn in vain]) / DECISIONS
        parts["tick"] = cpu_us(self._queue.tick)
        return parts

    def _turn(self, patience_s: float = ENDLESS_S) -> Turn:
        random = self._random
        one, number = random.choice(self._mix), random.randrange(5000)
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
        rounds = [(calibration_us(), line.round()) for _ in range(ROUNDS)]
        unit_us = min(unit_us for unit_us, _ in rounds)
        for part in rounds[0][1]:
            # The best round: what else runs on the machine only ever adds.
            us = min(parts[part] for _, parts in rounds)
            rows.append((f"{waiting:,}", part, f"{us:.1f}", f"{us / unit_us:.2f}"))
    return table(rows, ("waiting", "part", "us", "units"))


if __name__ == "__main__":
    print(heading())
    print(_report())
    print(f"Unit: {CALIBRATION}, {calibration_us():.0f} us here. CPU time, best of {ROUNDS} rounds.")
    print(f"A decision with 10,000 waiting may cost {ALLOWED_US:g} us, a tick {ALLOWED_TICK_MS:g} ms.")
