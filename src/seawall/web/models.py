"""``/v1/models``: what can be asked. Knows offers; knows no engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from seawall.engines.port import ModelOffer
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal
from seawall.web.door import caller_of
from seawall.web.exchange import Exchange
from seawall.web.openai_api import ApiDoor
from seawall.web.responses import Refused


def models_router(door: ApiDoor, offers: Callable[[], tuple[ModelOffer, ...]], since_unix_s: int) -> APIRouter:
    """OpenAI's model list, with the context's length where the engine tells it."""
    router = APIRouter(tags=["openai"])

    async def asker(request: Request) -> Identity:
        who = await door.identify(Exchange(request.scope, request.receive, _no_send))
        if isinstance(who, Refusal):
            raise Refused(who)
        return who

    def model(offer: ModelOffer) -> dict[str, Any]:
        return {
            "id": offer.id,
            "object": "model",
            "created": since_unix_s,
            "owned_by": "seawall",
            "max_model_len": offer.context_tokens,
        }

    def answer(content: dict[str, Any], who: Identity, request: Request) -> Response:
        place = caller_of(request).place
        told = (*door.standing(place, who), *door.limits(place, who))
        headers = {name.decode(): value.decode() for name, value in told}
        return JSONResponse(content, headers=headers)

    @router.get("/v1/models", summary="The models that can be asked")
    async def list_models(request: Request) -> Response:
        who = await asker(request)
        return answer({"object": "list", "data": [model(offer) for offer in offers()]}, who, request)

    @router.get("/v1/models/{model_id:path}", summary="One model")
    async def get_model(model_id: str, request: Request) -> Response:
        who = await asker(request)
        for offer in offers():
            if offer.id == model_id:
                return answer(model(offer), who, request)
        raise Refused(Refusal(Reason.MODEL_NOT_FOUND, f"There is no model '{model_id[:100]}' here.", param="model"))

    return router


async def _no_send(message: object) -> None:
    raise AssertionError("a model list is sent by its route")
