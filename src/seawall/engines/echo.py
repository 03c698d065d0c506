"""The scripted engine: says the last message's words again, at a given pace. Knows its script; knows no model.

A real engine in all but thought: it has slots, takes time, can be cancelled and can fail, so the rooms around it are
tested and measured against it instead of against mocks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from random import Random

from seawall.engines.counting import counted
from seawall.engines.echo_script import EchoScript
from seawall.engines.echo_vectors import embedded, prompt_tokens
from seawall.engines.echo_words import EchoAnswer, tool_called, words_of
from seawall.engines.holding import Holding
from seawall.engines.port import (
    ContextLengthExceeded,
    EngineBroke,
    EngineReport,
    EngineUnavailable,
    ModelOffer,
)
from seawall.values.piece import Piece
from seawall.values.question import Question, Wanted


class Echo:
    """Deterministic: the same script and the same question give the same pieces, ids counted from 1."""

    def __init__(self, script: EchoScript) -> None:
        self._script = script
        self._holding = Holding(script.slots)
        self._random = Random(script.seed)
        self._answers = 0
        self.asked = 0
        """Questions that came so far, answered or not."""
        self._restarts = 0
        self._closed = False
        self._trouble: str | None = "It is not started."
        self._waits: set[asyncio.Future[None]] = set()

    async def start(self) -> None:
        """See the port. It is ready at once."""
        self._trouble = None

    async def ask(self, question: Question) -> AsyncGenerator[Piece, None]:
        """See the port."""
        with self._holding:
            self.asked += 1
            if self._trouble is not None:
                raise EngineUnavailable("The echo engine is not running.")
            if question.wanted is not Wanted.ANSWER:
                await self._wait(self._script.token_ms / 1000, False)
                yield self._aside(question)
                return
            answer = self._begin(question)
            for position in range(answer.count):
                await self._token(position, answer, began=question.stream and position > 0)
                if question.stream:
                    for piece in answer.pieces_at(position):
                        yield piece
            for piece in answer.ending() if question.stream else (answer.whole(),):
                yield piece

    def report(self) -> EngineReport:
        """See the port."""
        script = self._script
        offer = ModelOffer(
            script.model,
            context_tokens=script.context,
            tools=bool(script.tools),
            logprobs=False,
            vision=bool(script.vision),
            embeddings=bool(script.embeddings),
            reasoning=bool(script.reasoning),
        )
        return EngineReport(
            name="echo",
            ready=self._trouble is None,
            slots=script.slots,
            in_flight=self._holding.in_flight,
            models=(offer,),
            restarts=self._restarts,
            trouble=self._trouble,
        )

    async def close(self) -> None:
        """See the port."""
        self._closed = True
        self._die("It is closed.")

    def _begin(self, question: Question) -> EchoAnswer:
        """The answer to be played. Raises what the script or the context demands."""
        words = words_of(question)
        chars = sum(len(word) for word in words)
        tokens = prompt_tokens(words)
        if tokens > self._script.context:
            raise ContextLengthExceeded(self._script.context, tokens)
        if self._script.error_rate and self._random.random() < self._script.error_rate:
            raise EngineUnavailable("The echo engine plays a fault.")
        self._answers += 1
        spoken = words_of(question, self._script.text) if self._script.text else words
        count = max(1, min(self._script.tokens, question.max_tokens, self._script.context - tokens))
        return EchoAnswer(
            number=self._answers,
            model=question.model,
            words=spoken or ["echo"],
            count=count,
            reasoning=min(self._script.reasoning, count),
            cut=count < self._script.tokens,
            prompt_chars=chars,
            prompt_tokens=tokens,
            tool=tool_called(question) if self._script.tools else "",
        )

    def _aside(self, question: Question) -> Piece:
        """What is wanted beside answers."""
        if question.wanted is Wanted.COUNT:
            return counted(prompt_tokens(words_of(question)))
        return embedded(question, self._script.embeddings)

    async def _token(self, position: int, answer: EchoAnswer, *, began: bool) -> None:
        """Returns when this token's time has come. Raises the fault that the script has at this place."""
        script = self._script
        delay_ms = script.token_ms
        if position == 0:
            delay_ms = script.ttft_ms + script.prefill_ms * answer.prompt_chars / 1000
        await self._wait(delay_ms / 1000, began)
        if position == script.stall_at:
            await self._wait(None, began)
        if position == script.crash_at:
            self._crash()
        if position in (script.crash_at, script.fail_at):
            raise _fault(began)

    async def _wait(self, delay_s: float | None, began: bool) -> None:
        """So long (for good at None), or until the engine dies."""
        if self._trouble is not None:
            raise _fault(began)
        if delay_s == 0:
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        wait: asyncio.Future[None] = loop.create_future()
        timer = None if delay_s is None else loop.call_later(delay_s, _wake, wait)
        self._waits.add(wait)
        try:
            await wait
        finally:
            self._waits.discard(wait)
            if timer is not None:
                timer.cancel()
        if self._trouble is not None:
            raise _fault(began)

    def _crash(self) -> None:
        self._die("It plays a crash.")
        self._restarts += 1
        asyncio.get_running_loop().call_later(self._script.restart_ms / 1000, self._revive)

    def _revive(self) -> None:
        if not self._closed:
            self._trouble = None

    def _die(self, trouble: str) -> None:
        self._trouble = trouble
        for wait in self._waits:
            _wake(wait)


def _wake(wait: asyncio.Future[None]) -> None:
    if not wait.done():
        wait.set_result(None)


def _fault(began: bool) -> EngineBroke | EngineUnavailable:
    if began:
        return EngineBroke("The echo engine broke in the middle of the answer.")
    return EngineUnavailable("The echo engine is away.")
