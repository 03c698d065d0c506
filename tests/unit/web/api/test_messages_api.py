"""Anthropic's Messages to a question and back: what is translated into what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from seawall.settings.tree import LimitSettings
from seawall.values.piece import Outcome, Piece, Recorded, Usage
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.messages_api import MessagesShape

SHAPE = MessagesShape(LimitSettings())
HELLO: dict[str, Any] = {"model": "m", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}
ENDED = Recorded(Outcome.COMPLETE, Usage(), "stop", saved=False)


def parsed(body: dict[str, Any], **headers: str) -> Question | Refusal:
    sent = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return SHAPE.question(json.dumps({**HELLO, **body}).encode(), sent)


def question(**body: Any) -> Question:
    result = parsed(body)
    assert isinstance(result, Question), result
    return result


def said(block: dict[str, Any], role: str = "user") -> list[dict[str, Any]]:
    return list(question(messages=[{"role": role, "content": [block]}]).fields["messages"])


def test_system_comes_first_and_its_blocks_are_lines():
    blocks = [
        {"type": "text", "text": "One.", "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": "Two."},
    ]
    assert question(system=blocks).fields["messages"] == [
        {"role": "system", "content": "One.\nTwo."},
        {"role": "user", "content": "Hello"},
    ]


def test_a_tools_result_is_a_message_of_its_own_before_what_is_said_beside_it():
    content = [
        {"type": "text", "text": "and?"},
        {"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "no"}], "is_error": True},
    ]
    assert question(messages=[{"role": "user", "content": content}]).fields["messages"] == [
        {"role": "tool", "tool_call_id": "c1", "content": "Error: no"},
        {"role": "user", "content": "and?"},
    ]


def test_an_answers_thinking_words_and_calls_are_one_message():
    content = [
        {"type": "thinking", "thinking": "hm", "signature": "x"},
        {"type": "text", "text": "Well"},
        {"type": "tool_use", "id": "c1", "name": "look", "input": {"at": "é"}},
    ]
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at": "é"}'}}
    assert question(messages=[{"role": "assistant", "content": content}]).fields["messages"] == [
        {"role": "assistant", "content": "Well", "reasoning_content": "hm", "tool_calls": [call]}
    ]


def test_an_image_goes_along_as_itself():
    source = {"type": "base64", "media_type": "image/png", "data": "YWJj"}
    asked = question(messages=[{"role": "user", "content": [{"type": "image", "source": source}]}])
    (part,) = asked.fields["messages"][0]["content"]
    assert part["image_url"]["url"] == "data:image/png;base64,YWJj"
    assert asked.images == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, {"thinking": {"type": "enabled"}}),
        ({"thinking": {"type": "adaptive"}}, {"thinking": {"type": "enabled"}}),
        ({"thinking": {"type": "disabled"}}, {"thinking": {"type": "disabled"}}),
        ({"output_config": {"effort": "max"}}, {"reasoning_effort": "xhigh"}),
        ({"stop_sequences": ["END"], "top_k": 5}, {"stop": ["END"], "top_k": 5}),
        ({"stop_sequences": [], "service_tier": "auto", "cache_control": {"type": "ephemeral"}}, {}),
    ],
)
def test_each_field_becomes_the_engines_own(body: dict[str, Any], fields: dict[str, Any]):
    assert {**question(**body).fields, "messages": None} == {"messages": None, **fields}


@pytest.mark.parametrize(
    ("choice", "fields"),
    [
        ({"type": "auto"}, {"tool_choice": "auto"}),
        ({"type": "any", "disable_parallel_tool_use": True}, {"tool_choice": "required", "parallel_tool_calls": False}),
        ({"type": "none"}, {"tool_choice": "none"}),
        ({"type": "tool", "name": "look"}, {"tool_choice": {"type": "function", "function": {"name": "look"}}}),
    ],
)
def test_tools_and_their_choice_are_functions(choice: dict[str, Any], fields: dict[str, Any]):
    tool = {"name": "look", "description": "Looks.", "input_schema": {"type": "object"}}
    asked = question(tools=[tool], tool_choice=choice).fields
    function = {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}
    assert asked["tools"] == [{"type": "function", "function": function}]
    assert {name: asked[name] for name in fields} == fields


@pytest.mark.parametrize(
    ("body", "reason", "param", "words"),
    [
        ({"max_tokens": None}, Reason.INVALID_REQUEST, "max_tokens", "whole number"),
        ({"messages": [{"role": "system", "content": "x"}]}, Reason.INVALID_REQUEST, "messages[0].role", "system"),
        ({"container": "c"}, Reason.UNSUPPORTED_FIELD, "container", "runs no code"),
        ({"stop": ["x"]}, Reason.UNKNOWN_FIELD, "stop", "no field 'stop'"),
        (
            {"messages": [{"role": "user", "content": [{"type": "document"}]}]},
            Reason.UNSUPPORTED_FIELD,
            "messages[0].content[0].type",
            "text and images alone",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "x"}}]}]},
            Reason.INVALID_REQUEST,
            "messages[0].content[0].source.type",
            "base64",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
            Reason.INVALID_REQUEST,
            "messages[0].content",
            "empty",
        ),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": {"d": "x" * 20_000}}}},
            Reason.INVALID_REQUEST,
            "output_config",
            "bytes",
        ),
    ],
)
def test_what_is_not_taken_is_refused_in_the_words_of_this_shape(
    body: dict[str, Any], reason: Reason, param: str, words: str
):
    refused = parsed(body)
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.param) == (reason, param)
    assert words in refused.message


@pytest.mark.parametrize("version", ["2023-01-01", "yesterday"])
def test_an_unknown_version_is_refused(version: str):
    refused = parsed({}, anthropic_version=version)
    assert isinstance(refused, Refusal)
    assert refused.param == "anthropic-version"
    assert isinstance(parsed({}, anthropic_version="2026-10-21"), Question)


def test_a_refusal_has_the_vendors_form_and_our_name():
    _, body = SHAPE.refused(Refusal(Reason.NO_ROOM, "No room.", 5.0), b"")
    assert json.loads(body) == {
        "type": "error",
        "error": {"type": "overloaded_error", "message": "No room.", "code": "no_room", "param": None},
    }


def chunk(finish: str | None = None, **choice: Any) -> bytes:
    return json.dumps({"choices": [{"delta": {}, "finish_reason": finish, **choice}]}).encode()


def test_the_text_at_which_it_stopped_is_told_where_the_engine_tells_it():
    asked = question(stop_sequences=["END"], stream=True)
    telling = SHAPE.telling(asked, "r1")
    telling.piece(Piece(chunk("stop", stop_reason="END"), finish="stop"))
    assert b'"stop_reason":"stop_sequence","stop_sequence":"END"' in telling.ended(ENDED)


def test_an_answer_without_a_word_is_a_whole_message_all_the_same():
    events = SHAPE.telling(question(stream=True), "r1").ended(ENDED).decode()
    names = [line.removeprefix("event: ") for line in events.splitlines() if line.startswith("event: ")]
    assert names == ["message_start", "message_delta", "message_stop"]


def test_two_calls_are_two_blocks():
    telling = SHAPE.telling(question(stream=True), "r1")
    parts = [
        {"index": 0, "id": "a", "function": {"name": "look", "arguments": "{"}},
        {"index": 0, "function": {"arguments": "}"}},
        {"index": 1, "id": "b", "function": {"name": "walk", "arguments": "{}"}},
    ]
    told = b"".join(telling.piece(Piece(chunk(delta={"tool_calls": [part]}), tokens=1)) for part in parts).decode()
    assert told.count("event: content_block_start") == 2
    assert told.count("event: content_block_stop") == 1
    assert [
        part for part in ('"partial_json":"{"', '"partial_json":"}"', '"partial_json":"{}"') if part not in told
    ] == []


def test_the_cache_is_counted_apart_from_the_rest_of_the_prompt():
    telling = SHAPE.telling(question(), "r1")
    message = json.dumps({"choices": [{"message": {"content": "Hi"}}]}).encode()
    telling.piece(Piece(message, text="Hi", finish="length", usage=Usage(10, 2, 4)))
    told = json.loads(telling.ended(ENDED))
    assert told["stop_reason"] == "max_tokens"
    assert told["usage"] == {
        "input_tokens": 6,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 4,
        "output_tokens": 2,
    }
