"""The items of a response, whole and as they grow. Knows their fields and events' names; numbers nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Events = list[tuple[str, Json]]


def text_item(name: str, text: str, status: str = "completed") -> Json:
    """What was said."""
    content = [_text_part(text)] if text or status == "completed" else []
    return {"id": name, "type": "message", "role": "assistant", "status": status, "content": content}


def reasoning_item(name: str, text: str, status: str = "completed") -> Json:
    """What was thought, whole: engines here make no summaries of it."""
    content = [_reasoning_part(text)] if text or status == "completed" else []
    return {"id": name, "type": "reasoning", "summary": [], "content": content, "status": status}


def call_item(name: str, call_id: str, function: str, arguments: str, status: str = "completed") -> Json:
    """A function that the program is to call."""
    return {
        "id": name,
        "type": "function_call",
        "call_id": call_id,
        "name": function,
        "arguments": arguments,
        "status": status,
    }


@dataclass(slots=True)
class Growing:
    """An item under way; ``delta`` and ``done`` name its events, ``part`` makes the part that its words are in."""

    name: str
    delta: str
    done: str
    field_name: str
    make: Callable[[str, str], Json]
    part: Callable[[str], Json] | None = None
    words: list[str] = field(default_factory=list[str])

    @classmethod
    def text(cls, name: str) -> Growing:
        return cls(
            name,
            "response.output_text.delta",
            "response.output_text.done",
            "text",
            lambda text, status: text_item(name, text, status),
            _text_part,
        )

    @classmethod
    def reasoning(cls, name: str) -> Growing:
        return cls(
            name,
            "response.reasoning_text.delta",
            "response.reasoning_text.done",
            "text",
            lambda text, status: reasoning_item(name, text, status),
            _reasoning_part,
        )

    @classmethod
    def call(cls, name: str, call_id: str, function: str) -> Growing:
        return cls(
            name,
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "arguments",
            lambda arguments, status: call_item(name, call_id, function, arguments, status),
        )

    def item(self, status: str) -> Json:
        """The item as it stands."""
        return self.make("".join(self.words), status)

    def begun(self) -> Events:
        """The events that open it."""
        events: Events = [("response.output_item.added", {"item": self.item("in_progress")})]
        if self.part is not None:
            events.append(("response.content_part.added", {**self._place, "part": self.part("")}))
        return events

    def grown(self, words: str) -> tuple[str, Json]:
        """The event of some more words."""
        self.words.append(words)
        extra: Json = {"logprobs": []} if self.delta == "response.output_text.delta" else {}
        return self.delta, {**self._place, "delta": words, **extra}

    def finished(self) -> Events:
        """The events that close it."""
        whole = "".join(self.words)
        extra: Json = {"logprobs": []} if self.delta == "response.output_text.delta" else {}
        item = self.item("completed")
        if self.part is None:
            extra["name"] = item["name"]
        events: Events = [(self.done, {**self._place, self.field_name: whole, **extra})]
        if self.part is not None:
            events.append(("response.content_part.done", {**self._place, "part": self.part(whole)}))
        return [*events, ("response.output_item.done", {"item": item})]

    @property
    def _place(self) -> Json:
        return {"item_id": self.name} | ({} if self.part is None else {"content_index": 0})


def _text_part(text: str) -> Json:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _reasoning_part(text: str) -> Json:
    return {"type": "reasoning_text", "text": text}
