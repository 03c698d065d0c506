"""``/api/conversations`` over the service. Decides nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from seawall.conversations.conversations import Conversations
from seawall.conversations.jobs import Jobs
from seawall.records.conversation_entries import ConversationRow
from seawall.values.refusal import Refusal
from seawall.web.bodies import PathId
from seawall.web.conversations.conversation_bodies import ConversationChange
from seawall.web.conversations.conversation_views import (
    ConversationPage,
    ConversationView,
    OpenedConversation,
    SettledConversation,
)
from seawall.web.door import Door
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

Limit = Annotated[int, Query(ge=1, le=200)]
Before = Annotated[str | None, Query(max_length=128, description="The `next` of the page before.")]
Folder = Annotated[str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9_-]+$", description="Those in it alone.")]
Archived = Annotated[bool, Query(description="Those that are archived, alone.")]


def conversations_router(door: Door, conversations: Conversations, jobs: Jobs) -> APIRouter:
    """One's own conversations; anybody else's are as if they did not exist."""
    router = APIRouter(prefix="/api/conversations", tags=["conversations"], responses=REFUSALS)

    @router.get("", summary="Pinned ones first, then by last use")
    async def page(
        request: Request,
        before: Before = None,
        limit: Limit = 50,
        archived: Archived = False,
        folder: Folder = None,
    ) -> ConversationPage:
        who = await door.signed_in(request)
        found = await conversations.page(who.account_id, limit, before, archived=archived, folder_id=folder)
        if isinstance(found, Refusal):
            raise Refused(found)
        return ConversationPage(
            conversations=[ConversationView.of(row) for row in found.conversations], next=found.next
        )

    @router.get("/{conversation_id}", summary="A conversation with the messages of all its branches")
    async def open_one(conversation_id: PathId, request: Request) -> OpenedConversation:
        who = await door.signed_in(request)
        opened = await conversations.open(who.account_id, conversation_id)
        if isinstance(opened, Refusal):
            raise Refused(opened)
        return OpenedConversation.of(opened)

    @router.patch("/{conversation_id}", summary="Rename, pin, archive, put into a folder, settle, show a branch")
    async def settle(conversation_id: PathId, body: ConversationChange, request: Request) -> SettledConversation:
        who = await door.changing(request)
        return _settled(await conversations.settle(body.of(who.account_id, conversation_id)))

    @router.delete("/{conversation_id}", status_code=204, summary="Delete; it can be had back for 30 days")
    async def delete(conversation_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        await jobs.stop_in(who.account_id, conversation_id)
        refusal = await conversations.delete(who.account_id, conversation_id)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    @router.post("/{conversation_id}/restore", summary="Have a deleted conversation back")
    async def restore(conversation_id: PathId, request: Request) -> SettledConversation:
        who = await door.changing(request)
        return _settled(await conversations.restore(who.account_id, conversation_id))

    return router


def _settled(row: ConversationRow | Refusal) -> SettledConversation:
    if isinstance(row, Refusal):
        raise Refused(row)
    return SettledConversation.of(row)
