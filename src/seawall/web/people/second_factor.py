"""``/api/auth``: the second step of a sign-in, and a sign-in by passkey. Decides nothing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from seawall.accounts.factors.factor_entrance import FactorEntrance
from seawall.accounts.factors.second_factor import SecondFactorDue
from seawall.web.door import Door
from seawall.web.people.account_views import SecondStep, SignedIn
from seawall.web.people.accounts import welcome
from seawall.web.people.factor_bodies import HeldTicket, PasskeyShown, SecondFactor
from seawall.web.people.factor_views import OptionsView
from seawall.web.people.factors import given, site_here
from seawall.web.views import REFUSALS


def second_factor_router(door: Door, entrance: FactorEntrance, public_url: str) -> APIRouter:
    """For who is not signed in yet."""
    router = APIRouter(prefix="/api/auth", tags=["accounts"], responses=REFUSALS)

    @router.post("/second", summary="Show a second factor, and be signed in")
    async def second(body: SecondFactor, request: Request, response: Response) -> SignedIn:
        door.named_stranger(request)
        place = door.place(request)
        shown = body.shown(site_here(request, public_url) if body.passkey else None)
        result = await entrance.second(body.ticket, shown, place, _agent(request))
        return welcome(door, result, request, response)

    @router.post("/second/passkey", summary="What the browser shows a passkey for, as the second factor")
    async def ask_second(body: HeldTicket, request: Request, response: Response) -> OptionsView:
        door.stranger(request)
        response.headers["cache-control"] = "no-store"
        return OptionsView(options=given(await entrance.ask_second(body.ticket, site_here(request, public_url))))

    @router.post("/passkey/begin", summary="What the browser shows any passkey of this service for")
    async def ask(request: Request, response: Response) -> OptionsView:
        door.stranger(request)
        response.headers["cache-control"] = "no-store"
        return OptionsView(options=await entrance.ask(site_here(request, public_url)))

    @router.post("/passkey/finish", summary="Sign in by passkey alone")
    async def finish(body: PasskeyShown, request: Request, response: Response) -> SignedIn | SecondStep:
        door.named_stranger(request)
        place = door.place(request)
        shown = body.credential.at(site_here(request, public_url))
        result = await entrance.by_passkey(shown, place, _agent(request))
        if isinstance(result, SecondFactorDue):
            return SecondStep(second_factor=list(result.ways), ticket=result.ticket)
        return welcome(door, result, request, response)

    return router


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
