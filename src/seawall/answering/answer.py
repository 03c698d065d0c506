"""The straight line: Arrival -> Ticket -> Screened -> Slot -> Piece* -> Recorded. Knows the order; no HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from seawall.admission.admission import Admission
from seawall.answering.cutting import ending_after
from seawall.answering.faults import refusal_of
from seawall.answering.meter import UsageMeter
from seawall.answering.noting import tell_asked
from seawall.answering.running import Running
from seawall.engines.port import Engine, EngineError
from seawall.observing.logs import logger
from seawall.observing.metrics import Metrics
from seawall.scheduling.queue import FairQueue
from seawall.scheduling.slots import Slot
from seawall.scheduling.turn import Waiting
from seawall.screening.shape import Screening
from seawall.values.arrival import Arrival
from seawall.values.easing import Easing, EasingCode
from seawall.values.piece import Outcome, Piece, Recorded, Usage
from seawall.values.question import Question
from seawall.values.refusal import Refusal
from seawall.values.served import Served
from seawall.values.ticket import Screened, ServiceClass, Ticket
from seawall.verdict.signals import Signals


@dataclass(frozen=True, slots=True)
class Eased:
    """Something of the question was eased: before all other steps, or of a running answer."""

    easings: tuple[Easing, ...]


Step = Eased | Waiting | Piece | Refusal | Recorded


class Recording(Protocol):
    """Where an answer is kept. The API keeps nothing, the chat app a conversation."""

    async def begin(self) -> Refusal | None:
        """Makes durable what was asked, before anybody is asked to answer it."""
        ...

    def grow(self, piece: Piece) -> None:
        """Takes the next piece; neither blocks nor raises."""
        ...

    async def end(self, outcome: Outcome, usage: Usage, finish: str | None, refusal: Refusal | None = None) -> Recorded:
        """Makes the answer durable as it stands; ``refusal`` is why there is none, or no more of it."""
        ...


class Unkept:
    """The recording of an answer that its asker keeps alone."""

    async def begin(self) -> Refusal | None:
        return None

    def grow(self, piece: Piece) -> None:
        pass

    async def end(self, outcome: Outcome, usage: Usage, finish: str | None, refusal: Refusal | None = None) -> Recorded:
        return Recorded(outcome, usage, finish, saved=False)


@dataclass(slots=True)
class Tally:
    """What one answer has come to so far. Until the engine says that it is done, its asker may have left."""

    outcome: Outcome = Outcome.STOPPED
    refusal: Refusal | None = None
    usage: Usage = Usage()
    finish: str | None = None
    tokens: int = 0
    first_token_s: float | None = None
    slot: Slot | None = None

    def take(self, piece: Piece) -> bool:
        """Counts a piece; True for the first that carries a token."""
        first = self.tokens == 0 and piece.tokens > 0
        self.tokens += piece.tokens
        self.usage = piece.usage or self.usage
        self.finish = piece.finish or self.finish
        return first

    def settled_usage(self) -> Usage:
        """The engine's count, or the pieces seen where it was cut off before telling."""
        if self.usage.completion_tokens or not self.tokens:
            return self.usage
        return replace(self.usage, completion_tokens=self.tokens)


