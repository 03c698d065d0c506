"""``/v1/messages``: Anthropic's shape to a question and back. Pure functions; knows no engine and no asker."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from seawall.settings.tree import LimitSettings
from seawall.streaming.refusals import messages_refusal_told
from seawall.streaming.wire import Headers
from seawall.values.grant import KeyScope
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.asking import Telling
from seawall.web.api.body_faults import Fields, renamed, validated
from seawall.web.api.json_body import Json, read_json_object
from seawall.web.api.messages_body import (
    COUNT_FIELDS,
    FIELDS,
    AssistantTurn,
    CountBody,
    ImageBlock,
    MessagesBody,
    TextBlock,
    ThinkingBlock,
    ToolChoice,
    ToolResultBlock,
    ToolUseBlock,
    UserTurn,
)
from seawall.web.api.messages_told import MessageStream, WholeMessage
from seawall.web.api.questions import question_of

# Before it events had another form; later ones changed nothing of what is spoken here.
OLDEST_VERSION = "2023-06-01"
_VERSION = re.compile(r"\d{4}-\d\d-\d\d")
# Our own names for what is called otherwise here, for refusals of what is translated.
NAMES = {"response_format": "output_config", "reasoning_effort": "output_config", "stop": "stop_sequences"}
_CHOICES = {"auto": "auto", "any": "required", "none": "none"}

B = TypeVar("B", bound=CountBody)


class MessagesShape:
    """``POST /v1/messages``; with ``counting``, the body of ``/v1/messages/count_tokens``."""

    scope = KeyScope.CHAT

    def __init__(self, limits: LimitSettings, *, counting: bool = False) -> None:
        self._limits = limits
        self._counting = counting

    def question(self, body: bytes, headers: dict[bytes, bytes]) -> Question | Refusal:
        """See ``Shape``."""
        version = headers.get(b"anthropic-version", OLDEST_VERSION.encode()).decode("latin-1")
        if not _VERSION.fullmatch(version) or version < OLDEST_VERSION:
            sentence = f"'anthropic-version' is '{version[:40]}', but '{OLDEST_VERSION}' and later are spoken here."
            return Refusal(Reason.INVALID_REQUEST, sentence, param="anthropic-version")
        fields = read_json_object(body)
        if isinstance(fields, Refusal):
            return fields
        chat = _chat(fields, CountBody, COUNT_FIELDS) if self._counting else _chat(fields, MessagesBody, FIELDS)
        if isinstance(chat, Refusal):
            return chat
        question = question_of(chat, self._limits)
        return renamed(question, NAMES) if isinstance(question, Refusal) else question

    def telling(self, question: Question, request_id: str) -> Telling:
        """See ``Shape``."""
        told = MessageStream if question.stream else WholeMessage
        return told(question.model, request_id, question.fields.get("stop") or ())

    def refused(self, refusal: Refusal, accept: bytes) -> tuple[Headers, bytes]:
        """See ``Shape``."""
        return messages_refusal_told(renamed(refusal, NAMES))


def _chat(fields: Json, body: type[B], known: Fields) -> Json | Refusal:
    asked = validated(body, fields, known)
    return asked if isinstance(asked, Refusal) else chat_of(asked)


def chat_of(asked: CountBody) -> Json:
    """The same request in OpenAI's shape, to be bounded by the code that bounds all."""
    chat: Json = {"model": asked.model, "messages": [*_system(asked.system)]}
    for turn in asked.messages:
        chat["messages"] += _user(turn) if isinstance(turn, UserTurn) else [_assistant(turn)]
    if asked.tools:
        chat["tools"] = [
            {
                "type": "function",
                "function": _given(name=t.name, description=t.description, parameters=t.input_schema, strict=t.strict),
            }
            for t in asked.tools
        ]
    if asked.tool_choice is not None:
        chat |= _choice(asked.tool_choice)
    if asked.thinking is not None:
        chat["thinking"] = {"type": "disabled" if asked.thinking.type == "disabled" else "enabled"}
    config = asked.output_config
    if config is not None and config.effort is not None:
        chat["reasoning_effort"] = "xhigh" if config.effort == "max" else config.effort
    if config is not None and config.format is not None:
        schema = {"name": "answer", "schema": config.format.schema_}
        chat["response_format"] = {"type": "json_schema", "json_schema": schema}
    return chat | (_sampling(asked) if isinstance(asked, MessagesBody) else {})


def _sampling(asked: MessagesBody) -> Json:
    return _given(
        max_tokens=asked.max_tokens,
        stream=asked.stream,
        temperature=asked.temperature,
        top_p=asked.top_p,
        top_k=asked.top_k,
        stop=asked.stop_sequences or None,
        user=asked.metadata.user_id if asked.metadata is not None else None,
    )


def _system(system: str | list[TextBlock] | None) -> list[Json]:
    text = _text(system or "")
    return [{"role": "system", "content": text}] if text else []


def _user(turn: UserTurn) -> list[Json]:
    """Results of tools are messages of their own, and come before what is said beside them."""
    if isinstance(turn.content, str):
        return [{"role": "user", "content": turn.content}]
    results = [_result(block) for block in turn.content if isinstance(block, ToolResultBlock)]
    parts = [_part(block) for block in turn.content if not isinstance(block, ToolResultBlock)]
    return [*results, {"role": "user", "content": parts}] if parts or not results else results


def _result(block: ToolResultBlock) -> Json:
    text = _text(block.content)
    # OpenAI's shape has no flag for it, and a model reads the word.
    return {"role": "tool", "tool_call_id": block.tool_use_id, "content": f"Error: {text}" if block.is_error else text}


def _part(block: TextBlock | ImageBlock) -> Json:
    if isinstance(block, TextBlock):
        return {"type": "text", "text": block.text}
    source = block.source
    return {"type": "image_url", "image_url": {"url": f"data:{source.media_type};base64,{source.data}"}}


def _assistant(turn: AssistantTurn) -> Json:
    if isinstance(turn.content, str):
        return {"role": "assistant", "content": turn.content}
    text = "".join(block.text for block in turn.content if isinstance(block, TextBlock))
    thought = "".join(block.thinking for block in turn.content if isinstance(block, ThinkingBlock))
    calls = [_call(block) for block in turn.content if isinstance(block, ToolUseBlock)]
    return _given(role="assistant", content=text, reasoning_content=thought or None, tool_calls=calls or None)


def _call(block: ToolUseBlock) -> Json:
    arguments = json.dumps(block.input, ensure_ascii=False)
    return {"id": block.id, "type": "function", "function": {"name": block.name, "arguments": arguments}}


def _choice(choice: ToolChoice) -> Json:
    one: Any = _CHOICES.get(choice.type) or {"type": "function", "function": {"name": choice.name or ""}}
    return {"tool_choice": one} | ({"parallel_tool_calls": False} if choice.disable_parallel_tool_use else {})


def _text(content: str | list[TextBlock]) -> str:
    return content if isinstance(content, str) else "\n".join(block.text for block in content)


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
