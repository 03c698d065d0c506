"""``/api/auth``, ``/api/setup``, ``/api/account`` over the account services. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from seawall.accounts.entrance import Entrance
from seawall.accounts.factors.second_factor import SecondFactorDue
from seawall.accounts.joining.enrolment import Application, Awaited, Enrolment
from seawall.accounts.joining.registration import Registration
from seawall.accounts.letters.resets import Resets
from seawall.accounts.sessions import Session, Sessions
from seawall.values.network import network_of
from seawall.values.refusal import Refusal
from seawall.web.bodies import Credentials, PasswordChange, SetUp
from seawall.web.door import Door, caller_of
from seawall.web.people.account_bodies import Confirmation, Forgot, Reset, SignUp
from seawall.web.people.account_views import AwaitedView, Me, SecondStep, SignedIn
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS


def accounts_router(
    door: Door,
    entrance: Entrance,
    registration: Registration,
    enrolment: Enrolment,
    resets: Resets,
    sessions: Sessions,
    tried: Callable[[int, str], None],
) -> APIRouter:
    """Coming in, going out, and one's own password. ``tried`` is told who tries to sign in as whom."""
    router = APIRouter(prefix="/api", tags=["accounts"], responses=REFUSALS)
    router.include_router(_registering(door, registration, enrolment))
    router.include_router(_forgetting(door, resets))

    @router.post("/setup", summary="Make the owner, by the one-time link")
    async def set_up(body: SetUp, request: Request, response: Response) -> SignedIn:
        door.stranger(request)
        result = await entrance.set_up(body.token, body.email, body.password, _agent(request))
        return welcome(door, result, request, response)

    @router.post("/auth/login", summary="Sign in")
    async def sign_in(body: Credentials, request: Request, response: Response) -> SignedIn | SecondStep:
        caller = door.stranger(request)
        tried(caller.asker, body.email)
        network, place = network_of(caller.address), door.place(request)
        result = await entrance.sign_in(body.email, body.password, network, _agent(request), place=place)
        if isinstance(result, SecondFactorDue):
            response.headers["cache-control"] = "no-store"
            return SecondStep(second_factor=list(result.ways), ticket=result.ticket)
        return welcome(door, result, request, response)

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
        refusal = await entrance.change_password(who, body.current, body.new)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    return router


def welcome(door: Door, result: Session | Refusal, request: Request, response: Response) -> SignedIn:
    """Hands a session to the browser. Raises Refused where there is none."""
    if isinstance(result, Refusal):
        raise Refused(result)
    door.let_in(request, response, result)
    response.headers["cache-control"] = "no-store"
    return SignedIn(me=Me.of(result.identity), csrf_token=door.csrf_token(result.identity))


def _registering(door: Door, registration: Registration, enrolment: Enrolment) -> APIRouter:
    router = APIRouter(responses={202: {"model": AwaitedView}})

    def entered(
        result: Session | Awaited | Refusal, request: Request, response: Response, status: int
    ) -> SignedIn | AwaitedView:
        response.headers["cache-control"] = "no-store"
        if isinstance(result, Awaited):
            response.status_code = 202
            return AwaitedView(state=result.what, message=result.message)
        response.status_code = status
        return welcome(door, result, request, response)

    @router.post("/auth/signup", status_code=201, summary="Register; 202 where a mail or an operator comes first")
    async def sign_up(body: SignUp, request: Request, response: Response) -> SignedIn | AwaitedView:
        network = door.stranger(request).place.network
        wanted = Application(
            body.email, body.password, body.proof, body.place, body.invite, body.accept_terms, body.language
        )
        return entered(await registration.register(wanted, network, _agent(request)), request, response, 201)

    @router.post("/auth/verify", summary="Make the account of a mailed link, and sign in")
    async def verify(body: Confirmation, request: Request, response: Response) -> SignedIn | AwaitedView:
        door.stranger(request)
        result = await enrolment.confirm(body.token, body.password, _agent(request))
        return entered(result, request, response, 200)

    return router


def _forgetting(door: Door, resets: Resets) -> APIRouter:
    router = APIRouter()

    @router.post("/auth/forgot", status_code=202, summary="Have a link sent that sets a new password")
    async def forgot(body: Forgot, request: Request) -> Response:
        refusal = resets.ask(body.email, network_of(door.stranger(request).address))
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=202)

    @router.post("/auth/reset", status_code=204, summary="Set a new password by a mailed link; ends every session")
    async def reset(body: Reset, request: Request) -> Response:
        door.stranger(request)
        refusal = await resets.reset(body.token, body.password)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    return router


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
