"""Sharing by link: one's own links, and what they show to anybody. Decides nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from seawall.conversations.shares import Shares
from seawall.values.refusal import Refusal
from seawall.web.bodies import PathId
from seawall.web.conversations.attachments import file_answer
from seawall.web.conversations.library_shapes import ShareBody, SharedView, ShareList, ShareView
from seawall.web.door import Door
from seawall.web.responses import Refused, refused
from seawall.web.views import REFUSALS

# Bounded by its length alone: a link that a mail broke leads to the page that says so, not to one about its letters.
LinkToken = Annotated[str, Path(max_length=128)]
# The address is the key: no search engine may list it, and no cache keep what was taken back.
PRIVATELY_PUBLIC = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}


def shares_router(door: Door, shares: Shares, home: str) -> APIRouter:
    """``home`` is where links lead."""
    router = APIRouter(prefix="/api", tags=["conversations"], responses=REFUSALS)

    @router.post("/conversations/{conversation_id}/share", summary="Show a branch to whoever has the link")
    async def share(conversation_id: PathId, body: ShareBody, request: Request) -> ShareView:
        who = await door.changing(request)
        shared = await shares.share(who.account_id, conversation_id, body.leaf_id, files=body.files)
        if isinstance(shared, Refusal):
            raise Refused(shared)
        return ShareView.of(shared, home)

    @router.get("/shares", summary="One's open links, newest first")
    async def every(request: Request) -> ShareList:
        who = await door.signed_in(request)
        open_ones = await shares.all(who.account_id)
        return ShareList(shares=[ShareView.of(one, home) for one in open_ones], allowed=shares.allowed)

    @router.delete("/shares/{share_id}", status_code=204, summary="Take a link back for good")
    async def revoke(share_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        refusal = await shares.revoke(who.account_id, share_id)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    @router.get("/shared/{token}", response_model=SharedView, summary="What a link shows, without an account")
    async def opened(token: LinkToken, request: Request, response: Response) -> SharedView | Response:
        branch = await shares.opened(token)
        if isinstance(branch, Refusal):
            told = refused(branch, request.headers.get("accept", "").encode("latin-1"))
            told.headers.update(PRIVATELY_PUBLIC)
            return told
        response.headers.update(PRIVATELY_PUBLIC)
        return SharedView.of(branch)

    @router.get(
        "/shared/{token}/files/{attachment_id}",
        response_class=Response,
        summary="A picture that a link shows, without an account",
    )
    async def picture(token: LinkToken, attachment_id: PathId) -> Response:
        row = await shares.picture(token, attachment_id)
        answer = refused(row) if isinstance(row, Refusal) else file_answer(row)
        answer.headers.update(PRIVATELY_PUBLIC)
        return answer

    return router
