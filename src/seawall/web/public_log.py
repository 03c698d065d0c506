"""``/api/log``: the public log for everybody who wants to check it. Knows hexadecimal; decides nothing."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from seawall.safeguards.reading import PAGE, LogReader
from seawall.values.refusal import Refusal
from seawall.web.quick_reads import Read
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

T = TypeVar("T")

HEAD = "/api/log/head"
# What is in the log stays as it is; only its newest page grows.
_FOREVER = "public, max-age=31536000, immutable"
_NOW = "no-cache"
# A size or position that no database holds is none.
_MOST = 2**62
Position = Annotated[int, Query(ge=0, le=_MOST)]


class HeadView(BaseModel):
    """``note`` is the signed head (a C2SP checkpoint), ``verifier`` the key to open it with."""

    state: str = Field(description="opening, open, or read-only once an entry was found that is not what was signed")
    size: int
    root_hash: str
    at: float
    note: str
    verifier: str
    first_bad_entry: int | None
    trouble: str | None


class EntryView(BaseModel):
    """``leaf_hash`` is SHA-256 of a zero byte and the very text of ``entry``."""

    position: int
    leaf_hash: str
    entry: str


class EntriesView(BaseModel):
    size: int
    entries: list[EntryView]


class InclusionView(BaseModel):
    """As in RFC 6962, 2.1.1: from the leaf's neighbour upwards."""

    position: int
    size: int
    leaf_hash: str
    root_hash: str
    hashes: list[str]


class ConsistencyView(BaseModel):
    """As in RFC 6962, 2.1.2."""

    first: int
    second: int
    first_root_hash: str
    second_root_hash: str
    hashes: list[str]


class PublicLogPages:
    """The head is asked for most, so it is told before the framework."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader

    def reads(self) -> dict[str, Read]:
        return {HEAD: lambda request: self._head()}

    def router(self) -> APIRouter:
        """All of them, also where the documentation finds them."""
        router, reader = APIRouter(prefix="/api/log", tags=["log"], responses=REFUSALS), self._reader

        @router.get("/head", summary="The newest signed head of the public log", response_model=HeadView)
        async def head() -> Response:
            return self._head()

        @router.get("/entries", summary="Entries of the public log, the newest ones without `from`")
        async def entries(
            response: Response,
            first: Annotated[int | None, Query(alias="from", ge=0, le=_MOST)] = None,
            limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
        ) -> EntriesView:
            rows = _told(await reader.entries(first, limit))
            size = reader.standing().size
            response.headers["cache-control"] = _FOREVER if first is not None and len(rows) == limit else _NOW
            told = [EntryView(position=row.position, leaf_hash=row.leaf_hash, entry=row.entry) for row in rows]
            return EntriesView(size=size, entries=told)

        @router.get("/proof/inclusion", summary="That an entry is in the log under a head")
        async def inclusion(position: Position, size: Position | None = None) -> InclusionView:
            proof = _told(reader.inclusion(position, size))
            return InclusionView(
                position=position,
                size=proof.size,
                leaf_hash=proof.leaf_hash.hex(),
                root_hash=proof.root.hex(),
                hashes=[one.hex() for one in proof.hashes],
            )

        @router.get("/proof/consistency", summary="That a former log begins a later one")
        async def consistency(first: Position, second: Position | None = None) -> ConsistencyView:
            proof = _told(reader.consistency(first, second))
            return ConsistencyView(
                first=first,
                second=proof.size,
                first_root_hash=proof.first_root.hex(),
                second_root_hash=proof.root.hex(),
                hashes=[one.hex() for one in proof.hashes],
            )

        return router

    def _head(self) -> Response:
        standing = self._reader.standing()
        fault = standing.fault
        told = HeadView(
            state=standing.state.value,
            size=standing.size,
            root_hash=self._reader.root().hex(),
            at=standing.at_s,
            note=standing.note,
            verifier=standing.verifier,
            first_bad_entry=fault.position if fault else None,
            trouble=str(fault) if fault else None,
        )
        return JSONResponse(told.model_dump(), headers={"cache-control": _NOW, "access-control-allow-origin": "*"})


def _told(answer: T | Refusal) -> T:
    if isinstance(answer, Refusal):
        raise Refused(answer)
    return answer
