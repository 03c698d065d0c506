"""``/api/search``, ``/api/folders`` and ``/api/prompts`` over their services. Decides nothing."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request, Response

from seawall.conversations.folders import Folders
from seawall.conversations.prompts import Prompts
from seawall.conversations.search import CANDIDATES, Searching
from seawall.values.refusal import Refusal
from seawall.web.bodies import PathId
from seawall.web.conversations.library_shapes import (
    FolderBody,
    FolderList,
    FolderView,
    HitList,
    HitView,
    NewPrompt,
    PromptChange,
    PromptList,
    PromptView,
)
from seawall.web.door import Door
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

T = TypeVar("T")

Asked = Annotated[str, Query(description='Words to be found, all of them; "in quotes" they stand together.')]
Limit = Annotated[int, Query(ge=1, le=CANDIDATES)]


def search_router(door: Door, searching: Searching) -> APIRouter:
    """One's own titles and messages."""
    router = APIRouter(prefix="/api", tags=["conversations"], responses=REFUSALS)

    @router.get("/search", summary="Titles and messages that have all the words, the best first")
    async def search(request: Request, q: Asked = "", limit: Limit = 20) -> HitList:
        who = await door.signed_in(request)
        hits = _kept(await searching.search(who.account_id, q, limit))
        return HitList(hits=[HitView.of(hit) for hit in hits])

    return router


def folders_router(door: Door, folders: Folders) -> APIRouter:
    """One's own folders. A conversation is put into one by ``PATCH /api/conversations/{id}``."""
    router = APIRouter(prefix="/api/folders", tags=["conversations"], responses=REFUSALS)

    @router.get("", summary="All folders, by name")
    async def every(request: Request) -> FolderList:
        who = await door.signed_in(request)
        return FolderList(folders=[FolderView.of(row) for row in await folders.all(who.account_id)])

    @router.post("", status_code=201, summary="Make a folder")
    async def add(body: FolderBody, request: Request) -> FolderView:
        who = await door.changing(request)
        return FolderView.of(_kept(await folders.add(who.account_id, body.name)))

    @router.patch("/{folder_id}", summary="Rename a folder")
    async def rename(folder_id: PathId, body: FolderBody, request: Request) -> FolderView:
        who = await door.changing(request)
        return FolderView.of(_kept(await folders.rename(who.account_id, folder_id, body.name)))

    @router.delete("/{folder_id}", status_code=204, summary="Delete a folder; the conversations in it stay")
    async def delete(folder_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        return _gone(await folders.delete(who.account_id, folder_id))

    return router


def prompts_router(door: Door, prompts: Prompts) -> APIRouter:
    """One's own saved prompts."""
    router = APIRouter(prefix="/api/prompts", tags=["conversations"], responses=REFUSALS)

    @router.get("", summary="All saved prompts, by title")
    async def every(request: Request) -> PromptList:
        who = await door.signed_in(request)
        return PromptList(prompts=[PromptView.of(row) for row in await prompts.all(who.account_id)])

    @router.post("", status_code=201, summary="Save a prompt")
    async def add(body: NewPrompt, request: Request) -> PromptView:
        who = await door.changing(request)
        return PromptView.of(_kept(await prompts.add(who.account_id, body.title, body.text)))

    @router.patch("/{prompt_id}", summary="Change a saved prompt")
    async def settle(prompt_id: PathId, body: PromptChange, request: Request) -> PromptView:
        who = await door.changing(request)
        return PromptView.of(_kept(await prompts.settle(who.account_id, prompt_id, body.title, body.text)))

    @router.delete("/{prompt_id}", status_code=204, summary="Delete a saved prompt")
    async def delete(prompt_id: PathId, request: Request) -> Response:
        who = await door.changing(request)
        return _gone(await prompts.delete(who.account_id, prompt_id))

    return router


def _kept(found: T | Refusal) -> T:
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


def _gone(refusal: Refusal | None) -> Response:
    if refusal is not None:
        raise Refused(refusal)
    return Response(status_code=204)
