"""``/api/operator/entrance``: gate and waiting room, and the operator's word on them. Decides nothing."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from seawall.operating.entrance_desk import EntranceDesk
from seawall.operating.posture_desk import LONGEST_S
from seawall.web.bodies import Body
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.operators.acts import say
from seawall.web.views import REFUSALS

# Slower is shut, and says so; faster than a thousand a second nobody registers.
_Pace = Annotated[float, Field(ge=0.1, le=60_000)]


class EntranceBody(Body):
    """What is left out stays with the settings and the posture; with nothing at all the entrance is given back."""

    shut: bool = False
    signups_per_min: _Pace | None = None
    passes_per_min: _Pace | None = None
    order: Literal["in_order", "by_lot"] | None = None
    for_s: Annotated[float, Field(gt=0, le=LONGEST_S)] | None = None


class EntranceView(BaseModel):
    """The word that stands, and how many wait."""

    stands: bool
    shut: bool
    signups_per_min: float | None
    passes_per_min: float | None
    order: str | None
    until_unix_s: float | None
    by: str
    guests: bool
    waiting: float


def operators_entrance_router(door: Door, desk: EntranceDesk) -> APIRouter:
    """How fast newcomers are let in, in which order, or that none are, for a time."""
    router = APIRouter(prefix="/api/operator/entrance", tags=["operator"], responses=REFUSALS)

    @router.get("", summary="The gate and the waiting room")
    async def show(request: Request) -> EntranceView:
        operating(await door.signed_in(request))
        return EntranceView(**desk.show())

    @router.post("", summary="Say how newcomers are let in for a time, or give that back")
    async def change(body: EntranceBody, request: Request) -> EntranceView:
        actor = operating(await door.changing(request))
        desk.say(**body.model_dump(), by=actor.email or actor.account_id)
        say(request, **body.model_dump())
        return EntranceView(**desk.show())

    return router
