"""A place at the engine while it is held. Knows how its use ended; knows no engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class SlotOutcome(StrEnum):
    """What the holder says of its slot: served, dropped by the engine's fault, or left by the asker."""

    SUCCEEDED = "succeeded"
    DROPPED = "dropped"
    LEFT = "left"


@dataclass(slots=True, eq=False)
class Slot:
    """Held from being granted until its turn ends. The holder tells the outcome; silence means that it left.

    ``on_first_token`` is called at the first token, when the engine has read the prompt; ``gives_way`` asks the holder
    to end its answer at the next piece.
    """

    granted_s: float
    clock: Callable[[], float]
    on_first_token: Callable[[Slot], None] | None = None
    outcome: SlotOutcome = SlotOutcome.LEFT
    tokens: int = 0
    first_token_s: float | None = None
    gives_way: bool = False

    @property
    def first_token_ms(self) -> float | None:
        """From being granted to the first token; None before it."""
        return None if self.first_token_s is None else (self.first_token_s - self.granted_s) * 1000

    @property
    def held_ms(self) -> float:
        """For how long it is held by now."""
        return (self.clock() - self.granted_s) * 1000

    def grew(self, tokens: int) -> None:
        """The answer grew by so many tokens. Runs once a piece."""
        if self.first_token_s is None and tokens:
            self.first_token_s = self.clock()
            if self.on_first_token is not None:
                self.on_first_token(self)
        self.tokens += tokens

    def succeeded(self, tokens: int) -> None:
        """The engine answered wholly; it counted so many tokens, 0 where it does not tell."""
        self.outcome = SlotOutcome.SUCCEEDED
        self.tokens = tokens or self.tokens

    def dropped(self) -> None:
        """The engine failed or refused."""
        self.outcome = SlotOutcome.DROPPED
