"""A request as it stands at the door. Knows who asks what from where; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.values.identity import Identity
from seawall.values.question import Question


@dataclass(frozen=True, slots=True)
class Arrival:
    """``received_s`` is on the monotonic clock; ``address`` is the client's, resolved through trusted proxies."""

    request_id: str
    received_s: float
    address: str
    identity: Identity
    question: Question
