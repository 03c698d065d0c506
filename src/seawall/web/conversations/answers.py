"""``/api/answers`` and ``/api/events``: hearing on, stopping, and what happens elsewhere. Decides nothing."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from seawall.conversations.conversations import Conversations
from seawall.conversations.events import AccountEvents
from seawall.conversations.jobs import Jobs
from seawall.records.conversation_entries import MessageRow
from seawall.streaming.sse import STREAM_HEADERS, numbered_event
from seawall.values.refusal import Refusal
from seawall.web.bodies import PathId
from seawall.web.conversations.conversation_views import MessageView, done_fields
from seawall.web.conversations.listening import AccountStream, AnswerEvents
from seawall.web.door import Door
from seawall.web.responses import Refused
from seawall.web.views import EVENTS, REFUSALS

HEARD = EVENTS | {204: {"description": "Over, and its end was told already"}}
After = Annotated[int | None, Query(ge=0, description="The number of the last event that was heard.")]


def answers_router(
    door: Door, conversations: Conversations, jobs: Jobs, events: AccountEvents, *, keep_alive_s: float
) -> APIRouter:
    """One's own answers; anybody else's are as if they did not exist."""
    router = APIRouter(prefix="/api", tags=["conversations"], responses=REFUSALS)

    @router.get("/answers/{answer_id}/events", summary="Hear an answer on", response_class=Response, responses=HEARD)
    async def hear(answer_id: PathId, request: Request, after: After = None) -> Response:
        who = await door.signed_in(request)
        heard = _heard(request) if after is None else after
        job = jobs.find(who.account_id, answer_id)
        if job is not None:
            # By 204 a browser's EventSource knows not to come again.
            is_all = job.ended and heard >= len(job.log)
            return (
                Response(status_code=204)
                if is_all
                else AnswerEvents(job, heard, partial(door.is_still_in, request), keep_alive_s)
            )
        answer = await conversations.answer(who.account_id, answer_id)
        if isinstance(answer, Refusal):
            raise Refused(answer)
        return _as_it_is_kept(answer, heard)

    @router.post("/answers/{answer_id}/stop", status_code=204, summary="End an answer as it stands")
    async def stop(answer_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        job = jobs.find(who.account_id, answer_id)
        if job is not None:
            await job.stop()
            return Response(status_code=204)
        answer = await conversations.answer(who.account_id, answer_id)
        if isinstance(answer, Refusal):
            raise Refused(answer)
        return Response(status_code=204)

    @router.get(
        "/events",
        summary="What happens to one's conversations, wherever it is done",
        response_class=Response,
        responses=EVENTS,
    )
    async def watch(request: Request) -> Response:
        who = await door.signed_in(request)
        running = jobs.running_of(who.account_id)
        return AccountStream(events, who.account_id, running, partial(door.is_still_in, request), keep_alive_s)

    return router


def _heard(request: Request) -> int:
    """``Last-Event-ID`` as browsers send it; whatever else stands there counts as nothing heard."""
    told = request.headers.get("last-event-id", "")
    return int(told) if told.isdecimal() and len(told) < 19 else 0


def _as_it_is_kept(answer: MessageRow, heard: int) -> Response:
    state = {"message": MessageView.of(answer).model_dump()}
    told = numbered_event(heard + 1, "state", state) + numbered_event(
        heard + 2, "done", done_fields(answer, saved=True)
    )
    return Response(told, headers={name.decode(): value.decode() for name, value in STREAM_HEADERS})
