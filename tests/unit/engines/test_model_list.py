"""What a list of models tells of each, in the words of several servers."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.engines.model_list import Abilities, read_models
from seawall.engines.port import ModelOffer


def the_offer(**entry: Any) -> ModelOffer:
    (offer,) = read_models({"data": [{"id": "m", **entry}]})
    return offer


def test_llama_server_tells_abilities_in_a_second_list():
    listing = {
        "models": [{"name": "m", "capabilities": ["completion", "multimodal"]}],
        "data": [{"id": "m", "meta": {"n_ctx": 4096}}],
    }
    (offer,) = read_models(listing)
    assert (offer.context_tokens, offer.vision, offer.embeddings, offer.answers) == (4096, True, None, True)


@pytest.mark.parametrize(
    ("entry", "vision", "embeddings", "answers", "reasoning"),
    [
        ({"max_model_len": 8192}, False, None, True, None),
        ({"architecture": {"input_modalities": ["text", "image"]}}, True, None, True, None),
        ({"supported_parameters": ["tools", "reasoning"]}, False, None, True, True),
        ({"capabilities": {"vision": True, "completion_chat": True}}, True, None, True, None),
        ({"type": "embedding"}, False, True, False, None),
        ({"capabilities": ["completion", "embedding"]}, False, True, True, None),
        ({"capabilities": 5, "architecture": [], "meta": "x", "type": None}, False, None, True, None),
    ],
)
def test_abilities_are_read_wherever_a_server_keeps_them(
    entry: dict[str, Any], vision: bool, embeddings: bool | None, answers: bool, reasoning: bool | None
):
    offer = the_offer(**entry)
    assert (offer.vision, offer.embeddings, offer.answers, offer.reasoning) == (vision, embeddings, answers, reasoning)


def test_the_longest_answer_is_read_too():
    assert the_offer(top_provider={"max_completion_tokens": 512}).answer_tokens == 512
    assert the_offer(max_output_tokens=64).answer_tokens == 64
    assert the_offer().answer_tokens is None


def test_an_operator_tells_what_the_server_does_not():
    told = Abilities(vision=("*",), embeddings=("e",))
    chat, vectors = told.added(ModelOffer("m")), told.added(ModelOffer("e"))
    assert (chat.vision, chat.embeddings, chat.answers) == (True, None, True)
    assert (vectors.embeddings, vectors.answers) == (True, False)
    assert not Abilities(vision=("other",)).added(ModelOffer("m")).vision


@pytest.mark.parametrize("junk", [{}, {"data": 5}, {"data": ["m", {"name": "x"}], "models": [7]}])
def test_what_is_no_list_offers_nothing(junk: dict[str, Any]):
    assert read_models(junk) == ()
