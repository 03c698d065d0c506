"""``/api/operator/shield``: the posture and what decides it, for those who run the service. Decides nothing."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from seawall.admission.posture import Posture
from seawall.operating.posture_desk import LONGEST_S, PostureDesk
from seawall.web.bodies import Body
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.operators.acts import say
from seawall.web.views import REFUSALS


class PostureWish(Body):
    """``auto`` gives the posture back to the service's own judgement; without ``for_s`` a pin has no end."""

    posture: Literal["normal", "elevated", "siege", "auto"]
    for_s: Annotated[float, Field(gt=0, le=LONGEST_S)] | None = None


class PinView(BaseModel):
    posture: str
    until_unix_s: float | None
    by: str


class PressureView(BaseModel):
    """Each part is 1 where a promise is about to break."""

    queue: float
    others: float
    kv: float
    loop: float
    refused: float
    verdict: float


class PriceView(BaseModel):
    """Engine-milliseconds a request, a prompt token, an output token, and a thousand reads of the KV cache."""

    request_ms: float
    prompt_ms: float
    output_ms: float
    kv_ms: float


class ClassView(BaseModel):
    service_class: str = Field(alias="class")
    held: int
    waiting: int
    expected_wait_s: float
    admitted: int
    refused: int
    longest_answer: int


class ShieldView(BaseModel):
    posture: str
    since_unix_s: float
    because: str
    why: str
    automatic: str
    pin: PinView | None
    pressure: PressureView
    brownout: list[str]
    entitlement_scale: float
    ordinary_ms: float
    prices: dict[str, PriceView]
    price_error: float
    classes: list[ClassView]
    slots: int
    kv_use: float


def shield_router(door: Door, desk: PostureDesk) -> APIRouter:
    """What the shield does now, and the operator's word on it."""
    router = APIRouter(prefix="/api/operator/shield", tags=["operator"], responses=REFUSALS)

    @router.get("", summary="The posture and what decides who is served")
    async def show(request: Request) -> ShieldView:
        operating(await door.signed_in(request))
        return ShieldView.model_validate(desk.show())

    @router.post("/posture", summary="Pin the posture, or give it back")
    async def pin(body: PostureWish, request: Request) -> ShieldView:
        actor = operating(await door.changing(request))
        by = actor.email or actor.account_id
        if body.posture == "auto":
            desk.release(by=by)
        else:
            desk.pin(Posture(body.posture), body.for_s, by=by)
        say(request, posture=body.posture, for_s=body.for_s)
        return ShieldView.model_validate(desk.show())

    return router
