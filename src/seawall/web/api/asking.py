"""One question by HTTP, in whichever vendor's shape: body to arrival, steps to the wire. Decides nothing.

A plain ASGI callable rather than a route function: the framework's injection, layers and response classes have nothing
that a question has use for, and would cost it 36 us (docs/decisions/0004). What differs between the vendors is a
``Shape``: pure functions from bytes to a question, and from pieces to bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from seawall.answering.answer import Answering, Eased, Step, Unkept
from seawall.answering.running import Ended
from seawall.streaming.refusals import eased_header
from seawall.streaming.sse import STREAM_HEADERS
from seawall.streaming.wire import Headers, Wire
from seawall.values.arrival import Arrival
from seawall.values.grant import KeyScope
from seawall.values.piece import Piece, Recorded
from seawall.values.question import Question
from seawall.values.refusal import Refusal
from seawall.web.api.door import ApiDoor, ErrorForm
from seawall.web.api.exchange import CancelWhenLeft, ClientLeft, Exchange, Receive, Scope, Send, ServiceStops
from seawall.web.api.forwarded import forwarded_user

PLAIN_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


class Telling(Protocol):
    """One answer in a vendor's words, streamed or whole. Begun anew for each question."""

    @property
    def sign_of_life(self) -> bytes:
        """What may be sent at any moment and says nothing."""
        ...

    def piece(self, piece: Piece) -> bytes:
        """What is sent for a piece; empty where that is nothing yet."""
        ...

    def ended(self, recorded: Recorded) -> bytes:
        """The rest of the answer, which came to its end."""
        ...

    def broke(self, refusal: Refusal) -> bytes:
        """The rest of a body that has begun, where there will be no more."""
        ...


class Shape(Protocol):
    """How one vendor's programs ask, are answered and are refused. Knows no asker."""

    @property
    def scope(self) -> KeyScope:
        """What a key must be allowed to do."""
        ...

    def question(self, body: bytes, headers: dict[bytes, bytes]) -> Question | Refusal:
        """What is asked, within our bounds."""
        ...

    def telling(self, question: Question, request_id: str) -> Telling:
        """How this question is answered."""
        ...

    def refused(self, refusal: Refusal, accept: bytes) -> tuple[Headers, bytes]:
        """Headers and body of a refusal."""
        ...


class Asking:
    """``POST`` to one shape's address."""

    def __init__(self, door: ApiDoor, answering: Answering, shape: Shape, *, keep_alive_s: float) -> None:
        self._door = door
        self._answering = answering
        self._shape = shape
        self._keep_alive_s = keep_alive_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send)
        with suppress(ClientLeft):
            arrival = await self._arrival(exchange)
            if arrival is not None:
                await self._relay(arrival, exchange)

    async def _arrival(self, exchange: Exchange) -> Arrival | None:
        """None where it is refused, which has been told then."""
        door, shape = self._door, self._shape
        identity = await door.identify(exchange)
        if isinstance(identity, Refusal):
            await door.refuse(exchange, identity, shape.refused)
            return None
        refusal = identity.objection(shape.scope) or door.hopeless(exchange, identity)
        if refusal is not None:
            await door.refuse(exchange, refusal, shape.refused, identity)
            return None
        question = shape.question(await exchange.body(), exchange.headers)
        refusal = question if isinstance(question, Refusal) else identity.objection_to_model(question.model)
        if refusal is not None or isinstance(question, Refusal):
            assert refusal is not None
            await door.refuse(exchange, refusal, shape.refused, identity)
            return None
        caller = exchange.caller
        user = forwarded_user(identity, exchange.headers, question.user)
        return Arrival(caller.request_id, caller.received_s, caller.place, identity, question, user, caller.asker)

    async def _relay(self, arrival: Arrival, exchange: Exchange) -> None:
        question = arrival.question
        asker = (arrival.place, arrival.identity, arrival.forwarded_user)
        standing, limits = self._door.standing(*asker), partial(self._door.limits, *asker)
        headers = (*(STREAM_HEADERS if question.stream else PLAIN_HEADERS), *standing)
        telling = self._shape.telling(question, arrival.request_id)
        wire = exchange.wire(headers, sign_of_life=telling.sign_of_life, every_s=self._keep_alive_s, at_last=limits)
        reply = _Reply(wire, telling, self._shape.refused, standing, limits, exchange.accept)
        running = self._answering.running.answer(arrival.identity)
        try:
            async with (
                CancelWhenLeft(exchange),
                running,
                aclosing(self._answering.answer(arrival, Unkept())) as steps,
            ):
                async for step in steps:
                    await reply.tell(step)
        except ServiceStops:
            await reply.refuse(ServiceStops.refusal(begun=wire.opened))
        except Ended as ended:
            await reply.refuse(ended.refusal)
        finally:
            wire.stop()


@dataclass(frozen=True, slots=True)
class _Reply:
    """The response, what it tells of its asker's standing and limits, and the form in which a refusal is asked for."""

    wire: Wire
    telling: Telling
    form: ErrorForm
    standing: Headers
    limits: Callable[[], Headers]
    accept: bytes

    async def tell(self, step: Step) -> None:
        """A step of the answer, as far as it shows."""
        if isinstance(step, Piece):
            data = self.telling.piece(step)
            if data:
                await self.wire.write(data)
        elif isinstance(step, Refusal):
            await self.refuse(step)
        elif isinstance(step, Recorded):
            await self.wire.finish(self.telling.ended(step))
        elif isinstance(step, Eased):
            self.wire.tell(eased_header(step.easings))

    async def refuse(self, refusal: Refusal) -> None:
        """With its status while that is still open, else in the form a body that has begun can take."""
        if self.wire.opened:
            await self.wire.finish(self.telling.broke(refusal))
        else:
            headers, body = self.form(refusal, self.accept)
            await self.wire.replace(refusal.reason.status, [*headers, *self.standing, *self.limits()], body)
