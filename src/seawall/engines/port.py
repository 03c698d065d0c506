"""What the line asks of a model server. Knows questions and pieces; knows neither users nor transports."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol

from seawall.values.piece import Piece
from seawall.values.question import Question


class EngineError(Exception):
    """Base of all that an engine raises. ``message`` is a sentence for the person who asked."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s


class EngineFull(EngineError):
    """It lives, but takes no more now (429, 503, 529): wait."""


class EngineUnavailable(EngineError):
    """It cannot be reached or is starting; no token was sent."""


class EngineBroke(EngineError):
    """It failed after the first token: what was said stands, the rest is lost."""


class EngineRejected(EngineError):
    """It will not answer this question; asking again unchanged will not help.

    ``code`` is an error code of OpenAI's where one fits.
    """

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.param = param


class ContextLengthExceeded(EngineRejected):
    """The prompt is longer than the model's context, or leaves no room in it for the answer. Counts are in tokens."""

    def __init__(self, limit_tokens: int, prompt_tokens: int) -> None:
        super().__init__(
            f"This model's context is {limit_tokens} tokens, but the messages come to {prompt_tokens}. "
            "Shorten them, or start a new conversation."
            if prompt_tokens > limit_tokens
            else f"This model's context is {limit_tokens} tokens, of which the messages take {prompt_tokens}: "
            "too little is left for the answer. Shorten them, or ask for a shorter one (max_tokens).",
            code="context_length_exceeded",
            param="messages",
        )
        self.limit_tokens = limit_tokens
        self.prompt_tokens = prompt_tokens


class Quarantined(EngineRejected):
    """This very question was in flight at two crashes and is not tried again."""


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model as an engine offers it. None is for what the engine does not tell.

    ``vision``: it takes images, and is sent none where it does not say so. ``embeddings``: it makes them; where it does
    not tell, it is asked, and refuses itself. ``answers``: it chats, as all do but those that make embeddings alone.
    ``reasoning``: it thinks before it speaks.
    """

    id: str
    context_tokens: int | None = None
    tools: bool = False
    response_format: bool = False
    logprobs: bool = True
    vision: bool = False
    embeddings: bool | None = None
    answers: bool = True
    reasoning: bool | None = None
    answer_tokens: int | None = None
    """Its longest answer, where that is less than its context."""


@dataclass(frozen=True, slots=True)
class EngineLoad:
    """What an engine tells of its own load, where it does.

    ``waiting`` counts questions that wait inside it, other clients' too; ``kv_use`` is the used part of its
    key-value cache, 0 to 1, None where it does not tell.
    """

    waiting: int
    kv_use: float | None = None


@dataclass(frozen=True, slots=True)
class EngineReport:
    """A snapshot without I/O.

    ``slots`` is how many questions it answers at once, ``in_flight`` how many it does now. ``slots_fixed`` is False
    where ``slots`` is no more than a ceiling, and how many are well served has to be learned. ``kv_tokens`` is the
    size of its key-value cache where that can run out before the slots do.
    """

    name: str
    ready: bool
    slots: int
    in_flight: int
    models: tuple[ModelOffer, ...] = ()
    restarts: int = 0
    trouble: str | None = None
    members: tuple[EngineReport, ...] = field(default=())
    slots_fixed: bool = True
    kv_tokens: int | None = None
    load: EngineLoad | None = None


class Engine(Protocol):
    """Four verbs. Callers never hold more than ``report().slots`` answers open at a time."""

    async def start(self) -> None:
        """Returns once starting is under way, or raises EngineError if it never can succeed. Idempotent."""
        ...

    def ask(self, question: Question) -> AsyncGenerator[Piece, None]:
        """The answer's pieces. Closing the generator cancels the work at the engine within 200 ms.

        With ``question.stream`` each piece is a chunk, the last with usage; otherwise there is one piece. Embeddings
        are OpenAI's list in one piece; a count is ``{"input_tokens": 12}``, or null there where the engine cannot
        count.

        Raises:
            EngineFull, EngineUnavailable, EngineRejected: before the first piece.
            EngineBroke: after it.
        """
        ...

    def report(self) -> EngineReport:
        """How it is, from memory."""
        ...

    async def close(self) -> None:
        """Ends every answer and frees all it holds. Idempotent."""
        ...
