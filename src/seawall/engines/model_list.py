"""Reads a server's list of models. Knows what llama-server, vLLM, SGLang and hubs say of a context; asks nobody."""

from __future__ import annotations

from typing import Any, cast

from seawall.engines.port import ModelOffer

MOST_MODELS = 1000
_CONTEXT_FIELDS = ("max_model_len", "context_length", "context_window")


def read_models(listing: dict[str, Any]) -> tuple[ModelOffer, ...]:
    """The offers of a ``GET /models`` body. An OpenAI-compatible server does not tell whether it has tools and
    ``response_format``; they are passed on, and the server refuses them itself where it has not."""
    data = listing.get("data")
    if not isinstance(data, list):
        return ()
    entries = cast("list[Any]", data)[:MOST_MODELS]
    found = [_offer(cast("dict[str, Any]", entry)) for entry in entries if isinstance(entry, dict)]
    return tuple(offer for offer in found if offer.id)


def _offer(entry: dict[str, Any]) -> ModelOffer:
    name = entry.get("id")
    return ModelOffer(
        id=name if isinstance(name, str) else "",
        context_tokens=_context_tokens(entry),
        tools=True,
        response_format=True,
    )


def _context_tokens(entry: dict[str, Any]) -> int | None:
    meta = entry.get("meta")
    told = [entry.get(name) for name in _CONTEXT_FIELDS]
    if isinstance(meta, dict):
        told.insert(0, cast("dict[str, Any]", meta).get("n_ctx"))
    return next((count for count in told if isinstance(count, int) and count > 0), None)
