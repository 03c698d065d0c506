"""An engine that thinks nothing and takes its time: slots, reading, speaking, cache. Knows no HTTP.

It has the timing of continuous batching as vLLM and llama.cpp do it: a running answer says a token each step, a prompt
is read at so many tokens a second, a prompt whose beginning was seen lately is read only from there on, and what has no
slot or no room in the cache waits in order of arrival. Nothing here is fair or refuses: that is a door's work.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Self
from zlib import crc32

CHARS_PER_TOKEN = 4
BLOCK_TOKENS = 64


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """The timing. ``name=value,name=value`` is its written form."""

    slots: int = 16
    """Answers at once."""
    token_ms: float = 20.0
    """A step: each running answer grows by one token."""
    prefill_per_s: float = 4000.0
    """Tokens of a prompt that one slot reads a second."""
    kv_tokens: int = 98_304
    """Tokens that all running answers may hold together."""
    cache_tokens: int = 131_072
    """Tokens of prompts that are remembered."""
    crowding: float = 0.0
    """By so much each further running answer slows every step; 0 is an engine bound by memory bandwidth."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        kinds: dict[str, type[Any]] = {one.name: type(one.default) for one in fields(cls)}
        given = dict(part.split("=", 1) for part in text.split(",") if part)
        if not given.keys() <= kinds.keys():
            raise ValueError(f"The stub engine takes {', '.join(kinds)}, not {text!r}.")
        return cls(**{name: kinds[name](value) for name, value in given.items()})

    def __str__(self) -> str:
        return ",".join(f"{one.name}={getattr(self, one.name):g}" for one in fields(self))

    def slot_ms(self, prompt: int, answer: int) -> float:
        """How long such an answer holds its slot, alone and with nothing remembered."""
        return prompt / self.prefill_per_s * 1000 + answer * self.token_ms


@dataclass(slots=True, eq=False)
class Answer:
    """One question under way. ``say`` is told how many tokens came and whether that was all."""

    part: str
    prompt: str
    tokens: int
    say: Callable[[int, bool], None]
    prompt_tokens: int = 0
    cached_tokens: int = 0
    said: int = 0
    held_ms: float = 0.0
    reading_ms: float = 0.0
    blocks: list[int] = field(default_factory=list[int])

    @property
    def kv_tokens(self) -> int:
        return self.prompt_tokens + self.tokens


class StubEngine:
    """Advanced by ``step``; whoever leaves frees the slot at once."""

    def __init__(self, spec: EngineSpec) -> None:
        self.spec = spec
        self.running: dict[Answer, None] = {}
        self.waiting: deque[Answer] = deque()
        self.work_ms: dict[str, float] = {}
        self._held_kv = 0
        self._remembered: OrderedDict[int, None] = OrderedDict()

    def enter(self, answer: Answer) -> None:
        """The answer runs or waits from now on."""
        answer.prompt_tokens = len(answer.prompt) // CHARS_PER_TOKEN + 1
        self.waiting.append(answer)
        self._let_in()

    def leave(self, answer: Answer) -> None:
        """Whoever asked is gone. Idempotent."""
        if answer in self.running:
            self._end(answer)
            self._let_in()
        elif answer in self.waiting:
            self.waiting.remove(answer)

    def step(self, elapsed_ms: float) -> None:
        """So much time went by: every running answer reads or speaks for as long."""
        token_ms = self.spec.token_ms * (1 + self.spec.crowding * max(0, len(self.running) - 1))
        for answer in list(self.running):
            answer.held_ms += elapsed_ms
            self.work_ms[answer.part] = self.work_ms.get(answer.part, 0.0) + elapsed_ms
            due = min(answer.tokens, int((answer.held_ms - answer.reading_ms) / token_ms))
            if due > answer.said:
                new, answer.said = due - answer.said, due
                ended = due == answer.tokens
                if ended:
                    self._end(answer)
                answer.say(new, ended)
        self._let_in()

    def report(self) -> dict[str, object]:
        """What a watcher asks once a second."""
        return {
            "slots": self.spec.slots,
            "running": len(self.running),
            "waiting": len(self.waiting),
            "kv_use": self.kv_use,
            "work_ms": dict(self.work_ms),
        }

    @property
    def kv_use(self) -> float:
        return self._held_kv / self.spec.kv_tokens

    def _let_in(self) -> None:
        while self.waiting and len(self.running) < self.spec.slots:
            answer = self.waiting[0]
            # A question larger than the whole cache runs alone rather than never.
            if self.running and self._held_kv + answer.kv_tokens > self.spec.kv_tokens:
                return
            self.waiting.popleft()
            self._read(answer)
            self._held_kv += answer.kv_tokens
            self.running[answer] = None

    def _read(self, answer: Answer) -> None:
        """Finds how much of the prompt is remembered; the rest is read at the spec's rate."""
        size, chain = BLOCK_TOKENS * CHARS_PER_TOKEN, 0
        text = answer.prompt.encode(errors="replace")
        seen = True
        for start in range(0, len(text) - size + 1, size):
            chain = crc32(text[start : start + size], chain)
            seen = seen and chain in self._remembered
            answer.cached_tokens += BLOCK_TOKENS * seen
            answer.blocks.append(chain)
        to_read = answer.prompt_tokens - answer.cached_tokens
        answer.reading_ms = to_read / self.spec.prefill_per_s * 1000

    def _end(self, answer: Answer) -> None:
        del self.running[answer]
        self._held_kv -= answer.kv_tokens
        for block in answer.blocks:
            self._remembered[block] = None
            self._remembered.move_to_end(block)
        while len(self._remembered) > self.spec.cache_tokens // BLOCK_TOKENS:
            self._remembered.popitem(last=False)
