"""What the door and the screen hand on. Knows class, price and bounds; knows no queue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from seawall.values.arrival import Arrival
from seawall.values.easing import Easing
from seawall.values.question import Question


class ServiceClass(StrEnum):
    """Whom the queue serves first; the order of the members is the order of service.

    Attributes:
        rank: 0 for the first to be served.
        weight: its part of the engine while every class waits. C0 goes first and takes no part.
        is_registered: True for whom the promise is made: C1, within its entitlement or beyond.
    """

    # Plain attributes, not properties: the queue reads them many times for each question.
    rank: int
    weight: int
    is_registered: bool

    def __new__(cls, name: str, weight: int) -> ServiceClass:
        """``weight`` is given with each member; the rest follows from its name and place."""
        one = str.__new__(cls, name)
        one._value_ = name
        one.rank = len(cls.__members__)
        one.weight = weight
        one.is_registered = name in ("C1", "C1b")
        return one

    C0 = "C0", 64
    C1 = "C1", 16
    C1B = "C1b", 6
    C2 = "C2", 3
    C3 = "C3", 1
    C4 = "C4", 1


@dataclass(frozen=True, slots=True)
class Price:
    """What a question is predicted to take of the engine.

    ``engine_ms`` are milliseconds during which one slot is held; ``output_tokens`` is the expected answer. ``most_ms``
    is what it comes to where the answer is as long as it may be.
    """

    engine_ms: float
    prompt_tokens: int
    output_tokens: int
    most_ms: float = 0.0

    @property
    def kv_tokens(self) -> int:
        """What is reserved of the engine's key-value cache."""
        return self.prompt_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Flow:
    """Between whom the queue is fair: class first, then network, account, and session, key or forwarded user."""

    network: str
    account: str
    leaf: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Admission's yes.

    Attributes:
        expires_s: monotonic; when waiting for a slot stops being of use.
        question: the arrival's, eased where the posture or the brownout asks for it.
        eased: what was eased; empty on a quiet day.
        at_once: how many slots the account may hold at once in this class; 0 for no bound.
        asked_ms: what was asked before anything was eased, in engine-milliseconds; 0 for who has no entitlement, and
            for what was asked before.
        charged_ms: what its asker's entitlement was charged for it.
    """

    arrival: Arrival
    service_class: ServiceClass
    expires_s: float
    price: Price
    flow: Flow
    question: Question
    eased: tuple[Easing, ...] = ()
    at_once: int = 0
    asked_ms: float = 0.0
    charged_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Screened:
    """Screening's yes: the ticket, and the question as the engine is to receive it."""

    ticket: Ticket
    question: Question
