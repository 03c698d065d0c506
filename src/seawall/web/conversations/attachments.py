"""``/api/attachments``: files that messages carry. Decides nothing."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from seawall.conversations.attachments import Added, Attachments
from seawall.conversations.file_names import safe_name
from seawall.conversations.sniffing import Kind
from seawall.records.attachment_entries import AttachmentRow
from seawall.values.refusal import Refusal
from seawall.web.bodies import PathId
from seawall.web.conversations.conversation_views import AttachmentView
from seawall.web.conversations.uploads import Uploads
from seawall.web.door import Door
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

PATH = "/api/attachments"
UPLOADS_OF_ONE = 2

Name = Annotated[str, Query(max_length=1024, description="The file's name, as people are shown it.")]


class AddedView(AttachmentView):
    """``tokens`` is about what it takes of a model's context; ``shortened`` where not all of its text is kept."""

    tokens: int
    pages: int | None
    shortened: bool

    @staticmethod
    def made(added: Added) -> AddedView:
        row = added.row
        return AddedView(
            id=row.id,
            name=row.name,
            kind=row.kind,
            media_type=row.media_type,
            size_bytes=row.size_bytes,
            tokens=added.tokens,
            pages=added.pages,
            shortened=added.shortened,
        )


def attachments_router(door: Door, attachments: Attachments, uploads: Uploads) -> APIRouter:
    """One's own files; anybody else's are as if they did not exist."""
    router = APIRouter(prefix=PATH, tags=["conversations"], responses=REFUSALS)

    @router.post(
        "",
        summary="Add a file for a message to carry: the body is the file",
        openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
        status_code=201,
        response_model=AddedView,
    )
    async def add(request: Request, name: Name = "file") -> AddedView | Response:
        who = await door.changing(request)
        async with uploads.receive(who.account_id, request) as file:
            if file is None:
                return Response(status_code=400)  # To nobody: the client has left.
            added = await attachments.add(who.account_id, name, file)
        if isinstance(added, Refusal):
            raise Refused(added)
        return AddedView.made(added)

    @router.get("/{attachment_id}", summary="The file itself", response_class=Response)
    async def get(attachment_id: PathId, request: Request) -> Response:
        who = await door.signed_in(request)
        row = await attachments.get(who.account_id, attachment_id)
        if isinstance(row, Refusal):
            raise Refused(row)
        return file_answer(row)

    @router.delete("/{attachment_id}", status_code=204, summary="Remove a file that no message carries yet")
    async def drop(attachment_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        refusal = await attachments.drop(who.account_id, attachment_id)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    return router


def file_answer(row: AttachmentRow) -> Response:
    """The file itself. A stranger may have made it: nothing of it runs, and only a picture is shown in place."""
    is_image = row.kind == Kind.IMAGE
    # Whatever text it is, it is read as plain text: a browser does not draw a page or run a script of it.
    media_type = "text/plain; charset=utf-8" if row.kind == Kind.TEXT else row.media_type
    headers = {
        "content-type": media_type,
        "content-disposition": disposition("inline" if is_image else "attachment", row.name),
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        # A file never changes, but on a machine that people share it should not stay for long after they sign out.
        "cache-control": "private, max-age=300",
    }
    return Response(row.data, headers=headers)


def disposition(how: str, name: str) -> str:
    """``Content-Disposition`` with the name twice, for old programs and in full (RFC 6266)."""
    safe = safe_name(name, "file")
    plain = safe.encode("ascii", "replace").decode().replace("?", "_")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
