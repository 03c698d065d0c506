"""What a model has not is refused before the queue, with what would help."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.engines.port import ModelOffer
from seawall.screening.shape import Screening
from seawall.values.arrival import Arrival, Place
from seawall.values.content import image_part, images_in, text_part
from seawall.values.identity import Identity, Role
from seawall.values.question import Question, Wanted
from seawall.values.refusal import Refusal
from seawall.values.ticket import Flow, Price, Screened, ServiceClass, Ticket

SEES = [{"role": "user", "content": [text_part("What is this?"), image_part("image/png", b"x")]}]
OFFERS = (
    ModelOffer("plain", embeddings=False),
    ModelOffer("eyes", vision=True),
    ModelOffer("vectors", embeddings=True, answers=False),
)


def screened(model: str, offers: tuple[ModelOffer, ...] = OFFERS, **asked: Any) -> Screened | Refusal:
    question = Question(model, asked.pop("fields", {}), 10, **asked)
    arrival = Arrival("r", 0.0, Place(), Identity("a", "", Role.MEMBER, 0.0), question)
    ticket = Ticket(arrival, ServiceClass.C1, 1.0, Price(1.0, 1, 1), Flow("n", "a"), question)
    return Screening(lambda: offers).screen(ticket)


def test_images_go_to_models_that_see_and_to_no_other():
    asked: dict[str, Any] = {"fields": {"messages": SEES}, "images": images_in(SEES)}
    assert isinstance(screened("eyes", **asked), Screened)
    refused = screened("plain", **asked)
    assert isinstance(refused, Refusal)
    assert (refused.reason.code, refused.param) == ("unsupported_field", "messages")
    assert "'plain' sees no images" in refused.message


@pytest.mark.parametrize(
    ("offers", "helps"), [(OFFERS, "Choose one that does: vectors."), (OFFERS[:1], "its operator can add a server")]
)
def test_who_asks_a_chat_model_for_embeddings_is_told_who_makes_them(offers: tuple[ModelOffer, ...], helps: str):
    refused = screened("plain", offers, wanted=Wanted.EMBEDDINGS)
    assert isinstance(refused, Refusal)
    assert refused.param == "model"
    assert helps in refused.message


def test_a_model_that_does_not_tell_is_asked_for_embeddings():
    assert isinstance(screened("eyes", wanted=Wanted.EMBEDDINGS), Screened)


@pytest.mark.parametrize("wanted", [Wanted.ANSWER, Wanted.COUNT])
def test_a_model_that_makes_embeddings_alone_is_not_chatted_with(wanted: Wanted):
    refused = screened("vectors", wanted=wanted)
    assert isinstance(refused, Refusal)
    assert "embeddings alone. Available: plain, eyes." in refused.message
