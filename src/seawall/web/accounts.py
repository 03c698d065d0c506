"""``/api/auth``, ``/api/setup``, ``/api/account`` and ``/api/keys`` over the account services. Decides nothing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from seawall.accounts.entrance import Entrance
from seawall.accounts.keys import Keys
from seawall.accounts.registration import Application, Registration
from seawall.accounts.sessions import Session, Sessions
from seawall.values.network import network_of
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import Credentials, KeyName, PasswordChange, PathId, SetUp, SignUp
from seawall.web.door import Door, caller_of
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS, KeyList, KeyView, Me, NewKeyView, SignedIn

_NO_SUCH_KEY = Refusal(Reason.NOT_FOUND, "You have no such key, or it is revoked already.")


def accounts_router(door: Door, entrance: Entrance, registration: Registration, sessions: Sessions) -> APIRouter:
    """Coming in, going out, and one's own password."""
    router = APIRouter(prefix="/api", tags=["accounts"], responses=REFUSALS)

    def welcome(result: Session | Refusal, request: Request, response: Response) -> SignedIn:
        if isinstance(result, Refusal):
            raise Refused(result)
        door.let_in(response, result, caller_of(request))
        response.headers["cache-control"] = "no-store"
        return SignedIn(me=Me.of(result.identity), csrf_token=door.csrf_token(result.identity))

    @router.post("/setup", summary="Make the owner, by the one-time link")
    async def set_up(body: SetUp, request: Request, response: Response) -> SignedIn:
        door.stranger(request)
        result = await entrance.set_up(body.token, body.email, body.password, _agent(request))
        return welcome(result, request, response)

    @router.post("/auth/signup", status_code=201, summary="Register")
    async def sign_up(body: SignUp, request: Request, response: Response) -> SignedIn:
        network = door.stranger(request).place.network
        wanted = Application(body.email, body.password, body.proof, body.place)
        return welcome(await registration.register(wanted, network, _agent(request)), request, response)

    @router.post("/auth/login", summary="Sign in")
    async def sign_in(body: Credentials, request: Request, response: Response) -> SignedIn:
        caller = door.stranger(request)
        network = network_of(caller.address)
        result = await entrance.sign_in(body.email, body.password, network, _agent(request), place=caller.place)
        return welcome(result, request, response)

    @router.post("/auth/logout", status_code=204, summary="Sign out")
    async def sign_out(request: Request) -> Response:
        # A 204 even where the records are down: this process has ended the session, and the browser forgets it.
        await sessions.end(await door.changing(request))
        response = Response(status_code=204)
        door.let_out(response, caller_of(request))
        return response

    @router.get("/auth/me", summary="Who is signed in")
    async def me(request: Request, response: Response) -> SignedIn:
        who = await door.signed_in(request)
        response.headers["cache-control"] = "no-store"
        return SignedIn(me=Me.of(who), csrf_token=door.csrf_token(who))

    @router.post("/account/password", status_code=204, summary="Change the password; ends other sessions")
    async def change_password(body: PasswordChange, request: Request) -> Response:
        who = await door.changing(request)
        network = network_of(caller_of(request).address)
        refusal = await entrance.change_password(who, body.current, body.new, network)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    return router


def keys_router(door: Door, keys: Keys) -> APIRouter:
    """One's own API keys."""
    router = APIRouter(prefix="/api/keys", tags=["keys"], responses=REFUSALS)

    @router.get("", summary="The account's keys, newest first")
    async def list_keys(request: Request) -> KeyList:
        who = await door.signed_in(request)
        return KeyList(keys=[KeyView.of(row) for row in await keys.of(who.account_id)])

    @router.post("", status_code=201, summary="Make a key; it is shown once")
    async def create(body: KeyName, request: Request, response: Response) -> NewKeyView:
        who = await door.changing(request)
        response.headers["cache-control"] = "no-store"
        return NewKeyView.made(await keys.create(who.account_id, body.name))

    @router.delete("/{key_id}", status_code=204, summary="Revoke a key")
    async def revoke(key_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        if not await keys.revoke(key_id, who.account_id):
            raise Refused(_NO_SUCH_KEY)
        return Response(status_code=204)

    return router


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
