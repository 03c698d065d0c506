"""Gives tickets. Knows classes, prices and patience; knows no HTTP, no queue, no model."""

from __future__ import annotations

from collections.abc import Callable

from seawall.admission.classes import class_of
from seawall.admission.posture import Posture
from seawall.values.arrival import Arrival, Place
from seawall.values.home import NamesOf, names_of
from seawall.values.identity import Identity
from seawall.values.refusal import Refusal
from seawall.values.served import Served
from seawall.values.ticket import Flow, Price, ServiceClass, Ticket


class Admission:
    """The first stage after the edge. Reads memory only, so that it can be asked by everybody at once."""

    def __init__(
        self,
        *,
        patience_s: float,
        clock: Callable[[], float],
        unix_time: Callable[[], float],
        names_of: NamesOf = names_of,
    ) -> None:
        self._patience_s = patience_s
        self._clock = clock
        self._unix_time = unix_time
        self._names_of = names_of

    @property
    def posture(self) -> Posture:
        """The posture of now."""
        return Posture.NORMAL

    def class_of(self, identity: Identity, place: Place) -> ServiceClass:
        """The class this identity is served in now when it asks from there."""
        return class_of(identity, place, self._unix_time(), self._names_of)

    def hopeless(self, identity: Identity, place: Place) -> Refusal | None:
        """The refusal of whom nothing that it can ask would let in now, so that its body need not be read."""
        return None

    def admit(self, arrival: Arrival) -> Ticket | Refusal:
        """A ticket that is good for ``patience_s`` from now. Budgets and prices will refuse here."""
        identity, question = arrival.identity, arrival.question
        return Ticket(
            arrival=arrival,
            service_class=self.class_of(identity, arrival.place),
            expires_s=self._clock() + self._patience_s,
            price=Price(1000.0, question.prompt_chars // 4, question.max_tokens),
            flow=Flow(arrival.place.network, identity.account_id, arrival.forwarded_user or identity.key_id or ""),
            question=question,
        )

    def settled(self, ticket: Ticket, served: Served) -> None:
        """Learns from how a ticket ended. Never blocks, never raises."""
