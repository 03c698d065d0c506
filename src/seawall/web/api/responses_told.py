"""An answer in the words of OpenAI's Responses. Knows pieces, items and events; reads of a question what is echoed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from seawall.streaming.refusals import refusal_error
from seawall.streaming.sse import BLANK_LINE, KEEP_ALIVE, compact_json, named_event
from seawall.values.piece import Piece, Recorded, Usage
from seawall.values.question import Question
from seawall.values.refusal import Refusal
from seawall.web.api.engine_words import ToolWords, tool_words, whole_calls
from seawall.web.api.response_items import Growing, call_item, reasoning_item, text_item

Json = dict[str, Any]
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


class _Response:
    """What both ways of telling know."""

    def __init__(
        self, question: Question, request_id: str, created_unix_s: int, reworded: Callable[[Refusal], Refusal]
    ) -> None:
        self._question = question
        self._name = request_id
        self._created = created_unix_s
        self._reworded = reworded
        self._finish: str | None = None
        self._usage: Usage | None = None

    def _notice(self, piece: Piece) -> None:
        self._finish = piece.finish or self._finish
        self._usage = piece.usage or self._usage

    def _ended(self, output: list[Json]) -> Json:
        reason = _INCOMPLETE.get(self._finish or "")
        status = "incomplete" if reason else "completed"
        return self._response(status, output) | {"incomplete_details": {"reason": reason} if reason else None}

    def _response(self, status: str, output: list[Json]) -> Json:
        fields = self._question.fields
        wished: Json = fields.get("response_format") or {"type": "text"}
        return {
            "id": f"resp_{self._name}",
            "object": "response",
            "created_at": self._created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "max_output_tokens": self._question.max_tokens,
            "metadata": {},
            "model": self._question.model,
            "output": output,
            "parallel_tool_calls": fields.get("parallel_tool_calls", True),
            "previous_response_id": None,
            "reasoning": {"effort": fields.get("reasoning_effort"), "summary": None},
            "store": False,
            "temperature": fields.get("temperature"),
            "text": {"format": {"type": wished["type"], **wished.get("json_schema", {})}},
            "tool_choice": _flat(fields.get("tool_choice", "auto")),
            "tools": [_flat(tool) for tool in fields.get("tools", ())],
            "top_p": fields.get("top_p"),
            "truncation": "disabled",
            "usage": None if self._usage is None else _used(self._usage),
        }


class WholeResponse(_Response):
    """One document."""

    sign_of_life = BLANK_LINE
    _output: list[Json]

    def piece(self, piece: Piece) -> bytes:
        """See ``Telling``."""
        self._notice(piece)
        output: list[Json] = []
        if piece.reasoning:
            output.append(reasoning_item(f"rs_{self._name}_{len(output)}", piece.reasoning))
        if piece.text:
            output.append(text_item(f"msg_{self._name}_{len(output)}", piece.text))
        for call in whole_calls(piece):
            output.append(call_item(f"fc_{self._name}_{len(output)}", call.id, call.name, call.arguments))
        self._output = output
        return b""

    def ended(self, recorded: Recorded) -> bytes:
        """See ``Telling``."""
        return compact_json(self._ended(self._output))

    def broke(self, refusal: Refusal) -> bytes:
        """See ``Telling``."""
        return compact_json({"error": refusal_error(self._reworded(refusal))})


class ResponseStream(_Response):
    """Named events, numbered: the response's beginning, each item's growth, and the response as it ended.

    One item is open at a time; another kind of words, or another call, finishes it and opens the next.
    """

    sign_of_life = KEEP_ALIVE

    def __init__(
        self, question: Question, request_id: str, created_unix_s: int, reworded: Callable[[Refusal], Refusal]
    ) -> None:
        super().__init__(question, request_id, created_unix_s, reworded)
        self._number = -1
        self._output: list[Json] = []
        self._open: Growing | None = None
        self._kind: str | int | None = None

    def piece(self, piece: Piece) -> bytes:
        """See ``Telling``."""
        self._notice(piece)
        events = self._begin()
        if piece.reasoning:
            events += self._turn_to("reasoning", lambda name: Growing.reasoning(f"rs_{name}"))
            events += self._grow(piece.reasoning)
        if piece.text:
            events += self._turn_to("text", lambda name: Growing.text(f"msg_{name}"))
            events += self._grow(piece.text)
        for words in tool_words(piece):
            events += self._call(words)
        return events

    def ended(self, recorded: Recorded) -> bytes:
        """See ``Telling``."""
        events = self._begin() + self._finish_item()
        response = self._ended(self._output)
        return events + self._event(f"response.{response['status']}", response=response)

    def broke(self, refusal: Refusal) -> bytes:
        """The response as it failed, for who follows its state; then the error by which OpenAI's clients raise."""
        error = refusal_error(self._reworded(refusal))
        failed = self._response("failed", self._output) | {
            "error": {"code": error["code"], "message": error["message"]}
        }
        told = self._begin() + self._event("response.failed", response=failed)
        return told + self._event(
            "error", code=error["code"], message=error["message"], param=error["param"], error=error
        )

    def _begin(self) -> bytes:
        if self._number >= 0:
            return b""
        response = self._response("in_progress", [])
        return self._event("response.created", response=response) + self._event(
            "response.in_progress", response=response
        )

    def _call(self, words: ToolWords) -> bytes:
        events = self._turn_to(words.index, lambda name: Growing.call(f"fc_{name}", words.id, words.name))
        return events + (self._grow(words.arguments) if words.arguments else b"")

    def _turn_to(self, kind: str | int, begin: Callable[[str], Growing]) -> bytes:
        if kind == self._kind:
            return b""
        finished = self._finish_item()
        self._kind = kind
        self._open = begin(f"{self._name}_{len(self._output)}")
        return finished + self._told(self._open.begun())

    def _grow(self, words: str) -> bytes:
        assert self._open is not None
        return self._told([self._open.grown(words)])

    def _finish_item(self) -> bytes:
        if self._open is None:
            return b""
        told = self._told(self._open.finished())
        self._output.append(self._open.item("completed"))
        self._open, self._kind = None, None
        return told

    def _told(self, events: list[tuple[str, Json]]) -> bytes:
        at = len(self._output)
        return b"".join(self._event(event, output_index=at, **fields) for event, fields in events)

    def _event(self, event: str, /, **fields: Any) -> bytes:
        self._number += 1
        return named_event(event, {"type": event, "sequence_number": self._number, **fields})


def _flat(tool: Any) -> Any:
    """A tool, or the choice of one, without the wrapper that chat completions have around a function."""
    if not isinstance(tool, dict):
        return tool
    return {"type": "function", "strict": None, **cast(Json, tool)["function"]}


def _used(usage: Usage) -> Json:
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }
