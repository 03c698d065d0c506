"""``/api/operator/networks``: which networks are treated apart, and the operator's word on it. Decides nothing."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from seawall.edge.block_list import Block, BlockListError, Treatment
from seawall.operating.block_desk import BlockDesk
from seawall.operating.posture_desk import LONGEST_S
from seawall.values.network import as_published
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import Body
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.operators.acts import say
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

_Network = Annotated[str, Field(min_length=1, max_length=64)]
_UNKNOWN = Refusal(Reason.NOT_FOUND, "This network is not treated apart.")


class TreatmentWish(Body):
    """Without ``for_s`` it holds until it is taken back."""

    network: _Network
    treatment: Literal["slow", "challenge", "block"]
    for_s: Annotated[float, Field(gt=0, le=LONGEST_S)] | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class TreatedView(BaseModel):
    """One network, and what is done with it."""

    network: str
    treatment: str
    until_unix_s: float | None
    reason: str

    @classmethod
    def of(cls, block: Block) -> TreatedView:
        """The view of an entry."""
        return cls(
            network=block.network, treatment=block.treatment, until_unix_s=block.until_unix_s, reason=block.reason
        )


class Networks(BaseModel):
    """All that are treated apart now."""

    networks: list[TreatedView]


def networks_router(door: Door, desk: BlockDesk) -> APIRouter:
    """Slow, challenge or block a network for a time, and take it back."""
    router = APIRouter(prefix="/api/operator/networks", tags=["operator"], responses=REFUSALS)

    @router.get("", summary="The networks that are treated apart")
    async def show(request: Request) -> Networks:
        operating(await door.signed_in(request))
        return Networks(networks=[TreatedView.of(one) for one in desk.entries()])

    @router.post("", summary="Slow, challenge or block a network")
    async def treat(body: TreatmentWish, request: Request) -> TreatedView:
        actor = operating(await door.changing(request))
        by = actor.email or actor.account_id
        try:
            block = desk.treat(body.network, Treatment(body.treatment), for_s=body.for_s, reason=body.reason, by=by)
        except BlockListError as error:
            raise Refused(Refusal(Reason.INVALID_REQUEST, str(error), param="network")) from None
        say(request, treatment=block.treatment, within=as_published(block.network), for_s=body.for_s)
        return TreatedView.of(block)

    @router.delete("", status_code=204, summary="Treat a network like any other again")
    async def release(network: Annotated[str, Query(max_length=64)], request: Request) -> Response:
        actor = operating(await door.changing(request))
        try:
            if not desk.release(network, by=actor.email or actor.account_id):
                raise Refused(_UNKNOWN)
        except BlockListError as error:
            raise Refused(Refusal(Reason.INVALID_REQUEST, str(error), param="network")) from None
        say(request, within=as_published(network))
        return Response(status_code=204)

    return router
