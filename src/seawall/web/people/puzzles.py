"""``/api/account/puzzle``: what accounts away from home solve where operators challenge a network. Decides nothing."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from seawall.admission.challenge import Challenges
from seawall.admission.challenged import ACTION, Challenged
from seawall.values.identity import Identity
from seawall.web.bodies import Body, Proof
from seawall.web.door import Door
from seawall.web.newcomers.entrance import PuzzleView
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS


class AccountsPuzzle(Body):
    """Which derivation the browser can do, as for strangers."""

    algorithm: Literal["SCRYPT", "PBKDF2/SHA-256"] = "SCRYPT"


class SolvedPuzzle(Body):
    """What the browser found."""

    proof: Proof = Field(min_length=1)


def puzzles_router(door: Door, challenges: Challenges, challenged: Challenged) -> APIRouter:
    """A puzzle is bound to its account and network, so that one solution lets in one account."""
    router = APIRouter(prefix="/api/account/puzzle", tags=["accounts"], responses=REFUSALS)

    @router.post("", summary="A puzzle, in altcha's form", response_model_exclude_none=True)
    async def issue(body: AccountsPuzzle, request: Request, response: Response) -> PuzzleView:
        who = await door.changing(request)
        response.headers["cache-control"] = "no-store"
        network = door.place(request).network
        return PuzzleView(**challenges.issue(_action_of(who), network, body.algorithm))

    @router.post("/solved", status_code=204, summary="The solved puzzle: for a while the account may ask from here")
    async def solved(body: SolvedPuzzle, request: Request) -> Response:
        who, place = await door.changing(request), door.place(request)
        refusal = await challenges.check(body.proof, _action_of(who), place.network)
        if refusal is not None:
            raise Refused(refusal)
        challenged.solved(who.account_id, place)
        return Response(status_code=204)

    return router


def _action_of(who: Identity) -> str:
    return f"{ACTION} {who.account_id}"
