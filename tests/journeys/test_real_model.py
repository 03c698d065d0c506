"""The official ``openai`` client against the model that a fresh installation answers with."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionChunk

from openai_program import cache_counts, client_of, refused, said
from running_service import RunningService, Serve

ASK: list[Any] = [{"role": "user", "content": "one two three four five six"}]


@pytest.fixture(scope="module")
def local(serve_for_all: Serve, small_model: Path) -> RunningService:
    return serve_for_all("--engine", "local", "--model", str(small_model))


@pytest.fixture(scope="module")
def local_key(local: RunningService) -> str:
    return local.key()


@pytest.fixture
def client(local: RunningService, local_key: str) -> Iterator[OpenAI]:
    with client_of(local, local_key) as client:
        yield client


@pytest.fixture
def model(client: OpenAI) -> str:
    return client.models.list().data[0].id


def test_it_streams_the_same_text_each_time_at_temperature_0(client: OpenAI, model: str) -> None:
    ask: list[Any] = [{"role": "user", "content": "Say hello to the harbour."}]

    def streamed() -> list[ChatCompletionChunk]:
        with client.chat.completions.create(
            model=model,
            messages=ask,
            stream=True,
            temperature=0,
            max_tokens=24,
            stream_options={"include_usage": True},
        ) as stream:
            return list(stream)

    chunks = streamed()
    text = said(chunks)
    assert text.strip()
    assert len([chunk for chunk in chunks if said([chunk])]) > 5
    last = chunks[-1]
    assert last.usage is not None
    assert 5 < last.usage.completion_tokens <= 24
    assert sum(cache_counts(last)) == last.usage.prompt_tokens > 5
    finishes = [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    assert finishes == ["length" if last.usage.completion_tokens == 24 else "stop"]
    again = streamed()
    assert said(again) == text
    assert cache_counts(again[-1])[0] > 0, "the same prompt again is found in the cache"


def test_it_tells_the_likeliest_tokens(client: OpenAI, model: str) -> None:
    answer = client.chat.completions.create(
        model=model, messages=ASK, temperature=0, max_tokens=3, logprobs=True, top_logprobs=5
    )
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None
    assert logprobs.content is not None
    assert [len(token.top_logprobs) for token in logprobs.content] == [5] * 3
    assert all(token.logprob == max(one.logprob for one in token.top_logprobs) for token in logprobs.content)


def test_it_keeps_to_a_schema(client: OpenAI, model: str) -> None:
    schema: Any = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "green"]}, "count": {"type": "integer"}},
        "required": ["colour", "count"],
        "additionalProperties": False,
    }
    answer = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": "How many apples, and of which colour? Answer in JSON."}],
        temperature=0,
        max_tokens=60,
        response_format={"type": "json_schema", "json_schema": {"name": "apples", "schema": schema}},
    )
    apples = json.loads(answer.choices[0].message.content or "")
    assert apples.keys() == {"colour", "count"}
    assert apples["colour"] in ("red", "green")
    assert isinstance(apples["count"], int)


def test_a_prompt_over_its_context_is_told_limit_and_count(client: OpenAI, model: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "word " * 6000}])
    assert refused(caught.value) == (400, "context_length_exceeded", "messages")
    assert "4096 tokens" in str(caught.value)
    assert "6031" in str(caught.value)


def test_many_at_once_are_each_answered(client: OpenAI, model: str) -> None:
    texts: list[str] = []

    def ask(number: int) -> None:
        answer = client.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": f"Write the number {number}."}],
            max_tokens=8,
            temperature=0,
        )
        texts.append(answer.choices[0].message.content or "")

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(texts) == 12
    assert all(text.strip() for text in texts)
