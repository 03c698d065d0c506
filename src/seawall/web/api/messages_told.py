"""An answer in the words of Anthropic's Messages. Knows pieces and events; knows no question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from seawall.streaming.refusals import messages_error
from seawall.streaming.sse import BLANK_LINE, compact_json, named_event
from seawall.values.piece import Piece, Recorded, Usage
from seawall.values.refusal import Refusal
from seawall.web.api.engine_words import ToolWords, read_arguments, stop_text, tool_words, whole_calls

Json = dict[str, Any]
PING: Final = named_event("ping", {"type": "ping"})
# By OpenAI's finish reasons.
_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}


class _Message:
    """What both ways of telling know: the head, the usage, and why it ended."""

    def __init__(self, model: str, request_id: str, stops: Sequence[str]) -> None:
        self._model = model
        self._id = f"msg_{request_id}"
        self._stops = stops
        self._finish: str | None = None
        self._stop: str | None = None
        self._usage = Usage()

    def _notice(self, piece: Piece) -> None:
        self._usage = piece.usage or self._usage
        if piece.finish is not None:
            self._finish = piece.finish
            self._stop = stop_text(piece) if self._stops else None

    def _head(self, content: list[Json]) -> Json:
        return {
            "id": self._id,
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": content,
            "stop_reason": None,
            "stop_sequence": None,
            "usage": self._used(),
        }

    def _ending(self) -> Json:
        """Engines that do not tell at which text they stopped have ended their turn, as far as is known."""
        if self._stop in self._stops and self._finish == "stop":
            return {"stop_reason": "stop_sequence", "stop_sequence": self._stop}
        return {"stop_reason": _REASONS.get(self._finish or "", "end_turn"), "stop_sequence": None}

    def _used(self) -> Json:
        """Anthropic counts what was found in the cache apart from the rest of the prompt."""
        return {
            "input_tokens": max(0, self._usage.prompt_tokens - self._usage.cached_tokens),
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": self._usage.cached_tokens,
            "output_tokens": self._usage.completion_tokens,
        }


class WholeMessage(_Message):
    """One document."""

    sign_of_life = BLANK_LINE

    def __init__(self, model: str, request_id: str, stops: Sequence[str]) -> None:
        super().__init__(model, request_id, stops)
        self._content: list[Json] = []

    def piece(self, piece: Piece) -> bytes:
        """See ``Telling``."""
        self._notice(piece)
        if piece.reasoning:
            self._content.append({"type": "thinking", "thinking": piece.reasoning, "signature": ""})
        if piece.text:
            self._content.append({"type": "text", "text": piece.text})
        self._content += [
            {"type": "tool_use", "id": call.id, "name": call.name, "input": read_arguments(call.arguments)}
            for call in whole_calls(piece)
        ]
        return b""

    def ended(self, recorded: Recorded) -> bytes:
        """See ``Telling``."""
        return compact_json({**self._head(self._content), **self._ending()})

    def broke(self, refusal: Refusal) -> bytes:
        """See ``Telling``."""
        return compact_json(messages_error(refusal))


class MessageStream(_Message):
    """Named events: the message's start, each block's start, deltas and stop, and the message's end.

    One block is open at a time; another kind of words, or another call, closes it and opens the next. The prompt's
    tokens are told at the end, when the engine has told them.
    """

    sign_of_life = PING

    def __init__(self, model: str, request_id: str, stops: Sequence[str]) -> None:
        super().__init__(model, request_id, stops)
        self._begun = False
        self._index = -1
        self._open: str | int | None = None

    def piece(self, piece: Piece) -> bytes:
        """See ``Telling``."""
        self._notice(piece)
        events = self._begin()
        if piece.reasoning:
            events += self._block("thinking", {"type": "thinking", "thinking": "", "signature": ""})
            events += self._delta({"type": "thinking_delta", "thinking": piece.reasoning})
        if piece.text:
            events += self._block("text", {"type": "text", "text": ""})
            events += self._delta({"type": "text_delta", "text": piece.text})
        for words in tool_words(piece):
            events += self._call(words)
        return events

    def ended(self, recorded: Recorded) -> bytes:
        """See ``Telling``."""
        end = {"type": "message_delta", "delta": self._ending(), "usage": self._used()}
        stop = named_event("message_stop", {"type": "message_stop"})
        return self._begin() + self._close() + named_event("message_delta", end) + stop

    def broke(self, refusal: Refusal) -> bytes:
        """See ``Telling``."""
        return named_event("error", messages_error(refusal))

    def _begin(self) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        return named_event("message_start", {"type": "message_start", "message": self._head([])})

    def _call(self, words: ToolWords) -> bytes:
        block: Json = {"type": "tool_use", "id": words.id, "name": words.name, "input": {}}
        events = self._block(words.index, block)
        if words.arguments:
            events += self._delta({"type": "input_json_delta", "partial_json": words.arguments})
        return events

    def _block(self, kind: str | int, start: Json) -> bytes:
        if kind == self._open:
            return b""
        closed = self._close()
        self._open = kind
        self._index += 1
        told = {"type": "content_block_start", "index": self._index, "content_block": start}
        return closed + named_event("content_block_start", told)

    def _delta(self, delta: Json) -> bytes:
        told = {"type": "content_block_delta", "index": self._index, "delta": delta}
        return named_event("content_block_delta", told)

    def _close(self) -> bytes:
        if self._open is None:
            return b""
        self._open = None
        return named_event("content_block_stop", {"type": "content_block_stop", "index": self._index})
