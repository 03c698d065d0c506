"""A place at the engine while it is held. Knows how its use ended; knows no engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SlotOutcome(StrEnum):
    """What the holder says of its slot: served, dropped by the engine's fault, or left by the asker."""

    SUCCEEDED = "succeeded"
    DROPPED = "dropped"
    LEFT = "left"


@dataclass(slots=True)
class Slot:
    """Held from being granted until its turn ends. The holder tells the outcome; silence means that it left."""

    granted_s: float
    outcome: SlotOutcome = SlotOutcome.LEFT
    tokens: int = 0

    def succeeded(self, tokens: int) -> None:
        """The engine answered wholly with so many tokens."""
        self.outcome = SlotOutcome.SUCCEEDED
        self.tokens = tokens

    def dropped(self) -> None:
        """The engine failed or refused."""
        self.outcome = SlotOutcome.DROPPED
