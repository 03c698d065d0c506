"""``/api/conversations`` over the service. Decides nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from seawall.conversations.conversations import Conversations
from seawall.values.refusal import Refusal
from seawall.web.bodies import PathId, Title
from seawall.web.door import Door
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS, ConversationPage, ConversationView, MessageView, OpenedConversation

Limit = Annotated[int, Query(ge=1, le=200)]
Before = Annotated[str | None, Query(max_length=128, description="The `next` of the page before.")]


def conversations_router(door: Door, conversations: Conversations) -> APIRouter:
    """One's own conversations; anybody else's are as if they did not exist."""
    router = APIRouter(prefix="/api/conversations", tags=["conversations"], responses=REFUSALS)

    @router.get("", summary="Most recently used first")
    async def page(request: Request, before: Before = None, limit: Limit = 50) -> ConversationPage:
        who = await door.signed_in(request)
        found = await conversations.page(who.account_id, limit, before)
        if isinstance(found, Refusal):
            raise Refused(found)
        return ConversationPage(
            conversations=[ConversationView.of(row) for row in found.conversations], next=found.next
        )

    @router.get("/{conversation_id}", summary="A conversation with its messages")
    async def open_one(conversation_id: PathId, request: Request) -> OpenedConversation:
        who = await door.signed_in(request)
        opened = await conversations.open(who.account_id, conversation_id)
        if isinstance(opened, Refusal):
            raise Refused(opened)
        return OpenedConversation(
            conversation=ConversationView.of(opened.conversation),
            messages=[MessageView.of(row) for row in opened.messages],
        )

    @router.patch("/{conversation_id}", summary="Rename")
    async def rename(conversation_id: PathId, body: Title, request: Request) -> ConversationView:
        who = await door.changing(request)
        renamed = await conversations.rename(who.account_id, conversation_id, body.title)
        if isinstance(renamed, Refusal):
            raise Refused(renamed)
        return ConversationView.of(renamed)

    @router.delete("/{conversation_id}", status_code=204, summary="Delete, with all its messages")
    async def delete(conversation_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        refusal = await conversations.delete(who.account_id, conversation_id)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    return router