class Answering:
    """The line over its rooms. ``ended`` is told of each question that had a ticket and what it took, ``signals`` of
    what is asked and whether it is read.

    ``running`` is the book in which whoever takes the steps enters them, so that they can be ended from outside.
    """

    def __init__(
        self,
        admission: Admission,
        screening: Screening,
        queue: FairQueue,
        engine: Engine,
        meter: UsageMeter,
        metrics: Metrics,
        clock: Callable[[], float],
        ended: Callable[[Arrival, Served], None] | None = None,
        signals: Signals | None = None,
    ) -> None:
        self._admission = admission
        self._screening = screening
        self._queue = queue
        self._engine = engine
        self._meter = meter
        self._metrics = metrics
        self._clock = clock
        self._ended = ended
        self._signals = signals
        self._log = logger("answering")
        self.running = Running()

    async def answer(self, arrival: Arrival, recording: Recording) -> AsyncGenerator[Step, None]:
        """The steps of one answer, ending in Recorded or in a Refusal. Closing it cancels the work at the engine."""
        ticket = self._admission.admit(arrival)
        if isinstance(ticket, Refusal):
            standing = self._admission.class_of(arrival.identity, arrival.place)
            yield self._refused(arrival, standing, ticket)
            return
        if self._signals is not None:
            tell_asked(self._signals, ticket)
        screened = self._screening.screen(ticket)
        if isinstance(screened, Refusal):
            yield self._turned_away(ticket, screened)
            return
        refusal = await self._begin(ticket, recording)
        if refusal is not None:
            yield self._turned_away(ticket, refusal)
            return
        tally = Tally()
        try:
            if ticket.eased:
                yield Eased(ticket.eased)
            async with self._queue.turn(screened) as turn:
                async for waiting in turn.waiting():
                    yield waiting
                if isinstance(turn.result, Slot):
                    tally.slot = turn.result
                    async with aclosing(self._pieces(screened, turn.result, tally)) as pieces:
                        async for step in pieces:
                            if isinstance(step, Piece):
                                recording.grow(step)
                            yield step
                else:
                    tally.refusal = turn.result
        finally:
            recorded = await self._end(screened.ticket, recording, tally)
        yield tally.refusal or recorded

    async def _begin(self, ticket: Ticket, recording: Recording) -> Refusal | None:
        """Every ticket is settled, also that of an asker who leaves here."""
        try:
            return await recording.begin()
        except BaseException:
            self._admission.settled(ticket, self._served(ticket, Usage(), Tally()))
            raise

    async def _pieces(self, screened: Screened, slot: Slot, tally: Tally) -> AsyncGenerator[Piece | Eased, None]:
        """The engine's pieces, counted; its errors become the tally's refusal."""
        ticket = screened.ticket
        try:
            async with aclosing(self._engine.ask(_in_order(screened))) as pieces:
                async for piece in pieces:
                    slot.grew(piece.tokens)
                    if tally.take(piece):
                        tally.first_token_s = self._clock() - ticket.arrival.received_s
                        self._metrics.first_token(
                            ticket.service_class, ticket.arrival.identity.door, tally.first_token_s
                        )
                    yield piece
                    # Only a stream can be ended early; what comes whole is bounded when it is asked.
                    if piece.tokens and screened.question.stream and self._is_long_enough(ticket, tally):
                        yield Eased((_ended_at(tally.tokens),))
                        for last in ending_after(piece, _counted(ticket, tally)):
                            tally.take(last)
                            yield last
                        break
            slot.succeeded(tally.usage.completion_tokens)
            tally.outcome = Outcome.COMPLETE
        except EngineError as error:
            slot.dropped()
            tally.outcome = Outcome.FAILED
            tally.refusal = refusal_of(error)

    def _is_long_enough(self, ticket: Ticket, tally: Tally) -> bool:
        if tally.slot is not None and tally.slot.gives_way:
            return True
        bound = self._admission.longest_now(ticket)
        return bool(bound) and tally.tokens >= bound

    async def _end(self, ticket: Ticket, recording: Recording, tally: Tally) -> Recorded:
        """Accounts for the answer and makes it durable, also when its asker has left."""
        usage = tally.settled_usage()
        if tally.refusal is not None:
            tally.outcome = Outcome.FAILED
        served = self._served(ticket, usage, tally)
        self._admission.settled(ticket, served)
        self._tell(ticket.arrival, ticket.service_class, tally)
        if self._signals is not None and tally.tokens and tally.outcome is not Outcome.FAILED:
            self._signals.ended(ticket.arrival.asker, complete=tally.outcome is Outcome.COMPLETE)
        if self._ended is not None:
            self._ended(ticket.arrival, served)
        if usage.completion_tokens or usage.prompt_tokens:
            self._metrics.tokens(usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens)
            self._meter.count(ticket.arrival, usage, served.held_ms)
        return await recording.end(tally.outcome, usage, tally.finish, tally.refusal)

    def _served(self, ticket: Ticket, usage: Usage, tally: Tally) -> Served:
        slot, now_s = tally.slot, self._clock()
        return Served(
            outcome=tally.outcome,
            usage=usage,
            refusal=tally.refusal,
            queued_ms=((slot.granted_s if slot else now_s) - ticket.arrival.received_s) * 1000,
            first_token_ms=slot.first_token_ms if slot else None,
            held_ms=slot.held_ms if slot else 0.0,
            cut=slot is not None and slot.gives_way,
        )

    def _turned_away(self, ticket: Ticket, refusal: Refusal) -> Refusal:
        """A ticket that never came to the queue."""
        self._admission.settled(ticket, self._served(ticket, Usage(), Tally(Outcome.FAILED, refusal)))
        return self._refused(ticket.arrival, ticket.service_class, refusal)

    def _refused(self, arrival: Arrival, service_class: ServiceClass, refusal: Refusal) -> Refusal:
        self._tell(arrival, service_class, Tally(Outcome.FAILED, refusal))
        return refusal

    def _tell(self, arrival: Arrival, service_class: ServiceClass, tally: Tally) -> None:
        """One count and one line in the log for each question. Neither holds a word of it."""
        refusal = tally.refusal
        outcome = refusal.reason.code if refusal else tally.outcome.value
        # Our own faults are told with their sentence; a sentence about the question could quote it.
        why = {"why": refusal.message} if refusal and refusal.reason.status >= 500 else {}
        self._metrics.answered(service_class, arrival.identity.door, outcome)
        self._log.info(
            "answered",
            request_id=arrival.request_id,
            account=arrival.identity.account_id,
            service_class=service_class.value,
            outcome=outcome,
            model=arrival.question.model,
            prompt_tokens=tally.usage.prompt_tokens,
            completion_tokens=tally.settled_usage().completion_tokens,
            first_token_ms=_milliseconds(tally.first_token_s),
            total_ms=_milliseconds(self._clock() - arrival.received_s),
            **why,
        )


def _in_order(screened: Screened) -> Question:
    """The question with its class's rank, for engines that keep an order of their own."""
    return replace(screened.question, priority=screened.ticket.service_class.rank)


def _counted(ticket: Ticket, tally: Tally) -> Usage:
    """The engine tells its count with its last chunk only: the prompt's length is the one that was predicted."""
    return Usage(prompt_tokens=ticket.price.prompt_tokens, completion_tokens=tally.tokens)


def _ended_at(tokens: int) -> Easing:
    return Easing(EasingCode.ENDED, f"this answer was ended at {tokens} tokens, so that others are served")


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
