"""How much of the engine's reading of prompts those below may take. Knows first tokens and time; knows no engine.

A slot alone does not make a first token quick: prompts that are read at the same time share the engine's speed of
reading, inside the engine, where no order of ours reaches. So few prompts of strangers are read at once, and after
each the reading rests from them in proportion; more are, step by step, while registered users' first tokens come no
later for it, since an engine with speed to spare would else stand idle before a crowd.
"""

from __future__ import annotations

from collections.abc import Callable

from seawall.scheduling.reserve import Reserve
from seawall.scheduling.slots import Slot
from seawall.scheduling.slowness import Slowness, normalised
from seawall.values.ticket import ServiceClass

# One prompt of theirs at a time for as many slots as one reader usually serves.
SLOTS_A_READER = 16
# First tokens differ by half from one to the next, as caches know some prompts: the last ten tell, not the last five.
NOW_WEIGHT = 0.1
# Up while registered users' first tokens take no more than so many times what they take unloaded, down beyond that.
# With 1.1 as the first, fame used one of a hundred slots more and took the p95 under amplification from 1.5 to 2.4.
UNHARMED, HARMED = 1.0, 1.25
UP, DOWN = 1.1, 0.8


class Prefill:
    """Counts slots of ``highest`` and below that have no first token yet. While nobody above is there, or nobody at
    all is served, nothing is held back.
    """

    def __init__(self, share: float, reserve: Reserve, highest: ServiceClass, *, clock: Callable[[], float]) -> None:
        self._share = share
        self._reserve = reserve
        self._highest = highest
        self._clock = clock
        self._reading: set[Slot] = set()
        self._rests_until_s = 0.0
        self._read_s = float("-inf")
        self._slowness = Slowness(now_weight=NOW_WEIGHT, believes_fast=False)
        self._pace = 1.0
        self._held_back = False

    def allows(self) -> bool:
        """Whether one more stranger's prompt may be read now."""
        if self._share >= 1 or not self._reserve.total or not self._reserve.serves_above(self._highest):
            return True
        if len(self._reading) < self._at_once() and self._clock() >= self._rests_until_s:
            return True
        self._held_back = True
        return False

    def began(self, slot: Slot) -> None:
        """A stranger's prompt is being read."""
        self._reading.add(slot)

    def ended(self, slot: Slot) -> None:
        """It has been read, or its asker has left. Idempotent."""
        if slot in self._reading:
            self._reading.discard(slot)
            self._read_s = self._clock()
            rest_s = (self._clock() - slot.granted_s) * (1 / self._share - 1) / (self._least() * self._pace)
            self._rests_until_s = max(self._rests_until_s, self._clock()) + rest_s

    def served(self, slot: Slot, prompt_tokens: int) -> None:
        """A registered user's slot ends, and tells how late its first token came."""
        if slot.first_token_ms is None:
            return
        alone = not self._reading and self._read_s < slot.granted_s
        self._slowness.see(normalised(slot.first_token_ms, prompt_tokens), light=alone)
        if self._slowness.ratio > HARMED:
            self._pace = max(1.0, self._pace * DOWN)
        elif self._slowness.ratio < UNHARMED and self._held_back:
            self._pace = min(float(SLOTS_A_READER), self._pace * UP)
            self._held_back = False

    def _at_once(self) -> int:
        return int(self._least() * self._pace)

    def _least(self) -> int:
        return max(1, self._reserve.slots // SLOTS_A_READER)
