"""``/api/operator/accounts/{id}/keys``: another's API keys, revoked. Decides nothing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from seawall.accounts.accounts import Accounts
from seawall.accounts.keys.keys import Keys
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import PathId
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

_NO_SUCH_KEY = Refusal(Reason.NOT_FOUND, "The account has no such key, or it is revoked already.")


def others_keys_router(door: Door, accounts: Accounts, keys: Keys) -> APIRouter:
    """As with budgets: operators look after members' keys, the owner after everybody's."""
    router = APIRouter(prefix="/api/operator/accounts", tags=["operator"], responses=REFUSALS)

    @router.delete("/{account_id}/keys/{key_id}", status_code=204, summary="Revoke a key of an account")
    async def revoke(account_id: PathId, key_id: PathId, request: Request) -> Response:
        actor = operating(await door.changing(request))
        refusal = await accounts.objection_to_caring(actor, account_id)
        if refusal is not None:
            raise Refused(refusal)
        if not await keys.revoke(key_id, account_id):
            raise Refused(_NO_SUCH_KEY)
        return Response(status_code=204)

    return router
