"""Who calls the API, what its key may do, and what every API answer tells of it. Decides nothing itself."""

from __future__ import annotations

from typing import Protocol

from seawall.accounts.keys.keys import Keys
from seawall.admission.admission import Admission
from seawall.admission.guests import Guests
from seawall.observing.metrics import Metrics
from seawall.streaming.wire import Headers
from seawall.values.arrival import Place
from seawall.values.identity import Identity
from seawall.values.network import network_of
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.exchange import Exchange
from seawall.web.api.standing import limit_headers, standing_headers

NO_KEY = Refusal(Reason.UNKNOWN_KEY, "Send an API key of this service: 'Authorization: Bearer sw-...'.")


class ErrorForm(Protocol):
    """A refusal's headers and body as one vendor's programs read them; ``accept`` is what the client asks for."""

    def __call__(self, refusal: Refusal, accept: bytes) -> tuple[Headers, bytes]: ...


def presented_key(headers: dict[bytes, bytes]) -> str:
    """The API key of ``Authorization: Bearer`` or ``x-api-key``; empty where there is none."""
    scheme, _, credential = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer":
        return credential.strip()
    return headers.get(b"x-api-key", b"").decode("latin-1").strip()


class ApiDoor:
    """Who calls the API, and what every API answer tells of it."""

    def __init__(self, keys: Keys, guests: Guests | None, admission: Admission, metrics: Metrics) -> None:
        self._keys = keys
        self._guests = guests
        self._admission = admission
        self._metrics = metrics

    async def identify(self, exchange: Exchange) -> Identity | Refusal:
        """The key's account; a guest where there is no key and guests are taken. Without I/O for a key seen lately."""
        secret = presented_key(exchange.headers)
        if not secret:
            return self._guest(exchange)
        who = self._keys.warm(secret) or await self._keys.identify(secret, network_of(exchange.caller.address))
        if isinstance(who, Identity) and who.key_id is not None:
            self._keys.use.note(who.key_id)
        return who

    def _guest(self, exchange: Exchange) -> Identity | Refusal:
        if self._guests is None:
            return NO_KEY
        token = exchange.headers.get(b"x-seawall-pass", b"").decode("latin-1").strip()
        return self._guests.identify(token, exchange.caller.place.network)

    def standing(self, place: Place, identity: Identity | None, user: str | None = None) -> Headers:
        """The class in which this asker is served; ``user`` is whom a front end names."""
        return standing_headers(self._admission, identity, place, user)

    def limits(self, place: Place, identity: Identity | None, user: str | None = None) -> Headers:
        """What is left to this asker by now, so best asked for when the answer leaves."""
        return limit_headers(self._admission, identity, place, user)

    def hopeless(self, exchange: Exchange, identity: Identity) -> Refusal | None:
        """Whom nothing would let in now, whatever its body says."""
        return self._admission.hopeless(identity, exchange.caller.place)

    def prompt_tokens(self, question: Question) -> int:
        """As far as is known without asking the engine."""
        return self._admission.prompt_tokens(question)

    async def refuse(
        self, exchange: Exchange, refusal: Refusal, form: ErrorForm, identity: Identity | None = None
    ) -> None:
        """Answers with a refusal that was met before the line."""
        self._metrics.refused(refusal.reason.code)
        wire = exchange.wire((), sign_of_life=b"", every_s=60)
        headers, body = form(refusal, exchange.accept)
        place = exchange.caller.place
        told = (*headers, *self.standing(place, identity), *self.limits(place, identity))
        await wire.replace(refusal.reason.status, told, body)
