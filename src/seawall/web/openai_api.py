"""``/v1/chat/completions``: OpenAI's HTTP to arrivals, steps to OpenAI's HTTP. Decides nothing.

A plain ASGI callable rather than a route function: the framework's injection, layers and response classes have nothing
that a question has use for, and would cost it 36 us (docs/decisions/0004).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial

from seawall.accounts.keys import Keys
from seawall.admission.admission import Admission
from seawall.admission.guests import Guests
from seawall.answering.answer import Answering, Eased, Step, Unkept
from seawall.observing.metrics import Metrics
from seawall.settings.tree import LimitSettings
from seawall.streaming.refusals import eased_header, refusal_body, refusal_told
from seawall.streaming.sse import BLANK_LINE, DONE, KEEP_ALIVE, STREAM_HEADERS, compact_json, event
from seawall.streaming.wire import Headers, Wire
from seawall.values.arrival import Arrival, Place
from seawall.values.identity import Identity
from seawall.values.network import network_of
from seawall.values.piece import Piece, Recorded
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.web.exchange import CancelWhenLeft, ClientLeft, Exchange, Receive, Scope, Send, ServiceStops
from seawall.web.forwarded import forwarded_user
from seawall.web.questions import parse_question
from seawall.web.standing import limit_headers, standing_headers
from seawall.web.usage import last_chunk, with_usage

PLAIN_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
NO_KEY = Refusal(Reason.UNKNOWN_KEY, "Send an API key of this service: 'Authorization: Bearer sw-...'.")


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
        return self._keys.warm(secret) or await self._keys.identify(secret, network_of(exchange.caller.address))

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

    async def refuse(self, exchange: Exchange, refusal: Refusal, identity: Identity | None = None) -> None:
        """Answers with a refusal that was met before the line."""
        self._metrics.refused(refusal.reason.code)
        wire = exchange.wire((), sign_of_life=b"", every_s=60)
        headers, body = refusal_told(refusal, exchange.accept)
        place = exchange.caller.place
        told = (*headers, *self.standing(place, identity), *self.limits(place, identity))
        await wire.replace(refusal.reason.status, told, body)


class ChatCompletions:
    """``POST /v1/chat/completions``, streaming or not."""

    def __init__(self, door: ApiDoor, answering: Answering, limits: LimitSettings, *, keep_alive_s: float) -> None:
        self._door = door
        self._answering = answering
        self._limits = limits
        self._keep_alive_s = keep_alive_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send)
        with suppress(ClientLeft):
            await self._serve(exchange)

    async def _serve(self, exchange: Exchange) -> None:
        identity = await self._door.identify(exchange)
        if isinstance(identity, Refusal):
            await self._door.refuse(exchange, identity)
            return
        hopeless = self._door.hopeless(exchange, identity)
        if hopeless is not None:
            await self._door.refuse(exchange, hopeless, identity)
            return
        body = await exchange.body()
        question = parse_question(body, self._limits)
        if isinstance(question, Refusal):
            await self._door.refuse(exchange, question, identity)
            return
        caller = exchange.caller
        user = forwarded_user(identity, exchange.headers, question.user)
        arrival = Arrival(caller.request_id, caller.received_s, caller.place, identity, question, user)
        await self._relay(arrival, exchange)

    async def _relay(self, arrival: Arrival, exchange: Exchange) -> None:
        question = arrival.question
        asker = (arrival.place, arrival.identity, arrival.forwarded_user)
        standing, limits = self._door.standing(*asker), partial(self._door.limits, *asker)
        headers = (*(STREAM_HEADERS if question.stream else PLAIN_HEADERS), *standing)
        sign_of_life = KEEP_ALIVE if question.stream else BLANK_LINE
        wire = exchange.wire(headers, sign_of_life=sign_of_life, every_s=self._keep_alive_s, at_last=limits)
        reply = _Reply(wire, standing, limits, exchange.accept)
        try:
            async with CancelWhenLeft(exchange), aclosing(self._answering.answer(arrival, Unkept())) as steps:
                if question.stream:
                    await _stream(steps, question, reply)
                else:
                    await _whole(steps, reply)
        except ServiceStops:
            refusal = ServiceStops.refusal(begun=wire.opened)
            body = refusal_body(refusal)
            await reply.refuse(refusal, event(body) if question.stream else body)
        finally:
            wire.stop()


@dataclass(frozen=True, slots=True)
class _Reply:
    """The response, what it tells of its asker's standing and limits, and the form in which a refusal is asked for."""

    wire: Wire
    standing: Headers
    limits: Callable[[], Headers]
    accept: bytes

    async def refuse(self, refusal: Refusal, late_form: bytes) -> None:
        """With its status while that is still open, else in the form a body that has begun can take."""
        if self.wire.opened:
            await self.wire.finish(late_form)
        else:
            headers, body = refusal_told(refusal, self.accept)
            await self.wire.replace(refusal.reason.status, [*headers, *self.standing, *self.limits()], body)


async def _stream(steps: AsyncGenerator[Step, None], question: Question, reply: _Reply) -> None:
    wire = reply.wire
    async for step in steps:
        if isinstance(step, Piece):
            data = step.data
            if step.usage is not None:
                data = last_chunk(step, step.usage, wanted=question.wants_usage)
            if data is not None:
                await wire.write(event(data))
        elif isinstance(step, Refusal):
            await reply.refuse(step, event(refusal_body(step)))
        elif isinstance(step, Recorded):
            await wire.finish(DONE)
        elif isinstance(step, Eased):
            wire.tell(eased_header(step.words))


async def _whole(steps: AsyncGenerator[Step, None], reply: _Reply) -> None:
    body = b""
    async for step in steps:
        if isinstance(step, Piece):
            body = compact_json(with_usage(step.data, step.usage)) if step.usage else step.data
        elif isinstance(step, Refusal):
            await reply.refuse(step, refusal_body(step))
        elif isinstance(step, Recorded):
            await reply.wire.finish(body)
        elif isinstance(step, Eased):
            reply.wire.tell(eased_header(step.words))
