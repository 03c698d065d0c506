"""Counting a prompt's tokens before it is asked, for every shape. Knows shapes; counts nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic_core import from_json

from seawall.streaming.sse import BLANK_LINE, compact_json
from seawall.streaming.wire import Headers
from seawall.values.grant import KeyScope
from seawall.values.piece import Piece, Recorded
from seawall.values.question import Question, Wanted
from seawall.values.refusal import Refusal
from seawall.web.api.asking import Shape, Telling

# OpenAI's client asks at /v1/responses/input_tokens and llama-server's at /v1/chat/completions/input_tokens for this
# object; Anthropic's, at /v1/messages/count_tokens, looks at the count alone.
OPENAI: Final[dict[str, Any]] = {"object": "response.input_tokens"}
ANTHROPIC: Final[dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class CountShape:
    """The same question as ``shape`` would ask, of which only the prompt is looked at.

    ``estimate`` is asked where the engine cannot count; the answer says then that it is ``estimated``.
    """

    shape: Shape
    beside: dict[str, Any]
    estimate: Callable[[Question], int]

    @property
    def scope(self) -> KeyScope:
        """See ``Shape``."""
        return self.shape.scope

    def question(self, body: bytes, headers: dict[bytes, bytes]) -> Question | Refusal:
        """See ``Shape``."""
        question = self.shape.question(body, headers)
        if isinstance(question, Refusal):
            return question
        return replace(question, wanted=Wanted.COUNT, stream=False, max_tokens=0)

    def telling(self, question: Question, request_id: str) -> Telling:
        """See ``Shape``."""
        return _Count(lambda: self.estimate(question), self.beside, self.shape.telling(question, request_id))

    def refused(self, refusal: Refusal, accept: bytes) -> tuple[Headers, bytes]:
        """See ``Shape``."""
        return self.shape.refused(refusal, accept)


class _Count:
    sign_of_life = BLANK_LINE

    def __init__(self, estimate: Callable[[], int], beside: dict[str, Any], answer: Telling) -> None:
        self._estimate = estimate
        self._beside = beside
        self._tokens: int | None = None
        self._answer = answer

    def piece(self, piece: Piece) -> bytes:
        self._tokens = from_json(piece.data)["input_tokens"]
        return b""

    def ended(self, recorded: Recorded) -> bytes:
        if self._tokens is None:
            return compact_json({**self._beside, "input_tokens": self._estimate(), "estimated": True})
        return compact_json({**self._beside, "input_tokens": self._tokens})

    def broke(self, refusal: Refusal) -> bytes:
        return self._answer.broke(refusal)
