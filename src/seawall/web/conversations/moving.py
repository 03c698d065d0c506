"""Conversations as files, out and in, and all that is kept of an account. Decides nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from seawall.conversations.archiving import Archiving
from seawall.conversations.conversations import Conversations
from seawall.conversations.exporting import as_json, as_markdown, file_name
from seawall.conversations.import_report import Report
from seawall.conversations.imports import ImportJob, Imports
from seawall.streaming.refusals import refusal_error
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
# Of all accounts: one is read at once and one waits, so these are files on their way in, on the disk.
IMPORTS_AT_ONCE = 4

Format = Annotated[Literal["markdown", "json"], Query(description="JSON has all branches, Markdown the shown one.")]
_ENDINGS = {"markdown": "md", "json": "json"}
_TYPES = {"markdown": "text/markdown; charset=utf-8", "json": "application/json"}
EXPORTS_BUSY = Refusal(
    Reason.NO_ROOM, "Other exports are being written. Try again in half a minute.", retry_after_s=30.0
)
YOUR_EXPORT = Refusal(
    Reason.SHARE_USED, "An export of yours is being written already. Wait until it has come.", retry_after_s=30.0
)
IMPORTS_BUSY = Refusal(
    Reason.NO_ROOM, "Other files are being imported. Try again in half a minute.", retry_after_s=30.0
)
YOUR_IMPORT = Refusal(
    Reason.SHARE_USED, "An import of yours is in progress already. Wait until it has ended.", retry_after_s=10.0
)
# The standard's way of not waiting for what takes long (RFC 7240).
AT_ONCE = "respond-async"
Prefer = Annotated[str, Header(description=f"With `{AT_ONCE}` the answer is 202 as soon as the file has come.")]


class LeftOutView(BaseModel):
    """``code`` is ``here`` (it is here already), ``unfit``, ``file`` (a file of a message) or ``no_room``."""

    title: str
    code: str
    why: str


class ImportReport(BaseModel):
    """``imported`` counts conversations; ``skipped`` are the first of what was left out, ``skipped_count`` is all."""

    imported: int
    folders: int
    prompts: int
    files: int
    skipped_count: int
    skipped: list[LeftOutView]

    @staticmethod
    def of(report: Report) -> ImportReport:
        return ImportReport(
            imported=report.imported,
            folders=report.folders,
            prompts=report.prompts,
            files=report.files,
            skipped_count=report.skipped,
            skipped=[LeftOutView(title=one.title, code=one.code, why=one.why) for one in report.left_out],
        )


class ImportState(BaseModel):
    """``state`` is ``none`` (none since the service started), ``running``, ``done`` or ``refused``.

    ``share`` is the part of the file that is read, from 0 to 1, ``conversations`` what was found in it by then.
    """

    state: Literal["none", "running", "done", "refused"]
    begun_at: float | None = None
    share: float = 0.0
    conversations: int = 0
    report: ImportReport | None = None
    error: dict[str, Any] | None = None

    @staticmethod
    def of(job: ImportJob | None) -> ImportState:
        if job is None:
            return ImportState(state="none")
        state = ImportState(
            state="running", begun_at=job.begun_s, share=job.progress.share, conversations=job.progress.conversations
        )
        if isinstance(job.result, Refusal):
            return state.model_copy(update={"state": "refused", "error": refusal_error(job.result)})
        if job.result is not None:
            return state.model_copy(update={"state": "done", "report": ImportReport.of(job.result)})
        return state


def moving_router(
    door: Door,
    conversations: Conversations,
    archiving: Archiving,
    imports: Imports,
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

    _add_imports(router, door, imports, uploads)
    return router


def _add_imports(router: APIRouter, door: Door, imports: Imports, uploads: Uploads) -> None:
    @router.post(
        "/import",
        summary="Bring conversations in: an export of Seawall, ChatGPT or Open WebUI as the body",
        openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
        response_model=ImportReport,
        responses={202: {"model": ImportState, "description": "The file has come; `GET` tells how far it is"}},
    )
    async def bring_in(request: Request, prefer: Prefer = "") -> ImportReport | Response:
        who = await door.changing(request)
        async with AsyncExitStack() as held:
            file = await held.enter_async_context(uploads.receive(who.account_id, request))
            if file is None:
                return Response(status_code=400)  # To nobody: the client has left.
            job = imports.begin(who.account_id, file, held)
        if AT_ONCE in prefer:
            state = ImportState.of(job).model_dump_json()
            headers = {"preference-applied": AT_ONCE, "location": IMPORT}
            return Response(state, status_code=202, headers=headers, media_type="application/json")
        report = await job.over()
        if isinstance(report, Refusal):
            raise Refused(report)
        return ImportReport.of(report)

    @router.get("/import", summary="How far one's import is, or how the last one went")
    async def how_far(request: Request) -> ImportState:
        who = await door.signed_in(request)
        return ImportState.of(imports.last(who.account_id))


def _headers(media_type: str, name: str) -> dict[str, str]:
    return {
        "content-type": media_type,
        "content-disposition": disposition("attachment", name),
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "no-store",
    }
