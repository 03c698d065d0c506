"""``/api/account``: one's own second factors, passkeys and recovery codes. Decides nothing."""

from __future__ import annotations

from typing import TypeVar

from fastapi import APIRouter, Request, Response

from seawall.accounts.factors.own_factors import OwnFactors
from seawall.accounts.factors.sites import Site, site_of
from seawall.accounts.ownership import Proof
from seawall.values.refusal import Refusal
from seawall.web.bodies import PathId
from seawall.web.door import Door, caller_of
from seawall.web.operators.accounts import operating
from seawall.web.people.factor_bodies import FirstCode, NewPasskey, Owner, PasskeyId, PasskeyName
from seawall.web.people.factor_views import (
    AddedPasskeyView,
    AuthenticatorView,
    CodesView,
    FactorsView,
    OptionsView,
)
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

T = TypeVar("T")


def factors_router(door: Door, own: OwnFactors, public_url: str) -> APIRouter:
    """For who is signed in; and the operator's way to help who lost theirs."""
    router = APIRouter(tags=["accounts"], responses=REFUSALS)
    router.include_router(_authenticator(door, own, public_url))
    router.include_router(_passkeys(door, own, public_url))

    @router.get("/api/account/factors", summary="One's second factors and passkeys")
    async def factors(request: Request, response: Response) -> FactorsView:
        who = await door.signed_in(request)
        response.headers["cache-control"] = "no-store"
        return FactorsView.of(await own.kept(who))

    @router.post("/api/operator/accounts/{account_id}/reset-factors", status_code=204, summary="Take all factors away")
    async def reset(account_id: PathId, request: Request) -> Response:
        """For who lost the phone and the recovery codes. It is written to the log, and ends the account's sessions."""
        actor = operating(await door.changing(request))
        return _done(await own.reset_as(actor, account_id))

    return router


def _authenticator(door: Door, own: OwnFactors, public_url: str) -> APIRouter:
    router = APIRouter(prefix="/api/account")

    @router.post("/authenticator", status_code=201, summary="A secret for an authenticator app; confirm it by a code")
    async def begin(body: Owner, request: Request, response: Response) -> AuthenticatorView:
        who = await door.changing(request)
        proof = proof_in(body, request, public_url)
        response.headers["cache-control"] = "no-store"
        return AuthenticatorView.of(given(await own.begin_authenticator(who, proof, door.place(request))))

    @router.post("/authenticator/confirm", summary="From now on a sign-in asks for a code")
    async def confirm(body: FirstCode, request: Request, response: Response) -> CodesView:
        who = await door.changing(request)
        response.headers["cache-control"] = "no-store"
        return CodesView(recovery_codes=list(given(await own.confirm_authenticator(who, body.code))))

    @router.delete("/authenticator", status_code=204, summary="Remove the authenticator app")
    async def remove(body: Owner, request: Request) -> Response:
        who = await door.changing(request)
        proof = proof_in(body, request, public_url)
        return _done(await own.remove_authenticator(who, proof, door.place(request)))

    @router.post("/recovery-codes", summary="Ten new recovery codes in the place of all before")
    async def renew(body: Owner, request: Request, response: Response) -> CodesView:
        who = await door.changing(request)
        proof = proof_in(body, request, public_url)
        response.headers["cache-control"] = "no-store"
        return CodesView(recovery_codes=list(given(await own.renew_codes(who, proof, door.place(request)))))

    return router


def _passkeys(door: Door, own: OwnFactors, public_url: str) -> APIRouter:
    router = APIRouter(prefix="/api/account/passkeys")

    @router.post("/begin", summary="What the browser makes a passkey from")
    async def begin(body: Owner, request: Request, response: Response) -> OptionsView:
        who = await door.changing(request)
        site, proof = site_here(request, public_url), proof_in(body, request, public_url)
        response.headers["cache-control"] = "no-store"
        return OptionsView(options=given(await own.begin_passkey(who, proof, door.place(request), site)))

    @router.post("", status_code=201, summary="Add the passkey that the browser made")
    async def add(body: NewPasskey, request: Request, response: Response) -> AddedPasskeyView:
        who = await door.changing(request)
        shown = body.credential.at(site_here(request, public_url))
        added = given(await own.add_passkey(who, shown, body.name))
        response.headers["cache-control"] = "no-store"
        return AddedPasskeyView.of(added)

    @router.post("/proof", summary="What the browser shows a passkey for, to prove that it is you")
    async def ask(request: Request, response: Response) -> OptionsView:
        who = await door.changing(request)
        response.headers["cache-control"] = "no-store"
        return OptionsView(options=await own.ask_proof(who, site_here(request, public_url)))

    @router.patch("/{passkey_id}", status_code=204, summary="Name a passkey")
    async def rename(passkey_id: PasskeyId, body: PasskeyName, request: Request) -> Response:
        return _done(await own.rename_passkey(await door.changing(request), passkey_id, body.name))

    @router.delete("/{passkey_id}", status_code=204, summary="Remove a passkey")
    async def remove(passkey_id: PasskeyId, body: Owner, request: Request) -> Response:
        who = await door.changing(request)
        proof = proof_in(body, request, public_url)
        return _done(await own.remove_passkey(who, passkey_id, proof, door.place(request)))

    return router


def site_here(request: Request, public_url: str) -> Site:
    """Where the page is that asks, as passkeys see it. Raises Refused where browsers know none."""
    caller = caller_of(request)
    # A proxy may rewrite Host, and browsers send Origin with each of these.
    return given(site_of(public_url, request.headers.get("origin") or f"{caller.scheme}://{caller.host}"))


def proof_in(body: Owner, request: Request, public_url: str) -> Proof:
    """What was sent to show that it is the account's owner."""
    return body.proof(site_here(request, public_url) if body.passkey else None)


def given(result: T | Refusal) -> T:
    """The result. Raises Refused for a refusal."""
    if isinstance(result, Refusal):
        raise Refused(result)
    return result


def _done(refusal: Refusal | None) -> Response:
    if refusal is not None:
        raise Refused(refusal)
    return Response(status_code=204)
