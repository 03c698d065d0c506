"""One answer of the chat app, from the line into its job's log. Knows steps and events; knows no wire."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from seawall.answering.answer import Answering, Eased, Step
from seawall.answering.running import Ended
from seawall.conversations.events import AccountEvent, AccountEvents
from seawall.conversations.jobs import Job
from seawall.conversations.turn import Turn
from seawall.observing.logs import logger
from seawall.scheduling.turn import Waiting
from seawall.values.arrival import Arrival
from seawall.values.piece import Outcome, Piece, Recorded, Usage
from seawall.values.refusal import Reason, Refusal
from seawall.web.conversations.conversation_views import begun_fields, done_fields
from seawall.web.event_stream import error_fields


class AnswerWork:
    """What a job does. Nothing of it depends on anybody's listening."""

    def __init__(self, answering: Answering, arrival: Arrival, turn: Turn, events: AccountEvents) -> None:
        self._answering = answering
        self._arrival = arrival
        self._turn = turn
        self._events = events

    async def __call__(self, job: Job) -> None:
        telling = _Telling(job, self._turn, self._events)
        ended: Refusal | None = None
        running = self._answering.running.answer(self._arrival.identity)
        try:
            async with running, aclosing(self._answering.answer(self._arrival, telling)) as steps:
                async for step in steps:
                    telling.step(step)
        except Ended as by:
            ended = by.refusal
        except asyncio.CancelledError:
            telling.stopped()
        except Exception as fault:  # noqa: BLE001 - nobody waits for this task, so nobody else would hear of it.
            request_id = self._arrival.request_id
            logger("web").error("fault", request_id=request_id, path="/api/chat", exc_info=fault)
            telling.step(_our_fault(request_id))
        await telling.close(ended)


class _Telling:
    """The turn as a recording, whose beginning and end are told: the beginning is the acknowledgement."""

    def __init__(self, job: Job, turn: Turn, events: AccountEvents) -> None:
        self._job = job
        self._turn = turn
        self._events = events
        self._announced = False
        self._over = False
        self.grow = turn.grow

    async def begin(self) -> Refusal | None:
        refusal = await self._turn.begin()
        if refusal is None:
            self._announce()
        return refusal

    async def end(self, outcome: Outcome, usage: Usage, finish: str | None, refusal: Refusal | None = None) -> Recorded:
        self.stopped()
        return await self._turn.end(outcome, usage, finish, refusal)

    def stopped(self) -> None:
        """Tells the turn where it is the service that stops."""
        if self._job.interrupted:
            self._turn.interrupt()

    def step(self, step: Step) -> None:
        """A step as its event."""
        if isinstance(step, Piece):
            if step.text or step.reasoning:
                self._job.say(step.text, step.reasoning)
        elif isinstance(step, Waiting):
            self._job.tell("waiting", _place(step))
        elif isinstance(step, Eased):
            codes = [easing.code for easing in step.easings]
            self._turn.ease(codes)
            self._job.tell("eased", {"codes": codes})
        elif isinstance(step, Recorded):
            self._finish("done", done_fields(self._turn.answer, saved=step.saved))
        elif self._announced:
            self._finish("error", error_fields(step))
        else:
            self._job.refusal = step

    async def close(self, ended: Refusal | None) -> None:
        """Sees to it that what was begun is ended and told, whatever happened; ``ended`` is why it was from outside."""
        await self._turn.abandon()
        if self._turn.begun and not self._announced:
            self._announce()
        if ended is not None:
            self.step(ended)
        if self._announced:
            self._finish("done", done_fields(self._turn.answer, saved=self._turn.saved))
            self._publish("ended")

    def _announce(self) -> None:
        self._announced = True
        turn = self._turn
        self._job.tell("begun", begun_fields(turn.conversation, turn.message_id, turn.parent_id, turn.answer_id))
        self._publish("begun")

    def _finish(self, name: str, data: Mapping[str, Any]) -> None:
        if not self._over:
            self._over = True
            self._job.tell(name, data)

    def _publish(self, name: str) -> None:
        job = self._job
        self._events.tell(job.account_id, AccountEvent(name, job.conversation_id, job.answer_id))


def _place(step: Waiting) -> Mapping[str, Any]:
    """``longer`` is told where it is so: the place or the time is worse than the one before."""
    told: dict[str, Any] = {"place": step.place}
    if step.wait_s is not None:
        told["wait_s"] = round(step.wait_s, 1)
    return {**told, "longer": True} if step.longer else told


def _our_fault(request_id: str) -> Refusal:
    return Refusal(Reason.INTERNAL, f"Something failed on our side. Tell the operator this request id: {request_id}.")
