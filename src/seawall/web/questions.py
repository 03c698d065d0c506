"""Bytes of a request to a Question or a Refusal. Knows OpenAI's body and our bounds; knows no asker."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import Any, NoReturn, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from seawall.settings.tree import LimitSettings
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.web.field_faults import fault_in_words
from seawall.web.question_body import PASSED, ChatBody, Content

Json = dict[str, Any]

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
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class _NotJson(ValueError):
    pass


def parse_question(body: bytes, limits: LimitSettings) -> Question | Refusal:
    """Validates and bounds a body in the shape of ``POST /v1/chat/completions``."""
    fields = read_json_object(body)
    if isinstance(fields, Refusal):
        return fields
    try:
        chat = ChatBody.model_validate(fields)
    except ValidationError as error:
        return _explain(error, fields)
    return _beyond_limits(chat, fields, limits) or _question(chat, fields, limits)


def read_json_object(body: bytes) -> Json | Refusal:
    """A JSON object of well-formed Unicode and finite numbers."""
    try:
        value = json.loads(body.decode(), parse_constant=_no_constant)
        if _SURROGATE.search(body):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError:
        return Refusal(Reason.BROKEN_JSON, "The body is not UTF-8. Send JSON in UTF-8.")
    except UnicodeEncodeError:
        return Refusal(
            Reason.INVALID_REQUEST,
            "A text holds half of a surrogate pair (such as \\ud800), which is no character. Send whole characters.",
        )
    except RecursionError:
        return Refusal(Reason.BROKEN_JSON, "The JSON is nested too deep. Send a flatter body.")
    except _NotJson as error:
        return Refusal(Reason.BROKEN_JSON, f"The body holds {error}, which is not JSON. Send finite numbers.")
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        return Refusal(Reason.BROKEN_JSON, f"The body is not valid JSON: {error.msg} at {where}.")
    except ValueError:
        # Python's bound on the digits of an integer, against quadratic conversion.
        return Refusal(Reason.BROKEN_JSON, "The body holds a number of thousands of digits. Send a shorter one.")
    if not isinstance(value, dict):
        return Refusal(Reason.INVALID_REQUEST, 'The body must be a JSON object, such as {"model": ...}.')
    return cast(Json, value)


def _no_constant(name: str) -> NoReturn:
    raise _NotJson(name)


def _explain(error: ValidationError, fields: Json) -> Refusal:
    """The first fault as a sentence. One at a time reads better, and the first often causes the others."""
    faults = error.errors(include_url=False)
    fault = faults[0]
    if fault["type"] == "string_type" and isinstance(fault["input"], list):
        # Of a union's members the list came closer than the text.
        fault = next((other for other in faults if _is_of_list(other)), fault)
    path = _known_names(fault["loc"])
    param = _dotted(path)
    name = str(path[-1]) if path else ""
    if fault["type"] == "extra_forbidden":
        return _unknown_field(name, param, top_level=len(path) == 1)
    if fault["type"] in ("union_tag_not_found", "union_tag_invalid"):
        param += "." + str(fault.get("ctx", {})["discriminator"]).strip("'")
    if fault["type"] in ("missing", "union_tag_not_found"):
        return Refusal(Reason.INVALID_REQUEST, f"'{param}' is missing.", param=param)
    if param == "n":
        return Refusal(Reason.UNSUPPORTED_FIELD, "'n' must be 1: one answer is given to a question.", param="n")
    if param == "store":
        return Refusal(Reason.UNSUPPORTED_FIELD, "'store' is not supported. Leave it out.", param="store")
    if param == "messages" and fields.get("messages") == []:
        return Refusal(Reason.INVALID_REQUEST, "'messages' is empty. Send at least one message.", param="messages")
    if name == "type" and fault["input"] in ("image_url", "input_audio", "file"):
        return Refusal(
            Reason.UNSUPPORTED_FIELD, f"'{param}' is '{fault['input']}', but text alone is read here.", param=param
        )
    return Refusal(Reason.INVALID_REQUEST, f"'{param}' {fault_in_words(fault)}.", param=param or None)


def _is_of_list(fault: ErrorDetails) -> bool:
    return any(isinstance(part, str) and part.startswith("list[") for part in fault["loc"])


_ROLES = frozenset(("system", "developer", "user", "assistant", "tool"))
_FORMATS = frozenset(("text", "json_object", "json_schema"))


def _known_names(path: tuple[int | str, ...]) -> list[int | str]:
    """``path`` without the members of unions that pydantic puts in; people know their own field names only."""
    known: list[int | str] = []
    for after, part in zip((None, *path), path, strict=False):
        is_member = isinstance(part, str) and (
            part in ("str", "NamedTool")
            or part.startswith(("list[", "literal[", "constrained-", "function-"))
            or (isinstance(after, int) and part in _ROLES)
            or (after == "response_format" and part in _FORMATS)
        )
        if not is_member:
            known.append(part)
    return known


def _dotted(path: list[int | str]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text[:200]


def _unknown_field(name: str, param: str, *, top_level: bool) -> Refusal:
    if top_level and name in REFUSED_FIELDS:
        return Refusal(Reason.UNSUPPORTED_FIELD, f"'{name}' is not supported. {REFUSED_FIELDS[name]}", param=param)
    known = (*ChatBody.model_fields,) if top_level else ()
    nearest = get_close_matches(name, known, n=1)
    hint = f"Did you mean '{nearest[0]}'?" if nearest else "Leave it out."
    return Refusal(Reason.UNKNOWN_FIELD, f"There is no field '{param}'. {hint}", param=param)


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
    return not content or (not isinstance(content, str) and not any(part.text for part in content))


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
        prompt_chars=sum(len(message["content"] or "") for message in messages),
        user=chat.user or chat.safety_identifier or "",
    )


_NOT_PASSED = frozenset(("annotations", "reasoning", "refusal"))


def _message(message: Json) -> Json:
    """The message as small chat templates know it: 'developer' is 'system', and text parts are one text."""
    mapped = {name: value for name, value in message.items() if value is not None and name not in _NOT_PASSED}
    content = message.get("content")
    if isinstance(content, list):
        mapped["content"] = "".join(part["text"] for part in cast(list[Json], content))
    else:
        mapped["content"] = content if content is not None else ""
    if message["role"] == "developer":
        mapped["role"] = "system"
    return mapped
