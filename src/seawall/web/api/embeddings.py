"""``/v1/embeddings``: OpenAI's shape, whose answer is the engine's own. Knows no engine."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import Field, StringConstraints

from seawall.settings.tree import LimitSettings
from seawall.streaming.refusals import refusal_told
from seawall.streaming.wire import Headers
from seawall.values.grant import KeyScope
from seawall.values.piece import Piece
from seawall.values.question import Question, Wanted
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.asking import Telling
from seawall.web.api.body_faults import Fields, validated
from seawall.web.api.json_body import read_json_object
from seawall.web.api.openai_api import WholeDocument
from seawall.web.api.question_body import Body

# Larger than any model's, so that the engine's own bound is the one that is met.
MOST_DIMENSIONS = 65_536
TOKENS = Refusal(
    Reason.UNSUPPORTED_FIELD,
    "'input' holds token numbers, which mean something to one tokenizer alone. Send texts; LangChain does with "
    "check_embedding_ctx_length=False.",
    param="input",
)


class EmbeddingsBody(Body):
    """``POST /v1/embeddings``. What is not listed here is refused by name."""

    model: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    input: str | Annotated[list[str], Field(min_length=1)]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Annotated[int, Field(ge=1, le=MOST_DIMENSIONS)] | None = None
    user: Annotated[str, StringConstraints(max_length=1024)] | None = None


FIELDS = Fields(EmbeddingsBody)


class EmbeddingsShape:
    """``POST /v1/embeddings``, never streamed."""

    scope = KeyScope.EMBEDDINGS

    def __init__(self, limits: LimitSettings) -> None:
        self._limits = limits

    def question(self, body: bytes, headers: dict[bytes, bytes]) -> Question | Refusal:
        """See ``Shape``."""
        fields = read_json_object(body)
        if isinstance(fields, Refusal):
            return fields
        if _holds_numbers(fields.get("input")):
            return TOKENS
        asked = validated(EmbeddingsBody, fields, FIELDS)
        if isinstance(asked, Refusal):
            return asked
        texts = [asked.input] if isinstance(asked.input, str) else asked.input
        return self._beyond_limits(texts) or _question(asked, texts)

    def telling(self, question: Question, request_id: str) -> Telling:
        """See ``Shape``."""
        return _AsItCame()

    def refused(self, refusal: Refusal, accept: bytes) -> tuple[Headers, bytes]:
        """See ``Shape``."""
        return refusal_told(refusal, accept)

    def _beyond_limits(self, texts: list[str]) -> Refusal | None:
        most = self._limits.embedding_inputs
        if len(texts) > most:
            sentence = f"'input' holds {len(texts)} texts; {most} is the most. Send them in several requests."
            return Refusal(Reason.INVALID_REQUEST, sentence, param="input")
        if not all(texts):
            return Refusal(Reason.INVALID_REQUEST, "'input' holds an empty text. Leave it out.", param="input")
        return None


class _AsItCame(WholeDocument):
    """The list with the usage that it has: there is no answer whose tokens could be counted."""

    def piece(self, piece: Piece) -> bytes:
        self._body = piece.data
        return b""


def _holds_numbers(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, int | list) for one in cast("list[Any]", value))


def _question(asked: EmbeddingsBody, texts: list[str]) -> Question:
    fields: dict[str, Any] = {"input": asked.input}
    fields |= {
        name: value
        for name, value in (("encoding_format", asked.encoding_format), ("dimensions", asked.dimensions))
        if value is not None
    }
    return Question(
        asked.model,
        fields,
        max_tokens=0,
        stream=False,
        prompt_chars=sum(map(len, texts)),
        user=asked.user or "",
        wanted=Wanted.EMBEDDINGS,
    )
