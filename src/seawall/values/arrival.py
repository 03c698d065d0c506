"""A request as it stands at the door. Knows who asks what from where; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.values.identity import Identity
from seawall.values.network import site_of
from seawall.values.question import Question


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody asks: the network, and the device where a signed cookie names one.

    ``marks`` are that cookie's, where somebody signs in: of the accounts that were signed in to on the device.
    """

    address: str = ""
    device_id: str | None = None
    marks: tuple[str, ...] = ()

    @property
    def network(self) -> str:
        """The /24 or /48 that homes and the fair queue count by."""
        return site_of(self.address)


@dataclass(frozen=True, slots=True)
class Arrival:
    """``received_s`` is on the monotonic clock; the place's address is the client's, resolved through trusted proxies.

    ``forwarded_user`` is whom a trusted front end asks for, so that its users are fair to each other under one key.
    ``asker`` is the number by which the verdict's signals know who asks, and nobody else does.
    """

    request_id: str
    received_s: float
    place: Place
    identity: Identity
    question: Question
    forwarded_user: str | None = None
    asker: int = 0
