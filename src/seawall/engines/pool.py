"""Several engines as one. Knows load, standing and prefixes; knows no transport."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from hashlib import blake2b
from random import Random
from statistics import fmean
from typing import Any

from seawall.engines.first_token import until_first_token
from seawall.engines.pool_member import Member
from seawall.engines.port import (
    Engine,
    EngineBroke,
    EngineError,
    EngineFull,
    EngineLoad,
    EngineReport,
    EngineUnavailable,
    ModelOffer,
)
from seawall.values.piece import Piece
from seawall.values.question import Question

# A conversation stays with the member that has its prefix cached until that one is busier than the least busy by this
# share of its slots: prefilling anew costs less than waiting behind a quarter of a member.
AFFINITY_SLACK = 0.25
# What stands for the slots of a member whose slots are still to be learned, where members are compared.
USUAL_SLOTS = 16
# So much of a conversation's beginning names it: system prompt and first message, which no later turn changes.
PREFIX_CHARS = 4096
_LEFT_OUT = "It failed again and again, and is left out for a while."


class Pool:
    """Sends each question to the least loaded member, a conversation's to the same one while that is not much busier.

    A full member is passed over. A failing one is missed three times, then ejected for a while (``Member``). When
    every member is ejected nobody counts as ejected, as in Envoy's panic mode: one question that no member can stand
    must not empty the pool. Another member is tried only while no token was sent.
    """

    def __init__(self, engines: Sequence[Engine], *, clock: Callable[[], float], random: Random) -> None:
        self._random = random
        self._members = [Member(engine, number, clock=clock, random=random) for number, engine in enumerate(engines)]

    async def start(self) -> None:
        """Starts every member; raises when none can be started, and closes what was."""
        async with AsyncExitStack() as undo:
            for member in self._members:
                await member.engine.start()
                undo.push_async_callback(member.engine.close)
            undo.pop_all()

    async def ask(self, question: Question) -> AsyncGenerator[Piece, None]:
        """See the port."""
        tried: set[Member] = set()
        failure: EngineError | None = None
        while (member := self._choose(question, tried)) is not None:
            tried.add(member)
            async with aclosing(member.engine.ask(question)) as pieces:
                try:
                    head = await until_first_token(pieces)
                except (EngineFull, EngineUnavailable, EngineBroke) as error:
                    failure = _weightier(failure, error)
                    if not isinstance(error, EngineFull):
                        member.miss()
                    continue
                member.hit()
                for piece in head:
                    yield piece
                try:
                    async for piece in pieces:
                        yield piece
                except EngineBroke:
                    member.miss()
                    raise
                return
        raise failure or self._none_for(question.model)

    def report(self) -> EngineReport:
        """See the port. Slots are those of members that would be asked now, so that the queue never overbooks."""
        reports = [member.engine.report() for member in self._members]
        usable = [
            report for member, report in zip(self._members, reports, strict=True) if self._is_usable(member, report)
        ]
        troubles = [f"{report.name}: {report.trouble}" for report in reports if report.trouble]
        return EngineReport(
            name="pool",
            ready=bool(usable),
            slots=sum(report.slots for report in usable),
            in_flight=sum(report.in_flight for report in reports),
            models=_offers(usable or reports),
            restarts=sum(report.restarts for report in reports),
            trouble="; ".join(troubles) or None,
            slots_fixed=all(report.slots_fixed for report in reports),
            load=_load([report.load for report in usable if report.load is not None]),
            members=tuple(
                replace(report, ready=False, trouble=_LEFT_OUT) if member.is_ejected and report.ready else report
                for member, report in zip(self._members, reports, strict=True)
            ),
        )

    async def close(self) -> None:
        """See the port."""
        for member in self._members:
            await member.engine.close()

    def _is_usable(self, member: Member, report: EngineReport) -> bool:
        return report.ready and (not member.is_ejected or self._all_are_ejected())

    def _all_are_ejected(self) -> bool:
        return all(member.is_ejected for member in self._members if member.engine.report().ready)

    def _choose(self, question: Question, tried: set[Member]) -> Member | None:
        """The member to ask next; None when none is left."""
        loads: dict[Member, float] = {}
        for member in self._members:
            report = member.engine.report()
            has_room = report.in_flight < report.slots
            if (
                member not in tried
                and member.offers(question.model, report)
                and self._is_usable(member, report)
                and has_room
            ):
                loads[member] = _busyness(report)
        if not loads:
            return None
        least = min(loads.values())
        prefix = _prefix(question)
        at_home = max(loads, key=lambda member: blake2b(prefix, salt=member.number.to_bytes(4), digest_size=8).digest())
        if loads[at_home] <= least + AFFINITY_SLACK:
            return at_home
        return self._random.choice([member for member, load in loads.items() if load == least])

    def _none_for(self, model: str) -> EngineError:
        """Why nobody was asked at all."""
        reports = [(member, member.engine.report()) for member in self._members]
        if any(member.offers(model, report) and self._is_usable(member, report) for member, report in reports):
            return EngineFull("Every model server is full. Try again in a moment.")
        return EngineUnavailable(f"No server of the model {model!r} can be reached now. Try again in a moment.")


def _busyness(report: EngineReport) -> float:
    """0 for idle, 1 for full; what waits inside counts too, as other clients may have sent it."""
    slots = report.slots if report.slots_fixed else USUAL_SLOTS
    return (report.in_flight + (report.load.waiting if report.load else 0)) / slots


def _load(loads: Sequence[EngineLoad]) -> EngineLoad | None:
    """The members' as one: a question goes where there is room, so the caches' mean counts."""
    if not loads:
        return None
    uses = [load.kv_use for load in loads if load.kv_use is not None]
    return EngineLoad(sum(load.waiting for load in loads), fmean(uses) if uses else None)


def _prefix(question: Question) -> bytes:
    """The beginning of the conversation, up to its first message by a user."""
    taken: list[str] = [question.model]
    messages: Any = question.fields.get("messages") or []
    for message in messages:
        taken.append(str(message.get("content"))[:PREFIX_CHARS])
        if message.get("role") == "user":
            break
    return "\0".join(taken)[:PREFIX_CHARS].encode(errors="surrogatepass")


def _weightier(before: EngineError | None, now: EngineError) -> EngineError:
    """What to tell when all have failed: "full" before "unavailable", as waiting helps then."""
    if isinstance(before, EngineFull):
        return before
    return EngineUnavailable(now.message) if isinstance(now, EngineBroke) else now


def _offers(reports: Sequence[EngineReport]) -> tuple[ModelOffer, ...]:
    """Each model once. Where members differ, what all of them can do."""
    merged: dict[str, ModelOffer] = {}
    for offer in (offer for report in reports for offer in report.models):
        known = merged.get(offer.id)
        merged[offer.id] = offer if known is None else _common(known, offer)
    return tuple(merged.values())


def _common(one: ModelOffer, other: ModelOffer) -> ModelOffer:
    contexts = [count for count in (one.context_tokens, other.context_tokens) if count is not None]
    return replace(
        one,
        context_tokens=min(contexts, default=None),
        tools=one.tools and other.tools,
        response_format=one.response_format and other.response_format,
        logprobs=one.logprobs and other.logprobs,
        vision=one.vision and other.vision,
        answers=one.answers and other.answers,
        embeddings=_both(one.embeddings, other.embeddings),
        reasoning=_both(one.reasoning, other.reasoning),
        answer_tokens=min((n for n in (one.answer_tokens, other.answer_tokens) if n is not None), default=None),
    )


def _both(one: bool | None, other: bool | None) -> bool | None:
    """Known only where both tell; one that has it not is enough for a no."""
    return False if one is False or other is False else one and other
