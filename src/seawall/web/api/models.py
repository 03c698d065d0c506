"""``/v1/models``: what can be asked, and what each model can do. Knows offers; knows no engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from seawall.engines.port import ModelOffer
from seawall.settings.tree import LimitSettings
from seawall.values.grant import KeyScope
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.door import ApiDoor
from seawall.web.api.exchange import Exchange
from seawall.web.door import caller_of
from seawall.web.responses import Refused


def models_router(
    door: ApiDoor, offers: Callable[[], tuple[ModelOffer, ...]], limits: LimitSettings, since_unix_s: int
) -> APIRouter:
    """OpenAI's model list, with the capabilities that it has no fields for; a key sees the models that it may ask."""
    router = APIRouter(tags=["openai"])

    async def asker(request: Request) -> Identity:
        who = await door.identify(Exchange(request.scope, request.receive, _no_send))
        refusal = who if isinstance(who, Refusal) else who.objection(KeyScope.MODELS)
        if refusal is not None or isinstance(who, Refusal):
            assert refusal is not None
            raise Refused(refusal)
        return who

    def seen_by(who: Identity) -> list[ModelOffer]:
        return [offer for offer in offers() if who.objection_to_model(offer.id) is None]

    def answer(content: dict[str, Any], who: Identity, request: Request) -> Response:
        place = caller_of(request).place
        told = (*door.standing(place, who), *door.limits(place, who))
        headers = {name.decode(): value.decode() for name, value in told}
        return JSONResponse(content, headers=headers)

    @router.get("/v1/models", summary="The models that can be asked, and what each can do")
    async def list_models(request: Request) -> Response:
        who = await asker(request)
        told = [model_fields(offer, limits, since_unix_s) for offer in seen_by(who)]
        ids = {"first_id": told[0]["id"], "last_id": told[-1]["id"]} if told else {"first_id": None, "last_id": None}
        # The last three are Anthropic's, whose list is at the same address; each client leaves the other's alone.
        return answer({"object": "list", "data": told, "has_more": False, **ids}, who, request)

    @router.get("/v1/models/{model_id:path}", summary="One model")
    async def get_model(model_id: str, request: Request) -> Response:
        who = await asker(request)
        for offer in seen_by(who):
            if offer.id == model_id:
                return answer(model_fields(offer, limits, since_unix_s), who, request)
        raise Refused(Refusal(Reason.MODEL_NOT_FOUND, f"There is no model '{model_id[:100]}' here.", param="model"))

    return router


def model_fields(offer: ModelOffer, limits: LimitSettings, since_unix_s: int) -> dict[str, Any]:
    """OpenAI's four fields, Anthropic's four, vLLM's ``max_model_len``, and ours; null is for what nobody tells."""
    answers = (limits.max_tokens, offer.context_tokens, offer.answer_tokens)
    return {
        "id": offer.id,
        "object": "model",
        "created": since_unix_s,
        "owned_by": "seawall",
        "type": "model",
        "display_name": offer.id,
        "created_at": datetime.fromtimestamp(since_unix_s, UTC).isoformat(),
        "lifecycle": "active",
        "max_model_len": offer.context_tokens,
        "context_length": offer.context_tokens,
        "max_output_tokens": min(count for count in answers if count is not None) if offer.answers else None,
        "capabilities": {
            "chat": offer.answers,
            "vision": offer.vision,
            "tools": offer.tools,
            "structured_output": offer.response_format,
            "logprobs": offer.logprobs,
            "reasoning": offer.reasoning,
            "embeddings": offer.embeddings,
        },
    }


async def _no_send(message: object) -> None:
    raise AssertionError("a model list is sent by its route")
