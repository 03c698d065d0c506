"""``POST /api/chat``: a message to an arrival, steps to named events. Decides nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Any

from fastapi import APIRouter, Request, Response

from seawall.answering.answer import Answering, Eased, Step
from seawall.conversations.conversations import Conversations, Prepared, Replay, Said
from seawall.conversations.turn import Turn
from seawall.engines.port import EngineReport
from seawall.records.conversation_entries import ConversationRow, MessageStatus
from seawall.scheduling.turn import Waiting
from seawall.settings.tree import LimitSettings
from seawall.streaming.refusals import refusal_body, refusal_error, refusal_headers
from seawall.streaming.sse import KEEP_ALIVE, STREAM_HEADERS, named_event
from seawall.streaming.wire import Wire
from seawall.values.arrival import Arrival
from seawall.values.piece import Outcome, Piece, Recorded, Usage
from seawall.values.question import Question
from seawall.values.refusal import Refusal
from seawall.web.bodies import ChatMessage
from seawall.web.door import Door, caller_of
from seawall.web.exchange import CancelWhenLeft, ClientLeft, Exchange, Receive, Scope, Send, ServiceStops
from seawall.web.responses import Refused
from seawall.web.usage import usage_fields
from seawall.web.views import REFUSALS, ConversationView

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events: begun, waiting, piece, done, error", "content": {"text/event-stream": {}}}
}


def chat_router(
    door: Door,
    conversations: Conversations,
    answering: Answering,
    limits: LimitSettings,
    *,
    engine: Callable[[], EngineReport],
    model: str,
    keep_alive_s: float,
) -> APIRouter:
    """``model`` is asked where neither the message nor the engine names one."""
    router = APIRouter(prefix="/api", tags=["conversations"], responses={**REFUSALS, **_STREAM})

    @router.post("/chat", summary="Say something and hear the answer", response_class=Response)
    async def chat(body: ChatMessage, request: Request) -> Response:
        who = await door.changing(request)
        offers = engine().models
        asked = body.model or (offers[0].id if offers else model)
        context_tokens = next((offer.context_tokens for offer in offers if offer.id == asked), None)
        answer_tokens = _answer_tokens(context_tokens, limits)
        said = Said(who.account_id, body.message_id, body.text, asked, body.conversation_id)
        prepared = await conversations.prepare(said, context_tokens - answer_tokens if context_tokens else None)
        if isinstance(prepared, Refusal):
            raise Refused(prepared)
        if isinstance(prepared, Replay):
            return ReplayedAnswer(prepared)
        caller = caller_of(request)
        question = _question(prepared, asked, answer_tokens)
        arrival = Arrival(caller.request_id, caller.received_s, caller.place, who, question)
        return ChatAnswer(answering, arrival, prepared.turn, keep_alive_s)

    return router


class ChatAnswer(Response):
    """The answer to one message, from the line to the wire. A client that leaves stops it; what was said is kept."""

    def __init__(self, answering: Answering, arrival: Arrival, turn: Turn, keep_alive_s: float) -> None:
        super().__init__()
        self._answering = answering
        self._arrival = arrival
        self._turn = turn
        self._keep_alive_s = keep_alive_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send)
        wire = exchange.wire(STREAM_HEADERS, sign_of_life=KEEP_ALIVE, every_s=self._keep_alive_s)
        recording = _Announced(self._turn, wire)
        try:
            with suppress(ClientLeft):
                async with (
                    CancelWhenLeft(exchange),
                    aclosing(self._answering.answer(self._arrival, recording)) as steps,
                ):
                    await _relay(steps, wire)
        except ServiceStops:
            await _refuse(ServiceStops.refusal(begun=wire.opened), wire)
        finally:
            wire.stop()
            await self._turn.abandon()


class ReplayedAnswer(Response):
    """The same events for a message that is sent a second time, from the records."""

    def __init__(self, replay: Replay) -> None:
        answer = replay.answer
        super().__init__(
            _begun(replay.conversation, replay.message_id, answer.id)
            + (named_event("piece", _words(answer.text, answer.reasoning)) if answer.text or answer.reasoning else b"")
            + _done(_OUTCOMES.get(answer.status, Outcome.FAILED), None, answer.usage, saved=True)
        )
        self.headers.update({name.decode(): value.decode() for name, value in STREAM_HEADERS})


_OUTCOMES = {MessageStatus.COMPLETE: Outcome.COMPLETE, MessageStatus.STOPPED: Outcome.STOPPED}


class _Announced:
    """The turn as a recording whose beginning is told at once: that event is the acknowledgement."""

    def __init__(self, turn: Turn, wire: Wire) -> None:
        self._turn = turn
        self._wire = wire
        self.grow = turn.grow
        self.end = turn.end

    async def begin(self) -> Refusal | None:
        refusal = await self._turn.begin()
        if refusal is None:
            await self._wire.write(_begun(self._turn.conversation, self._turn.message_id, self._turn.answer_id))
        return refusal


async def _relay(steps: AsyncGenerator[Step, None], wire: Wire) -> None:
    async for step in steps:
        if isinstance(step, Piece):
            if step.text or step.reasoning:
                await wire.write(named_event("piece", _words(step.text, step.reasoning)))
        elif isinstance(step, Waiting):
            await wire.write(named_event("waiting", _waiting(step)))
        elif isinstance(step, Eased):
            await wire.write(named_event("eased", {"words": step.words}))
        elif isinstance(step, Recorded):
            await wire.finish(_done(step.outcome, step.finish, step.usage, saved=step.saved))
        else:
            await _refuse(step, wire)


async def _refuse(refusal: Refusal, wire: Wire) -> None:
    if wire.opened:
        await wire.finish(_error(refusal))
    else:
        await wire.replace(refusal.reason.status, refusal_headers(refusal), refusal_body(refusal))


def _question(prepared: Prepared, model: str, answer_tokens: int) -> Question:
    return Question(
        model=model,
        fields={"messages": prepared.messages},
        max_tokens=answer_tokens,
        prompt_chars=sum(len(message["content"]) for message in prepared.messages),
    )


def _answer_tokens(context_tokens: int | None, limits: LimitSettings) -> int:
    """At most half of a small context: an answer needs something to answer to."""
    longest = min(limits.default_max_tokens, limits.max_tokens)
    return longest if context_tokens is None else min(longest, context_tokens // 2)


def _begun(conversation: ConversationRow, message_id: str, answer_id: str) -> bytes:
    view = ConversationView.of(conversation).model_dump()
    return named_event("begun", {"conversation": view, "message_id": message_id, "answer_id": answer_id})


def _waiting(step: Waiting) -> dict[str, object]:
    """``longer`` is told where it is so: the place or the time is worse than the one before."""
    told: dict[str, object] = {"place": step.place}
    if step.wait_s is not None:
        told["wait_s"] = round(step.wait_s, 1)
    return {**told, "longer": True} if step.longer else told


def _words(text: str, reasoning: str) -> dict[str, str]:
    return {name: words for name, words in (("text", text), ("reasoning", reasoning)) if words}


def _done(outcome: Outcome, finish: str | None, usage: Usage, *, saved: bool) -> bytes:
    return named_event(
        "done", {"status": outcome.value, "finish": finish, "saved": saved, "usage": usage_fields(usage)}
    )


def _error(refusal: Refusal) -> bytes:
    told: dict[str, object] = {"error": refusal_error(refusal)}
    if refusal.retry_after_s is not None:
        told["retry_after_s"] = refusal.retry_after_s
    return named_event("error", told)
