"""Whether to line up at all. Knows bounds, patience and estimates; changes nothing."""

from __future__ import annotations

from random import Random

from seawall.scheduling.line import Line
from seawall.scheduling.refusing import Refusing
from seawall.scheduling.rules import Rules
from seawall.scheduling.turn import Turn
from seawall.scheduling.waits import Waits
from seawall.values.refusal import Refusal


class Deadline:
    """Refuses as it comes whoever would wait in vain: a no at once is worth more than a no after a minute."""

    def __init__(self, rules: Rules, line: Line, waits: Waits, random: Random) -> None:
        self._rules = rules
        self._line = line
        self._waits = waits
        self._refusing = Refusing(random)

    def refusal(self, turn: Turn, wait_s: float, now_s: float) -> Refusal | None:
        """Why this turn, which would wait so long, may not line up; None where it may."""
        most = self._rules.waiting_per_account
        patience_s = turn.expires_s - now_s
        if self._line.of_account(turn.account) >= most:
            return self._refusing.too_many_waiting(most, wait_s)
        if self._rules.deadline and self._waits.is_shut_out(turn.service_class):
            return self._refusing.no_room("The model's memory is full.", wait_s)
        if self._rules.deadline and wait_s > patience_s:
            if self._waits.newcomers_s(turn.service_class, turn.cost_ms) <= patience_s:
                return self._refusing.own_share(wait_s - patience_s)
            return self._refusing.no_room("You would wait too long.", wait_s - patience_s)
        if len(self._line) >= self._rules.waiting and self._line.last_below(turn.service_class) is None:
            return self._refusing.no_room("The line is full.", wait_s)
        return None

    def displaced(self, turn: Turn) -> Refusal:
        """What a turn is told whose place a higher class needs."""
        return self._refusing.no_room("Your place was needed for a registered user.", self._waits.of_turn(turn).wait_s)

    def expired(self, turn: Turn) -> Refusal:
        """What a turn is told that waited in vain."""
        return self._refusing.no_room("No place came free in time.", self._waits.of_turn(turn).wait_s)
