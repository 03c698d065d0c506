"""What a body may hold: each wrong one has its sentence, its code and the field at fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from seawall.settings.tree import LimitSettings
from seawall.values.content import IMAGE_CHARS
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.questions import parse_question

LIMITS = LimitSettings()
HELLO = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}


def parsed(body: dict[str, Any] | bytes) -> Question | Refusal:
    return parse_question(body if isinstance(body, bytes) else json.dumps(body).encode(), LIMITS)


def question(body: dict[str, Any]) -> Question:
    result = parsed(body)
    assert isinstance(result, Question)
    return result


PNG = "data:image/png;base64,iVBORw0KGgo="
IMAGE_FIELD = "messages[0].content[1].image_url.url"


def seen(*urls: str) -> dict[str, Any]:
    images = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return {"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "What?"}, *images]}]}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}


def test_the_least_question_gets_the_default_length():
    asked = question(HELLO)
    assert asked.max_tokens == LIMITS.default_max_tokens
    assert not asked.stream
    assert asked.fields == {"messages": [{"role": "user", "content": "Hello"}]}
    assert asked.prompt_chars == 5


def test_the_length_is_cut_to_the_ceiling():
    assert question({**HELLO, "max_tokens": 10**6}).max_tokens == LIMITS.max_tokens
    assert question({**HELLO, "max_completion_tokens": 7}).max_tokens == 7


def test_text_parts_become_one_text_and_developers_speak_as_the_system():
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    asked = question(
        {"model": "m", "messages": [{"role": "developer", "content": "x"}, {"role": "user", "content": parts}]}
    )
    assert asked.fields["messages"] == [{"role": "system", "content": "x"}, {"role": "user", "content": "ab"}]


def test_images_stay_beside_the_text_and_weigh_as_much_as_a_page():
    asked = question(seen(PNG))
    assert asked.fields["messages"] == seen(PNG)["messages"]
    assert asked.images == 1
    assert asked.prompt_chars == len("What?") + IMAGE_CHARS


def test_reasoning_and_tool_calls_of_earlier_turns_go_in():
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    said = {"role": "assistant", "content": None, "reasoning_content": "hm", "tool_calls": [call], "refusal": None}
    result = {"role": "tool", "tool_call_id": "c1", "content": "3"}
    asked = question({"model": "m", "messages": [*HELLO["messages"], said, result]})
    sent = asked.fields["messages"][1]
    assert sent == {"role": "assistant", "content": "", "reasoning_content": "hm", "tool_calls": [call]}


def test_what_common_clients_send_without_effect_is_accepted_and_not_passed_on():
    asked = question({**HELLO, "user": "u1", "metadata": {"a": "b"}, "store": False, "service_tier": "auto"})
    assert set(asked.fields) == {"messages"}


def test_null_means_left_out():
    asked = question({**HELLO, "temperature": None, "stop": None, "tools": None, "stream": None})
    assert set(asked.fields) == {"messages"}


@pytest.mark.parametrize(
    ("body", "reason", "param", "words"),
    [
        (b"{", Reason.BROKEN_JSON, None, "line 1"),
        (b"\xff\xfe", Reason.BROKEN_JSON, None, "UTF-8"),
        (b"", Reason.BROKEN_JSON, None, "valid JSON"),
        (b"[" * 100_000, Reason.BROKEN_JSON, None, "nested"),
        (b'{"model": 1' + b"0" * 5000 + b"}", Reason.BROKEN_JSON, None, "digits"),
        (b'{"model":"m","messages":[],"temperature":NaN}', Reason.BROKEN_JSON, None, "NaN"),
        (b'{"model":"m","messages":[],"temperature":-Infinity}', Reason.BROKEN_JSON, None, "-Infinity"),
        (b"[]", Reason.INVALID_REQUEST, None, "object"),
        (
            b'{"model":"m","messages":[{"role":"user","content":"\\ud83d"}]}',
            Reason.INVALID_REQUEST,
            None,
            "surrogate",
        ),
        ({"model": "m", "messages": []}, Reason.INVALID_REQUEST, "messages", "at least one"),
        ({"model": "m"}, Reason.INVALID_REQUEST, "messages", "missing"),
        ({"model": "m", "messages": [{"content": "x"}]}, Reason.INVALID_REQUEST, "messages[0].role", "missing"),
        (
            {**HELLO, "messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
            Reason.INVALID_REQUEST,
            "messages[0].content",
            "empty",
        ),
        (
            {**HELLO, "response_format": {"type": "json_schema"}},
            Reason.INVALID_REQUEST,
            "response_format.json_schema",
            "missing",
        ),
        ({**HELLO, "stop": ["a"] * 17}, Reason.INVALID_REQUEST, "stop", "at most 16"),
        ({**HELLO, "stop": 5}, Reason.INVALID_REQUEST, "stop", "string"),
        ({**HELLO, "stop": ["a", ""]}, Reason.INVALID_REQUEST, "stop[1]", "at least 1"),
        ({**HELLO, "tool_choice": "required"}, Reason.INVALID_REQUEST, "tool_choice", "no 'tools'"),
        ({**HELLO, "model": 3}, Reason.INVALID_REQUEST, "model", "string"),
        ({**HELLO, "temprature": 1}, Reason.UNKNOWN_FIELD, "temprature", "'temperature'"),
        ({**HELLO, "grammar": "root ::= x"}, Reason.UNSUPPORTED_FIELD, "grammar", "response_format"),
        ({**HELLO, "ignore_eos": True}, Reason.UNSUPPORTED_FIELD, "ignore_eos", "model ends them"),
        ({**HELLO, "n": 2}, Reason.UNSUPPORTED_FIELD, "n", "must be 1"),
        ({**HELLO, "temperature": "hot"}, Reason.INVALID_REQUEST, "temperature", "number"),
        ({**HELLO, "temperature": 3}, Reason.INVALID_REQUEST, "temperature", "must be at most 2"),
        ({**HELLO, "max_tokens": 0}, Reason.INVALID_REQUEST, "max_tokens", "must be at least 1"),
        ({**HELLO, "stream": "yes"}, Reason.INVALID_REQUEST, "stream", "true or false"),
        ({**HELLO, "logprobs": True, "top_logprobs": 6}, Reason.INVALID_REQUEST, "top_logprobs", "5"),
        ({**HELLO, "top_logprobs": 2}, Reason.INVALID_REQUEST, "top_logprobs", "logprobs"),
        (
            {**HELLO, "logit_bias": {str(i): 1 for i in range(301)}},
            Reason.INVALID_REQUEST,
            "logit_bias",
            "may have at most 300 entries",
        ),
        ({**HELLO, "response_format": nested(20)}, Reason.INVALID_REQUEST, "response_format", "deeper"),
        (
            {**HELLO, "tools": [{"type": "function", "function": {"name": "f", "parameters": {"d": "x" * 20_000}}}]},
            Reason.INVALID_REQUEST,
            "tools",
            "bytes",
        ),
        (
            {"model": "m", "messages": [{"role": "user", "content": ""}]},
            Reason.INVALID_REQUEST,
            "messages[0].content",
            "empty",
        ),
        (
            {"model": "m", "messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]},
            Reason.UNSUPPORTED_FIELD,
            "messages[0].content[0].type",
            "text and images alone",
        ),
        (
            {"model": "m", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
            Reason.INVALID_REQUEST,
            "messages[0].content[0].image_url.url",
            "missing",
        ),
        (seen("https://example.org/a.png"), Reason.INVALID_REQUEST, IMAGE_FIELD, "as itself"),
        (seen("data:image/svg+xml;base64,PHN2Zz4="), Reason.INVALID_REQUEST, IMAGE_FIELD, "png"),
        (seen("data:image/png;base64,no!"), Reason.INVALID_REQUEST, IMAGE_FIELD, "as itself"),
        (seen(*[PNG] * 9), Reason.INVALID_REQUEST, "messages", "8 is the most"),
        (
            {"model": "m", "messages": [{**seen(PNG)["messages"][0], "role": "system"}]},
            Reason.INVALID_REQUEST,
            "messages[0].content[1].type",
            "'text'",
        ),
        (
            {"model": "m", "messages": [{"role": "robot", "content": "x"}]},
            Reason.INVALID_REQUEST,
            "messages[0].role",
            "must be one of 'system', 'developer', 'user', 'assistant', 'tool', not 'robot'",
        ),
        (
            {**HELLO, "tools": [{"type": "function", "function": {"name": "not a name"}}]},
            Reason.INVALID_REQUEST,
            "tools[0].function.name",
            "may hold letters, digits, hyphens and underscores only",
        ),
    ],
)
def test_each_wrong_body_has_its_sentence(body: Any, reason: Reason, param: str | None, words: str):
    result = parsed(body)
    assert isinstance(result, Refusal)
    assert (result.reason, result.param) == (reason, param)
    assert words in result.message
    assert result.message.endswith(".") or "Did you mean" in result.message


def test_too_many_messages_are_refused_with_limit_and_count():
    result = parsed({"model": "m", "messages": HELLO["messages"] * (LIMITS.messages + 1)})
    assert isinstance(result, Refusal)
    assert str(LIMITS.messages) in result.message
    assert str(LIMITS.messages + 1) in result.message


def test_the_deepest_schema_allowed_passes():
    # Each level is two objects: the schema and its properties.
    assert isinstance(parsed({**HELLO, "response_format": nested(3)}), Question)


def test_an_assistant_message_may_come_back_as_servers_send_it():
    empty = {"annotations": [], "audio": None, "function_call": None, "refusal": None, "reasoning": None}
    said = {"role": "assistant", "content": "Hello", "tool_calls": None, **empty}
    asked = question({"model": "m", "messages": [*HELLO["messages"], said]})
    assert asked.fields["messages"][1] == {"role": "assistant", "content": "Hello"}
