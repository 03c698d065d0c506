"""``/api/account``: one's own sessions, preferences, terms, and the way out. Decides nothing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from seawall.accounts.own_account import OwnAccount, Profile
from seawall.accounts.sessions import Sessions
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import PathId
from seawall.web.door import Door, caller_of
from seawall.web.people.account_bodies import Leaving, Preferences, TermsAccepted
from seawall.web.people.account_views import ProfileView, SessionList, SessionView
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

_NO_SUCH_SESSION = Refusal(Reason.NOT_FOUND, "You have no such session, or it has ended already.")


def own_account_router(door: Door, own: OwnAccount, sessions: Sessions) -> APIRouter:
    """For who is signed in, about nobody else."""
    router = APIRouter(prefix="/api/account", tags=["accounts"], responses=REFUSALS)
    router.include_router(_sessions(door, sessions))

    def told(result: Profile | Refusal) -> ProfileView:
        if isinstance(result, Refusal):
            raise Refused(result)
        return ProfileView.shown(result)

    @router.patch("", summary="Set language and theme")
    async def prefer(body: Preferences, request: Request) -> ProfileView:
        return told(await own.prefer(await door.changing(request), body.language, body.theme))

    @router.post("/terms", summary="Accept the terms of today")
    async def accept(body: TermsAccepted, request: Request) -> ProfileView:
        return told(await own.accept_terms(await door.changing(request), body.version))

    @router.delete("", status_code=204, summary="Delete the account with all that is its own, for good")
    async def leave(body: Leaving, request: Request) -> Response:
        who = await door.changing(request)
        refusal = await own.leave(who, body.password)
        if refusal is not None:
            raise Refused(refusal)
        response = Response(status_code=204)
        door.let_out(response, caller_of(request))
        return response

    return router


def _sessions(door: Door, sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix="/sessions")

    @router.get("", summary="Where one is signed in, last used first")
    async def listed(request: Request, response: Response) -> SessionList:
        who = await door.signed_in(request)
        response.headers["cache-control"] = "no-store"
        return SessionList(sessions=[SessionView.of(session) for session in await sessions.listed(who)])

    @router.delete("", status_code=204, summary="Sign out everywhere but here")
    async def end_others(request: Request) -> Response:
        await sessions.end_others(await door.changing(request))
        return Response(status_code=204)

    @router.delete("/{session_id}", status_code=204, summary="Sign out there")
    async def end_one(session_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        if not await sessions.end_one(who, session_id):
            raise Refused(_NO_SUCH_SESSION)
        response = Response(status_code=204)
        if session_id == who.session_id:
            door.let_out(response, caller_of(request))
        return response

    return router
