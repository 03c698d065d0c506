"""``/v1/chat/completions``: OpenAI's shape, which is the engines' own, so that most of it is passed on as it came."""

from __future__ import annotations

from seawall.settings.tree import LimitSettings
from seawall.streaming.refusals import refusal_body, refusal_told
from seawall.streaming.sse import BLANK_LINE, DONE, KEEP_ALIVE, compact_json, event
from seawall.streaming.wire import Headers
from seawall.values.grant import KeyScope
from seawall.values.piece import Piece, Recorded
from seawall.values.question import Question
from seawall.values.refusal import Refusal
from seawall.web.api.asking import Telling
from seawall.web.api.questions import parse_question
from seawall.web.api.usage import last_chunk, with_usage


class ChatShape:
    """``POST /v1/chat/completions``, streaming or not."""

    scope = KeyScope.CHAT

    def __init__(self, limits: LimitSettings) -> None:
        self._limits = limits

    def question(self, body: bytes, headers: dict[bytes, bytes]) -> Question | Refusal:
        """See ``Shape``."""
        return parse_question(body, self._limits)

    def telling(self, question: Question, request_id: str) -> Telling:
        """See ``Shape``."""
        return ChatStream(wants_usage=question.wants_usage) if question.stream else WholeDocument()

    def refused(self, refusal: Refusal, accept: bytes) -> tuple[Headers, bytes]:
        """See ``Shape``."""
        return refusal_told(refusal, accept)


class ChatStream:
    """The engine's chunks as events."""

    sign_of_life = KEEP_ALIVE

    def __init__(self, *, wants_usage: bool) -> None:
        self._wants_usage = wants_usage

    def piece(self, piece: Piece) -> bytes:
        """See ``Telling``."""
        if piece.usage is None:
            return event(piece.data)
        data = last_chunk(piece, piece.usage, wanted=self._wants_usage)
        return b"" if data is None else event(data)

    def ended(self, recorded: Recorded) -> bytes:
        """See ``Telling``."""
        return DONE

    def broke(self, refusal: Refusal) -> bytes:
        """See ``Telling``."""
        return event(refusal_body(refusal))


class WholeDocument:
    """The engine's one document, with its usage in both vendors' fields."""

    sign_of_life = BLANK_LINE

    def __init__(self) -> None:
        self._body = b""

    def piece(self, piece: Piece) -> bytes:
        """See ``Telling``."""
        self._body = compact_json(with_usage(piece.data, piece.usage)) if piece.usage else piece.data
        return b""

    def ended(self, recorded: Recorded) -> bytes:
        """See ``Telling``."""
        return self._body

    def broke(self, refusal: Refusal) -> bytes:
        """See ``Telling``."""
        return refusal_body(refusal)
