"""``/v1/responses``: OpenAI's newer shape to a question and back. Pure functions; knows no engine and no asker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from seawall.settings.tree import LimitSettings
from seawall.streaming.refusals import refusal_told
from seawall.streaming.wire import Headers
from seawall.values.grant import KeyScope
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.asking import Telling
from seawall.web.api.body_faults import renamed, validated
from seawall.web.api.json_body import Json, read_json_object
from seawall.web.api.questions import question_of
from seawall.web.api.responses_body import (
    COUNT_FIELDS,
    FIELDS,
    FunctionCallItem,
    FunctionOutputItem,
    InputText,
    InputTokensBody,
    Item,
    MessageItem,
    OutputText,
    Part,
    ReasoningItem,
    ResponsesBody,
    SchemaFormat,
)
from seawall.web.api.responses_told import ResponseStream, WholeResponse

# Our own names for what is called otherwise here, for refusals of what is translated.
NAMES = {
    "messages": "input",
    "max_tokens": "max_output_tokens",
    "response_format": "text",
    "reasoning_effort": "reasoning",
}


class ResponsesShape:
    """``POST /v1/responses``; with ``counting``, the body of ``/v1/responses/input_tokens``."""

    scope = KeyScope.CHAT

    def __init__(self, limits: LimitSettings, *, unix_time: Callable[[], float], counting: bool = False) -> None:
        self._limits = limits
        self._unix_time = unix_time
        self._counting = counting

    def question(self, body: bytes, headers: dict[bytes, bytes]) -> Question | Refusal:
        """See ``Shape``."""
        fields = read_json_object(body)
        if isinstance(fields, Refusal):
            return fields
        refusal = _builtin_tools(fields.get("tools"))
        if refusal is not None:
            return refusal
        if self._counting:
            asked = validated(InputTokensBody, fields, COUNT_FIELDS)
        else:
            asked = validated(ResponsesBody, fields, FIELDS)
        if isinstance(asked, Refusal):
            return asked
        question = question_of(chat_of(asked), self._limits)
        return renamed(question, NAMES) if isinstance(question, Refusal) else question

    def telling(self, question: Question, request_id: str) -> Telling:
        """See ``Shape``."""
        told = ResponseStream if question.stream else WholeResponse
        return told(question, request_id, int(self._unix_time()), lambda refusal: renamed(refusal, NAMES))

    def refused(self, refusal: Refusal, accept: bytes) -> tuple[Headers, bytes]:
        """See ``Shape``."""
        return refusal_told(renamed(refusal, NAMES), accept)


def _builtin_tools(tools: Any) -> Refusal | None:
    """OpenAI has tools that its own servers carry out; ours has none, and says so before it looks at their fields."""
    for at, tool in enumerate(cast("list[Any]", tools) if isinstance(tools, list) else ()):
        kind = cast(Json, tool).get("type") if isinstance(tool, dict) else "function"
        if isinstance(kind, str) and kind != "function":
            param = f"tools[{at}].type"
            sentence = f"'{param}' is '{kind[:40]}', but functions alone are called here, by your program."
            return Refusal(Reason.UNSUPPORTED_FIELD, sentence, param=param)
    return None


def chat_of(asked: InputTokensBody) -> Json:
    """The same request in the shape of chat completions, to be bounded by the code that bounds all."""
    items: Iterable[Item] = (
        [MessageItem(role="user", content=asked.input)] if isinstance(asked.input, str) else asked.input
    )
    instructions = [{"role": "system", "content": asked.instructions}] if asked.instructions else []
    chat: Json = {"model": asked.model, "messages": [*instructions, *_messages(items)]}
    if asked.tools:
        chat["tools"] = [
            {"type": "function", "function": tool.model_dump(exclude={"type"}, exclude_none=True)}
            for tool in asked.tools
        ]
    choice = asked.tool_choice
    if choice is not None:
        is_word = isinstance(choice, str)
        chat["tool_choice"] = choice if is_word else {"type": "function", "function": {"name": choice.name}}
    chat |= _given(parallel_tool_calls=asked.parallel_tool_calls, response_format=_format(asked))
    if asked.reasoning is not None:
        chat |= _given(reasoning_effort=asked.reasoning.effort)
    return chat | (_sampling(asked) if isinstance(asked, ResponsesBody) else {})


def _sampling(asked: ResponsesBody) -> Json:
    return _given(
        max_tokens=asked.max_output_tokens,
        stream=asked.stream,
        temperature=asked.temperature,
        top_p=asked.top_p,
        user=asked.user or asked.safety_identifier,
    )


def _format(asked: InputTokensBody) -> Json | None:
    wished = asked.text.format if asked.text is not None else None
    if isinstance(wished, SchemaFormat):
        schema = _given(name=wished.name, description=wished.description, schema=wished.schema_, strict=wished.strict)
        return {"type": "json_schema", "json_schema": schema}
    return {"type": wished.type} if wished is not None and wished.type != "text" else None


def _messages(items: Iterable[Item]) -> list[Json]:
    """Reasoning, words and calls of one answer are items of their own here, and one message there."""
    messages: list[Json] = []
    thought = ""
    for item in items:
        last = messages[-1] if messages and messages[-1]["role"] == "assistant" else None
        if isinstance(item, ReasoningItem):
            thought = "".join(part.text for part in item.content or item.summary)
        elif isinstance(item, FunctionOutputItem):
            messages.append({"role": "tool", "tool_call_id": item.call_id, "content": _text(item.output)})
        elif isinstance(item, FunctionCallItem):
            if last is None or thought:
                last = _given(role="assistant", content="", reasoning_content=thought or None)
                messages.append(last)
                thought = ""
            last.setdefault("tool_calls", []).append(_call(item))
        else:
            messages.append(_message(item, thought))
            thought = ""
    return messages


def _message(item: MessageItem, thought: str) -> Json:
    message: Json = {"role": item.role, "content": _content(item)}
    return message | ({"reasoning_content": thought} if thought and item.role == "assistant" else {})


def _content(item: MessageItem) -> str | list[Json]:
    if isinstance(item.content, str):
        return item.content
    return [_part(part) for part in item.content]


def _part(part: Part) -> Json:
    if isinstance(part, InputText | OutputText):
        return {"type": "text", "text": part.text}
    return {"type": "image_url", "image_url": _given(url=part.image_url, detail=part.detail)}


def _call(item: FunctionCallItem) -> Json:
    return {"id": item.call_id, "type": "function", "function": {"name": item.name, "arguments": item.arguments}}


def _text(output: str | list[InputText]) -> str:
    return output if isinstance(output, str) else "".join(part.text for part in output)


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
