"""Whose prompt may be read next. Knows two readings, below C1b and of C1b; knows no slot's price and no order."""

from __future__ import annotations

from collections.abc import Callable

from seawall.scheduling.prefill import Prefill
from seawall.scheduling.reserve import Reserve
from seawall.scheduling.rules import C1_RANK, C1B_RANK
from seawall.scheduling.slots import Slot
from seawall.scheduling.turn import Turn
from seawall.values.ticket import ServiceClass


class Reading:
    """Strangers leave the engine's reading to registered users, and those of these who ask too much to the others.

    Answers that are kept short make it worse: then an engine does little but read, and who asks most is read most.
    """

    def __init__(self, share: float, reserve: Reserve, *, clock: Callable[[], float]) -> None:
        self._greedy = Prefill(share, reserve, ServiceClass.C1B, clock=clock)
        self._strange = Prefill(share, reserve, ServiceClass.C2, clock=clock)

    def allows(self, turn: Turn) -> bool:
        """Whether this turn's prompt may be read now."""
        reading = self._of(turn)
        return reading is None or reading.allows()

    def began(self, turn: Turn, slot: Slot) -> bool:
        """The turn's prompt is being read; True where somebody may wait for that to end."""
        reading = self._of(turn)
        if reading is not None:
            reading.began(slot)
        return reading is not None

    def ended(self, slot: Slot) -> None:
        """It has been read, or its asker has left. Idempotent."""
        self._greedy.ended(slot)
        self._strange.ended(slot)

    def served(self, turn: Turn, slot: Slot) -> None:
        """A slot ends, and tells those below how late its first token came."""
        rank = turn.service_class.rank
        if rank <= C1B_RANK:
            self._strange.served(slot, turn.prompt_tokens)
        if rank <= C1_RANK:
            self._greedy.served(slot, turn.prompt_tokens)

    def _of(self, turn: Turn) -> Prefill | None:
        rank = turn.service_class.rank
        return None if rank <= C1_RANK else self._greedy if rank == C1B_RANK else self._strange
