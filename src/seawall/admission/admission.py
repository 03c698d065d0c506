"""Gives tickets. Knows classes and patience; knows no HTTP, no queue, no model."""

from __future__ import annotations

from collections.abc import Callable

from seawall.admission.classes import class_of
from seawall.admission.posture import Posture
from seawall.values.arrival import Arrival
from seawall.values.identity import Identity
from seawall.values.refusal import Refusal
from seawall.values.ticket import ServiceClass, Ticket


class Admission:
    """The first stage after the edge. Reads memory only, so that it can be asked by everybody at once."""

    def __init__(self, *, patience_s: float, clock: Callable[[], float], unix_time: Callable[[], float]) -> None:
        self._patience_s = patience_s
        self._clock = clock
        self._unix_time = unix_time

    @property
    def posture(self) -> Posture:
        """The posture of now."""
        return Posture.NORMAL

    def class_of(self, identity: Identity) -> ServiceClass:
        """The class this identity is served in now."""
        return class_of(identity, self._unix_time())

    def admit(self, arrival: Arrival) -> Ticket | Refusal:
        """A ticket that is good for ``patience_s`` from now. Budgets and prices will refuse here."""
        return Ticket(
            arrival=arrival,
            service_class=self.class_of(arrival.identity),
            expires_s=self._clock() + self._patience_s,
        )
