"""Conversations as files, out and in, and all that is kept of an account. Decides nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from seawall.conversations.archiving import Archiving
from seawall.conversations.conversations import Conversations
from seawall.conversations.exporting import as_json, as_markdown, file_name
from seawall.conversations.importing import Importing, Report
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import PathId
from seawall.web.conversations.attachments import disposition
from seawall.web.conversations.places import Places
from seawall.web.conversations.uploads import Uploads
from seawall.web.door import Door
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

IMPORT = "/api/import"
# Of all accounts: each reads the records as fast as its client takes what comes.
EXPORTS_AT_ONCE = 4

Format = Annotated[Literal["markdown", "json"], Query(description="JSON has all branches, Markdown the shown one.")]
_ENDINGS = {"markdown": "md", "json": "json"}
_TYPES = {"markdown": "text/markdown; charset=utf-8", "json": "application/json"}
EXPORTS_BUSY = Refusal(
    Reason.NO_ROOM, "Other exports are being written. Try again in half a minute.", retry_after_s=30.0
)
YOUR_EXPORT = Refusal(
    Reason.SHARE_USED, "An export of yours is being written already. Wait until it has come.", retry_after_s=30.0
)


class LeftOutView(BaseModel):
    title: str
    why: str


class ImportReport(BaseModel):
    """``skipped`` are the first of those that were left out, ``skipped_count`` is all of them."""

    imported: int
    skipped_count: int
    skipped: list[LeftOutView]

    @staticmethod
    def of(report: Report) -> ImportReport:
        return ImportReport(
            imported=report.imported,
            skipped_count=report.skipped,
            skipped=[LeftOutView(title=one.title, why=one.why) for one in report.left_out],
        )


def moving_router(
    door: Door,
    conversations: Conversations,
    archiving: Archiving,
    importing: Importing,
    uploads: Uploads,
    exports: Places,
) -> APIRouter:
    """One's own data alone."""
    router = APIRouter(prefix="/api", tags=["conversations"], responses=REFUSALS)

    @router.get("/conversations/{conversation_id}/export", summary="A conversation as a file", response_class=Response)
    async def export_one(conversation_id: PathId, request: Request, format: Format = "markdown") -> Response:
        who = await door.signed_in(request)
        opened = await conversations.open(who.account_id, conversation_id)
        if isinstance(opened, Refusal):
            raise Refused(opened)
        text = as_json(opened) if format == "json" else as_markdown(opened)
        return Response(text, headers=_headers(_TYPES[format], file_name(opened.conversation, _ENDINGS[format])))

    @router.get("/export", summary="All that is kept of the account, as a ZIP file", response_class=Response)
    async def export_all(request: Request) -> Response:
        who = await door.signed_in(request)
        place = exports.take(who.account_id)

        async def blocks() -> AsyncGenerator[bytes]:
            with place:
                async with aclosing(archiving.stream(who.account_id)) as stream:
                    async for block in stream:
                        yield block

        return StreamingResponse(blocks(), headers=_headers("application/zip", "seawall-export.zip"))

    @router.post(
        "/import",
        summary="Bring conversations in: an export of Seawall, ChatGPT or Open WebUI as the body",
        openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
        response_model=ImportReport,
    )
    async def bring_in(request: Request) -> ImportReport | Response:
        who = await door.changing(request)
        async with uploads.receive(who.account_id, request) as file:
            if file is None:
                return Response(status_code=400)  # To nobody: the client has left.
            report = await importing.bring_in(who.account_id, file)
        if isinstance(report, Refusal):
            raise Refused(report)
        return ImportReport.of(report)

    return router


def _headers(media_type: str, name: str) -> dict[str, str]:
    return {
        "content-type": media_type,
        "content-disposition": disposition("attachment", name),
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "no-store",
    }
