"""A queue driven by hand, in no time: the clock is set and no loop runs. Knows turns; knows no test."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from seawall.scheduling.queue import FairQueue
from seawall.scheduling.rules import Capacity, Rules
from seawall.scheduling.slots import Slot
from seawall.scheduling.turn import Turn
from seawall.values.arrival import Arrival, Place
from seawall.values.identity import Identity, Role
from seawall.values.question import Question
from seawall.values.refusal import Refusal
from seawall.values.ticket import Flow, Price, Screened, ServiceClass, Ticket
from settable_clock import SettableClock

C0, C1, C1B, C2, C3, C4 = ServiceClass
PLAIN = Rules(headroom=0.0, reserve=0.0, reserve_within=0.0, prefill_share=1.0, neighbours=False)
"""Order alone: nothing is kept free for anybody."""


def screened(
    account: str,
    service_class: ServiceClass = C1,
    *,
    ms: float = 1000.0,
    kv_tokens: int = 0,
    network: str = "192.0.2.0/24",
    leaf: str = "",
    expires_s: float = 1e9,
    at_once: int = 0,
) -> Screened:
    question = Question("m", {"messages": []}, 10)
    arrival = Arrival("r", 0.0, Place("192.0.2.1"), Identity(account, "", Role.MEMBER, 0.0), question)
    price = Price(ms, kv_tokens, 0)
    ticket = Ticket(arrival, service_class, expires_s, price, Flow(network, account, leaf), question, at_once=at_once)
    return Screened(ticket, question)


class Played:
    """A queue, its clock, and who came. ``capacity`` may be changed while it runs."""

    def __init__(
        self,
        slots: int,
        rules: Rules = PLAIN,
        *,
        kv_tokens: int | None = None,
        weight_of: Callable[[str], float] = lambda network: 1.0,
    ) -> None:
        self.clock = SettableClock()
        self.pressed = True
        self.capacity = Capacity(slots, kv_tokens=kv_tokens)
        self.queue = FairQueue(
            lambda: self.capacity,
            rules,
            clock=self.clock,
            random=Random(1),
            weight_of=weight_of,
            pressed=lambda: self.pressed,
        )

    def enter(self, account: str, service_class: ServiceClass = C1, **more: object) -> Turn:
        turn = self.queue.turn(screened(account, service_class, **more))  # type: ignore[arg-type]
        self.queue.enter(turn)
        return turn

    def leave(self, *turns: Turn, after_s: float = 0.0) -> None:
        self.clock.advance(after_s)
        for turn in turns:
            self.queue.leave(turn)

    def tick(self, after_s: float = 0.25, times: int = 1) -> None:
        for _ in range(times):
            self.clock.advance(after_s)
            self.queue.tick()

    def served_in_order(self, holder: Turn, turns: list[Turn], each_s: float = 1.0) -> list[int]:
        """The indices of ``turns`` as they are served one by one, each holding the only slot for ``each_s``."""
        order: list[int] = []
        while True:
            self.leave(holder, after_s=each_s)
            index = next((i for i, turn in enumerate(turns) if holds(turn) and i not in order), None)
            if index is None:
                return order
            order.append(index)
            holder = turns[index]
        return order


def holds(turn: Turn) -> bool:
    return isinstance(turn.result, Slot)


def refusal(turn: Turn) -> Refusal:
    assert isinstance(turn.result, Refusal)
    return turn.result
