"""``/api/auth/oidc``: to a provider of identities and back. Decides nothing."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel
from starlette.responses import RedirectResponse

from seawall.accounts.factors.second_factor import SecondFactorDue
from seawall.accounts.outside.outside import Linked, OutsideSignIn, WayBack
from seawall.accounts.outside.own_identities import OwnIdentities, OwnIdentity
from seawall.accounts.sessions import Session
from seawall.values.refusal import Reason, Refusal
from seawall.web.door import Door, caller_of
from seawall.web.people.factor_bodies import Owner
from seawall.web.people.factors import given, proof_in
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

ProviderName = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
# A code is a provider's to choose; ours are far shorter than this.
Told = Annotated[str, Query(max_length=4096)]


class OwnIdentityView(BaseModel):
    """``name`` is empty where the provider is in no settings any more."""

    name: str
    title: str
    email: str
    created_at: float

    @staticmethod
    def of(identity: OwnIdentity) -> OwnIdentityView:
        return OwnIdentityView(
            name=identity.name, title=identity.title, email=identity.email, created_at=identity.linked_s
        )


class OwnIdentityList(BaseModel):
    identities: list[OwnIdentityView]


class WayThere(BaseModel):
    url: str


def outside_router(door: Door, outside: OutsideSignIn, own: OwnIdentities, public_url: str) -> APIRouter:
    """Browsers come to ``begin`` and ``callback`` by themselves; so both answer with a page to go to."""
    router = APIRouter(tags=["accounts"], responses=REFUSALS)
    router.include_router(_own(door, own, public_url))

    @router.get("/api/auth/oidc/{name}/begin", status_code=303, response_class=RedirectResponse, summary="Go there")
    async def begin(name: ProviderName, request: Request) -> Response:
        caller = door.named(request)
        went = await outside.begin(name, _return_to(request, name, public_url), caller.device_id or "")
        if isinstance(went, Refusal):
            if went.reason is Reason.NOT_FOUND:
                raise Refused(went)
            return _to("/login", refused=went.reason.code)
        response = _to(went)
        door.remember_device(request, response)
        return response

    @router.get("/api/auth/oidc/{name}/callback", status_code=303, response_class=RedirectResponse, summary="Come back")
    async def callback(
        name: ProviderName, request: Request, code: Told = "", state: Told = "", iss: Told = ""
    ) -> Response:
        caller = caller_of(request)
        back = WayBack(code, state, iss, caller.device_id, await door.visitor(request))
        result = await outside.finish(name, back, request.headers.get("user-agent", ""))
        if isinstance(result, SecondFactorDue):
            return _to("/login", second=result.ticket, ways=",".join(result.ways))
        if isinstance(result, Session):
            response = _to("/")
            door.let_in(request, response, result)
            return response
        if isinstance(result, Linked):
            return _to("/settings#linked")
        return _to("/settings" if back.who else "/login", refused=result.reason.code)

    return router


def _own(door: Door, own: OwnIdentities, public_url: str) -> APIRouter:
    router = APIRouter(prefix="/api/account/identities")

    @router.get("", summary="The identities elsewhere that open one's account")
    async def listed(request: Request, response: Response) -> OwnIdentityList:
        who = await door.signed_in(request)
        response.headers["cache-control"] = "no-store"
        return OwnIdentityList(identities=[OwnIdentityView.of(one) for one in await own.all(who)])

    @router.post("/{name}", summary="Connect one: where to go for it")
    async def connect(name: ProviderName, body: Owner, request: Request, response: Response) -> WayThere:
        who, caller = await door.changing(request), door.named(request)
        proof, return_to = proof_in(body, request, public_url), _return_to(request, name, public_url)
        url = given(await own.connect(who, name, proof, door.place(request), return_to, caller.device_id or ""))
        door.remember_device(request, response)
        return WayThere(url=url)

    @router.delete("/{name}", status_code=204, summary="Disconnect one")
    async def remove(name: ProviderName, body: Owner, request: Request) -> Response:
        who = await door.changing(request)
        refusal = await own.remove(who, name, proof_in(body, request, public_url), door.place(request))
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    return router


def _return_to(request: Request, name: str, public_url: str) -> str:
    caller = caller_of(request)
    return f"{public_url.rstrip('/') or f'{caller.scheme}://{caller.host}'}/api/auth/oidc/{name}/callback"


def _to(url: str, **told: str) -> Response:
    """What is told stands behind the #: no server and no log sees it."""
    where = f"{url}#{urlencode(told, safe=',')}" if told else url
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}  # The address that is left has a code.
    return RedirectResponse(where, status_code=303, headers=headers)
