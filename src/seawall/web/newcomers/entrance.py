"""``/api/entrance``: puzzles, places and passes of strangers. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from seawall.admission.challenge import Challenges
from seawall.admission.guests import Guests
from seawall.admission.signup_gate import SignupGate
from seawall.records.status_entries import BannerRow
from seawall.streaming.refusals import place_fields
from seawall.values.place import PlaceTold
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import Body, Proof, Token
from seawall.web.door import caller_of
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS, Notice

Action = Literal["signup", "chat"]
_NO_GUESTS = Refusal(
    Reason.NOT_ALLOWED, "This service answers people with an account only. Sign in, or register for one."
)


class Puzzle(Body):
    """``algorithm``: scrypt runs wherever WebAssembly does; PBKDF2 is for browsers that forbid it, over https."""

    action: Action
    algorithm: Literal["SCRYPT", "PBKDF2/SHA-256"] = "SCRYPT"


class NewPlace(Body):
    """Without a proof the place stands in line only after a while, and only if it is asked about again."""

    action: Action
    proof: Proof = ""


class HeldPlace(Body):
    action: Action
    place: Token


class Ticket(Body):
    """One of both: a solved puzzle, or a place whose turn has come."""

    proof: Proof = ""
    place: Token = ""


class PuzzleParameters(BaseModel):
    """altcha's, version 2: find a counter whose key, derived from the nonce and it, begins with the prefix."""

    algorithm: str
    nonce: str
    salt: str
    cost: int
    key_length: Annotated[int, Field(alias="keyLength")]
    key_prefix: Annotated[str, Field(alias="keyPrefix")]
    memory_cost: Annotated[int | None, Field(alias="memoryCost")] = None
    parallelism: int | None = None
    expires_at: Annotated[int, Field(alias="expiresAt")]


class PuzzleView(BaseModel):
    parameters: PuzzleParameters
    signature: str


class PlaceView(BaseModel):
    """``place`` is the ticket to come back with, and may change; ``ahead`` between how many come before."""

    state: Literal["waiting", "released", "over"]
    place: str
    # A list, as tools that read the document do not all know a tuple.
    ahead: Annotated[list[int], Field(min_length=2, max_length=2)]
    wait_s: float
    later_than_told: bool
    by_lot: bool
    look_again_s: float
    kept_s: float
    url: str

    @staticmethod
    def of(place: PlaceTold) -> PlaceView:
        return PlaceView(**place_fields(place))


class PassView(BaseModel):
    """``pass`` goes along with each question as ``X-Seawall-Pass``."""

    token: Annotated[str, Field(serialization_alias="pass")]
    expires_in_s: float


class StandingView(BaseModel):
    """How the service stands towards newcomers, for a page that is left open."""

    posture: str
    signup_busy: bool
    signup_puzzle: bool
    banner: Notice | None


def entrance_router(
    posture: Callable[[], str],
    challenges: Challenges,
    signup: SignupGate,
    guests: Guests | None,
    banner: Callable[[], BannerRow | None],
) -> APIRouter:
    """What a page or a program asks for before it is let in."""
    router = APIRouter(prefix="/api/entrance", tags=["entrance"], responses=REFUSALS)

    def line(action: Action) -> SignupGate | Guests:
        if action == "signup":
            return signup
        if guests is None:
            raise Refused(_NO_GUESTS)
        return guests

    def told(place: PlaceTold | Refusal, response: Response) -> PlaceView:
        if isinstance(place, Refusal):
            raise Refused(place)
        response.headers["cache-control"] = "no-store"
        return PlaceView.of(place)

    @router.get("", summary="How the service stands towards newcomers")
    async def standing(response: Response) -> StandingView:
        response.headers["cache-control"] = "no-store"
        return StandingView(
            posture=posture(),
            signup_busy=signup.is_busy,
            signup_puzzle=signup.asks,
            banner=Notice.of(banner()),
        )

    @router.post("/challenge", summary="A puzzle, in altcha's form", response_model_exclude_none=True)
    async def challenge(body: Puzzle, request: Request, response: Response) -> PuzzleView:
        line(body.action)
        response.headers["cache-control"] = "no-store"
        return PuzzleView(**challenges.issue(body.action, network_of_caller(request), body.algorithm))

    @router.post("/place", status_code=201, summary="Take a place in the line")
    async def take(body: NewPlace, request: Request, response: Response) -> PlaceView:
        return told(await line(body.action).place(network_of_caller(request), body.proof), response)

    @router.post("/place/look", summary="How a place stands")
    async def look(body: HeldPlace, request: Request, response: Response) -> PlaceView:
        return told(line(body.action).look(body.place, network_of_caller(request)), response)

    @router.post("/pass", summary="Change a solved puzzle, or a place, for a guest's pass")
    async def change(body: Ticket, request: Request, response: Response) -> PassView:
        if guests is None:
            raise Refused(_NO_GUESTS)
        result = await guests.pass_for(network_of_caller(request), body.proof, body.place)
        if isinstance(result, Refusal):
            raise Refused(result)
        response.headers["cache-control"] = "no-store"
        return PassView(token=result.token, expires_in_s=result.expires_s)

    return router


def network_of_caller(request: Request) -> str:
    """What puzzles, places and passes are bound to."""
    return caller_of(request).place.network
