"""What the queue has done so far. Knows counts by class; knows no question."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from seawall.scheduling.slots import SlotOutcome
from seawall.values.refusal import Refusal
from seawall.values.ticket import ServiceClass


@dataclass(slots=True)
class ClassTally:
    """One class since the start: questions granted and refused (by code), how long the granted waited and held,
    and how many of their answers were asked to end early."""

    granted: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    waited_s: float = 0.0
    held_ms: float = 0.0
    gave_way: int = 0


class Tally:
    """Counts since the start."""

    def __init__(self) -> None:
        self.by_class = {one: ClassTally() for one in ServiceClass}
        self.outcomes = dict.fromkeys(SlotOutcome, 0)

    def granted(self, service_class: ServiceClass, waited_s: float) -> None:
        """A slot was given."""
        one = self.by_class[service_class]
        one.granted += 1
        one.waited_s += waited_s

    def refused(self, service_class: ServiceClass, refusal: Refusal) -> None:
        """A question was refused."""
        self.by_class[service_class].refused[refusal.reason.code] += 1

    def gave_way(self, service_class: ServiceClass) -> None:
        """An answer is to end early, so that somebody need not wait for its slot."""
        self.by_class[service_class].gave_way += 1

    def ended(self, service_class: ServiceClass, outcome: SlotOutcome, held_ms: float) -> None:
        """A slot was given back."""
        self.outcomes[outcome] += 1
        self.by_class[service_class].held_ms += held_ms
