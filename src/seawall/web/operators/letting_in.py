"""``/api/operator``: who waits to be let in, and invites. Decides nothing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from seawall.accounts.joining.approvals import Approvals
from seawall.accounts.joining.invites import Invites, Wanted
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import PathId
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.people.account_bodies import InviteWanted
from seawall.web.people.account_views import AccountList, AccountView, InviteList, InviteView, NewInviteView
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

_NO_SUCH_INVITE = Refusal(Reason.NOT_FOUND, "There is no such invite, or it is revoked already.")


def letting_in_router(door: Door, approvals: Approvals, invites: Invites, home: str) -> APIRouter:
    """For operators. ``home`` is where the links of invites lead."""
    router = APIRouter(prefix="/api/operator", tags=["operator"], responses=REFUSALS)
    router.include_router(_invites(door, invites, home))

    @router.get("/pending", summary="Accounts that wait for an operator's word, oldest first")
    async def pending(request: Request) -> AccountList:
        operating(await door.signed_in(request))
        return AccountList(accounts=[AccountView.of(row) for row in await approvals.waiting()])

    @router.post("/accounts/{account_id}/approve", summary="Let an account in")
    async def approve(account_id: PathId, request: Request) -> AccountView:
        operating(await door.changing(request))
        result = await approvals.approve(account_id)
        if isinstance(result, Refusal):
            raise Refused(result)
        return AccountView.of(result)

    @router.post("/accounts/{account_id}/reject", status_code=204, summary="Turn a waiting account away, and delete it")
    async def reject(account_id: PathId, request: Request) -> Response:
        operating(await door.changing(request))
        refusal = await approvals.reject(account_id)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    return router


def _invites(door: Door, invites: Invites, home: str) -> APIRouter:
    router = APIRouter(prefix="/invites")

    @router.get("", summary="Invites, newest first, with those that were over lately")
    async def listed(request: Request) -> InviteList:
        operating(await door.signed_in(request))
        return InviteList(invites=[InviteView.of(row) for row in await invites.all()])

    @router.post("", status_code=201, summary="Make an invite; its link is shown once")
    async def make(body: InviteWanted, request: Request, response: Response) -> NewInviteView:
        actor = operating(await door.changing(request))
        made = await invites.make_as(actor, Wanted(body.email, body.role, body.uses, body.days, body.send))
        if isinstance(made, Refusal):
            raise Refused(made)
        response.headers["cache-control"] = "no-store"
        return NewInviteView.made(made, home)

    @router.delete("/{invite_id}", status_code=204, summary="Revoke an invite; who came by it stays")
    async def revoke(invite_id: PathId, request: Request) -> Response:
        operating(await door.changing(request))
        if not await invites.revoke(invite_id):
            raise Refused(_NO_SUCH_INVITE)
        return Response(status_code=204)

    return router
