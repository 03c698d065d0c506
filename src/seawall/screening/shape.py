"""Whether the engine has what a question asks for. Knows models' offers; knows no engine and no content yet."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from seawall.engines.port import ModelOffer
from seawall.values.question import Question, Wanted
from seawall.values.refusal import Reason, Refusal
from seawall.values.ticket import Screened, Ticket


class Screening:
    """Holds each question against what its model offers."""

    def __init__(self, offers: Callable[[], tuple[ModelOffer, ...]]) -> None:
        self._offers = offers

    def screen(self, ticket: Ticket) -> Screened | Refusal:
        """The question as it may be asked, or why not."""
        question = ticket.question
        offers = {offer.id: offer for offer in self._offers()}
        if not offers:
            return Refusal(
                Reason.ENGINE_UNAVAILABLE,
                "No model is ready yet. Try again in a few seconds.",
                retry_after_s=2,
            )
        offer = offers.get(question.model)
        if offer is None:
            return _model_not_found(question.model, tuple(offers))
        if question.wanted is Wanted.EMBEDDINGS and offer.embeddings is False:
            return _no_embeddings(offer.id, [one.id for one in offers.values() if one.embeddings])
        if question.wanted is not Wanted.EMBEDDINGS and not offer.answers:
            return _no_answers(offer.id, [one.id for one in offers.values() if one.answers])
        return _lacking(question, offer) or Screened(ticket=ticket, question=question)


def _model_not_found(asked: str, known: tuple[str, ...]) -> Refusal:
    nearest = get_close_matches(asked, known, n=1)
    hint = f"Did you mean '{nearest[0]}'?" if nearest else f"Available: {', '.join(known[:8])}."
    return Refusal(Reason.MODEL_NOT_FOUND, f"There is no model '{asked[:100]}' here. {hint}", param="model")


def _no_embeddings(asked: str, makers: list[str]) -> Refusal:
    helps = (
        f"Choose one that does: {', '.join(makers[:8])}."
        if makers
        else "No model of this service is known to; its operator can add a server that has one."
    )
    return Refusal(Reason.UNSUPPORTED_FIELD, f"The model '{asked}' makes no embeddings. {helps}", param="model")


def _no_answers(asked: str, others: list[str]) -> Refusal:
    helps = f"Available: {', '.join(others[:8])}." if others else "This service has no other."
    return Refusal(Reason.UNSUPPORTED_FIELD, f"The model '{asked}' makes embeddings alone. {helps}", param="model")


def _lacking(question: Question, offer: ModelOffer) -> Refusal | None:
    if question.images and not offer.vision:
        return Refusal(
            Reason.UNSUPPORTED_FIELD,
            f"The model '{offer.id}' sees no images. Send text alone, or choose a model that sees: /v1/models tells.",
            param="messages",
        )
    wants_format = question.fields.get("response_format", {}).get("type", "text") != "text"
    for wanted, has, field in (
        ("tools" in question.fields, offer.tools, "tools"),
        (wants_format, offer.response_format, "response_format"),
        (bool(question.fields.get("logprobs")), offer.logprobs, "logprobs"),
    ):
        if wanted and not has:
            return Refusal(
                Reason.UNSUPPORTED_FIELD,
                f"The model '{offer.id}' has no support for '{field}'. Leave it out, or choose another model.",
                param=field,
            )
    return None
