"""The scripted engine's embeddings and counts. Knows words and vectors; knows no time and no model."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from hashlib import blake2b
from math import sqrt
from struct import pack
from typing import Any

from seawall.engines.port import EngineRejected
from seawall.values.piece import Piece, Usage
from seawall.values.question import Question

CHARS_PER_TOKEN = 4


def embedded(question: Question, dimensions: int) -> Piece:
    """OpenAI's list of embeddings: a bag of words each, so that texts with words in common are near each other."""
    wished: int = question.fields.get("dimensions") or dimensions
    if wished > dimensions:
        raise EngineRejected(f"This model's vectors have {dimensions} dimensions at most.", param="dimensions")
    texts: Any = question.fields["input"]
    texts = [texts] if isinstance(texts, str) else texts
    as_bytes = question.fields.get("encoding_format") == "base64"
    tokens = sum(len(_words(text)) for text in texts)
    vectors = [_vector(_words(text), wished) for text in texts]
    body = {
        "object": "list",
        "model": question.model,
        "data": [
            {"object": "embedding", "index": at, "embedding": _base64(one) if as_bytes else one}
            for at, one in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
    return Piece(json.dumps(body, separators=(",", ":")).encode(), finish="stop", usage=Usage(prompt_tokens=tokens))


def prompt_tokens(words: Sequence[str]) -> int:
    """About four characters are a token."""
    return sum(map(len, words)) // CHARS_PER_TOKEN + 1


def _words(text: str | Sequence[int]) -> list[str]:
    """Tokens of another tokenizer are words like any."""
    return text.lower().split() if isinstance(text, str) else [str(token) for token in text]


def _vector(words: list[str], dimensions: int) -> list[float]:
    sums = [0.0] * dimensions
    for word in words or [""]:
        for at in range(dimensions):
            digest = blake2b(word.encode(errors="replace"), salt=at.to_bytes(4), digest_size=4).digest()
            sums[at] += int.from_bytes(digest) / (1 << 31) - 1
    length = sqrt(sum(one * one for one in sums)) or 1.0
    return [one / length for one in sums]


def _base64(vector: list[float]) -> str:
    """32-bit floats, little end first, as OpenAI packs them."""
    return b64encode(pack(f"<{len(vector)}f", *vector)).decode()
