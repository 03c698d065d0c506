"""``POST /api/chat``: a message to an arrival, its answer to a job. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from seawall.answering.answer import Answering
from seawall.conversations.conversations import Conversations, Prepared
from seawall.conversations.events import AccountEvents
from seawall.conversations.jobs import Jobs
from seawall.conversations.placing import Replay, Said, answer_id_of
from seawall.conversations.prompt import characters_of
from seawall.engines.port import EngineReport, ModelOffer
from seawall.settings.tree import LimitSettings
from seawall.streaming.sse import STREAM_HEADERS, numbered_event
from seawall.values.arrival import Arrival
from seawall.values.content import images_in
from seawall.values.identity import Identity
from seawall.values.question import Question
from seawall.values.refusal import Refusal
from seawall.web.conversations.answer_work import AnswerWork
from seawall.web.conversations.conversation_bodies import ChatMessage
from seawall.web.conversations.conversation_views import begun_fields, done_fields
from seawall.web.conversations.listening import AnswerEvents
from seawall.web.door import Door, caller_of
from seawall.web.responses import Refused
from seawall.web.views import EVENTS, REFUSALS


def chat_router(
    door: Door,
    conversations: Conversations,
    answering: Answering,
    jobs: Jobs,
    events: AccountEvents,
    limits: LimitSettings,
    *,
    engine: Callable[[], EngineReport],
    model: str,
    keep_alive_s: float,
) -> APIRouter:
    """``model`` is asked where neither the message nor the engine names one."""
    router = APIRouter(prefix="/api", tags=["conversations"], responses={**REFUSALS, **EVENTS})

    @router.post("/chat", summary="Say something and hear the answer", response_class=Response)
    async def chat(body: ChatMessage, request: Request) -> Response:
        who = await door.changing(request)
        answer_id = answer_id_of(who.account_id, body.message_id)
        # Sent again, as after a cut: it is being answered, so this is one more who listens.
        job = jobs.find(who.account_id, answer_id)
        if job is not None:
            return AnswerEvents(job, 0, partial(door.is_still_in, request), keep_alive_s)
        offers = engine().models
        asked = body.model or (offers[0].id if offers else model)
        prepared = await conversations.prepare(_said(body, who, asked))
        if isinstance(prepared, Refusal):
            raise Refused(prepared)
        if isinstance(prepared, Replay):
            return _replayed(prepared)
        caller = caller_of(request)
        offer = next((offer for offer in offers if offer.id == asked), None)
        question = _question(prepared, asked, offer, limits)
        arrival = Arrival(caller.request_id, caller.received_s, caller.place, who, question, asker=caller.asker)
        turn = prepared.turn
        work = AnswerWork(answering, arrival, turn, events)
        begun = jobs.start(who.account_id, turn.conversation.id, turn.answer_id, work)
        if isinstance(begun, Refusal):
            raise Refused(begun)
        return AnswerEvents(begun, 0, partial(door.is_still_in, request), keep_alive_s)

    return router


def _said(body: ChatMessage, who: Identity, model: str) -> Said:
    return Said(
        who.account_id,
        body.message_id,
        body.text,
        model,
        body.conversation_id,
        body.parent_id,
        tuple(dict.fromkeys(body.attachments)),
        body.instructions,
        body.sampling.kept() if body.sampling else "",
        body.folder_id,
    )


def _question(prepared: Prepared, model: str, offer: ModelOffer | None, limits: LimitSettings) -> Question:
    sampling = prepared.sampling
    context_tokens = offer.context_tokens if offer else None
    answer_tokens = _answer_tokens(sampling.pop("max_tokens", None), context_tokens, limits)
    sees = offer is not None and bool(offer.vision)
    messages = prepared.prompt(context_tokens - answer_tokens if context_tokens else None, sees=sees)
    return Question(
        model=model,
        fields={"messages": messages, **sampling},
        max_tokens=answer_tokens,
        prompt_chars=characters_of(messages),
        images=images_in(messages),
    )


def _answer_tokens(chosen: int | None, context_tokens: int | None, limits: LimitSettings) -> int:
    """At most half of a small context: an answer needs something to answer to."""
    longest = min(chosen or limits.default_max_tokens, limits.max_tokens)
    return longest if context_tokens is None else min(longest, context_tokens // 2)


def _replayed(replay: Replay) -> Response:
    """The same events for a message that is sent again when its answer is over, from the records."""
    answer = replay.answer
    events: list[tuple[str, Mapping[str, Any]]] = [
        ("begun", begun_fields(replay.conversation, replay.message_id, replay.parent_id, answer.id))
    ]
    words = {name: said for name, said in (("text", answer.text), ("reasoning", answer.reasoning)) if said}
    if words:
        events.append(("piece", words))
    events.append(("done", done_fields(answer, saved=True)))
    told = b"".join(numbered_event(number, name, data) for number, (name, data) in enumerate(events, 1))
    return Response(told, headers={name.decode(): value.decode() for name, value in STREAM_HEADERS})
