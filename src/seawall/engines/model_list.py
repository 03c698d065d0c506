"""Reads a server's list of models. Knows what llama-server, vLLM, SGLang and hubs say of a model; asks nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from seawall.engines.port import ModelOffer

MOST_MODELS = 1000
ALL = "*"
_CONTEXT_FIELDS = ("max_model_len", "context_length", "context_window")
_ANSWER_FIELDS = ("max_output_tokens", "max_completion_tokens")
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Abilities:
    """What an operator tells of models by name, as most servers do not: ``vision`` may be ``*`` for all of them."""

    vision: tuple[str, ...] = ()
    embeddings: tuple[str, ...] = ()

    def added(self, offer: ModelOffer) -> ModelOffer:
        """The offer with what is told of it."""
        sees = offer.vision or offer.id in self.vision or ALL in self.vision
        if offer.id in self.embeddings:
            return replace(offer, vision=sees, embeddings=True, answers=False)
        return replace(offer, vision=sees)


NOTHING_TOLD = Abilities()


def read_models(listing: Entry) -> tuple[ModelOffer, ...]:
    """The offers of a ``GET /models`` body. An OpenAI-compatible server does not tell whether it has tools and
    ``response_format``; they are passed on, and the server refuses them itself where it has not."""
    # llama-server lists each model twice: in OpenAI's way, and with its capabilities in Ollama's.
    told = {one.get("name"): one for one in _entries(listing.get("models"))}
    offers = [_offer({**told.get(one.get("id"), {}), **one}) for one in _entries(listing.get("data"))]
    return tuple(offer for offer in offers if offer.id)


def _entries(value: Any) -> list[Entry]:
    entries = cast("list[Any]", value)[:MOST_MODELS] if isinstance(value, list) else []
    return [cast("Entry", entry) for entry in entries if isinstance(entry, dict)]


def _offer(entry: Entry) -> ModelOffer:
    name = entry.get("id")
    abilities = _abilities(entry)
    embeds = bool(abilities & {"embedding", "embeddings", "embed"})
    answers = not embeds or bool(abilities & {"completion", "chat", "completion_chat"})
    return ModelOffer(
        id=name if isinstance(name, str) else "",
        context_tokens=_first_count(_object(entry.get("meta")).get("n_ctx"), *map(entry.get, _CONTEXT_FIELDS)),
        tools=True,
        response_format=True,
        vision=bool(abilities & {"vision", "multimodal", "image"}),
        # A list that tells of it tells it of those that have it; silence is no no.
        embeddings=True if embeds else None,
        answers=answers,
        reasoning=True if "reasoning" in abilities else None,
        answer_tokens=_first_count(
            *map(entry.get, _ANSWER_FIELDS), *map(_object(entry.get("top_provider")).get, _ANSWER_FIELDS)
        ),
    )


def _abilities(entry: Entry) -> set[str]:
    """Words for what the model can do, wherever the server keeps them.

    llama-server and Ollama list ``capabilities``, Mistral's API keeps them as flags, OpenRouter has the modalities that
    go in under ``architecture`` and what may be asked for in ``supported_parameters``, Together names a ``type``.
    """
    capabilities = entry.get("capabilities")
    words = _words(capabilities)
    words |= {name for name, has in _object(capabilities).items() if has is True}
    words |= _words(_object(entry.get("architecture")).get("input_modalities")) | _words(entry.get("input_modalities"))
    words |= _words(entry.get("supported_parameters")) & {"reasoning"}
    return words | {kind for kind in (entry.get("type"), entry.get("task")) if isinstance(kind, str)}


def _words(value: Any) -> set[str]:
    return {word for word in cast("list[Any]", value) if isinstance(word, str)} if isinstance(value, list) else set()


def _object(value: Any) -> Entry:
    return cast("Entry", value) if isinstance(value, dict) else {}


def _first_count(*told: Any) -> int | None:
    return next((count for count in told if isinstance(count, int) and count > 0), None)
