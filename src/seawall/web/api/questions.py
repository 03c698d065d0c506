"""Bytes of a chat request to a Question or a Refusal. Knows OpenAI's body and our bounds; knows no asker."""

from __future__ import annotations

import json
from typing import Any, cast

from seawall.settings.tree import LimitSettings
from seawall.values.content import chars_of, images_in, is_image
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.body_faults import Fields, validated
from seawall.web.api.json_body import Json, read_json_object
from seawall.web.api.question_body import PASSED, ChatBody, Content, TextPart

# Known parameters of OpenAI's or of engines that we refuse, each with its reason.
REFUSED_FIELDS: dict[str, str] = {
    "grammar": "Grammars can crash an engine. Use 'response_format' with a JSON schema.",
    "functions": "It was replaced by 'tools'.",
    "function_call": "It was replaced by 'tool_choice'.",
    "ignore_eos": "Answers end where the model ends them.",
    "audio": "This service answers in text.",
    "modalities": "This service answers in text.",
    "prediction": "Predicted outputs are not supported.",
    "web_search_options": "This service does not search the web.",
    "best_of": "One answer is given to a question.",
}
# What a message may hold beside text and images.
REFUSED_TYPES: dict[str, str] = {
    "input_audio": "text and images alone are read here",
    "file": "text and images alone are read here",
}
FIELDS = Fields(
    ChatBody,
    REFUSED_FIELDS,
    REFUSED_TYPES,
    {
        "n": "'n' must be 1: one answer is given to a question.",
        "store": "'store' is not supported. Leave it out.",
    },
    frozenset(("system", "developer", "user", "assistant", "tool", "text", "image_url")),
)


def parse_question(body: bytes, limits: LimitSettings) -> Question | Refusal:
    """Validates and bounds a body in the shape of ``POST /v1/chat/completions``."""
    fields = read_json_object(body)
    return fields if isinstance(fields, Refusal) else question_of(fields, limits)


def question_of(fields: Json, limits: LimitSettings) -> Question | Refusal:
    """The same for a body that is read; other shapes are translated into this one, so that one code bounds all."""
    chat = validated(ChatBody, fields, FIELDS)
    if isinstance(chat, Refusal):
        return chat
    return _beyond_limits(chat, fields, limits) or _question(chat, fields, limits)


def _beyond_limits(chat: ChatBody, fields: Json, limits: LimitSettings) -> Refusal | None:
    if len(chat.messages) > limits.messages:
        return Refusal(
            Reason.INVALID_REQUEST,
            f"'messages' holds {len(chat.messages)} messages; {limits.messages} is the most. Send fewer.",
            param="messages",
        )
    for index, message in enumerate(chat.messages):
        if message.role == "user" and _is_empty(message.content):
            param = f"messages[{index}].content"
            return Refusal(Reason.INVALID_REQUEST, f"'{param}' is empty. Write something.", param=param)
    images = images_in(fields["messages"])
    if images > limits.images:
        return Refusal(
            Reason.INVALID_REQUEST,
            f"'messages' holds {images} images; {limits.images} is the most. Send fewer.",
            param="messages",
        )
    if chat.top_logprobs is not None and not chat.logprobs:
        return Refusal(Reason.INVALID_REQUEST, "'top_logprobs' needs 'logprobs': true.", param="top_logprobs")
    if not chat.tools and chat.tool_choice not in (None, "none", "auto"):
        return Refusal(
            Reason.INVALID_REQUEST, "'tool_choice' asks for a tool, but there are no 'tools'.", param="tool_choice"
        )
    if chat.tools is not None and len(chat.tools) > limits.tools:
        return Refusal(Reason.INVALID_REQUEST, f"'tools' holds more than {limits.tools} tools.", param="tools")
    for param in ("response_format", "tools"):
        refusal = _schema_beyond(param, fields.get(param), limits)
        if refusal is not None:
            return refusal
    return None


def _is_empty(content: Content) -> bool:
    if not content or isinstance(content, str):
        return not content
    return not any(not isinstance(part, TextPart) or part.text for part in content)


def _schema_beyond(param: str, value: Any, limits: LimitSettings) -> Refusal | None:
    """Bounds a schema by depth and size: each nesting costs the engine's grammar compiler seconds or its life."""
    if value is None:
        return None
    # The wrappers around the schema itself: response_format.json_schema.schema, tools[].function.parameters.
    wrappers = 3
    if _depth(value) > limits.schema_depth + wrappers:
        return Refusal(
            Reason.INVALID_REQUEST,
            f"The schema in '{param}' is nested deeper than {limits.schema_depth} levels. Flatten it.",
            param=param,
        )
    size = len(json.dumps(value))
    if size > limits.schema_bytes:
        return Refusal(
            Reason.INVALID_REQUEST,
            f"'{param}' has {size} bytes; {limits.schema_bytes} is the most. Shorten it.",
            param=param,
        )
    return None


def _depth(value: Any) -> int:
    """Nesting of objects; arrays count where they hold objects. Iterative, as the input is a stranger's."""
    deepest, pending = 0, [(value, 0)]
    while pending:
        node, depth = pending.pop()
        if isinstance(node, dict):
            depth += 1
            pending.extend((child, depth) for child in cast(Json, node).values())
        elif isinstance(node, list):
            pending.extend((child, depth) for child in cast(list[Any], node))
        deepest = max(deepest, depth)
    return deepest


def _question(chat: ChatBody, fields: Json, limits: LimitSettings) -> Question:
    asked = chat.max_completion_tokens or chat.max_tokens or limits.default_max_tokens
    messages = [_message(message) for message in fields["messages"]]
    passed: Json = {name: fields[name] for name in PASSED if fields.get(name) is not None}
    return Question(
        model=chat.model,
        fields={"messages": messages, **passed},
        max_tokens=min(asked, limits.max_tokens),
        stream=bool(chat.stream),
        wants_usage=chat.stream_options is not None and chat.stream_options.include_usage,
        prompt_chars=sum(chars_of(message["content"]) for message in messages),
        images=images_in(messages),
        user=chat.user or chat.safety_identifier or "",
    )


_NOT_PASSED = frozenset(("annotations", "reasoning", "refusal"))


def _message(message: Json) -> Json:
    """The message as small chat templates know it: 'developer' is 'system', and text parts are one text. Parts stay
    parts only where one is an image."""
    mapped = {name: value for name, value in message.items() if value is not None and name not in _NOT_PASSED}
    content = message.get("content")
    if isinstance(content, list):
        parts = cast(list[Json], content)
        mapped["content"] = parts if any(map(is_image, parts)) else "".join(part["text"] for part in parts)
    else:
        mapped["content"] = content if content is not None else ""
    if message["role"] == "developer":
        mapped["role"] = "system"
    return mapped
