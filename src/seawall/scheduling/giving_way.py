"""Whose answer ends early, so that a registered user need not wait for a slot. Knows who holds and waits; ends none.

Order decides who has the next free slot, headroom whether one is free. Where both fail, whoever comes waits for the
next of the answers that run to end, and in the virtual siege most of the slowest twentieth waited for just that. So for
each registered user within its entitlement who waits, one answer gives way: of the lowest class first, then the one
that is held longest, and none before it had what an ordinary answer takes. Whoever holds a slot and waits for another
one gives way to whoever holds none, of C1 too, and after half of that time: people read one answer at a time, and
accounts in an attacker's hands ask on.
"""

from __future__ import annotations

from collections.abc import Callable

from seawall.scheduling.held import Held
from seawall.scheduling.line import Line
from seawall.scheduling.reserve import Reserve
from seawall.scheduling.rules import C1_RANK, Rules
from seawall.scheduling.sharding import STRANGE
from seawall.scheduling.slots import Slot
from seawall.scheduling.tally import Tally
from seawall.scheduling.turn import Turn
from seawall.values.ticket import ServiceClass

# Of an ordinary answer's time, what an account has before it gives way that waits for another slot besides. At a
# quarter the pulses' p95 falls further (2.0 to 1.6), and who compares answers reads the first words of each.
MORE_WANTED = 0.5
# A line of thousands would have all that is held looked through for each of them.
EVERY_S = 0.05


class GivingWay:
    """Marks slots; whoever streams their answers ends them at the next piece, and tells why."""

    def __init__(
        self, rules: Rules, reserve: Reserve, held: Held, line: Line, tally: Tally, pressed: Callable[[], bool]
    ) -> None:
        self._wanted = rules.giving_way
        self._pressed = pressed
        self._reserve = reserve
        self._held = held
        self._line = line
        self._tally = tally
        self._looked_s = float("-inf")

    def look(self, now_s: float) -> None:
        """Sees to it that as many give way as registered users within their entitlement wait for want of a slot."""
        waiting = self._line.count(ServiceClass.C0) + self._line.count(ServiceClass.C1)
        if not waiting or not self._wanted or self._reserve.total < self._reserve.slots:
            return
        if not self._pressed():
            return  # On an ordinary day a second's wait is less than half an answer.
        if now_s - self._looked_s < EVERY_S:
            return
        self._looked_s = now_s
        held = self._held.slots()
        wanted = waiting - sum([slot.gives_way for _, slot in held])
        if wanted > 0:
            can = [(turn.service_class, slot) for turn, slot in held if self._can(turn, slot)]
            for service_class, slot in sorted(can, key=lambda one: (-one[0].rank, one[1].granted_s))[:wanted]:
                slot.gives_way = True
                self._tally.gave_way(service_class)

    def _can(self, turn: Turn, slot: Slot) -> bool:
        ordinary_ms = self._reserve.ordinary_ms
        if ordinary_ms is None or slot.gives_way or slot.first_token_s is None or not turn.streams:
            return False
        if turn.service_class is ServiceClass.C0:
            return False
        # What strangers of one network wait for, each of them waits for.
        if turn.service_class not in STRANGE and self._line.of_account(turn.account):
            return slot.held_ms > MORE_WANTED * ordinary_ms
        return turn.service_class.rank > C1_RANK and slot.held_ms > ordinary_ms
