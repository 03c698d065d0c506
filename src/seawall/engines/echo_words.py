"""The scripted engine's answer as OpenAI's JSON. Knows words and chunks; knows no time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from seawall.values.content import is_image
from seawall.values.piece import Piece, Usage
from seawall.values.question import Question


def words_of(question: Question, text: str | None = None) -> list[str]:
    """The words of ``text``, else of the last message that a user sent."""
    if text is not None:
        return text.split()
    messages: Any = question.fields.get("messages") or []
    for message in reversed(messages):
        if message.get("role") == "user":
            return _plain(message.get("content")).split()
    return []


def _plain(content: Any) -> str:
    """A message's text, which may come in parts."""
    if isinstance(content, str):
        return content
    parts = cast("list[dict[str, Any]]", content) if isinstance(content, list) else []
    return " ".join(_image(part) if is_image(part) else str(part.get("text", "")) for part in parts)


def _image(part: dict[str, Any]) -> str:
    """What is seen of an image: its type."""
    return f"[{part['image_url']['url'].removeprefix('data:').partition(';')[0]}]"


def tool_called(question: Question) -> str:
    """The name of the tool that this question is answered with: its first one, unless it brings a tool's result."""
    tools: list[dict[str, Any]] = question.fields.get("tools") or []
    messages: list[dict[str, Any]] = question.fields["messages"]
    if not tools or question.fields.get("tool_choice") == "none" or messages[-1]["role"] == "tool":
        return ""
    return tools[0]["function"]["name"]


@dataclass(frozen=True, slots=True)
class EchoAnswer:
    """One answer: ``count`` tokens, a word each, the first ``reasoning`` of them thought and not said.

    ``cut`` says that the script had more to say. Created at 0, so that the bytes are the same every time.
    """

    number: int
    model: str
    words: list[str]
    count: int
    reasoning: int
    cut: bool
    prompt_chars: int
    prompt_tokens: int
    tool: str = ""

    def pieces_at(self, position: int) -> list[Piece]:
        """The token at a position; before the first goes the chunk that names the speaker."""
        word = self._word(position)
        if position < self.reasoning:
            data = self._chunk([_choice({"reasoning_content": word})])
            piece = Piece(data, reasoning=word, tokens=1)
        elif self.tool:
            call = self._call_at(position)
            piece = Piece(self._chunk([_choice({"tool_calls": [{"index": 0, **call}]})]), tokens=1)
        else:
            piece = Piece(self._chunk([_choice({"content": word})]), text=word, tokens=1)
        if position:
            return [piece]
        return [Piece(self._chunk([_choice({"role": "assistant", "content": ""})])), piece]

    def ending(self) -> tuple[Piece, Piece]:
        """The finish reason, then the usage in a chunk without choices, as OpenAI sends them."""
        finish = Piece(self._chunk([_choice({}, self._finish)]), finish=self._finish)
        return finish, Piece(self._chunk([], usage=self._usage_fields()), usage=self._usage())

    def whole(self) -> Piece:
        """The answer in one ``chat.completion``."""
        reasoning = "".join(self._word(at) for at in range(self.reasoning))
        text = "".join(self._word(at) for at in range(self.reasoning, self.count))
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if self.tool:
            text = ""
            message = {"role": "assistant", "content": None, "tool_calls": [self._call(self._arguments)]}
        if reasoning:
            message["reasoning_content"] = reasoning
        choice = {"index": 0, "message": message, "finish_reason": self._finish}
        body = self._head("chat.completion") | {"choices": [choice], "usage": self._usage_fields()}
        return Piece(_encoded(body), text, reasoning, self.count, self._finish, self._usage())

    @property
    def _finish(self) -> str:
        if self.tool:
            return "tool_calls"
        return "length" if self.cut else "stop"

    @property
    def _arguments(self) -> str:
        words = [self.words[at % len(self.words)] for at in range(self.reasoning, self.count)]
        return json.dumps({"text": " ".join(words)})

    def _call(self, arguments: str) -> dict[str, Any]:
        function = {"name": self.tool, "arguments": arguments}
        return {"id": f"call-{self.number}", "type": "function", "function": function}

    def _call_at(self, position: int) -> dict[str, Any]:
        """The call comes with its first token, its arguments in as many parts as there are tokens."""
        at, parts = position - self.reasoning, self.count - self.reasoning
        whole = self._arguments
        part = whole[len(whole) * at // parts : len(whole) * (at + 1) // parts]
        return {"function": {"arguments": part}} if at else self._call(part)

    def _word(self, position: int) -> str:
        """A word with the space before it, except where reasoning or text begin."""
        word = self.words[position % len(self.words)]
        return word if position in (0, self.reasoning) else f" {word}"

    def _chunk(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        return _encoded(self._head("chat.completion.chunk") | {"choices": choices} | more)

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": f"chatcmpl-echo-{self.number}", "object": kind, "created": 0, "model": self.model}

    def _usage(self) -> Usage:
        return Usage(self.prompt_tokens, self.count, reasoning_tokens=self.reasoning)

    def _usage_fields(self) -> dict[str, Any]:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.count,
            "total_tokens": self.prompt_tokens + self.count,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": self.reasoning},
        }


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
