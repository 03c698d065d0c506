"""The official ``openai`` client's Responses, embeddings and counts against the running service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from openai_program import client_of, refused
from running_service import RunningService, Serve

ASK = "one two three four five six"
TOOL: Any = {"type": "function", "name": "look", "parameters": {"type": "object"}, "strict": False}
REASONING, TOKENS = 3, 9


@pytest.fixture(scope="module")
def service(serve_for_all: Serve) -> RunningService:
    return serve_for_all("--engine", f"echo:reasoning={REASONING},tokens={TOKENS},token_ms=1,tools=1,vision=1")


@pytest.fixture(scope="module")
def key(service: RunningService) -> str:
    return service.key()


@pytest.fixture
def client(service: RunningService, key: str) -> Iterator[OpenAI]:
    with client_of(service, key) as client:
        yield client


def test_a_response_comes_with_reasoning_words_and_usage(client: OpenAI) -> None:
    response = client.responses.create(model="echo", input=ASK, instructions="Be brief.")
    assert [item.type for item in response.output] == ["reasoning", "message"]
    assert response.output_text
    assert (response.status, response.object, response.to_dict()["store"]) == ("completed", "response", False)
    assert response.usage is not None
    assert (response.usage.output_tokens, response.usage.output_tokens_details.reasoning_tokens) == (TOKENS, REASONING)


def test_a_stream_grows_into_the_same_response_with_its_events_in_order(client: OpenAI) -> None:
    plain = client.responses.create(model="echo", input=ASK)
    with client.responses.stream(model="echo", input=ASK) as stream:
        events = list(stream)
        whole = stream.get_final_response()
    assert whole.output_text == plain.output_text
    assert [item.type for item in whole.output] == ["reasoning", "message"]
    numbers = [event.sequence_number for event in events]
    assert numbers == list(range(len(numbers)))
    kinds = list(dict.fromkeys(event.type for event in events))
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.reasoning_text.delta",
        "response.reasoning_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.output_text.delta",
        "response.output_text.done",
        "response.completed",
    ]


@pytest.mark.parametrize("streamed", [True, False])
def test_a_function_is_called_and_its_output_is_answered(client: OpenAI, streamed: bool) -> None:
    asked: dict[str, Any] = {"model": "echo", "input": ASK, "tools": [TOOL]}
    if streamed:
        with client.responses.stream(**asked) as stream:
            response = stream.get_final_response()
    else:
        response = client.responses.create(**asked)
    call = response.output[-1]
    assert call.type == "function_call"
    assert (call.name, call.arguments) == ("look", '{"text": "four five six one two three"}')
    given: list[Any] = [
        {"role": "user", "content": ASK},
        *(item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in response.output),
        {"type": "function_call_output", "call_id": call.call_id, "output": "a wall"},
    ]
    after = client.responses.create(model="echo", input=given, tools=[TOOL])
    assert [item.type for item in after.output] == ["reasoning", "message"]


def test_an_image_is_seen(client: OpenAI) -> None:
    image = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo=", "detail": "auto"}
    content: Any = [image, {"type": "input_text", "text": "what"}]
    response = client.responses.create(model="echo", input=[{"role": "user", "content": content}])
    assert "[image/png]" in response.output_text


def test_an_answer_that_is_cut_is_incomplete(client: OpenAI) -> None:
    response = client.responses.create(model="echo", input=ASK, max_output_tokens=4)
    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"


@pytest.mark.parametrize(
    ("wrong", "code", "param"),
    [
        ({"previous_response_id": "resp_1"}, "unsupported_field", "previous_response_id"),
        ({"tools": [{"type": "web_search"}]}, "unsupported_field", "tools[0].type"),
        ({"background": True}, "unsupported_field", "background"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "unsupported_field", "input[0].type"),
        ({"input": ""}, "invalid_request", "input"),
        ({"text": {"format": {"type": "json_schema", "name": "s"}}}, "invalid_request", "text.format.schema"),
        ({"temperatur": 1}, "unknown_field", "temperatur"),
    ],
)
def test_what_is_not_taken_is_a_bad_request_that_names_it(client: OpenAI, wrong: Any, code: str, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="echo", input=ASK, extra_body=wrong)
    assert refused(caught.value) == (400, code, param)


def test_a_response_that_breaks_in_the_middle_raises_after_what_was_said(serve: Serve) -> None:
    service = serve("--engine", "echo:fail_at=4,text=well")
    heard: list[str] = []
    with client_of(service, service.key()) as client:
        stream = client.responses.create(model="echo", input=ASK, stream=True)
        with pytest.raises(openai.APIError, match="broke in the middle"):
            heard.extend(event.delta for event in stream if event.type == "response.output_text.delta")
    assert "".join(heard).split() == ["well"] * 4


def test_tokens_are_counted_without_asking_the_model(client: OpenAI) -> None:
    counted = client.responses.input_tokens.count(model="echo", input=ASK)
    response = client.responses.create(model="echo", input=ASK)
    assert response.usage is not None
    assert counted.input_tokens == response.usage.input_tokens
    asked = {"model": "echo", "messages": [{"role": "user", "content": ASK}]}
    chat = client.post("/chat/completions/input_tokens", cast_to=object, body=asked)
    assert chat == {"object": "response.input_tokens", "input_tokens": counted.input_tokens}


def test_embeddings_come_as_numbers_whichever_way_they_travel(client: OpenAI) -> None:
    packed = client.embeddings.create(model="echo", input=["a wall", "the sea"])
    plain = client.embeddings.create(model="echo", input=["a wall", "the sea"], encoding_format="float")
    assert [len(one.embedding) for one in packed.data] == [16, 16]
    for one, other in zip(packed.data, plain.data, strict=True):
        assert one.embedding == pytest.approx(other.embedding, abs=1e-6)
    assert packed.usage.prompt_tokens == packed.usage.total_tokens == 4
    assert len(client.embeddings.create(model="echo", input="x", dimensions=4).data[0].embedding) == 4


@pytest.mark.parametrize(
    ("wrong", "code", "param"),
    [
        ({"input": [1, 2, 3]}, "unsupported_field", "input"),
        ({"input": [[1, 2], [3]]}, "unsupported_field", "input"),
        ({"input": ["x", ""]}, "invalid_request", "input"),
        ({"input": ["x"] * 257}, "invalid_request", "input"),
        ({"dimensions": 0}, "invalid_request", "dimensions"),
        ({"dimensions": 17}, "engine_rejected", "dimensions"),
    ],
)
def test_what_cannot_be_embedded_is_refused_by_name(client: OpenAI, wrong: Any, code: str, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model="echo", input="x", extra_body=wrong)
    assert refused(caught.value) == (400, code, param)


def test_where_no_model_makes_embeddings_that_is_said(serve: Serve) -> None:
    service = serve("--engine", "echo:embeddings=0")
    with client_of(service, service.key()) as client, pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model="echo", input="x")
    assert refused(caught.value) == (400, "unsupported_field", "model")
    assert "makes no embeddings" in str(caught.value)


def test_use_is_counted_whatever_the_shape(service: RunningService, client: OpenAI, key: str) -> None:
    before = service.metric("seawall_tokens_total")
    client.responses.create(model="echo", input=ASK)
    client.embeddings.create(model="echo", input="x")
    client.responses.input_tokens.count(model="echo", input=ASK)
    assert service.metric("seawall_tokens_total") - before == (len(ASK.replace(" ", "")) // 4 + 1) + TOKENS + 1
