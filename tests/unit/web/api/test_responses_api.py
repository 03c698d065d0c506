"""OpenAI's Responses to a question and back: what is translated into what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from seawall.settings.tree import LimitSettings
from seawall.values.piece import Outcome, Piece, Recorded, Usage
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.responses_api import ResponsesShape

SHAPE = ResponsesShape(LimitSettings(), unix_time=lambda: 1700000000.0)
ENDED = Recorded(Outcome.COMPLETE, Usage(), "stop", saved=False)


def parsed(**body: Any) -> Question | Refusal:
    return SHAPE.question(json.dumps({"model": "m", "input": "Hello", **body}).encode(), {})


def question(**body: Any) -> Question:
    result = parsed(**body)
    assert isinstance(result, Question), result
    return result


def test_a_text_is_a_users_and_instructions_come_before_it():
    assert question(instructions="Be brief.").fields["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
    ]


def test_reasoning_words_and_calls_of_one_answer_are_one_message():
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
        {"type": "reasoning", "id": "rs", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Well"}]},
        {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{}"},
        {"type": "function_call", "call_id": "c2", "name": "walk", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": [{"type": "input_text", "text": "a wall"}]},
    ]
    asked, answered, result = question(input=items).fields["messages"]
    assert asked == {"role": "user", "content": "Hi"}
    assert (answered["content"], answered["reasoning_content"]) == ("Well", "hm")
    assert [call["function"]["name"] for call in answered["tool_calls"]] == ["look", "walk"]
    assert result == {"role": "tool", "tool_call_id": "c1", "content": "a wall"}


def test_a_call_without_words_keeps_the_thought_before_it():
    items = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
        {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{}"},
    ]
    (message,) = question(input=items).fields["messages"]
    assert (message["content"], message["reasoning_content"]) == ("", "hm")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"reasoning": {"effort": "low", "summary": "auto"}}, {"reasoning_effort": "low"}),
        ({"text": {"format": {"type": "json_object"}}}, {"response_format": {"type": "json_object"}}),
        ({"text": {"format": {"type": "text"}, "verbosity": "low"}}, {}),
        ({"temperature": 0.5, "top_p": 0.9}, {"temperature": 0.5, "top_p": 0.9}),
        ({"store": True, "include": ["reasoning.encrypted_content"], "metadata": {"a": "b"}}, {}),
    ],
)
def test_each_field_becomes_the_engines_own(body: dict[str, Any], fields: dict[str, Any]):
    assert {**question(**body).fields, "messages": None} == {"messages": None, **fields}


def test_a_schema_is_wrapped_as_chat_completions_have_it():
    wished = {"type": "json_schema", "name": "s", "schema": {"type": "object"}, "strict": True}
    schema = {"name": "s", "schema": {"type": "object"}, "strict": True}
    assert question(text={"format": wished}).fields["response_format"] == {"type": "json_schema", "json_schema": schema}


@pytest.mark.parametrize(
    ("body", "reason", "param", "words"),
    [
        ({"conversation": "c"}, Reason.UNSUPPORTED_FIELD, "conversation", "not stored"),
        ({"truncation": "auto"}, Reason.UNSUPPORTED_FIELD, "truncation", "refused, not cut"),
        ({"tools": [{"type": "mcp", "server": "x"}]}, Reason.UNSUPPORTED_FIELD, "tools[0].type", "by your program"),
        ({"input": []}, Reason.INVALID_REQUEST, "input", "empty"),
        ({"input": [{"role": "user", "content": []}]}, Reason.INVALID_REQUEST, "input", "empty"),
        ({"max_output_tokens": 0}, Reason.INVALID_REQUEST, "max_output_tokens", "at least 1"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]},
            Reason.UNSUPPORTED_FIELD,
            "input[0].content[0].type",
            "text and images alone",
        ),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "https://e.org/a.png"}]}]},
            Reason.INVALID_REQUEST,
            "input",
            "as itself",
        ),
        (
            {"text": {"format": {"type": "json_schema", "name": "s", "schema": {"d": "x" * 20_000}}}},
            Reason.INVALID_REQUEST,
            "text",
            "bytes",
        ),
    ],
)
def test_what_is_not_taken_is_refused_in_the_words_of_this_shape(
    body: dict[str, Any], reason: Reason, param: str, words: str
):
    refused = parsed(**body)
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.param) == (reason, param)
    assert words in refused.message


def test_an_engines_own_no_names_the_field_that_was_sent():
    _, body = SHAPE.refused(Refusal(Reason.CONTEXT_LENGTH_EXCEEDED, "Too long.", param="messages"), b"")
    assert json.loads(body)["error"]["param"] == "input"


def test_tools_are_told_again_as_they_were_sent():
    tool = {"type": "function", "name": "look", "parameters": {"type": "object"}, "strict": None}
    asked = question(tools=[tool], tool_choice={"type": "function", "name": "look"})
    telling = SHAPE.telling(asked, "r1")
    message = json.dumps({"choices": [{"message": {"content": "Hi"}}]}).encode()
    telling.piece(Piece(message, text="Hi", finish="stop", usage=Usage(3, 1, 2)))
    told = json.loads(telling.ended(ENDED))
    assert told["tools"] == [tool]
    assert told["tool_choice"]["name"] == "look"
    assert (told["created_at"], told["status"], told["store"]) == (1700000000, "completed", False)
    assert told["usage"]["input_tokens_details"] == {"cached_tokens": 2}


def test_an_answer_without_a_word_is_a_whole_response_all_the_same():
    events = SHAPE.telling(question(stream=True), "r1").ended(ENDED).decode()
    names = [line.removeprefix("event: ") for line in events.splitlines() if line.startswith("event: ")]
    assert names == ["response.created", "response.in_progress", "response.completed"]
    whole = SHAPE.telling(question(), "r1")
    whole.piece(Piece(b'{"choices":[{"message":{"content":""}}]}', finish="stop"))
    assert json.loads(whole.ended(ENDED))["output"] == []


def test_a_field_of_another_shape_is_told_by_the_name_that_was_sent():
    refusal = parsed(max_tokens=5)
    assert isinstance(refusal, Refusal)
    told = SHAPE.refused(refusal, b"")[1].decode()
    assert "There is no field 'max_tokens'. Did you mean 'max_output_tokens'?" in told
