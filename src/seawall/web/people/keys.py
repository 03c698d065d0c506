"""``/api/keys``: one's own API keys, and what each may do. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from seawall.accounts.identities import grant_of
from seawall.accounts.keys.keys import Keys
from seawall.records.entries import KeyRow
from seawall.values.grant import EVERYTHING, Grant
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import KeyChange, NewKeyBody, PathId
from seawall.web.door import Door
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS, KeyList, KeyView, NewKeyView

_NO_SUCH_KEY = Refusal(Reason.NOT_FOUND, "You have no such key, or it is revoked already.")


def keys_router(door: Door, keys: Keys, *, unix_time: Callable[[], float]) -> APIRouter:
    """Made, listed, changed, revoked."""
    router = APIRouter(prefix="/api/keys", tags=["keys"], responses=REFUSALS)

    @router.get("", summary="The account's keys, newest first")
    async def list_keys(request: Request) -> KeyList:
        who = await door.signed_in(request)
        return KeyList(keys=[KeyView.of(row) for row in await keys.of(who.account_id)])

    @router.post("", status_code=201, summary="Make a key; it is shown once")
    async def create(body: NewKeyBody, request: Request, response: Response) -> NewKeyView:
        who = await door.changing(request)
        response.headers["cache-control"] = "no-store"
        grant = _changed(EVERYTHING, body, unix_time())
        return NewKeyView.made(await keys.create(who.account_id, body.name or "", grant=grant))

    @router.patch("/{key_id}", summary="Rename a key, or change what it may do")
    async def change(key_id: PathId, body: KeyChange, request: Request) -> KeyView:
        who = await door.changing(request)
        row = _live(await keys.of(who.account_id), key_id)
        changed = await keys.change(who.account_id, key_id, body.name, _changed(grant_of(row), body, unix_time()))
        if isinstance(changed, Refusal):
            raise Refused(_NO_SUCH_KEY)
        return KeyView.of(changed)

    @router.delete("/{key_id}", status_code=204, summary="Revoke a key")
    async def revoke(key_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        if not await keys.revoke(key_id, who.account_id):
            raise Refused(_NO_SUCH_KEY)
        return Response(status_code=204)

    return router


def _live(rows: tuple[KeyRow, ...], key_id: str) -> KeyRow:
    row = next((row for row in rows if row.id == key_id and row.revoked_s is None), None)
    if row is None:
        raise Refused(_NO_SUCH_KEY)
    return row


def _changed(grant: Grant, body: KeyChange, now_s: float) -> Grant:
    """What is left out stays; a null that is sent takes the end away."""
    expires_s = grant.expires_unix_s
    if "expires_in_s" in body.model_fields_set:
        expires_s = None if body.expires_in_s is None else now_s + body.expires_in_s
    return Grant(
        grant.scopes if body.scopes is None else frozenset(body.scopes),
        grant.models if body.models is None else frozenset(body.models),
        expires_s,
    )
