"""What the door and the screen hand on. Knows class and bounds; knows no queue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from seawall.values.arrival import Arrival
from seawall.values.question import Question


class ServiceClass(StrEnum):
    """Whom the queue serves first; the order of the members is the order of service."""

    C0 = "C0"
    C1 = "C1"
    C1B = "C1b"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Admission's yes. ``expires_s`` (monotonic) is when waiting for a slot stops being of use."""

    arrival: Arrival
    service_class: ServiceClass
    expires_s: float


@dataclass(frozen=True, slots=True)
class Screened:
    """Screening's yes: the ticket, and the question as the engine is to receive it."""

    ticket: Ticket
    question: Question
