"""The official ``openai`` client against the running service, as any program would use it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionChunk

from openai_program import cache_counts, client_of, refused, said
from running_service import RunningService, Serve, until

ASK: list[Any] = [{"role": "user", "content": "one two three four five six"}]
REASONING, TOKENS = 5, 12


@pytest.fixture(scope="module")
def service(serve_for_all: Serve) -> RunningService:
    return serve_for_all("--engine", f"echo:reasoning={REASONING},tokens={TOKENS},token_ms=1")


@pytest.fixture(scope="module")
def key(service: RunningService) -> str:
    return service.key()


@pytest.fixture
def client(service: RunningService, key: str) -> Iterator[OpenAI]:
    with client_of(service, key) as client:
        yield client


def test_a_plain_answer_comes_with_reasoning_and_both_vendors_usage(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="echo", messages=ASK)
    message = answer.choices[0].message
    assert message.content
    assert message.model_extra is not None
    assert message.model_extra["reasoning_content"]
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == TOKENS
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + TOKENS
    assert answer.usage.completion_tokens_details is not None
    assert answer.usage.completion_tokens_details.reasoning_tokens == REASONING
    hit, miss = cache_counts(answer)
    assert hit + miss == answer.usage.prompt_tokens > 0


def test_a_stream_says_the_same_as_the_plain_answer(client: OpenAI) -> None:
    plain = client.chat.completions.create(model="echo", messages=ASK).choices[0].message
    chunks = list(client.chat.completions.create(model="echo", messages=ASK, stream=True))
    assert said(chunks) == plain.content
    assert plain.model_extra is not None
    assert said(chunks, "reasoning_content") == plain.model_extra["reasoning_content"]
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices][-1] == "stop"


def test_a_stream_tells_usage_only_to_who_asked_for_it(client: OpenAI) -> None:
    unasked = list(client.chat.completions.create(model="echo", messages=ASK, stream=True))
    assert all(chunk.usage is None for chunk in unasked)
    asked = list(
        client.chat.completions.create(model="echo", messages=ASK, stream=True, stream_options={"include_usage": True})
    )
    *before, last = asked
    assert all(chunk.usage is None for chunk in before)
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.completion_tokens == TOKENS
    assert sum(cache_counts(last)) == last.usage.prompt_tokens


def test_reasoning_may_be_sent_back_in(client: OpenAI) -> None:
    earlier: Any = {"role": "assistant", "content": "Yes.", "reasoning_content": "It asked, so I agreed."}
    answer = client.chat.completions.create(model="echo", messages=[*ASK, earlier, *ASK])
    assert answer.choices[0].message.content


def test_a_shorter_answer_ends_by_its_length(client: OpenAI) -> None:
    answer = client.chat.completions.create(model="echo", messages=ASK, max_completion_tokens=7)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 7


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tools", [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]),
        ("response_format", {"type": "json_schema", "json_schema": {"name": "s", "schema": {"type": "object"}}}),
        ("logprobs", True),
    ],
)
def test_what_the_engine_lacks_is_refused_by_name(client: OpenAI, field: str, value: Any) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="echo", messages=ASK, **{field: value})
    assert refused(caught.value) == (400, "unsupported_field", field)
    assert "'echo' has no support" in str(caught.value)


@pytest.mark.parametrize("bad", ["sw-nobody", "sk-something", "ünknown"])
def test_a_wrong_key_is_an_authentication_error(service: RunningService, bad: str) -> None:
    headers = {"authorization": f"Bearer {bad}".encode()}
    with (
        client_of(service, "unused", default_headers=headers) as client,
        pytest.raises(openai.AuthenticationError) as caught,
    ):
        client.chat.completions.create(model="echo", messages=ASK)
    assert refused(caught.value) == (401, "unknown_key", None)


def test_an_unknown_model_is_not_found_and_the_nearest_is_named(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="ecko", messages=ASK)
    assert refused(caught.value) == (404, "model_not_found", "model")
    assert "Did you mean 'echo'?" in str(caught.value)


@pytest.mark.parametrize(("field", "value"), [("n", 2), ("temperature", 3), ("top_logprobs", 6), ("messages", [])])
def test_a_wrong_field_is_a_bad_request_that_names_it(client: OpenAI, field: str, value: Any) -> None:
    wrong: dict[str, Any] = {"model": "echo", "messages": ASK, field: value}
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**wrong)
    assert caught.value.param == field


def test_an_engine_that_cannot_answer_is_a_server_error_worth_a_retry(serve: Serve) -> None:
    service = serve("--engine", "echo:fail_at=0")
    with client_of(service, service.key()) as client, pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(model="echo", messages=ASK, stream=True)
    assert refused(caught.value) == (503, "engine_unavailable", None)
    assert int(caught.value.response.headers["retry-after"]) >= 1


def test_an_engine_that_breaks_in_the_middle_raises_after_what_was_said(serve: Serve) -> None:
    service = serve("--engine", "echo:fail_at=4,text=well")
    heard: list[ChatCompletionChunk] = []
    with client_of(service, service.key()) as client:
        stream = client.chat.completions.create(model="echo", messages=ASK, stream=True)
        with pytest.raises(openai.APIError, match="broke in the middle") as caught:
            heard.extend(stream)
    assert said(heard).split() == ["well"] * 4
    assert caught.value.code == "engine_failed"


def test_who_has_used_their_share_of_the_line_gets_a_rate_limit_error(serve: Serve) -> None:
    service = serve(
        "--engine", "echo:slots=1,token_ms=100,tokens=300", environment={"SEAWALL_QUEUE_WAITING_PER_ACCOUNT": "1"}
    )
    with client_of(service, service.key()) as client:
        with client.chat.completions.create(model="echo", messages=ASK, stream=True) as first:
            next(iter(first))
            waits = threading.Thread(target=ask_and_leave, args=(client,))
            waits.start()
            until(lambda: service.metric("seawall_queue_waiting") == 1)
            with pytest.raises(openai.RateLimitError) as caught:
                client.chat.completions.create(model="echo", messages=ASK)
        waits.join()
    assert refused(caught.value) == (429, "share_used", None)
    assert int(caught.value.response.headers["retry-after"]) >= 1


def ask_and_leave(client: OpenAI) -> None:
    with client.chat.completions.create(model="echo", messages=ASK, stream=True) as stream:
        next(iter(stream))


def test_models_are_listed_with_their_context(client: OpenAI) -> None:
    (model,) = client.models.list().data
    assert (model.id, model.object, model.owned_by) == ("echo", "model", "seawall")
    assert model.model_extra is not None
    assert model.model_extra["max_model_len"] == model.model_extra["context_length"] == 8192
    assert model.model_extra["max_output_tokens"] == 4096
    assert model.model_extra["capabilities"] == {
        "chat": True,
        "vision": False,
        "tools": False,
        "structured_output": False,
        "logprobs": False,
        "reasoning": True,
        "embeddings": True,
    }
    assert client.models.retrieve("echo") == model
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("nobody")
    assert refused(caught.value) == (404, "model_not_found", "model")


def test_x_api_key_is_as_good_as_a_bearer(service: RunningService, key: str) -> None:
    headers = {"x-api-key": key, "Authorization": openai.Omit()}
    with client_of(service, "unused") as client:
        assert client.chat.completions.create(model="echo", messages=ASK, extra_headers=headers).choices


def test_every_answer_tells_class_posture_and_request_id(client: OpenAI) -> None:
    answers = [
        client.chat.completions.with_raw_response.create(model="echo", messages=ASK).headers,
        client.chat.completions.with_raw_response.create(model="echo", messages=ASK, stream=True).headers,
        client.models.with_raw_response.list().headers,
    ]
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="nobody", messages=ASK)
    answers.append(caught.value.response.headers)
    for headers in answers:
        assert (headers["x-seawall-class"], headers["x-seawall-posture"]) == ("C0", "normal")
    assert len({headers["x-request-id"] for headers in answers}) == len(answers)
