"""An engine with a model server's timing and no model. Knows prefill, decoding and the cache; knows no users.

What it takes from a real one (continuous batching with chunked prefill, as in vLLM and llama-server): prompts share
one budget of prefill, so that long ones delay the first tokens of others; a fuller batch and a running prefill slow
every answer down; prompts wait inside the engine when the key-value cache is full; a known conversation's start is
found in the cache. It says several tokens at a time, so that minutes of a siege cost seconds.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from seawall.engines.holding import Holding
from seawall.engines.port import ContextLengthExceeded, EngineLoad, EngineReport, ModelOffer
from seawall.values.piece import Piece, Usage
from seawall.values.question import Question

MODEL = "stub"
CHARS_PER_TOKEN = 4
_CHUNK_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it is. The defaults are those of a 7 B model on one current accelerator, within a factor of two."""

    slots: int = 16
    prefill_tokens_s: float = 8000.0
    first_token_ms: float = 50.0
    """From the prompt's last token to the answer's first."""
    token_ms: float = 20.0
    crowding: float = 0.5
    """By how much a full batch slows each answer down."""
    prefilling: float = 0.3
    """By how much a running prefill does."""
    slot_tokens: int = 6144
    """Key-value cache, counted a slot; all slots share the whole."""
    context_tokens: int = 16_384
    piece_tokens: int = 16


@dataclass(frozen=True, slots=True)
class Script:
    """What a question makes the engine do, told in the question's words: the answer's length, where nothing cuts it,
    and how much of the prompt an earlier turn of the same conversation left in the cache."""

    answer_tokens: int
    conversation: str = ""
    known_tokens: int = 0

    def words(self) -> str:
        return f"{self.answer_tokens} {self.known_tokens} {self.conversation}"

    @classmethod
    def of(cls, question: Question) -> Script:
        answer, known, conversation = question.fields["messages"][-1]["content"].split(" ", 2)
        return cls(int(answer), conversation, int(known))


def question_of(script: Script, prompt_tokens: int, max_tokens: int) -> Question:
    """A question that plays this script."""
    messages = [{"role": "user", "content": script.words()}]
    return Question(MODEL, {"messages": messages}, max_tokens, prompt_chars=prompt_tokens * CHARS_PER_TOKEN)


class StubEngine:
    """The port's four verbs at a given pace. Deterministic under a virtual clock."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.kv_tokens = pace.slots * pace.slot_tokens
        self._held_slot_s = 0.0
        self._held_until_s = 0.0
        self._holding = Holding(pace.slots)
        self._kv_used = 0
        self._kv_waiting: deque[asyncio.Future[None]] = deque()
        self._prefill_free_s = 0.0
        self._known: OrderedDict[str, int] = OrderedDict()

    async def start(self) -> None:
        """See the port."""

    async def close(self) -> None:
        """See the port."""

    def report(self) -> EngineReport:
        """See the port."""
        return EngineReport(
            name="stub",
            ready=True,
            slots=self.pace.slots,
            in_flight=self._holding.in_flight,
            models=(ModelOffer(MODEL, self.pace.context_tokens),),
            kv_tokens=self.kv_tokens,
            load=EngineLoad(len(self._kv_waiting), min(1.0, self._kv_used / self.kv_tokens)),
        )

    def slot_s(self) -> float:
        """The slot time that all answers together have held so far."""
        now_s = asyncio.get_running_loop().time()
        self._held_slot_s += self._holding.in_flight * (now_s - self._held_until_s)
        self._held_until_s = now_s
        return self._held_slot_s

    async def ask(self, question: Question) -> AsyncGenerator[Piece, None]:
        """See the port."""
        script, prompt_tokens = Script.of(question), question.prompt_chars // CHARS_PER_TOKEN
        if prompt_tokens >= self.pace.context_tokens:
            raise ContextLengthExceeded(self.pace.context_tokens, prompt_tokens)
        room = min(question.max_tokens, self.pace.context_tokens - prompt_tokens)
        answer_tokens = max(1, min(script.answer_tokens, room))
        held_tokens = 0
        self.slot_s()
        with self._holding:
            try:
                await self._cache_room(prompt_tokens)
                self._kv_used += prompt_tokens
                held_tokens = prompt_tokens
                cached = min(script.known_tokens, self._known.get(script.conversation, 0), prompt_tokens - 1)
                await self._prefill(prompt_tokens - cached)
                await asyncio.sleep(self.pace.first_token_ms / 1000)
                said = 1
                yield Piece(b"{}", text="x", tokens=1)
                while said < answer_tokens:
                    more = min(self.pace.piece_tokens, answer_tokens - said)
                    self._kv_used += more
                    held_tokens += more
                    await asyncio.sleep(more * self._step_s())
                    said += more
                    yield Piece(b"{}", text="x", tokens=more)
                finish = "stop" if said >= script.answer_tokens else "length"
                yield Piece(b"{}", finish=finish, usage=Usage(prompt_tokens, said, cached))
            finally:
                self.slot_s()
                self._remember(script.conversation, held_tokens)
                self._kv_used -= held_tokens
                self._admit_waiting()

    async def _prefill(self, tokens: int) -> None:
        """In chunks, so that prompts share the budget as they come instead of standing behind a long one."""
        loop = asyncio.get_running_loop()
        while tokens > 0:
            now_s = loop.time()
            chunk = min(tokens, _CHUNK_TOKENS)
            self._prefill_free_s = max(now_s, self._prefill_free_s) + chunk / self.pace.prefill_tokens_s
            tokens -= chunk
            await asyncio.sleep(self._prefill_free_s - now_s)

    def _step_s(self) -> float:
        """The time of a token now."""
        pace = self.pace
        slower = 1 + pace.crowding * self._holding.in_flight / pace.slots
        if self._prefill_free_s > asyncio.get_running_loop().time():
            slower += pace.prefilling
        if self._kv_used > self.kv_tokens:
            slower *= 2  # Answers grew past the cache: a server pre-empts and computes again.
        return pace.token_ms / 1000 * slower

    async def _cache_room(self, tokens: int) -> None:
        while self._kv_used and self._kv_used + tokens > self.kv_tokens:
            freed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._kv_waiting.append(freed)
            try:
                await freed
            finally:
                if freed in self._kv_waiting:
                    self._kv_waiting.remove(freed)

    def _admit_waiting(self) -> None:
        while self._kv_waiting:
            freed = self._kv_waiting.popleft()
            if not freed.done():
                freed.set_result(None)

    def _remember(self, conversation: str, tokens: int) -> None:
        """The least lately used conversations are forgotten once all together exceed the cache."""
        if not conversation:
            return
        self._known[conversation] = tokens
        self._known.move_to_end(conversation)
        while len(self._known) > 4 * self.pace.slots:
            self._known.popitem(last=False)
