"""What is asked of a model. Knows the fields an engine receives; knows neither asker nor engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any


class Wanted(StrEnum):
    """What a question asks for: an answer, the vectors of texts, or how many tokens its prompt has."""

    ANSWER = "answer"
    EMBEDDINGS = "embeddings"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Question:
    """A validated request in OpenAI's shape: whitelisted, bounded, ready for an engine.

    ``fields`` holds OpenAI's field names (``messages``, ``temperature``, ...; ``input`` for embeddings) without
    ``model``, ``stream``, ``stream_options`` and ``max_tokens``, which stand beside it because the line decides about
    them. A message's ``content`` is text, or a list of parts where it holds images (``values.content``).
    ``user`` is whom the body names as the one who asks, which counts only where its sender may name users.
    ``priority`` is for engines that order by it: 0 goes first, as with vLLM.
    Whatever is wanted, the question goes down the same line; only an answer has a length, or streams.
    """

    model: str
    fields: Mapping[str, Any]
    max_tokens: int
    stream: bool = True
    wants_usage: bool = True
    prompt_chars: int = 0
    priority: int = 0
    user: str = ""
    wanted: Wanted = Wanted.ANSWER
    images: int = 0

    def payload(self) -> dict[str, Any]:
        """The JSON body an OpenAI-compatible engine is sent."""
        if self.wanted is not Wanted.ANSWER:
            return {"model": self.model, **self.fields}
        body: dict[str, Any] = {
            "model": self.model,
            **self.fields,
            "max_tokens": self.max_tokens,
            "stream": self.stream,
        }
        if self.stream:
            body["stream_options"] = {"include_usage": True}
        return body

    def fingerprint(self) -> str:
        """128 bits that name this question for quarantine; the text cannot be read back from it."""
        canonical = json.dumps([self.model, self.fields], sort_keys=True, separators=(",", ":"))
        return blake2b(canonical.encode(), digest_size=16).hexdigest()
