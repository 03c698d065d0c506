"""What tests with the official ``openai`` client share. Knows its types; knows no test."""

from __future__ import annotations

from typing import Any

import openai
from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from running_service import RunningService


def client_of(service: RunningService, key: str, **options: Any) -> OpenAI:
    """Without its retries, which would hide what the service said first."""
    return OpenAI(base_url=f"{service.url}/v1", api_key=key, max_retries=0, timeout=60, **options)


def said(chunks: list[ChatCompletionChunk], field: str = "content") -> str:
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    return "".join(getattr(delta, field, None) or "" for delta in deltas)


def cache_counts(answer: ChatCompletion | ChatCompletionChunk) -> tuple[int, int]:
    """DeepSeek's fields, which the client keeps beside the ones that it knows."""
    assert answer.usage is not None
    extra = answer.usage.model_extra
    assert extra is not None
    return extra["prompt_cache_hit_tokens"], extra["prompt_cache_miss_tokens"]


def refused(error: openai.APIStatusError) -> tuple[int, str | None, str | None]:
    """Status, code and the field at fault. The message must be a sentence."""
    assert isinstance(error.body, dict)
    assert error.body["message"].endswith((".", "?"))
    return error.status_code, error.code, error.param
